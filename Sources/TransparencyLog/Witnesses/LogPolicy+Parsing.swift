/// The file: lines of words; the section names are those of [tlog-policy](https://c2sp.org/tlog-policy).
extension LogPolicy {
    /// Reads a policy file. Every line must end in a newline, the last one too: a file that was cut off could end in a
    /// shorter name that is also defined.
    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` with the number of the line.
    package init(parsing file: [UInt8]) throws(TransparencyLogError) {
        self.init(trusting: [])
        var reader = PolicyReader()
        guard file.count <= Self.maximumBytes else {
            throw .malformed(.logPolicy, problem: "\(file.count) bytes; the most is \(Self.maximumBytes)")
        }
        guard file.isEmpty || file.last == UInt8(ascii: "\n") else {
            throw .malformed(.logPolicy, problem: "the last line does not end in a newline; the file may be cut off")
        }
        for line in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            try reader.read(line, into: &self)
        }
        guard reader.hasQuorum else {
            throw .malformed(
                .logPolicy, problem: "no quorum line; write the name of a witness or group, or quorum none")
        }
    }
}

/// What has been read of a policy file, besides the policy itself.
private struct PolicyReader {
    var hasQuorum = false
    private var lineNumber = 0
    private var defined: Set<LogPolicy.Name> = [.none]
    private var members: Set<LogPolicy.Name> = [.none]

    mutating func read(_ line: ArraySlice<UInt8>, into policy: inout LogPolicy) throws(TransparencyLogError) {
        lineNumber += 1
        guard line.allSatisfy({ $0 == 0x09 || (0x20...0x7E).contains($0) || $0 >= 0x80 }) else {
            throw failure("a control character other than tab and newline")
        }
        let words = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
        guard let keyword = words.first, keyword.first != UInt8(ascii: "#") else { return }
        let rest = words.dropFirst()
        switch String(decoding: keyword, as: UTF8.self) {
        case "log": try log(rest, &policy)
        case "witness": try witness(rest, &policy)
        case "group": try group(rest, &policy)
        case "quorum": try quorum(rest, &policy)
        default: throw failure("it must begin with log, witness, group, quorum or #")
        }
    }

    private func log(_ words: ArraySlice<ArraySlice<UInt8>>, _ policy: inout LogPolicy) throws(TransparencyLogError) {
        guard 1...2 ~= words.count else { throw failure("it must be log <vkey> [<url>]") }
        let key = try key(words[words.startIndex], .ed25519)
        guard !policy.logs.contains(where: { $0.key.publicKey == key.publicKey }) else {
            throw failure("the key of this log stands on an earlier line")
        }
        guard policy.logs.count < LogPolicy.maximumOfEach else { throw tooMany("logs") }
        policy.logs.append(LogPolicy.Log(key: key, url: words.dropFirst().first.map(text)))
    }

    private mutating func witness(
        _ words: ArraySlice<ArraySlice<UInt8>>, _ policy: inout LogPolicy
    ) throws(TransparencyLogError) {
        guard 2...3 ~= words.count else { throw failure("it must be witness <name> <vkey> [<url>]") }
        let name = try define(words[words.startIndex])
        let key = try key(words[words.startIndex + 1], .ed25519Cosignature)
        guard !policy.witnesses.contains(where: { $0.key.publicKey == key.publicKey }) else {
            throw failure("the key of this witness stands on an earlier line")
        }
        guard policy.witnesses.count < LogPolicy.maximumOfEach else { throw tooMany("witnesses") }
        policy.witnesses.append(LogPolicy.Witness(name: name, key: key, url: words.dropFirst(2).first.map(text)))
    }

    private mutating func group(
        _ words: ArraySlice<ArraySlice<UInt8>>, _ policy: inout LogPolicy
    ) throws(TransparencyLogError) {
        guard words.count >= 3 else { throw failure("it must be group <name> all|any|<number> <name>...") }
        var members: [LogPolicy.Name] = []
        for word in words.dropFirst(2) {
            let member = LogPolicy.Name(word)
            guard member != .none, defined.contains(member) else {
                throw failure("\(member) is not a witness or group of an earlier line")
            }
            guard self.members.insert(member).inserted else { throw failure("\(member) is in a group already") }
            members.append(member)
        }
        let threshold = try threshold(words[words.startIndex + 1], of: members.count)
        let name = try define(words[words.startIndex])
        guard policy.groups.count < LogPolicy.maximumOfEach else { throw tooMany("groups") }
        policy.groups.append(LogPolicy.Group(name: name, threshold: threshold, members: members))
    }

    private func threshold(_ word: ArraySlice<UInt8>, of count: Int) throws(TransparencyLogError) -> Int {
        switch text(word) {
        case "all": return count
        case "any": return 1
        default:
            guard let number = UInt64(strictDecimal: word), let threshold = Int(exactly: number), 1...count ~= threshold
            else {
                throw failure("there must be all, any or a number from 1 to \(count) before the members")
            }
            return threshold
        }
    }

    private mutating func quorum(
        _ words: ArraySlice<ArraySlice<UInt8>>, _ policy: inout LogPolicy
    ) throws(TransparencyLogError) {
        guard words.count == 1, let word = words.first else { throw failure("it must be quorum <name> or quorum none") }
        guard !hasQuorum else { throw failure("a second quorum line") }
        let name = LogPolicy.Name(word)
        guard defined.contains(name) else { throw failure("\(name) is not a witness or group of an earlier line") }
        hasQuorum = true
        policy.quorum = name == .none ? nil : name
    }

    private mutating func define(_ word: ArraySlice<UInt8>) throws(TransparencyLogError) -> LogPolicy.Name {
        let name = LogPolicy.Name(word)
        guard name != .none else { throw failure("the name none has a meaning of its own") }
        guard defined.insert(name).inserted else { throw failure("\(name) stands for something else already") }
        return name
    }

    private func key(
        _ word: ArraySlice<UInt8>, _ type: VerifierKey.SignatureType
    ) throws(TransparencyLogError) -> VerifierKey {
        guard let vkey = String(validating: word, as: UTF8.self) else { throw failure("the key is not UTF-8") }
        let key: VerifierKey
        do {
            key = try VerifierKey(vkey: vkey)
        } catch {
            throw failure(error.description)
        }
        guard key.type == type else { throw failure("the key is of type \(key.type.rawValue), not \(type.rawValue)") }
        return key
    }

    private func text(_ word: ArraySlice<UInt8>) -> String { String(decoding: word, as: UTF8.self) }

    private func tooMany(_ what: String) -> TransparencyLogError {
        failure("more than \(LogPolicy.maximumOfEach) \(what)")
    }

    private func failure(_ problem: String) -> TransparencyLogError {
        .malformed(.logPolicy, problem: "line \(lineNumber): \(problem)")
    }
}

extension LogPolicy.Name {
    /// Defined beforehand, for the quorum only.
    fileprivate static let none = LogPolicy.Name("none".utf8)
}
