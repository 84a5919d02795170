import Cryptography
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// A log, six witnesses and the notes that they sign, for tables of policies.
struct SamplePolicy {
    static let names = ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    let log: SampleLog
    let logKey: VerifierKey
    let witnesses: [String: Cosigner]

    init() throws {
        log = try SampleLog(events: ["a", "b"])
        logKey = try SampleKeys.signer(SampleLog.origin).verifierKey
        witnesses = try Dictionary(
            uniqueKeysWithValues: Self.names.enumerated().map {
                ($0.element, try SampleKeys.witness("\($0.element).example", 0x40 + UInt8($0.offset)))
            })
    }

    func vkey(_ name: String) -> String { witnesses[name]?.verifierKey.vkey ?? "" }

    /// The log's line and those of all witnesses.
    var keys: String {
        "log \(logKey.vkey)\n" + Self.names.map { "witness \($0) \(vkey($0))\n" }.joined()
    }

    /// A checkpoint cosigned by these witnesses, at seconds 1, 2, 3 of the era.
    func note(by names: [String]) throws -> SignedNote {
        var note = try log.checkpoint().note
        for (index, name) in names.enumerated() {
            let checkpoint = try Checkpoint(parsing: note.text)
            try note.add(
                try #require(witnesses[name]).cosign(checkpoint, at: Instant(milliseconds: 1000 * Int64(index + 1))))
        }
        return note
    }

    func policy(_ rest: String) throws -> LogPolicy { try LogPolicy(parsing: Array((keys + rest).utf8)) }

    static let example = """
        group X-witnesses 2 X1 X2 X3
        group Y-witnesses any Y1 Y2 Y3
        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """
}

@Suite("C2SP tlog-policy")
struct LogPolicyTests {
    private let sample: SamplePolicy

    init() throws { sample = try SamplePolicy() }

    @Test("a file is read as it is meant, with comments, empty lines, tabs, addresses and names of any bytes")
    func reading() throws {
        var file = Array("# who we believe\n\n \t# \u{FC}\n\tlog  \(sample.logKey.vkey)\thttps://log.example/ \n".utf8)
        file += Array("witness ".utf8) + [0xFF, 0xFE] + Array(" \(sample.vkey("X1"))\n".utf8)
        file += Array(
            "witness K \(sample.vkey("X2")) https://w.example/x\nwitness \u{212A} \(sample.vkey("X3"))\n".utf8)
        file += Array("group G 01 K\n".utf8)
        #expect(throws: TransparencyLogError.self, "leading zeros are not decimal as the formats write it") {
            try LogPolicy(parsing: file + Array("quorum G\n".utf8))
        }
        file.removeLast("group G 01 K\n".utf8.count)
        let policy = try LogPolicy(parsing: file + Array("group G 2 K \u{212A}\nquorum G\n".utf8))
        #expect(policy.logs.map(\.key) == [sample.logKey])
        #expect(policy.logs.map(\.url) == ["https://log.example/"])
        #expect(policy.witnesses.map(\.name.bytes) == [[0xFF, 0xFE], [0x4B], [0xE2, 0x84, 0xAA]])
        #expect(policy.witnesses.map(\.url) == [nil, "https://w.example/x", nil])
        #expect(policy.groups.map(\.threshold) == [2])
        #expect(policy.quorum?.description == "G")
    }

    @Test("only the quorum is needed, and it may be none; logs known from elsewhere are added")
    func smallest() throws {
        let policy = try LogPolicy(parsing: Array("quorum none\n".utf8))
        #expect(policy == LogPolicy(trusting: []) && policy.quorum == nil)
        let note = try sample.note(by: [])
        #expect(throws: TransparencyLogError.unknownLog(origin: SampleLog.origin)) { try policy.verify(note) }
        let trusting = policy.trusting([sample.logKey, sample.logKey])
        #expect(trusting.logs.count == 1)
        #expect(try trusting.verify(note).cosignatures.isEmpty)
    }

