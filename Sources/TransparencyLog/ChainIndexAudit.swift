package import CanonicalJSON
package import Cryptography

/// Checks every index of requests in a log against the entries that it covers, in one pass.
///
/// Give it the entries of a log from the first on, each after ``LogAudit`` has accepted it. An index that leaves out a
/// request, doubles one, or says that it had another number of entries or another last one, has another root than the
/// entries give, and is found.
///
/// Keeps one record for each request, about 250 bytes with its tree, and the last ``ChainIndex/maximumLag`` entries as
/// 48 bytes each: an index may cover the log as it was that many entries ago, and no longer.
package struct ChainIndexAudit: Sendable {
    private struct Step {
        let seq: UInt64
        let chain: Int
        let leafHash: SHA256Digest
    }

    /// How many indexes were checked, and hold.
    package private(set) var count = 0
    /// The newest index that holds; nil while there was none.
    package private(set) var newest: ChainIndex?

    private var seq: UInt64 = 0
    /// The chains of requests, and those of issuers by their names.
    private var requests = RequestTable<Int>()
    private var named: [ChainLeaf.About: Int] = [:]
    /// The issuers of keys, by the bytes of the key's URL.
    private var issuers: [[UInt8]: String] = [:]
    private var tree = ChainTree()
    /// The steps that the tree has not taken yet: the first `taken` of them it has.
    private var steps: [Step] = []
    private var taken = 0

    /// An audit that has seen no entry yet.
    package init() {}

    /// Checks the next entry, and what it says if it is an index.
    /// - Parameter leafHash: that of the entry, as ``LogAudit/check(_:)`` returned it.
    /// - Throws: the finding; an index that does not hold is a ``AuditFinding/Reason/wrongIndex(problem:)``.
    package mutating func check(_ entry: [UInt8], leafHash: SHA256Digest) throws(AuditFinding) {
        do throws(TransparencyLogError) {
            try read(entry, try EntryHeader(scanning: entry), leafHash)
        } catch {
            throw AuditFinding(seq, .malformed(error))
        }
        try compareIndex(entry)
        seq += 1
    }

    private mutating func read(
        _ entry: [UInt8], _ header: EntryHeader, _ leafHash: SHA256Digest
    ) throws(TransparencyLogError) {
        if seq >= ChainIndex.maximumLag { catchUp(to: seq - ChainIndex.maximumLag) }
        guard let chain = try chain(of: entry, header) else { return }
        steps.append(Step(seq: seq, chain: chain, leafHash: leafHash))
    }

    /// The number of the chain that an entry belongs to, if it belongs to one.
    private mutating func chain(
        of entry: [UInt8], _ header: EntryHeader
    ) throws(TransparencyLogError) -> Int? {
        if let request = header.request {
            let (rid, uuid) = (request.rid, request.uuid)
            if let known = requests.value(forKey: rid, uuid: uuid, in: entry.span) { return known }
            let chain = tree.addChain(try .request(String(decoding: entry[rid], as: UTF8.self)))
            _ = requests.updateValue(chain, forKey: rid, uuid: uuid, in: entry.span)
            return chain
        }
        guard let kind = IssuerEntryKind(rawValue: String(decoding: entry[header.type], as: UTF8.self)),
            let name = try kind.issuer(in: try LogEntry(parsing: entry).facts, &issuers)
        else { return nil }
        let issuer = try ChainLeaf.About.issuer(name)
        if let known = named[issuer] { return known }
        let chain = tree.addChain(issuer)
        named[issuer] = chain
        return chain
    }

    /// Lets the tree take the steps of the entries before `size`.
    private mutating func catchUp(to size: UInt64) {
        while taken < steps.count, steps[taken].seq < size {
            tree.append(steps[taken].leafHash, to: steps[taken].chain)
            taken += 1
        }
        // Seldom enough that moving the rest costs less than the steps did.
        guard taken > steps.count / 2, taken > 4096 else { return }
        steps.removeFirst(taken)
        taken = 0
    }

    private mutating func compareIndex(_ entry: [UInt8]) throws(AuditFinding) {
        guard entry.ends(with: Self.indexEnd) else { return }
        func finding(_ problem: String) -> AuditFinding { AuditFinding(seq, .wrongIndex(problem: problem)) }
        let index: ChainIndex
        do {
            index = try ChainIndex(LogEntry(parsing: entry))
        } catch {
            throw finding("\(error)")
        }
        guard newest.map({ $0.size < index.size }) ?? true else {
            throw finding("it covers \(index.size) entries, no more than the index before")
        }
        catchUp(to: index.size)
        let head = tree.head()
        guard head == index.tree else {
            throw finding(
                "it says \(index.tree.size) leaves with the root \(index.tree.root.base64); the first \(index.size) "
                    + "entries give \(head.size) with \(head.root.base64)")
        }
        newest = index
        count += 1
    }

    /// How the bytes of such an entry end, which is quicker to see than what its type is.
    private static let indexEnd = Array("\"type\":\"\(ChainIndex.entryType)\",\"v\":1}".utf8)
}

/// The entries that are about an issuer: what it is, its keys, and what became of them.
package enum IssuerEntryKind: String, Hashable, Sendable {
    case issuerAdded = "issuer.added"
    case keyAdded = "key.added"
    case keyRetired = "key.retired"
    case keyRevoked = "key.revoked"

    /// The name of the issuer that an entry of this kind is about; nil for a key that no entry before it added.
    ///
    /// - Parameters:
    ///   - facts: those of the entry.
    ///   - issuers: whose the keys are that were added before, by the bytes of the key's URL; a new key is put in.
    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` when the facts do not say it.
    package func issuer(
        in facts: JSONObject, _ issuers: inout [[UInt8]: String]
    ) throws(TransparencyLogError) -> String? {
        func text(_ member: String) throws(TransparencyLogError) -> String {
            guard let text = facts[member]?.stringValue else {
                throw .malformed(.entry, problem: "its facts lack \(member)")
            }
            return text
        }
        switch self {
        case .issuerAdded: return try text("name")
        case .keyAdded:
            let (name, key) = (try text("issuer"), Array(try text("key").utf8))
            if issuers[key] == nil { issuers[key] = name }
            return name
        case .keyRetired, .keyRevoked: return issuers[Array(try text("key").utf8)]
        }
    }
}

extension [UInt8] {
    fileprivate func ends(with end: [UInt8]) -> Bool { count >= end.count && suffix(end.count).elementsEqual(end) }
}
