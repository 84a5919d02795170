import CanonicalJSON
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Random lives of wallets and coupons, from a seed: lots that come and end, spends, carts, codes, sweeps, crashes
/// and full disks. After each, books, rows, replay and recomputation agree.
@Suite("A random history of wallets and coupons")
struct WalletHistoryTests {
    @Test(
        "3.2/7 3.2/8 3.2/9 3.2/23 keeps every unit, whatever fails in between", arguments: 1...24 as ClosedRange<UInt64>
    )
    func conserves(seed: UInt64) throws {
        var life = try WalletLife(seed: seed)
        for _ in 0..<70 { try life.step() }
        try life.check()
    }

    @Test("3.2/8 shows the same balances whether or not the sweep ran", arguments: [3, 5, 8] as [UInt64])
    func sweepless(seed: UInt64) throws {
        func shown(_ sweeps: Bool) throws -> [JSON] {
            var life = try WalletLife(seed: seed, sweeps: sweeps, hasFaults: false)
            for _ in 0..<60 { try life.step() }
            return try WalletLife.holders.map { holder in
                let credits = try life.world.world.service.credits(of: holder, at: life.world.tenant)
                let lots = (credits["lots"]?.arrayValue ?? []).map { $0["left"] ?? .null }
                return [
                    credits["balance"] ?? .null, credits["reserved"] ?? .null, .array(lots),
                    .integer(Int64(credits["reservations"]?.arrayValue?.count ?? 0)),
                ]
            }
        }
        #expect(try shown(true) == shown(false))
    }
}

/// One random life, with what it was answered.
struct WalletLife {
    static let holders = ["urn:p:1", "urn:p:2", "urn:p:3"]

    let world: World
    private let sweeps: Bool
    private let hasFaults: Bool
    private var random: SeededRandom
    private var counter = 0
    private var held: [Int64] = []
    private var carts: [Int64] = []
    private var codes: [String] = []
    private var batches: [Int64] = []

    init(seed: UInt64, sweeps: Bool = true, hasFaults: Bool = true) throws {
        world = try World(seed: seed)
        random = SeededRandom(seed: seed &* 104_729)
        self.sweeps = sweeps
        self.hasFaults = hasFaults
        try world.world.limitCoupons(at: world.tenant, budget: 1_000_000_000, perAgent: 1000)
        for (number, holder) in Self.holders.enumerated() { _ = try world.waiting("first \(number)", holder: holder) }
        try world.pass(Default.target + .minutes(1))
    }

    mutating func step() throws {
        counter += 1
        let key = "k\(counter)"
        let holder = Self.holders.randomElement(using: &random) ?? ""
        let (world, minor) = (world.world, Int64.random(in: 1...400, using: &random))
        let tenant = self.world.tenant
        switch Int.random(in: 0..<16, using: &random) {
        case 0: _ = try self.world.waiting(key, holder: holder)
        case 1: try self.world.pass(.hours(Int64.random(in: 1...30, using: &random)))
        case 2:
            try self.world.pass(.days(Int64.random(in: 1...200, using: &random)))
        case 3: if sweeps { try world.service.bookBreakage() }
        case 4, 5:
            try attempt { try world.spend(WalletTests.body(minor, holder: holder), from: tenant, key: key) }
        case 6, 7:
            let seconds = Int64.random(in: 1...100_000, using: &random)
            let answer = try attempt {
                try world.spend(WalletTests.body(minor, seconds: seconds, holder: holder), from: tenant, key: key)
            }
            if let number = answer?.body["reservation"]?.integerValue { held.append(number) }
        case 8, 9:
            guard let number = held.randomElement(using: &random) else { return }
            let resolution: Service.Resolution = Bool.random(using: &random) ? .confirm : .release
            try attempt { try world.resolve(number, resolution, of: tenant, key: key) }
        case 10:
            let isCard = Bool.random(using: &random)
            let order = CouponTests.order(
                self.world, minor, count: 3, kind: isCard ? "gift-card" : "single-use",
                days: Int64.random(in: 1...40, using: &random))
            let answer = try attempt { try world.mint(order, at: tenant, key: key) }
            codes += (answer?.body["coupons"]?.arrayValue ?? []).compactMap { $0["code"]?.stringValue }
            if let batch = answer?.body["batch"]?.integerValue { batches.append(batch) }
        case 11, 12:
            guard let code = codes.randomElement(using: &random) else { return }
            let part: Int64? = Bool.random(using: &random) ? nil : Int64.random(in: 1...50, using: &random)
            let w = self.world
            try attempt { try CouponTests.redeem(w, code, minor: part, key: key) }
        case 13:
            guard let code = codes.randomElement(using: &random) else { return }
            let w = self.world
            let answer = try attempt { try CouponTests.redeem(w, code, seconds: 3000, key: key) }
            if let number = answer?.body["reservation"]?.integerValue { carts.append(number) }
        case 14:
            guard let number = carts.randomElement(using: &random) else { return }
            let resolution: Service.Resolution = Bool.random(using: &random) ? .confirm : .release
            try attempt { try world.resolveCoupon(number, resolution, at: tenant, key: key) }
        default:
            guard let batch = batches.randomElement(using: &random), counter % 3 == 0 else { return }
            try attempt { try world.revokeCoupons(batch: batch, at: tenant, key: key) }
        }
    }