    @Test(
        "what is not exactly a policy is refused, with the number of the line",
        arguments: [
            ("", "no quorum line"), ("# quorum none\n", "no quorum line"), ("quorum none", "does not end in a newline"),
            ("quorum none\nquorum none\n", "line 9: a second quorum line"), ("quorum\n", "line 8: it must be quorum"),
            ("quorum X1 X2\n", "line 8: it must be quorum"), ("quorum Z\n", "line 8: Z is not a witness or group"),
            ("quorum x1\n", "line 8: x1 is not"), ("quorum G\ngroup G any X1\n", "line 8: G is not"),
            ("quorum none\r\n", "line 8: a control character"), ("quorum\u{0B}none\n", "line 8: a control character"),
            ("quorum none\n\u{7F}\n", "line 9: a control character"), ("quorum none\n\u{0}\n", "line 9: a control"),
            ("Quorum none\n", "line 8: it must begin with"), ("policy 1\nquorum none\n", "line 8: it must begin with"),
            ("\u{A0}quorum none\n", "line 8: it must begin with"), ("quorum none # why\n", "line 8: it must be quorum"),
            ("group G any\nquorum G\n", "line 8: it must be group"),
            ("group G\nquorum G\n", "line 8: it must be group"),
            ("group G 0 X1\nquorum G\n", "line 8: there must be all, any"),
            ("group G 2 X1\nquorum G\n", "line 8: there must be all, any or a number from 1 to 1"),
            ("group G -1 X1\nquorum G\n", "line 8: there must be"),
            ("group G +1 X1\nquorum G\n", "line 8: there must be"),
            ("group G 1.0 X1\nquorum G\n", "line 8: there must be"),
            ("group G Any X1\nquorum G\n", "line 8: there must"),
            ("group G 18446744073709551616 X1\nquorum G\n", "line 8: there must be"),
            ("group G X1 X2\nquorum G\n", "line 8: there must be"),
            ("group G any none\nquorum G\n", "line 8: none is not"), ("group G any G\nquorum G\n", "line 8: G is not"),
            ("group G any X1 Z\nquorum G\n", "line 8: Z is not"),
            ("group G any X1 X1\nquorum G\n", "line 8: X1 is in a group already"),
            ("group G any X1\ngroup H any X1 X2\nquorum H\n", "line 9: X1 is in a group already"),
            ("group none any X1\nquorum none\n", "line 8: the name none"),
            ("group X1 any X2\nquorum X1\n", "line 8: X1 stands for something else"),
            ("group G any X1\ngroup G any X2\nquorum G\n", "line 9: G stands for something else"),
            ("witness W\nquorum none\n", "line 8: it must be witness"),
            ("log\nquorum none\n", "line 8: it must be log"),
            ("witness W key\nquorum none\n", "line 8: not a valid verifier key"),
            ("log key\nquorum none\n", "line 8: not a valid verifier key"),
        ])
    func refused(rest: String, problem: String) {
        let error = #expect(throws: TransparencyLogError.self) { try sample.policy(rest) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test("a key stands once among the logs and once among the witnesses, under whatever name, and is of its type")
    func keys() throws {
        let renamed = try SampleKeys.signer("other.example").verifierKey.vkey
        let witness = try SampleKeys.witness("other.example").verifierKey.vkey
        for (line, problem) in [
            ("log \(renamed)", "the key of this log"), ("witness W \(witness)", "the key of this witness"),
            ("log \(sample.vkey("X1"))", "the key is of type 4, not 1"),
            ("witness W \(sample.logKey.vkey)", "the key is of type 1, not 4"),
            ("witness X1 \(try SampleKeys.witness("w", 9).verifierKey.vkey)", "X1 stands for something else"),
            ("witness none \(try SampleKeys.witness("w", 9).verifierKey.vkey)", "the name none"),
            ("log \(try SampleKeys.signer("w", 9).verifierKey.vkey) a b", "it must be log"),
            ("witness W \(try SampleKeys.witness("w", 9).verifierKey.vkey) a b", "it must be witness"),
        ] {
            let error = #expect(throws: TransparencyLogError.self) { try sample.policy("\(line)\nquorum none\n") }
            #expect(error?.description.contains("line 8: " + problem) == true, "\(error?.description ?? "")")
        }
    }

    @Test("64 of each are read, 65 are not; no more than 64 KiB either")
    func limits() throws {
        func keys(_ count: Int, _ line: @escaping (Int) throws -> String) throws -> [UInt8] {
            Array((try (0..<count).map(line).joined(separator: "\n") + "\nquorum none\n").utf8)
        }
        let log = { (_ i: Int) throws in "log \(try SampleKeys.signer("l\(i)", UInt8(i)).verifierKey.vkey)" }
        let witness = { (_ i: Int) throws in
            "witness w\(i) \(try SampleKeys.witness("w\(i)", UInt8(i)).verifierKey.vkey)"
        }
        let group = { (_ i: Int) in i == 0 ? "group 0 any X1" : "group \(i) any \(i - 1)" }
        #expect(try LogPolicy(parsing: try keys(64, log)).logs.count == 64)
        #expect(try LogPolicy(parsing: try keys(64, witness)).witnesses.count == 64)
        #expect(try LogPolicy(parsing: Array(sample.keys.utf8) + (try keys(64, group))).groups.count == 64)
        #expect(throws: TransparencyLogError.self) { try LogPolicy(parsing: try keys(65, log)) }
        #expect(throws: TransparencyLogError.self) { try LogPolicy(parsing: try keys(65, witness)) }
        #expect(throws: TransparencyLogError.self) {
            try LogPolicy(parsing: Array(sample.keys.utf8) + (try keys(65, group)))
        }
        let longest = Array(("quorum none\n#" + String(repeating: "x", count: 65_536 - 14) + "\n").utf8)
        #expect(try LogPolicy(parsing: longest).quorum == nil)
        #expect(throws: TransparencyLogError.self) { try LogPolicy(parsing: longest + [0x0A]) }
    }

