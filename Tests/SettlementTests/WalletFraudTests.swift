import CanonicalJSON
import Settlement
import Testing
import TransparencyLog

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
private let due = start + 8 * hour
private let paid = due + 1

/// Rules 35 to 39 against an operator who writes what is not so and signs everything anew.
@Suite("Frauds with wallets and coupons")
struct WalletFraudTests {
    /// Two lots of 500 PFC, the first of which ends earlier, and what they are called.
    private func history() -> (log: LogBuilder, keys: [String]) {
        var log = LogBuilder.standard()
        for (number, rid) in ["r1", "r2"].enumerated() {
            let at = start + Int64(number)
            log.accept(rid, at: at, due: at + 8 * hour)
        }
        for (number, rid) in ["r1", "r2"].enumerated() {
            let broken = due + Int64(number)
            log.breach(rid, at: broken + 1, due: broken)
            log.post(Posting(rid: rid, t: broken + 1, minor: 500))
            log.issue(rid, at: broken + 1)
        }
        let keys = log.drafts.filter { $0.type == "compensation.post" }.compactMap { $0.facts["claimKey"]?.stringValue }
        return (log, keys)
    }

    private func kinds(_ report: SettlementReport) -> [Finding.Kind: Int] { report.findingCounts }

    @Test("an honest history settles: spent, held, confirmed, released, expired")
    func honest() throws {
        var (log, keys) = history()
        var openings: [Int: Opening] = [:]
        func move(
            _ type: String, _ minor: Int64, _ parts: [(String, Int64)], _ t: Int64, _ until: Int64? = nil,
            _ why: String? = nil
        ) throws -> Int {
            let moved = try log.move(type, minor, from: parts, at: t, until: until, why: why)
            openings[moved.seq] = moved.opening
            return moved.seq
        }
        _ = try move("credits.spent", 600, [(keys[0], 500), (keys[1], 100)], paid + 10)
        let held = try move("credits.reserved", 100, [(keys[1], 100)], paid + 20, paid + 20 + hour)
        log.resolve(held, 100, at: paid + 30)
        let second = try move("credits.reserved", 50, [(keys[1], 50)], paid + 40, paid + 40 + hour)
        log.resolve(second, 50, at: paid + 40 + hour, why: "timeout")
        _ = try move("credits.expired", 300, [(keys[1], 300)], paid + 400 * day, nil, "expiry")
        let report = try log.walletReport(at: paid + 400 * day, openings)
        #expect(report.findings == [], "\(report.findings)")
        #expect(report.verdict == .settled && report.spent == ["PFC": 700] && report.expired == ["PFC": 300])
        #expect(report.judgedMovements == 4 && report.unjudgedMovements == 0)
        let blind = try log.walletReport(at: paid + 400 * day) { _ in nil }
        #expect(blind.verdict == .settled && blind.unjudgedMovements == 4)
    }

    @Test("3.2/7 3.2/9 more spent than was posted is found by anybody, without an opening")
    func overspent() throws {
        var (log, keys) = history()
        try log.move("credits.spent", 1001, from: [(keys[0], 500), (keys[1], 501)], at: paid + 10)
        #expect(kinds(try log.walletReport(at: paid + 10)) == [.wrongSpend: 1])
    }

    @Test("what another institution's holders have does not pay for this one's")
    func foreignTenant() throws {
        var (log, keys) = history()
        try log.move("credits.spent", 100, from: [(keys[0], 100)], at: paid + 10, tenant: "another")
        #expect(kinds(try log.walletReport(at: paid + 10)) == [.wrongSpend: 1])
    }

