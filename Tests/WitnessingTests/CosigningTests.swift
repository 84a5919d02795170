import CanonicalJSON
import HTTPServer
import Issuance
import Simulation
import Synchronization
import Temporal
import Testing
import TransparencyLog
import Witnessing

@Suite("A log asks its witnesses", .serialized)
struct CosigningTests {
    private let world = JobWorld()

    private func url(_ server: HTTPServer) -> String { "http://\(server.address)" }

    @Test("each new checkpoint is cosigned by every witness, verified, kept, and known to satisfy the quorum")
    func cosigned() throws {
        let log = try TestLog(["a", "b", "c"])
        let witnesses = try [TestWitness("w1", key: 1, logs: [log.key]), TestWitness("w2", key: 2, logs: [log.key])]
        let servers = try witnesses.map { try $0.listen() }
        let policy = try policy(zip(witnesses, servers).map { ($0.key, url($1) + "/") }, quorum: "q all")
        let job = try world.job(log.asOurs, policy)
        job.roundToEnd()
        #expect(world.witnessed.last == 3)
        job.roundToEnd()
        #expect(try log.cosignatures().count == 2, "what is cosigned is not asked again")
        for leaves in [["d"], ["e", "f", "g"]] {
            try log.append(leaves)
            job.roundToEnd()
        }
        #expect(try log.cosignatures().map(\.size) == [3, 3, 4, 4, 7, 7])
        #expect(world.witnessed.last == 7 && world.reports.isEmpty && world.halts.isEmpty)
        let note = try #require(try log.store.read { try $0.cosignedNote(size: 4) })
        #expect(
            try policy.trusting([log.key]).verify(note).cosignatures.map(\.cosignedAt) == [
                TestWitness.time, TestWitness.time,
            ])
        job.stop()
    }

    @Test("after a restart, and after its rows were lost, the log goes on where the witness is")
    func restart() throws {
        let log = try TestLog(["a", "b", "c"])
        let witness = try TestWitness(logs: [log.key])
        let server = try witness.listen()
        let policy = try policy([(witness.key, url(server))], quorum: "q all")
        try world.job(log.asOurs, policy).roundToEnd()
        try log.append(4)
        let again = try world.job(log.asOurs, policy)
        #expect(world.witnessed == [3, 3], "the newest that satisfies is found at the start")
        again.roundToEnd()
        #expect(try log.cosignatures().map(\.size) == [3, 7])
        try log.store.write { writer in
            for row in try log.cosignatures() { try writer.delete(CosignatureRecord.self, key: row.key) }
        }
        try world.job(log.asOurs, policy).roundToEnd()
        #expect(try log.cosignatures().map(\.size) == [7], "the same size is asked for once more")
        try log.append(1)
        try world.job(log.asOurs, policy).roundToEnd()
        #expect(try log.cosignatures().map(\.size) == [7, 8])
        #expect(world.reports.isEmpty && world.halts.isEmpty)
    }

    @Test("two copies of one log and key with one witness: the one that comes second stops, with evidence of both")
    func twoCopies() throws {
        let first = try TestLog(["a", "b", "c"])
        let witness = try TestWitness(logs: [first.key])
        let server = try witness.listen()
        let policy = try policy([(witness.key, url(server))], quorum: "q all")
        try world.job(first.asOurs, policy).roundToEnd()
        let second = first.copy()
        try first.append(["of the first"])
        try second.append(["of the second"])
        try world.job(first.asOurs, policy).roundToEnd()
        #expect(world.halts.isEmpty)

        let loser = JobWorld()
        let job = try loser.job(second.asOurs, policy)
        job.roundToEnd()
        #expect(loser.halts.count == 1)
        let evidence = try #require(loser.evidence.first)
        #expect(evidence.ours.text == (try second.note.text))
        let theirs = try #require(evidence.theirs)
        #expect(theirs.text == (try first.note.text), "the witness shows what the other copy signed")
        for note in [evidence.ours, theirs] {
            _ = try VerifiedCheckpoint(note, origin: TestLog.origin, logKeys: [first.key])
        }
        let proven = try #require(evidence.proof).verify(logKeys: [first.key])
        #expect(proven.smaller.size == 4 && proven.larger.size == 4, "whoever has the log's key can see that it lied")
        job.roundToEnd()
        #expect(loser.halts.count == 1 && loser.evidence.count == 1, "after an alarm nothing is asked")
        #expect(try second.cosignatures().map(\.size) == [3])
        let json = evidence.document
        #expect(try ForkProof(try #require(json["forkProof"])) == evidence.proof)
        #expect(json["proven"] == .bool(true) && json["type"] == "PunctualForkEvidence")
        #expect(json["witness"]?["vkey"]?.stringValue == witness.key.vkey)
    }

    @Test("a log that lost its end is told so by the witness that saw it, while it runs and at the start")
    func rolledBack() throws {
        let log = try TestLog(["a", "b", "c"])
        let old = log.copy()
        let witness = try TestWitness(logs: [log.key])
        let server = try witness.listen()
        let policy = try policy([(witness.key, url(server))], quorum: "q all")
        try log.append(["d", "e"])
        try world.job(log.asOurs, policy).roundToEnd()
        #expect(try world.job(log.asOurs, policy).compareWithWitnesses() == nil)

        let restored = JobWorld()
        let job = try restored.job(old.asOurs, policy)
        let conflict = try #require(job.compareWithWitnesses())
        #expect(conflict.why == "this log signed 5 entries, and has 3 of them")
        #expect(conflict.theirs?.text == (try log.note.text))
        #expect(conflict.proof == nil, "a shorter log is not yet another one")
        #expect(restored.halts.isEmpty, "at the start it is the caller who refuses")
        job.roundToEnd()
        #expect(restored.halts.count == 1 && restored.evidence.first?.theirs != nil)
        // Grown to the same size again, with other entries.
        try old.append(["x", "y"])
        let forked = JobWorld()
        let fork = try #require(try forked.job(old.asOurs, policy).compareWithWitnesses())
        #expect(fork.why.contains("another root for 5"))
        _ = try #require(fork.proof).verify(logKeys: [log.key])
        try old.append(["z"])
        let later = try #require(try forked.job(old.asOurs, policy).compareWithWitnesses()?.proof)
        #expect(try later.verify(logKeys: [log.key]).larger.size == 6, "also when the other branch has grown beyond")
        try forked.job(old.asOurs, policy).roundToEnd()
        #expect(forked.halts.count == 1)
    }

    @Test("a split view: the witness takes one branch and refuses the other, which then satisfies no policy")
    func splitView() throws {
        let trunk = try TestLog(["a", "b", "c", "d"])
        let branches = (trunk.copy(), trunk.copy())
        try branches.0.append(["to Alice: 1 credit", "e"])
        try branches.1.append(["to Alice: 0 credits", "f"])
        let witness = try TestWitness(logs: [trunk.key])
        #expect(try witness.add(try trunk.request(from: 0)).status == .ok)
        let policy = try policy([(witness.key, nil)], quorum: "q all").trusting([trunk.key])

        let request = try branches.0.request(from: 4)
        let lines = try AddCheckpointResponse(parsing: try witness.add(request).body)
        var shown = request.note
        try shown.add(try lines.cosignature(of: witness.key, on: shown).line)
        #expect(try policy.verify(shown).head == branches.0.head)

        // The operator tries everything that it has for the other branch: true proofs from the trunk, the right size,
        // a larger size, and the cosignature of the first branch.
        try branches.1.append(["g"])
        for old in [UInt64(4), 6] {
            for size in [UInt64(6), 7] {
                let lie = try branches.1.request(from: old, to: size)
                #expect(
                    try witness.add(lie).status == (old == 4 ? .conflict : .unprocessableContent), "\(old), \(size)")
            }
        }
        let hidden = try branches.1.note(try branches.1.head(at: 6))
        #expect(throws: TransparencyLogError.quorumUnmet(quorum: "q", missing: ["w0"])) { try policy.verify(hidden) }
        var forged = hidden
        try forged.add(try lines.cosignature(of: witness.key, on: request.note).line)
        #expect(throws: TransparencyLogError.invalidSignature(key: witness.key.name)) { try policy.verify(forged) }
        let kept = try witness.store.read { try $0.conflicts() }
        #expect(kept.contains { $0.kind == .twoRoots && Array($0.note.utf8) == hidden.bytes })
    }

    @Test(
        "a 422 or a size beyond ours from a witness that shows nothing stops too, and the evidence says it is not proof"
    )
    func wordOfAWitness() throws {
        for (status, type, body) in [
            (HTTPStatus.unprocessableContent, "text/plain", "no\n"), (.conflict, "text/x.tlog.size", "99\n"),
        ] {
            let server = try Impostor { request in
                request.method == .post
                    ? HTTPResponse(status, headers: ["Content-Type": type], body: Array(body.utf8))
                    : HTTPResponse(.notFound)
            }
            let world = JobWorld()
            let log = try TestLog(["a"])
            let key = try TestWitness(logs: []).key
            try world.job(log.asOurs, try policy([(key, server.url)], quorum: "q all")).roundToEnd()
            #expect(world.halts.count == 1)
            let json = try #require(world.evidence.first).document
            #expect(json["proven"] == .bool(false) && json["theirs"] == .null)
        }
    }

    @Test("a witness that answers nonsense, or shows monitors nonsense, is asked later and stops nothing")
    func nonsense() throws {
        let log = try TestLog(["a", "b"])
        let key = try TestWitness(logs: []).key
        let stranger = try TestLog(["x", "y", "z"], key: 5)
        let answers: [HTTPResponse] = [
            HTTPResponse(.ok), HTTPResponse(.ok, body: Array("<html>\n".utf8)),
            HTTPResponse(.ok, body: [UInt8](repeating: 0x61, count: 200_000)), HTTPResponse(.forbidden),
            HTTPResponse(.notFound), HTTPResponse(.internalServerError), HTTPResponse(.tooManyRequests),
            HTTPResponse(.conflict, headers: ["Content-Type": "text/x.tlog.size"], body: Array("0\n".utf8)),
            HTTPResponse(.conflict, headers: ["Content-Type": "text/html"], body: Array("99\n".utf8)),
            HTTPResponse(HTTPStatus(rawValue: 301), headers: ["Location": "http://127.0.0.1:1/"]),
            HTTPResponse(.ok, body: try TestWitness(logs: [stranger.key]).add(try stranger.request(from: 0)).body),
            HTTPResponse(.ok, body: try stranger.note.bytes),
            HTTPResponse(.ok, body: try log.note.bytes),
        ]
        for answer in answers {
            let server = try Impostor { _ in answer }
            let world = JobWorld()
            let job = try world.job(log.asOurs, try policy([(key, server.url)], quorum: "q all"))
            #expect(job.compareWithWitnesses() == nil)
            job.roundToEnd()
            job.roundToEnd()
            #expect(world.reports.count == 1, "said once: \(world.reports)")
            #expect(world.halts.isEmpty && world.witnessed.isEmpty)
            #expect(try log.cosignatures().isEmpty)
        }
    }

    @Test("a witness that is not there, or never answers, keeps neither the log nor the other witnesses waiting")
    func absent() throws {
        let world = try SimulatedWorld(seed: 1)
        let log = world.asOurLog
        let good = try TestWitness(logs: log.keys())
        let server = try good.listen()
        let gone = try good.listen()
        gone.stop(graceMilliseconds: 0)
        let held = Mutex<[HTTPResponder]>([])
        let silent = try Impostor(holding: { responder in held.withLock { $0.append(responder) } })
        let keys = try [(1, url(gone)), (2, silent.url)].map { key, url in
            (try TestWitness("w\(key)", key: UInt8(key), logs: []).key, url: String?.some(url))
        }
        let policy = try policy([(good.key, url(server))] + keys, quorum: "q any")
        let job = try self.world.job(log, policy, timeoutMilliseconds: 100)
        for number in 1...5 {
            _ = try world.addInstitution("Institution \(number)")
            job.roundToEnd()
        }
        let size = try #require(try world.store.read { try $0.newestCosignedNote() })
        #expect(try self.world.witnessed.last == Checkpoint(parsing: size.text).head.size)
        #expect(self.world.reports.count == 2, "each is reported once: \(self.world.reports)")
        #expect(held.withLock(\.count) == 1, "a witness that failed is not asked before its wait is over")
        self.world.clock.advance(by: Milliseconds(1_000))
        _ = try world.addInstitution("Another")
        for _ in 0..<20 { job.round() }
        job.waitUntilIdle()
        #expect(held.withLock(\.count) == 2, "twenty rounds while one question is open are one question")
        job.stop()
        #expect(self.world.halts.isEmpty)
    }

    @Test("a witness killed between keeping and answering: the line is lost, asked for again, and nothing forks")
    func witnessKilled() throws {
        let log = try TestLog(["a", "b"])
        let store = MemoryStore(Witness.tables) { $0 == 2 ? .persisted : nil }
        let first = try TestWitness(logs: [log.key], store: store)
        let second: TestWitness
        do {
            let server = try first.listen()
            try world.job(log.asOurs, try policy([(first.key, url(server))], quorum: "q all")).roundToEnd()
            try log.append(["c"])
            try world.job(log.asOurs, try policy([(first.key, url(server))], quorum: "q all")).roundToEnd()
            #expect(try log.cosignatures().map(\.size) == [2], "the witness kept the third entry, and did not answer")
            second = try TestWitness(logs: [log.key], store: store.restarted())
        }
        let server = try second.listen()
        try log.append(["d"])
        try world.job(log.asOurs, try policy([(second.key, url(server))], quorum: "q all")).roundToEnd()
        #expect(try log.cosignatures().map(\.size) == [2, 4])
        #expect(world.halts.isEmpty && world.witnessed.last == 4)
    }

    @Test("a full disk loses the line and not the service: it is asked for again")
    func fullStore() throws {
        let log = try TestLog(["a", "b"])
        let witness = try TestWitness(logs: [log.key])
        let server = try witness.listen()
        let full = log.store.restarted { $0 == 1 ? .full : nil }
        let ours = OurLog(store: full, origin: TestLog.origin) { [key = log.key] in [key] }
        let job = try world.job(ours, try policy([(witness.key, url(server))], quorum: "q all"))
        job.roundToEnd()
        #expect(world.reports.count == 1 && world.witnessed.isEmpty)
        job.roundToEnd()
        #expect(world.witnessed == [2] && world.halts.isEmpty)
    }

    @Test("without a quorum every checkpoint satisfies; witnesses without an address are not asked")
    func noQuorum() throws {
        let log = try TestLog(["a", "b"])
        let witness = try TestWitness(logs: [log.key])
        let job = try world.job(log.asOurs, try policy([(witness.key, nil)], quorum: "none"))
        #expect(world.witnessed == [2])
        try log.append(["c"])
        job.roundToEnd()
        #expect(world.witnessed.last == 3)
    }
}

/// Something that listens where a witness should.
private final class Impostor: Sendable {
    private let server: HTTPServer

    init(_ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) throws {
        server = try HTTPServer(.init(address: .tcp(host: "127.0.0.1", port: 0))) { $1.answer(answer($0)) }
    }

    init(holding hold: @escaping @Sendable (HTTPResponder) -> Void) throws {
        server = try HTTPServer(.init(address: .tcp(host: "127.0.0.1", port: 0))) { _, responder in hold(responder) }
    }

    var url: String { "http://\(server.address)" }
}

extension SimulatedWorld {
    /// The log of a simulated service, as its witnesses' job sees it.
    fileprivate var asOurLog: OurLog {
        OurLog(store: store, origin: service.logName) { [service] in service.everyLogKey }
    }
}