    @Test(
        "a quorum is met when its groups are, and else names the witnesses it waits for",
        arguments: [
            ("quorum none\n", [], nil), ("quorum none\n", ["X1"], nil), ("quorum X2\n", ["X2"], nil),
            ("quorum X2\n", ["X1", "X3"], ["X2"]), ("group G any X1 X2\nquorum G\n", ["X2"], nil),
            ("group G any X1 X2\nquorum G\n", ["X3"], ["X1", "X2"]),
            ("group G all X1 X2\nquorum G\n", ["X1"], ["X2"]), ("group G all X1 X2\nquorum G\n", ["X2", "X1"], nil),
            ("group G 2 X1 X2 X3\nquorum X3\n", ["X1", "X2"], ["X3"]),
            (SamplePolicy.example, ["X1", "X3", "Y2"], nil), (SamplePolicy.example, SamplePolicy.names, nil),
            (SamplePolicy.example, ["X1", "X3"], ["Y1", "Y2", "Y3"]),
            (SamplePolicy.example, ["X1", "Y1", "Y2", "Y3"], ["X2", "X3"]),
            (SamplePolicy.example, [], SamplePolicy.names),
        ] as [(String, [String], [String]?)])
    func quorums(rest: String, cosigners: [String], missing: [String]?) throws {
        let policy = try sample.policy(rest)
        let note = try sample.note(by: cosigners)
        if let missing {
            let name = policy.quorum?.description ?? ""
            #expect(throws: TransparencyLogError.quorumUnmet(quorum: name, missing: missing)) {
                try policy.verify(note)
            }
        } else {
            let witnessed = try policy.verify(note)
            #expect(Set(witnessed.cosignatures.map(\.witness.name.description)) == Set(cosigners))
            #expect(witnessed.head == (try sample.log.checkpoint().head))
        }
    }

    @Test("every threshold over every set of cosigners is what counting says")
    func thresholds() throws {
        for threshold in 1...4 {
            let policy = try sample.policy("group G \(threshold) X1 X2 X3 Y1\nquorum G\n")
            for set in 0..<16 {
                let cosigners = ["X1", "X2", "X3", "Y1"].enumerated().filter { set >> $0.offset & 1 == 1 }.map(
                    \.element)
                let isMet = (try? policy.verify(try sample.note(by: cosigners + ["Y2"]))) != nil
                #expect(isMet == (cosigners.count >= threshold), "\(threshold) of \(cosigners)")
                let keys = Set(try cosigners.map { try #require(sample.witnesses[$0]).verifierKey })
                #expect(policy.isMet(by: keys) == isMet)
            }
        }
    }

    @Test("a witness that cosigned twice counts once, with its earlier time; strangers' lines change nothing")
    func repeated() throws {
        let policy = try sample.policy("group G 2 X1 X2\nquorum G\n")
        var note = try sample.note(by: ["Y1", "X1", "X1"])
        try note.add(
            try SampleKeys.witness("X2.example", 0x70).cosign(
                try Checkpoint(parsing: note.text), at: Instant(milliseconds: 5000)))
        #expect(throws: TransparencyLogError.quorumUnmet(quorum: "G", missing: ["X2"])) { try policy.verify(note) }
        try note.add(try #require(try sample.note(by: ["X2"]).signatures.last))
        let witnessed = try policy.verify(note)
        #expect(witnessed.cosignatures.map(\.witness.name.description) == ["X1", "X2", "Y1"])
        #expect(witnessed.cosignatures.map(\.cosignedAt.milliseconds) == [2000, 1000, 1000])
    }

    @Test("a line of a known witness or of the log that does not verify refuses the note, quorum or not")
    func spoiled() throws {
        let other = try SampleLog(events: ["z"]).checkpoint()
        let policy = try sample.policy("quorum X1\n")
        for name in ["X1", "Y3"] {
            var note = try sample.note(by: ["X1"])
            let cosigner = try #require(sample.witnesses[name])
            try note.add(try cosigner.cosign(other.checkpoint, at: Instant(milliseconds: 0)))
            #expect(throws: TransparencyLogError.invalidSignature(key: cosigner.verifierKey.name)) {
                try policy.verify(note)
            }
        }
        var note = try sample.note(by: ["X1"])
        try note.add(other.note.signatures[0])
        #expect(throws: TransparencyLogError.invalidSignature(key: sample.logKey.name)) { try policy.verify(note) }
    }

    @Test("the witnesses alone are not enough: the log must have signed; and its name must be the origin")
    func logMustSign() throws {
        let policy = try sample.policy("quorum X1\n")
        let lines = try sample.note(by: ["X1"]).signatures.dropFirst().map { $0.line + "\n" }.joined()
        let note = try SignedNote(parsing: Array((try sample.note(by: []).text + "\n" + lines).utf8))
        #expect(throws: TransparencyLogError.notSigned(by: [sample.logKey.name])) { try policy.verify(note) }
        let stranger = try SignedNote(
            signing: Checkpoint(origin: "stranger.example", head: sample.log.checkpoint().head).text,
            by: try SampleKeys.signer(SampleLog.origin))
        #expect(throws: TransparencyLogError.unknownLog(origin: "stranger.example")) { try policy.verify(stranger) }
    }

    @Test("while a key is replaced, either key of the log is enough, and a line of either must verify")
    func rotation() throws {
        let next = try SampleKeys.signer(SampleLog.origin, 0x11)
        let policy = try sample.policy("log \(next.verifierKey.vkey)\nquorum none\n")
        let text = try sample.note(by: []).text
        let (old, new) = (try SampleKeys.signer(SampleLog.origin), next)
        for signer in [old, new] { _ = try policy.verify(try SignedNote(signing: text, by: signer)) }
        var note = try SignedNote(signing: text, by: old)
        try note.add(try new.sign("another\n"))
        #expect(throws: TransparencyLogError.invalidSignature(key: new.verifierKey.name)) { try policy.verify(note) }
    }
}

@Suite(
    "C2SP tlog-policy over the published log", .enabled(if: Conformance.isExpected, Conformance.absence))
struct LogPolicyConformanceTests {
    @Test("the published cosigned checkpoint satisfies a policy of its log and witness, the plain one does not")
    func published() throws {
        let file = """
            log issuer.example/audit+99d20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4
            witness W \(try Self.witnessKey())
            quorum W

            """
        let policy = try LogPolicy(parsing: Array(file.utf8))
        let witnessed = try policy.verify(
            try SignedNote(parsing: try Conformance.bytes("tlog/checkpoint.cosigned")))
        #expect(witnessed.cosignatures.map(\.cosignedAt) == [try Instant(parsingSeconds: 1_700_000_000)])
        #expect(witnessed.head.size == 70_000)
        #expect(throws: TransparencyLogError.quorumUnmet(quorum: "W", missing: ["W"])) {
            try policy.verify(try SignedNote(parsing: try Conformance.bytes("tlog/checkpoint")))
        }
    }

    private static func witnessKey() throws -> String {
        let text = String(decoding: try Conformance.bytes("tlog/vectors.json"), as: UTF8.self)
        let start = try #require(text.firstRange(of: "\"witness_vkey\": \"")).upperBound
        return String(text[start...].prefix { $0 != "\"" })
    }
}