    @Test("the wrong lot first, a lot twice, somebody else's, an expired one, or another sum: found with the openings")
    func wrongLots() throws {
        let keys = history().keys
        for (parts, minor, at) in [
            ([(keys[1], 100)], 100, paid + 10), ([(keys[0], 100), (keys[1], 100)], 200, paid + 10),
            ([(keys[0], 500), (keys[0], 100)], 600, paid + 10), ([(keys[0], 90)], 100, paid + 10),
            ([("00", 100)], 100, paid + 10), ([(keys[1], 500), (keys[0], 100)], 600, paid + 10),
            ([(keys[0], 100)], 100, paid + 366 * day),
        ] as [([(String, Int64)], Int64, Int64)] {
            var log = history().log
            let moved = try log.move("credits.spent", minor, from: parts, at: at)
            let report = try log.walletReport(at: at, [moved.seq: moved.opening])
            #expect(kinds(report) == [.wrongSpend: 1], "\(parts)")
        }
        var log = history().log
        let moved = try log.move("credits.spent", 600, from: [(keys[0], 500), (keys[1], 100)], at: paid + 10)
        let strangers = try log.walletReport(at: paid + 10, [moved.seq: moved.opening]) { $0 }
        #expect(kinds(strangers) == [.wrongSpend: 1], "two lots of two holders")
    }

    @Test("an opening of something else is found, and so is an entry that commits to no lots")
    func wrongOpening() throws {
        var (log, keys) = history()
        let moved = try log.move("credits.spent", 100, from: [(keys[0], 100)], at: paid + 10)
        let other = try LogBuilder.lots([(keys[0], 99)])
        #expect(kinds(try log.walletReport(at: paid + 10, [moved.seq: other])) == [.wrongSpend: 1])
        log.drafts[log.drafts.count - 1].cm = [:]
        #expect(kinds(try log.walletReport(at: paid + 10)) == [.wrongSpend: 1])
    }

    @Test("a reservation that is confirmed twice, late, after its release, or by another institution is found")
    func reservations() throws {
        typealias Change = (inout LogBuilder, Int) -> Void
        let changes: [Change] = [
            {
                $0.resolve($1, 100, at: paid + 20)
                $0.resolve($1, 100, at: paid + 30)
            },
            { $0.resolve($1, 100, at: paid + 10 + hour) },
            {
                $0.resolve($1, 100, at: paid + 20, why: "asked")
                $0.resolve($1, 100, at: paid + 30)
            },
            { $0.resolve($1, 100, at: paid + 20, why: "timeout") },
            { $0.resolve($1, 100, at: paid + 10 + hour, why: "asked") },
            { $0.resolve($1, 100, at: paid + 20, tenant: "another") },
        ]
        for change in changes {
            var (log, keys) = history()
            let held = try log.move(
                "credits.reserved", 100, from: [(keys[0], 100)], at: paid + 10, until: paid + 10 + hour)
            change(&log, held.seq)
            #expect(kinds(try log.walletReport(at: paid + 2 * hour)) == [.wrongReservation: 1])
        }
        var (log, keys) = history()
        try log.move("credits.reserved", 1, from: [(keys[0], 1)], at: paid + 10, until: paid + 11 + 30 * day)
        #expect(kinds(try log.walletReport(at: paid + 10)) == [.wrongReservation: 1])
    }

    @Test("credits booked as expired too early, too little, or twice are found")
    func expiry() throws {
        let keys = history().keys
        let end = paid + 365 * day
        for (parts, minor, at, count) in [
            ([(keys[0], 500)], 500, end - 1, 1), ([(keys[0], 400)], 400, end, 1), ([(keys[0], 500)], 499, end, 1),
        ] as [([(String, Int64)], Int64, Int64, Int)] {
            var log = history().log
            let moved = try log.move("credits.expired", minor, from: parts, at: at, why: "expiry")
            #expect(kinds(try log.walletReport(at: at, [moved.seq: moved.opening])) == [.wrongExpiry: count])
        }
        var log = history().log
        let first = try log.move("credits.expired", 500, from: [(keys[0], 500)], at: end, why: "expiry")
        let second = try log.move("credits.expired", 500, from: [(keys[0], 500)], at: end, why: "expiry")
        let report = try log.walletReport(at: end, [first.seq: first.opening, second.seq: second.opening])
        #expect(kinds(report) == [.wrongExpiry: 1])
    }

