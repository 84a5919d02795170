import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

/// Random lives under policies with everything that can hold a payment up, with crashes and full disks. The seed of a
/// life that fails is the argument of its test.
@Suite("A random history of payments on their way")
struct SettlingHistoryTests {
    @Test(
        "3.2/4/5/6/9/10/11/21/26/40 settles: once, to the last unit, within every cap, and nothing is dropped",
        arguments: 1...30 as ClosedRange<UInt64>)
    func settles(seed: UInt64) throws {
        var life = try SettlingLife(seed: seed)
        for _ in 0..<40 {
            try life.step()
            try life.checkPrefix()
        }
        try life.end()
    }

    @Test("3.2/2 comes to the same payments wherever it crashes", arguments: 1...10 as ClosedRange<UInt64>)
    func crashes(seed: UInt64) throws {
        var calm = try SettlingLife(seed: seed, crashes: false)
        var rough = try SettlingLife(seed: seed, crashes: true)
        for _ in 0..<30 {
            try calm.step()
            try rough.step()
        }
        try calm.end()
        try rough.end()
        #expect(try calm.payments() == rough.payments())
    }

    @Test("comes to tell something: over all seeds every kind of entry of the page occurs")
    func covers() throws {
        var types: Set<String> = []
        for seed in 1...30 as ClosedRange<UInt64> {
            var life = try SettlingLife(seed: seed)
            for _ in 0..<40 { try life.step() }
            types.formUnion(try life.world.types())
        }
        let page = [
            "compensation.capped", "compensation.owed", "compensation.waiting", "compensation.paid",
            "compensation.declined", "compensation.late", "compensation.reversed", "approval.asked", "approval.given",
            "approval.refused", "budget.warned",
        ]
        #expect(Set(page).subtracting(types) == [])
    }
}

private struct SettlingLife {
    private(set) var world: SettlingWorld
    private var random: SeededRandom
    private let staff: [StaffID]
    private let crashes: Bool
    private let isJudged: Bool
    private var open: [RequestID] = []
    private var count = 0

    init(seed: UInt64, crashes: Bool = true) throws {
        random = SeededRandom(seed: seed)
        self.crashes = crashes
        isJudged = !seed.isMultiple(of: 3)
        let favour: JSON = seed.isMultiple(of: 3) ? "discretionary" : "guaranteed"
        var spec: [String: JSON] = [
            "/model/tiers": [
                ["over": "deadline", "benefits": [SettlingWorld.credit(200, class: favour)]],
                ["over": ["elapsed": "PT4H"], "benefits": [SettlingWorld.credit(500, class: favour)]],
            ],
            "/caps": [
                ["scope": "user", "window": "P30D", "limit": ["unit": "PFC", "minor": 1300], "overflow": "truncate"],
                ["scope": "tenant", "window": "P1M", "limit": ["unit": "PFC", "minor": 6000], "overflow": "truncate"],
            ], "/budgetRef": "monthly", "/payout/ifLate": [SettlingWorld.credit(100)],
            "/reversal": ["reasons": ["fraud"], "take": "unspent-only"],
        ]
        if seed.isMultiple(of: 2) { spec["/approval"] = SettlingWorld.approval(seed.isMultiple(of: 4) ? 1 : 2) }
        if !seed.isMultiple(of: 5) {
            spec["/payout/minimum"] = ["unit": "PFC", "minor": 300]
            spec["/payout/belowMinimum"] = "carry-forward"
        }
        let favours: JSON = seed.isMultiple(of: 6) ? "stop" : "queue-in-order"
        let world = try SettlingWorld(spec, budget: SettlingWorld.budget(1200, favours: favours), seed: seed)
        self.world = world
        staff = try (0..<3).map { try world.world.world.addStaff("S\($0)", [.finance]).id }
    }

    mutating func step() throws {
        count += 1
        if count.isMultiple(of: 9) { try world.world.world.stateCoverage() }
        let (kind, chance) = (Int.random(in: 0..<12, using: &random), random.next())
        switch kind {
        case 0..<4:
            open.append(try world.world.waiting("k\(count)", holder: "urn:p:\(chance % 4)"))
        case 4 where !open.isEmpty:
            let id = open.remove(at: Int(chance % UInt64(open.count)))
            try world.world.world.perform(.approve(note: nil), on: id, of: world.world.tenant, key: "a\(count)")
        case 5: try say(chance)
        case 6: try takeBack(chance)
        case 7: if crashes { try world.world.world.restart() }
        case 8: try world.world.pass(.days(Int64(1 + chance % 20)))
        default: try world.world.pass(.hours(Int64(1 + chance % 30)))
        }
    }

    private func say(_ chance: UInt64) throws {
        guard let row = try world.owed().filter({ $0.why == "approval" }).min(by: { $0.claimKey < $1.claimKey }),
            let id = RequestID(row.request)
        else { return }
        do {
            try world.decide(id, by: staff[Int(chance % 3)], give: chance % 5 != 0)
        } catch is Refusal {
            // Said before, or about a debt.
        }
    }

    private func takeBack(_ chance: UInt64) throws {
        let payments = try world.world.rows(PaymentRecord.self).sorted { $0.claimKey < $1.claimKey }
        guard !payments.isEmpty else { return }
        do {
            try world.reverse(payments[Int(chance % UInt64(payments.count))].claimKey, .fraud, by: staff[0])
        } catch is Refusal {
            // Taken back before.
        }
    }

    /// What holds at every prefix: provisions are what is owed; nothing is negative; caps and the budget hold.
    func checkPrefix() throws {
        var provisions: Int64 = 0
        for line in try world.world.rows(JournalLineRecord.self) where line.account.hasPrefix("provision:") {
            provisions -= line.minor
        }
        #expect(try provisions == world.owed().reduce(0) { $0 + $1.minor })
        #expect(try world.world.rows(LotRecord.self).allSatisfy { $0.left >= 0 && $0.left <= $0.granted })
        let reversed = Dictionary(
            uniqueKeysWithValues: try world.world.rows(ReversalRecord.self).map { ($0.claimKey, $0.minor) })
        let lots = try world.world.rows(LotRecord.self)
        #expect(lots.allSatisfy { $0.granted == $0.left + (reversed[$0.claimKey] ?? 0) })
    }

    /// No time is left that could change anything but the months.
    mutating func end() throws {
        if crashes { try world.world.world.restart() }
        try world.world.pass(.hours(40))
        for _ in 0..<24 { try world.world.pass(.days(31)) }
        let owed = try world.owed()
        // What is left at rest has a named reason, and only one that ends by more delays to come.
        #expect(owed.allSatisfy { $0.why == "minimum" && $0.pot != nil }, "\(owed.map(\.why))")
        try world.check(allowing: [.latePayment, .lateBreach], isJudged: isJudged)
        #expect(try world.report().double == 0)
        try world.world.checkCoverage()
    }

    func payments() throws -> [String] {
        try world.world.rows(PaymentRecord.self).map { "\($0.minor) \($0.at)" }.sorted()
    }
}
