import CanonicalJSON
import Dispatch
import Issuance
import Simulation
import Synchronization
import Testing
import TransparencyLog

@Suite("A batch of commands")
struct BatchTests {
    /// What a request was accepted with, to accept others in the same way.
    private func accepted(_ id: RequestID, in world: World) throws -> RequestAccepted {
        let scan = Scan(EntryRecord.self, index: "entry_by_request", equals: [.text(id.text)], limit: 1)
        let (record, opening) = try world.world.store.read { reader in
            let record = try #require(try reader.records(scan).first)
            return (record, try #require(try reader.record(OpeningRecord.self, .integer(record.seq))))
        }
        let entry = try LogEntry(parsing: record.body)
        let openings = try #require(try JSON(parsing: opening.document).objectValue)
        let event = try Event(type: entry.type, facts: entry.facts, openings: openings)
        guard case .requestAccepted(let accepted) = event else { throw StoreError.corrupt("another event") }
        return accepted
    }

    private func command(_ id: RequestID, like first: RequestAccepted, key: String) -> Command {
        let event = RequestAccepted(
            tenant: first.tenant, tier: first.tier, credentialType: first.credentialType, review: first.review,
            objective: first.objective, acceptedAt: first.acceptedAt, dueAt: first.dueAt,
            serviceLevel: first.serviceLevel, compensation: first.compensation, holder: first.holder,
            credential: first.credential, order: first.order, receipt: first.receipt,
            idempotency: Idempotency(key: key, digest: [UInt8](repeating: 1, count: 32)))
        return .accept(
            AcceptedRequest(id: id, event: event, issued: nil, subjectKey: [UInt8](repeating: 2, count: 32)))
    }

    /// The results of commands that are in one batch: they are queued while the sequencer answers another one.
    private func results(
        of commands: [Command], after first: Command, _ service: Service
    ) -> [Result<Answer, any Error>] {
        let results = Mutex<[Int: Result<Answer, any Error>]>([:])
        let group = DispatchGroup()
        for _ in commands { group.enter() }
        service.sequencer.submit(first) { _ in
            for (position, command) in commands.enumerated() {
                service.sequencer.submit(command) { result in
                    results.withLock { $0[position] = result }
                    group.leave()
                }
            }
        }
        group.wait()
        return results.withLock { found in commands.indices.compactMap { found[$0] } }
    }

    @Test(
        "loses only the command that fails after it has written, wherever it stands and however late the store says so",
        arguments: 0..<3, [false, true])
    func spoilt(position: Int, isLate: Bool) throws {
        let world = try World()
        let first = try accepted(world.waiting(), in: world)
        let store: any Store = isLate ? LateStore(world.world.store) : world.world.store
        let service = try Service(world.world.surroundings.surroundings(store))
        let ids = (0..<3).map { RequestID(at: first.acceptedAt, random: [UInt8](repeating: UInt8($0), count: 10)) }
        let twice = RequestID(at: first.acceptedAt, random: [UInt8](repeating: 9, count: 10))
        var commands = ids.enumerated().map { command($1, like: first, key: "good \($0)") }
        // Its entry is written before the row shows that there is such a request already.
        commands.insert(command(twice, like: first, key: "bad"), at: position)
        let before = try world.rows(EntryRecord.self).count
        let results = results(of: commands, after: command(twice, like: first, key: "the same"), service)
        for (place, result) in results.enumerated() {
            if place == position {
                #expect(throws: StoreError.conflict(table: "request")) { try result.get() }
            } else {
                #expect(throws: Never.self) { try result.get() }
            }
        }
        #expect(results.count == 4)
        #expect(try world.rows(EntryRecord.self).count == before + 4)
        #expect(try world.rows(AnswerRecord.self).contains { $0.key == "bad" } == false)
        try world.checkLog()
    }

    @Test("grows a log of any length that is audited and taken up like the service's own")
    func growth() throws {
        let world = try World()
        _ = try world.waiting()
        let surroundings = world.world.surroundings
        let logKey = try VerifierKey(vkey: world.logKey(try world.rows(EntryRecord.self)[0]))
        var growth = try LogGrowth(of: world.world.store, key: try surroundings.keys.log.key(logKey))
        for count in [1, 255, 300, 2500] {
            let head = try growth.grow(by: count)
            try surroundings.surroundings(world.world.store).anchor(head)
        }
        try world.checkLog()
        try world.world.restart()
        _ = try world.waiting("after")
        try world.checkLog()
    }
}

extension World {
    /// Audits the whole log against its newest checkpoint and the anchor.
    fileprivate func checkLog() throws {
        let key = try VerifierKey(vkey: logKey(try rows(EntryRecord.self)[0]))
        _ = try world.store.read {
            try LogCheck.verify($0, keys: [key], anchored: world.surroundings.anchored)
        }
    }
}
