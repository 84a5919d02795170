import Cryptography
import HTTPServer
import Issuance
import Simulation
import Synchronization
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Witnessing

@Suite("C2SP tlog-witness: the server")
struct WitnessContractTests {
    private let log: TestLog
    private let witness: TestWitness

    init() throws {
        log = try TestLog()
        for _ in 0..<3 { try log.append(5) }
        witness = try TestWitness(logs: [log.key])
    }

    @Test("the first checkpoint is cosigned, and each that is proven to continue it; monitors see the newest")
    func growth() throws {
        #expect(try witness.monitored().status == .notFound)
        for (old, new) in [(0, 5), (5, 10), (10, 10), (10, 15)] as [(UInt64, UInt64)] {
            witness.clock.advance(by: Milliseconds(1_500))
            let request = try log.request(from: old, to: new)
            let answer = try witness.add(request)
            #expect(answer.status == .ok && answer.headers["Content-Type"] == "text/plain; charset=utf-8")
            let (line, verified) = try AddCheckpointResponse(parsing: answer.body)
                .cosignature(of: witness.key, on: request.note)
            #expect(verified.cosignedAt == Instant(milliseconds: witness.clock.now.seconds * 1000))
            let monitored = try witness.monitored()
            #expect(monitored.status == .ok)
            var expected = request.note
            try expected.add(line)
            #expect(monitored.body == expected.bytes, "the log's line and the witness's, as they were given")
        }
        #expect(try witness.store.read { try $0.conflicts() }.isEmpty)
    }

    /// Bodies that are refused by a witness that has cosigned 10 entries, in the order in which it asks.
    private enum Refused: String, CaseIterable {
        case notARequest, noNote, extraBytes, sizeWithZero, tooManyHashes, notACheckpoint, oldBeyondNew
        case otherLog, otherLogBadlySigned, unsigned, signedByStranger, badSignature, badAndGoodSignature
        case oldTooSmall, oldTooLarge, neverCosigned, otherOldAtSameSize
        case otherRoot, noProof, wrongProof, shortProof, longProof, proofForNothing, emptyWithRoot, otherBranch
    }

    private func body(_ refused: Refused) throws -> [UInt8] {
        let good = try log.request(from: 10)
        func request(
            _ old: UInt64 = 10, _ proof: [SHA256Digest]? = nil, note: SignedNote? = nil
        ) -> [UInt8] {
            AddCheckpointRequest(oldSize: old, proof: proof ?? good.proof, note: note ?? good.note).bytes
        }
        let stranger = try TestLog(key: 2)
        let other = log.copy()
        try other.append(["another"])
        switch refused {
        case .notARequest: return Array("hello\n".utf8)
        case .noNote: return Array("old 10\n\n".utf8)
        case .extraBytes: return good.bytes + [0x0A]
        case .sizeWithZero: return Array("old 010".utf8) + good.bytes.dropFirst("old 10".utf8.count)
        case .tooManyHashes:
            let line = SHA256.hash([]).base64 + "\n"
            return Array("old 10\n\(String(repeating: line, count: 64))\n".utf8) + good.note.bytes
        case .notACheckpoint: return request(note: try SignedNote(signing: "log.example\n", by: log.signer))
        case .oldBeyondNew: return request(16)
        case .otherLog: return request(note: try log.note(log.head, origin: "other.example"))
        case .otherLogBadlySigned: return request(note: try stranger.note(log.head, origin: "other.example"))
        case .unsigned:
            let signer = NoteSigner(name: try KeyName("someone.example"), privateKey: try privateKey(3))
            return request(note: try SignedNote(signing: good.note.text, by: signer))
        case .signedByStranger: return request(note: try stranger.note(log.head))
        case .badSignature: return try spoiled(good, keepingGood: false)
        case .badAndGoodSignature: return try spoiled(good, keepingGood: true)
        case .oldTooSmall: return try log.request(from: 5).bytes
        case .oldTooLarge: return try log.request(from: 11).bytes
        case .neverCosigned: return try log.request(from: 0).bytes
        case .otherOldAtSameSize: return try log.request(from: 5, to: 10).bytes
        case .otherRoot: return request(10, [], note: try log.note(TreeHead(size: 10, root: log.head.root)))
        case .noProof: return request(10, [])
        case .wrongProof: return request(10, good.proof.reversed())
        case .shortProof: return request(10, good.proof.dropLast())
        case .longProof: return request(10, good.proof + [log.head.root])
        case .proofForNothing: return request(10, good.proof, note: try log.note(try log.head(at: 10)))
        case .emptyWithRoot: return request(0, [], note: try log.note(TreeHead(size: 0, root: log.head.root)))
        case .otherBranch: return request(10, good.proof, note: try other.note)
        }
    }

