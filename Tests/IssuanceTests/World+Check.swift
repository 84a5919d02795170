import CanonicalJSON
import Issuance
import Settlement
import Simulation
import Temporal
import Testing
import TransparencyLog

extension World {
    /// The checks that share no code with the engine, and the replay.
    func check(allowing late: Set<Finding.Kind>) throws {
        let entries = try rows(EntryRecord.self)
        var recomputation = Recomputation(window: try windows(), lots: try lots())
        for entry in entries { recomputation.read(entry.body) }
        let now = try logTime()
        let report = recomputation.finish(at: now)
        #expect(report.verdict != .cannotTell)
        #expect(report.missed == 0 && report.double == 0)
        #expect(Set(report.findingCounts.keys).subtracting(late) == [], "\(report.findings.prefix(3))")
        #expect(report.compensated == Set(try rows(PaymentRecord.self).map(\.request)).count)
        let erased = try rows(PaymentRecord.self).filter { $0.holder.isEmpty }
        #expect(report.unjudgedWindows == erased.count { $0.benefitType == CompensationPosted.premium })
        try checkErased()
        try world.store.read { reader in
            let key = try VerifierKey(vkey: logKey(entries[0]))
            let summary = try LogCheck.verify(reader, keys: [key], anchored: world.surroundings.anchored)
            #expect(summary.head.size == UInt64(entries.count))
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            let difference = try copy.read { try Replay.firstDifference(between: reader, and: $0) }
            #expect(difference == nil)
        }
        for transaction in Dictionary(grouping: try rows(JournalLineRecord.self), by: \.transaction).values {
            #expect(transaction.reduce(0) { $0 + $1.minor } == 0)
        }
        let waiting = try rows(RequestRecord.self).filter {
            $0.assessAt.map { $0 <= now.milliseconds } ?? false
        }
        #expect(waiting.isEmpty, "something is due and was not assessed")
        try checkBacktest()
    }

    /// What the log takes the time to be: the clock's, unless that has stepped back.
    func logTime() throws -> Instant {
        let last = try rows(HeadRecord.self).first?.lastTime ?? 0
        return Instant(milliseconds: max(last, world.clock.now.milliseconds))
    }

    /// Of everybody who was erased nothing is left that says who they were, and nothing followed but changes of status.
    private func checkErased() throws {
        let openings = Set(try rows(OpeningRecord.self).map(\.seq))
        let notices = Set(try rows(NoticeRecord.self).map(\.request))
        let entries = Dictionary(grouping: try rows(EntryRecord.self), by: \.request)
        for request in try rows(RequestRecord.self) {
            let story = entries[request.id] ?? []
            let types = try story.map { try JSON(parsing: $0.body)["type"]?.stringValue ?? "" }
            #expect(types.contains("subject.erased") == (request.erasedAt != nil))
            guard request.erasedAt != nil, let end = types.firstIndex(of: "subject.erased") else { continue }
            #expect(request.holder.isEmpty && request.stoppedAt != nil && !notices.contains(request.id))
            #expect(story[..<end].allSatisfy { !openings.contains($0.seq) })
            #expect(types[(end + 1)...].allSatisfy { ["credential.revoked", "credential.status"].contains($0) })
        }
        let subjects = Set(try rows(SubjectRecord.self).map(\.holder))
        // What the staff wrote is theirs.
        let holders = Set(try rows(RequestRecord.self).map(\.holder) + rows(HolderEntryRecord.self).map(\.holder))
            .union(try rows(StaffRecord.self).map(\.id))
        #expect(subjects == holders.union([""]))
    }

    private func windows() throws -> @Sendable (UInt64) -> WindowOpening? {
        let openings = try world.store.read { try PremiumOpenings.all(in: $0) }
        return { seq in openings[seq].map { WindowOpening($0.opening, holder: $0.holder) } }
    }

    private func lots() throws -> LotOpenings {
        let openings = try world.store.read { try WalletOpenings(in: $0) }
        return LotOpenings(lots: { openings.lots[$0] }, holder: { openings.holders[$0] })
    }

    func logKey(_ first: EntryRecord) throws -> String {
        try JSON(parsing: first.body)["facts"]?["logKey"]?.stringValue ?? ""
    }
}