    /// Does a command, sometimes on a store that fails, and then once more under the same key. Refusals are answers.
    @discardableResult
    private mutating func attempt(_ command: () throws -> Answer) throws -> Answer? {
        if hasFaults, Int.random(in: 0..<4, using: &random) == 0 {
            let fault = [MemoryStoreFault.full, .lost, .persisted].randomElement(using: &random)
            try world.world.restart(faults: { $0 == 1 ? fault : nil })
            do {
                _ = try command()
            } catch is Refusal {
            } catch is StoreError {
            }
            try world.world.restart()
        }
        do {
            let answer = try command()
            #expect(try command() == answer, "the same key, another answer")
            return answer
        } catch is Refusal {
            return nil
        }
    }

    func check() throws {
        if sweeps { try world.world.service.bookBreakage() }
        try world.check(allowing: [.lateBreach, .latePayment])
        // 3.2/9: each lot, from the entries' openings.
        var taken: [String: Int64] = [:]
        let openings = try world.world.store.read { try WalletOpenings(in: $0) }
        let live = Set(try world.rows(ReservationRecord.self).filter { $0.state != .released }.map(\.seq))
        for entry in try world.rows(EntryRecord.self) {
            let type = try JSON(parsing: entry.body)["type"]?.stringValue ?? ""
            let counts =
                ["credits.spent", "credits.expired"].contains(type)
                || type == "credits.reserved" && live.contains(entry.seq)
            guard counts, let opening = openings.lots[UInt64(entry.seq)] else { continue }
            for part in try JSON(parsing: opening.value).arrayValue ?? [] {
                taken[part["claimKey"]?.stringValue ?? "", default: 0] += part["minor"]?.integerValue ?? 0
            }
        }
        for lot in try world.rows(LotRecord.self) {
            #expect(lot.left >= 0 && lot.granted == lot.left + taken[lot.claimKey, default: 0])
        }
        // 3.2/6 and 3.2/8: the books and the rows say the same.
        var sums: [String: Int64] = [:]
        for line in try world.rows(JournalLineRecord.self) where line.unit == "PFC" {
            sums[String(line.account.split(separator: ":")[0]), default: 0] += line.minor
        }
        #expect(sums.values.reduce(0, +) == 0)
        let left = try world.rows(LotRecord.self).reduce(0) { $0 + $1.left }
        #expect(-(sums["wallet", default: 0] + sums["wallets", default: 0]) == left)
        // 3.2/23: at most one end each, and nothing lost.
        let coupons = try world.rows(CouponRecord.self)
        let worth = coupons.filter { !$0.isOver }.reduce(0) { $0 + $1.left }
        #expect(-sums["coupon", default: 0] == worth)
        #expect(coupons.allSatisfy { $0.left >= 0 && $0.left <= $0.granted })
    }
}