    /// The log's line of another note on this one.
    private func spoiled(_ request: AddCheckpointRequest, keepingGood: Bool) throws -> [UInt8] {
        let bad = try log.note(try log.head(at: 5)).signatures[0].line + "\n"
        let good = keepingGood ? request.note.signatures[0].line + "\n" : ""
        let note = try SignedNote(parsing: Array((request.note.text + "\n" + good + bad).utf8))
        return AddCheckpointRequest(oldSize: request.oldSize, proof: request.proof, note: note).bytes
    }

    @Test("what is refused, with the status of the specification; nothing is cosigned and the state stays")
    func refusals() throws {
        _ = try witness.add(try log.request(from: 0, to: 10))
        let before = try witness.monitored()
        let expected: [(HTTPStatus, [Refused])] = [
            (
                .badRequest,
                [.notARequest, .noNote, .extraBytes, .sizeWithZero, .tooManyHashes, .notACheckpoint, .oldBeyondNew]
            ),
            (.notFound, [.otherLog, .otherLogBadlySigned]),
            (.forbidden, [.unsigned, .signedByStranger, .badSignature, .badAndGoodSignature]),
            (.conflict, [.oldTooSmall, .oldTooLarge, .neverCosigned, .otherOldAtSameSize, .emptyWithRoot]),
            (
                .unprocessableContent,
                [.otherRoot, .noProof, .wrongProof, .shortProof, .longProof, .proofForNothing, .otherBranch]
            ),
        ]
        #expect(Set(expected.flatMap(\.1)) == Set(Refused.allCases))
        for (status, cases) in expected {
            for refused in cases {
                let answer = try witness.add(try body(refused))
                #expect(answer.status == status, "\(refused): \(String(decoding: answer.body, as: UTF8.self))")
                if status == .conflict {
                    #expect(answer.body == Array("10\n".utf8))
                    #expect(answer.headers.values(of: "Content-Type") == ["text/x.tlog.size"])
                }
                #expect(try witness.monitored() == before, "\(refused)")
            }
        }
        #expect(try witness.add(try log.request(from: 10)).status == .ok, "and what is right is still cosigned")
    }

    @Test("a size of zero needs the root of the empty tree, and no proof")
    func empty() throws {
        let (empty, root) = (TreeHead(size: 0, root: MerkleTree.emptyRoot), log.head.root)
        for (head, proof, status) in [
            (TreeHead(size: 0, root: root), [], .unprocessableContent), (empty, [root], .unprocessableContent),
            (empty, [], .ok), (try log.head(at: 5), [root], .unprocessableContent), (try log.head(at: 5), [], .ok),
        ] as [(TreeHead, [SHA256Digest], HTTPStatus)] {
            let request = AddCheckpointRequest(oldSize: 0, proof: proof, note: try log.note(head))
            #expect(try witness.add(request).status == status, "\(head), \(proof.count) hashes")
        }
    }