    @Test("a journal that names another account, amount or id is found")
    func journals() throws {
        var (log, keys) = history()
        try log.move("credits.spent", 100, from: [(keys[0], 100)], at: paid + 10)
        let last = log.drafts.count - 1
        for journal in [
            LogBuilder.journal("spend", in: last, "wallets", "breakage", 100),
            LogBuilder.journal("spend", in: last, "wallets", "revenue", 99),
            LogBuilder.journal("spend", in: last - 1, "wallets", "revenue", 100),
            LogBuilder.journal("hold", in: last, "wallets", "revenue", 100),
        ] {
            log.drafts[last].facts["journal"] = journal
            #expect(kinds(try log.walletReport(at: paid + 10)) == [.wrongJournal: 1])
        }
    }

    @Test("3.2/23 a coupon redeemed twice, after its end or its revocation, for more, or never minted is found")
    func coupons() throws {
        typealias Change = (inout LogBuilder, Int) -> Void
        let frauds: [Change] = [
            {
                $0.redeem("a", 10, of: $1, at: start + 2)
                $0.redeem("a", 10, of: $1, at: start + 3)
            },
            { $0.redeem("a", 10, of: $1, at: start + day) },
            {
                $0.revoke($1, 20, at: start + 2)
                $0.redeem("a", 10, of: $1, at: start + 3)
            },
            { $0.redeem("a", 11, of: $1, at: start + 2) },
            { $0.redeem("a", 9, of: $1, at: start + 2) },
            { $0.redeem("c", 10, of: $1, at: start + 2) },
            { $0.expire(["a", "b"], 20, of: $1, at: start + day - 1) },
            { $0.expire(["a", "b"], 19, of: $1, at: start + day) },
            {
                $0.redeem("a", 10, of: $1, at: start + 2)
                $0.expire(["a", "b"], 20, of: $1, at: start + day)
            },
            { $0.revoke($1, 10, at: start + 2) },
            { $0.revoke($1, 20, at: start + day) },
            {
                $0.mint(["a"], each: 1, at: start + 2, until: start + day, first: 2)
                _ = $1
            },
            {
                $0.mint(["c"], each: 1, at: start + 2, until: start + day, first: 5)
                _ = $1
            },
            {
                $0.mint(["c"], each: 81, at: start + 2, until: start + day, first: 2)
                _ = $1
            },
            {
                $0.mint(["c"], each: 31, at: start + 2, until: start + day, first: 2, by: "00aa")
                _ = $1
            },
            {
                $0.mint(["c"], each: 1, at: start + 2, until: start + 2, first: 2)
                _ = $1
            },
        ]
        for (number, fraud) in frauds.enumerated() {
            var log = LogBuilder.standard()
            log.limit(budget: 100, perAgent: 30, at: start)
            let batch = log.mint(["a", "b"], each: 10, at: start + 1, until: start + day)
            fraud(&log, batch)
            let found = kinds(try log.walletReport(at: start + day))
            #expect((found[.wrongCoupon] ?? 0) >= 1 && found.count == 1, "fraud \(number): \(found)")
        }
    }

    @Test("an honest history of coupons settles, and its counts add up to what was minted")
    func honestCoupons() throws {
        var log = LogBuilder.standard()
        log.limit(budget: 100, perAgent: 30, at: start)
        let batch = log.mint(["a", "b", "c", "d"], each: 10, at: start + 1, until: start + day, by: "00aa00aa00aa00aa")
        #expect(kinds(try log.walletReport(at: start + 1)) == [.wrongCoupon: 1], "40 are over the agent's limit")
        log = LogBuilder.standard()
        log.limit(budget: 100, perAgent: 40, at: start)
        _ = log.mint(["a", "b", "c", "d"], each: 10, at: start + 1, until: start + day, by: "00aa00aa00aa00aa")
        let card = log.mint(["card"], each: 50, at: start + 1, until: start + day, first: 4, kind: "gift-card")
        log.redeem("a", 10, of: batch, at: start + 2)
        log.revoke(batch, 10, coupon: "b", at: start + 3)
        log.redeem("card", 20, of: card, at: start + 4)
        log.redeem("card", 30, of: card, at: start + 5)
        log.expire(["c"], 10, of: batch, at: start + day)
        let report = try log.walletReport(at: start + day)
        #expect(report.findings == [], "\(report.findings)")
        #expect(report.coupons == ["minted": 5, "redeemed": 2, "revoked": 1, "expired": 1, "active": 1])
    }
}
