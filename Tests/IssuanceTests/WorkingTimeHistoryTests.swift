import CanonicalJSON
import Compensation
import Issuance
import Simulation
import Temporal
import TestSupport
import Testing

/// Random lives of requests that are promised and paid by the clocks of an office, over changes of clocks, under versions
/// that help and versions that do not; judged by the recomputation, rebuilt from the log, backtested, and computed once
/// more in another language.
@Suite("Histories in working time")
struct WorkingTimeHistoryTests {
    /// As CI runs it; the seed of a failure is its argument.
    static let seeds = UInt64(0)..<40

    @Test("engine, recomputation and the naive model in Python agree to the last unit", arguments: seeds)
    func agree(_ seed: UInt64) throws {
        let office = try live(seed)
        try office.check()
        let naive = try office.world.naive()
        #expect(naive.problems == [], "seed \(seed)")
        let paid = try office.world.rows(PaymentRecord.self)
        let sums = Dictionary(grouping: paid) { "given \($0.benefitType) \($0.unit)" }
            .map { "\($0.key) \($0.value.reduce(0) { $0 + $1.minor })" }
        #expect(naive.totals == sums.sorted(), "seed \(seed)")
    }

    @Test("some of them pay in every kind of time, and are helped by a later version")
    func reach() throws {
        var kinds: Set<String> = []
        var helped = 0
        for seed in Self.seeds {
            let office = try live(seed)
            guard try !office.paid().isEmpty else { continue }
            kinds.insert(Self.kinds[Int(seed % 4)].0)
            helped += try office.facts("compensation.better").count
        }
        #expect(kinds.count == 4 && helped > 5, "\(kinds) \(helped)")
    }

    /// What the tiers are told in, with how long a step of each is.
    private static let kinds: [(String, basis: JSON, step: @Sendable (Int64) -> JSON)] = [
        ("elapsed", "elapsed", { ["elapsed": .string("PT\($0 * 5)H")] }),
        ("business", "business", { ["business": .string("PT\($0 * 3)H")] }),
        ("workingDays", "business", { ["workingDays": .integer($0)] }),
        ("calendarDays", "calendarDays", { ["calendarDays": .integer($0)] }),
    ]

    private static let targets: [JSON] = [
        ["elapsed": "PT6H"], ["business": "PT7H"], ["workingDays": 2], ["calendarDays": 1],
    ]

    private func live(_ seed: UInt64) throws -> WorkingTimeWorld {
        var random = SeededRandom(seed: seed)
        let kind = Self.kinds[Int(seed % 4)]
        var changes: [String: JSON?] = ["/measure/basis": kind.basis, "/model/tiers": tiers(kind.step, using: &random)]
        if Bool.random(using: &random) { changes["/measure/grace"] = kind.step(1) }
        if Bool.random(using: &random) { changes["/payout/within"] = ["workingDays": 1] }
        let office = try WorkingTimeWorld(
            target: Self.targets[Int.random(in: 0..<4, using: &random)], changes)
        let start = Bool.random(using: &random) ? "2026-03-20T06:00:00Z" : "2026-10-16T06:00:00Z"
        // Said long before, so that nobody loses at short notice; in force one after the other.
        changes["/earlierRequests"] = "better-of"
        for version in Int64(2)...9 {
            changes["/model/tiers"] = tiers(kind.step, using: &random)
            let from =
                try Instant(rfc3339: start) + .days(version - 2) + .hours(Int64.random(in: 1...20, using: &random))
            try office.publish(
                "Compensation", "office-pay", version: version, from: from.rfc3339, office.compensation(changes))
        }
        try office.pass(to: start)
        var open: [RequestID] = []
        for step in 0..<30 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: open.append(try office.ask("\(step)", holder: "urn:example:person:\(step % 3)"))
            case 2 where !open.isEmpty:
                let id = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                try office.world.world.perform(.approve(note: nil), on: id, of: office.world.tenant, key: "b\(step)")
            default: break
            }
            try wake(office, for: .seconds(Int64.random(in: 1...50_000, using: &random)))
        }
        try wake(office, for: .days(12))
        return office
    }

    /// A while in which the service looks whenever something comes.
    private func wake(_ office: WorkingTimeWorld, for length: Milliseconds) throws {
        let end = office.world.world.clock.now + length
        while office.world.world.clock.now < end {
            let now = office.world.world.clock.now
            let next = try office.world.rows(RequestRecord.self).compactMap(\.assessAt).min() ?? .max
            let at = Instant(milliseconds: max(min(next, end.milliseconds), now.milliseconds + 1))
            try office.world.pass(at - now)
        }
    }

    private func tiers(_ step: (Int64) -> JSON, using random: inout SeededRandom) -> JSON {
        let first = Int64.random(in: 100...600, using: &random)
        let second = first + .random(in: 1...300, using: &random)
        return WorkingTimeWorld.tiers(
            ("deadline", first), (step(.random(in: 1...2, using: &random)), second),
            (step(.random(in: 3...4, using: &random)), second + .random(in: 1...300, using: &random)))
    }
}