    @Test("a signed checkpoint that does not continue the cosigned one is kept as evidence, with what was cosigned")
    func evidence() throws {
        _ = try witness.add(try log.request(from: 0, to: 10))
        let cosigned = String(decoding: try witness.monitored().body, as: UTF8.self)
        let twoRoots = try log.note(TreeHead(size: 10, root: log.head.root))
        // Two roots are proof whatever old size they come with.
        for old in [UInt64(10), 3, 10] {
            #expect(try witness.add(AddCheckpointRequest(oldSize: old, proof: [], note: twoRoots)).status != .ok)
        }
        let unproven = AddCheckpointRequest(oldSize: 10, proof: [], note: try log.note)
        #expect(try witness.add(unproven).status == .unprocessableContent)
        #expect(try witness.add(try TestLog(key: 2).request(from: 0, to: 0)).status == .forbidden)

        let kept = try witness.store.read { try $0.conflicts() }
        #expect(kept.map(\.kind) == [.notProven, .twoRoots], "one of each, although one came three times")
        #expect(kept.map(\.note.utf8).map(Array.init) == [unproven.note.bytes, twoRoots.bytes])
        #expect(kept.allSatisfy { $0.cosigned == cosigned && $0.seenAt == TestWitness.time.milliseconds })
        let both = try kept.map { try SignedNote(parsing: Array($0.note.utf8)) }
        for note in both { _ = try VerifiedCheckpoint(note, origin: TestLog.origin, logKeys: [log.key]) }
    }

    @Test("evidence of one kind is kept up to a limit, and does not push out the other kind")
    func evidenceLimit() throws {
        _ = try witness.add(try log.request(from: 0, to: 10))
        for number in 0..<70 {
            let root = SHA256.hash([UInt8(number)])
            let request = AddCheckpointRequest(
                oldSize: 10, proof: [], note: try log.note(TreeHead(size: 11, root: root)))
            #expect(try witness.add(request).status == .unprocessableContent)
        }
        let twoRoots = try log.note(TreeHead(size: 10, root: log.head.root))
        _ = try witness.add(AddCheckpointRequest(oldSize: 10, proof: [], note: twoRoots))
        let kept = try witness.store.read { try $0.conflicts() }
        #expect(kept.count { $0.kind == .notProven } == 64 && kept.count { $0.kind == .twoRoots } == 1)
    }

    @Test("no cosignature states an earlier time than the one before; until the clock has caught up there is none")
    func clock() throws {
        #expect(try witness.add(try log.request(from: 0, to: 5)).status == .ok)
        witness.clock.advance(by: Milliseconds(-1_000))
        let request = try log.request(from: 5, to: 10)
        #expect(try witness.add(request).status == .serviceUnavailable)
        witness.clock.advance(by: Milliseconds(1_000))
        let answer = try AddCheckpointResponse(parsing: try witness.add(request).body)
        let verified = try answer.cosignature(of: witness.key, on: request.note).verified
        #expect(verified.cosignedAt == TestWitness.time)
    }

    @Test("a witness without a time, at the beginning of the era, does not cosign")
    func noTime() throws {
        witness.clock.advance(by: Milliseconds(-TestWitness.time.milliseconds))
        #expect(try witness.add(try log.request(from: 0, to: 5)).status == .serviceUnavailable)
    }

    @Test("lines of strangers are not kept; while a log replaces its key, either key is enough and both lines are kept")
    func lines() throws {
        let next = NoteSigner(name: try KeyName(TestLog.origin), privateKey: try privateKey(9))
        let stranger = NoteSigner(name: try KeyName("stranger.example"), privateKey: try privateKey(8))
        let witness = try TestWitness(logs: [log.key, next.verifierKey])
        var note = try SignedNote(signing: try log.note(try log.head(at: 5)).text, by: stranger)
        try note.add(try next.sign(note.text))
        #expect(try witness.add(AddCheckpointRequest(oldSize: 0, proof: [], note: note)).status == .ok)
        try note.add(try log.note(try log.head(at: 5)).signatures[0])
        #expect(try witness.add(AddCheckpointRequest(oldSize: 5, proof: [], note: note)).status == .ok)
        let monitored = try SignedNote(parsing: try witness.monitored().body)
        #expect(monitored.signatures.map(\.name.text) == [TestLog.origin, TestLog.origin, "witness.example/w1"])
    }

