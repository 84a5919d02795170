import HTTPServer
import Issuance
import Simulation
import Temporal
import Testing
import TransparencyLog
import Witnessing

@Suite("Checkpoints with what witnesses said of them")
struct CheckpointTests {
    private let log: TestLog
    private let witnesses: [TestWitness]

    /// Sizes 1 to 6; the first witness cosigned 1, 2, 3 and 5, the second 2, 4 and 5, and the third nothing.
    init() throws {
        log = try TestLog()
        witnesses = try (1...3).map { [log] in try TestWitness("w\($0)", key: UInt8($0), logs: [log.key]) }
        for size in UInt64(1)...6 {
            try log.append(1)
            for (witness, sizes) in [(witnesses[0], [1, 2, 3, 5] as [UInt64]), (witnesses[1], [2, 4, 5])]
            where sizes.contains(size) {
                let line = try witness.cosigner.cosign(
                    try Checkpoint(parsing: log.note.text), at: TestWitness.time + Milliseconds(1000 * Int64(size)))
                try log.asOurs.store.write { writer in
                    try writer.insert(
                        CosignatureRecord(size: Int64(size), witness: witness.key.vkey, line: line.line))
                }
            }
        }

    }

    private func newest(_ quorum: String) throws -> UInt64? {
        let policy = try policy(witnesses.map { ($0.key, nil) }, quorum: quorum).trusting([log.key])
        return try log.store.read { try $0.newestWitnessed(by: policy)?.head.size }
    }

    private func policy(_ keys: [(VerifierKey, url: String?)], quorum: String) throws -> LogPolicy {
        try WitnessingTests.policy(keys, quorum: quorum)
    }

    @Test("a note carries the log's line, then those of its witnesses, and only those of its size")
    func notes() throws {
        for (size, names) in [(1, ["w1"]), (2, ["w1", "w2"]), (3, ["w1"]), (4, ["w2"]), (6, [])] as [(UInt64, [String])]
        {
            let note = try #require(try log.store.read { try $0.cosignedNote(size: size) })
            #expect(note.signatures.first == (try log.note(try log.head(at: size)).signatures[0]))
            #expect(Set(note.signatures.dropFirst().map(\.name.text)) == Set(names), "\(size)")
        }
        #expect(try log.store.read { try $0.cosignedNote(size: 7) } == nil)
        let newest = try log.store.read { try $0.newestCosignedNote() }
        #expect(newest == (try log.note))
        #expect(try TestLog().store.read { try $0.newestCosignedNote() } == nil)
    }

    @Test("the newest checkpoint that satisfies a policy is found, however far back it is")
    func newestWitnessed() throws {
        #expect(try newest("none") == 6)
        #expect(try newest("q any") == 5)
        #expect(try newest("q 2") == 5)
        #expect(try newest("q all") == nil)
        try log.append(600)
        for size in UInt64(607)...1_200 {
            try log.append(1)
            let line = try witnesses[2].cosigner.cosign(
                try Checkpoint(parsing: log.note.text), at: TestWitness.time)
            let record = CosignatureRecord(size: Int64(size), witness: witnesses[2].key.vkey, line: line.line)
            try log.store.write { try $0.insert(record) }
        }
        #expect(try newest("q any") == 1_200)
        #expect(try newest("q 2") == 5, "behind more than two pages of cosignatures that do not suffice")
    }

    @Test("the line of a witness of the policy that does not verify spoils its checkpoint, and an older one is taken")
    func spoiled() throws {
        let row = CosignatureRecord(
            size: 5, witness: witnesses[2].key.vkey,
            line: try witnesses[2].cosigner.cosign(
                try Checkpoint(origin: TestLog.origin, head: log.head), at: TestWitness.time
            ).line)
        try log.store.write { try $0.insert(row) }
        #expect(try newest("q any") == 4)
    }

    @Test("a policy that does not list the log is satisfied by nothing")
    func otherLog() throws {
        let other = try policy(witnesses.map { ($0.key, nil) }, quorum: "q any").trusting([try TestLog(key: 7).key])
        #expect(try log.store.read { try $0.newestWitnessed(by: other) } == nil)
        let none = LogPolicy(trusting: [try TestLog(key: 7).key])
        #expect(try log.store.read { try $0.newestWitnessed(by: none) } == nil)
    }

    @Test("the service serves its newest checkpoint with cosignatures, and the newest witnessed one once there is one")
    func service() throws {
        let world = try SimulatedWorld(seed: 4)
        let refusal = #expect(throws: Refusal.self) { try world.service.witnessedCheckpoint() }
        #expect(refusal?.code == .unknownCheckpoint)
        let keys = world.service.everyLogKey
        let witness = try TestWitness(logs: keys)
        let server = try witness.listen()
        let jobWorld = JobWorld()
        let job = try CosigningJob(
            OurLog(store: world.store, origin: world.service.logName) { keys },
            policy: try policy([(witness.key, "http://\(server.address)")], quorum: "q all"),
            CosigningSurroundings(
                now: { jobWorld.clock.now }, randomBytes: { [UInt8](repeating: 0, count: $0) },
                saveEvidence: { _ in }, halt: { _ in }, report: { _ in },
                witnessed: { [service = world.service] in service.learn(witnessedSize: $0) }))
        job.roundToEnd()
        let witnessed = try world.service.witnessedCheckpoint()
        #expect(
            try SignedNote(parsing: witnessed).signatures.map(\.name.text) == [
                "simulation.example", "witness.example/w1",
            ])
        #expect(try world.service.checkpoint() == witnessed)
        _ = try world.addInstitution("Another")
        #expect(try world.service.witnessedCheckpoint() == witnessed)
        let newest = try SignedNote(parsing: try world.service.checkpoint())
        #expect(newest.signatures.count == 1 && newest.bytes != witnessed)
    }
}