    @Test("other paths and methods are not there; a body has a limit")
    func routes() throws {
        for (method, target, status) in [
            (.get, "/", .notFound), (.get, "/add-checkpoint", .methodNotAllowed), (.post, "/", .notFound),
            (.post, "/\(Witness.monitorName(origin: TestLog.origin))/checkpoint", .methodNotAllowed),
            (.get, "/\(Witness.monitorName(origin: "other.example"))/checkpoint", .notFound),
            (.get, "/\(TestLog.origin)/checkpoint", .notFound), (.post, "/add-checkpoint/", .notFound),
            (.put, "/add-checkpoint", .methodNotAllowed),
        ] as [(HTTPMethod, String, HTTPStatus)] {
            #expect(try witness.send(method, target).status == status, "\(method.rawValue) \(target)")
        }
        #expect(
            Witness.monitorName(origin: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            try WitnessHandler.bodyLimit(HTTPRequest(.post, "/add-checkpoint")) == AddCheckpointRequest.maximumBytes)
        #expect(try WitnessHandler.bodyLimit(HTTPRequest(.get, "/")) == 0)
    }

    @Test("a witness that is killed between keeping and answering remembers; one killed before it has said nothing")
    func killed() throws {
        for (fault, remembered) in [(MemoryStoreFault.persisted, "5\n"), (.lost, "0\n")] {
            let store = MemoryStore(Witness.tables) { $0 == 1 ? fault : nil }
            let first = try TestWitness(logs: [log.key], store: store)
            #expect(try first.add(try log.request(from: 0, to: 5)).status == .serviceUnavailable)
            #expect(first.halted.withLock { $0 } != nil, "only a restart can tell what was kept")

            let second = try TestWitness(logs: [log.key], store: store.restarted())
            #expect(try second.add(try log.request(from: 3, to: 10)).body == Array(remembered.utf8))
            let branch = log.copy()
            try branch.append(["another"])
            let old = try #require(UInt64(remembered.dropLast()))
            let lie = AddCheckpointRequest(
                oldSize: old, proof: [], note: try log.note(TreeHead(size: 5, root: branch.head.root)))
            #expect(try second.add(lie).status == (old == 5 ? .unprocessableContent : .ok))
        }
    }

    @Test("a full disk is a 503 and changes nothing; the next request finds the witness as it was")
    func full() throws {
        let witness = try TestWitness(logs: [log.key], store: MemoryStore(Witness.tables) { $0 == 1 ? .full : nil })
        #expect(try witness.add(try log.request(from: 0, to: 5)).status == .serviceUnavailable)
        #expect(witness.halted.withLock { $0 } == nil)
        #expect(try witness.monitored().status == .notFound)
        #expect(try witness.add(try log.request(from: 0, to: 5)).status == .ok)
    }

    @Test("of many requests at once for two branches, exactly one branch is cosigned")
    func race() async throws {
        let other = try TestLog()
        try other.append((0..<15).map { "other \($0)" })
        let bodies = try (1...15).flatMap { size in
            [
                AddCheckpointRequest(oldSize: 0, proof: [], note: try log.note(try log.head(at: size))).bytes,
                AddCheckpointRequest(oldSize: 0, proof: [], note: try other.note(try other.head(at: size))).bytes,
            ]
        }
        let witness = witness
        let statuses = try await withThrowingTaskGroup(of: HTTPStatus.self) { group in
            for body in bodies { group.addTask { try witness.add(body).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.count { $0 == .ok } == 1)
        #expect(statuses.count { $0 == .conflict } == 29)
    }
}
