import Compensation
import Cryptography
import Temporal
import TestSupport
import Testing

/// Rules 35 and 38 as pure functions.
@Suite("Spending a wallet and laying premium access")
struct SpendingTests {
    private static func key(_ number: Int) throws -> ClaimKey {
        try #require(ClaimKey(SHA256.hash(Array("\(number)".utf8)).description))
    }

    private static func lot(
        _ number: Int, _ left: Int64, from: Int64 = 0, until: Int64, _ unit: UnitOfAccount = .pocketFitCredits
    ) throws -> CreditLot {
        CreditLot(
            claimKey: try key(number), left: Amount(left, unit), from: Instant(milliseconds: from),
            until: Instant(milliseconds: until))
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }

    @Test("takes the earliest expiry first, then the oldest, then the lower key, and empties all but the last")
    func order() throws {
        let wallet = Wallet(lots: [
            try Self.lot(1, 10, from: 5, until: 100), try Self.lot(2, 10, from: 0, until: 100),
            try Self.lot(3, 10, from: 0, until: 50), try Self.lot(4, 10, from: 0, until: 100),
        ])
        let slices = try wallet.taking(Amount(35, .pocketFitCredits), at: at(10))
        let twins = [try Self.key(2), try Self.key(4)].sorted()
        #expect(slices.map(\.claimKey) == [try Self.key(3)] + twins + [try Self.key(1)])
        #expect(slices.map(\.minor) == [10, 10, 10, 5])
    }

    @Test("takes all or nothing, and says how much there is")
    func allOrNothing() throws {
        let wallet = Wallet(lots: [try Self.lot(1, 10, until: 100), try Self.lot(2, 5, until: 100)])
        #expect(
            throws: InsufficientCredits(asked: Amount(16, .pocketFitCredits), available: Amount(15, .pocketFitCredits))
        ) { try wallet.taking(Amount(16, .pocketFitCredits), at: at(1)) }
        #expect(try wallet.taking(Amount(15, .pocketFitCredits), at: at(1)).count == 2)
    }

    @Test(
        "3.1/23 at the boundary instant a lot is dead, one millisecond before it lives; before its beginning not yet"
    )
    func boundary() throws {
        let wallet = Wallet(lots: [try Self.lot(1, 10, from: 20, until: 100)])
        for (now, balance) in [(19, 0), (20, 10), (99, 10), (100, 0)] as [(Int64, Int64)] {
            #expect(wallet.balance(at: at(now)).minor == balance)
            #expect(((try? wallet.taking(Amount(1, .pocketFitCredits), at: at(now))) != nil) == (balance > 0))
        }
    }

    @Test("3.2/30 units never mix: what one unit has does not pay for another")
    func units() throws {
        let wallet = Wallet(lots: [
            try Self.lot(1, 10, until: 100), try Self.lot(2, 3, until: 50, .issuances),
        ])
        #expect(try wallet.taking(Amount(2, .issuances), at: at(1)).map(\.claimKey) == [try Self.key(2)])
        #expect(throws: InsufficientCredits.self) { try wallet.taking(Amount(4, .issuances), at: at(1)) }
        #expect(wallet.balance(at: at(1)) == Amount(10, .pocketFitCredits))
    }

    @Test("property: slices add up, are within their lots, and giving them back restores the wallet")
    func conserves() throws {
        var random = SeededRandom(seed: 9)
        for _ in 0..<500 {
            let lots = try (0..<Int.random(in: 1..<8, using: &random)).map {
                try Self.lot(
                    $0, Int64.random(in: 0..<50, using: &random), from: Int64.random(in: 0..<10, using: &random),
                    until: Int64.random(in: 1..<30, using: &random))
            }
            let wallet = Wallet(lots: lots)
            let now = at(Int64.random(in: 0..<30, using: &random))
            let asked = Int64.random(in: 1..<120, using: &random)
            guard let slices = try? wallet.taking(Amount(asked, .pocketFitCredits), at: now) else {
                #expect(wallet.balance(at: now).minor < asked)
                continue
            }
            #expect(slices.reduce(0) { $0 + $1.minor } == asked)
            var left = wallet.lots
            for slice in slices {
                let index = try #require(left.firstIndex { $0.claimKey == slice.claimKey })
                #expect(slice.minor <= left[index].left.minor && left[index].isSpendable(at: now))
                left[index] = CreditLot(
                    claimKey: slice.claimKey, left: left[index].left - Amount(slice.minor, .pocketFitCredits),
                    from: left[index].from, until: left[index].until)
            }
            #expect(Wallet(lots: left).givingBack(slices) == wallet)
        }
    }

    @Test("3.1/24 extension of access that was cancelled, is paused or lasts for life; two extensions at one instant")
    func premium() {
        let (now, day) = (at(1_000_000), Milliseconds.days(1))
        // Cancelled long ago, or never there: from now on.
        for end in [nil, at(5)] {
            for stacking in PremiumStacking.allCases {
                let window = PremiumWindow.stacked(stacking, after: end, at: now, days: 7)
                #expect(window.from == now && window.until == now + .days(7))
            }
        }
        // Whether the plan pauses meanwhile does not matter: the end of what was given does.
        let running = now + .days(3)
        let appended = PremiumWindow.stacked(.appendToEnd, after: running, at: now, days: 7)
        #expect(appended == PremiumWindow(from: running, until: running + .days(7)))
        let longest = PremiumWindow.stacked(.maxEnd, after: running, at: now, days: 7)
        #expect(longest == PremiumWindow(from: running, until: now + .days(7)))
        let shorter = PremiumWindow.stacked(.maxEnd, after: running, at: now, days: 2)
        #expect(shorter.from == running && shorter.until == running)
        // For life: nothing is added behind the end of time.
        for stacking in PremiumStacking.allCases {
            let window = PremiumWindow.stacked(stacking, after: .latest, at: now, days: 7)
            #expect(window.from == .latest && window.until == .latest)
        }
        // Two at one instant: the second begins where the first ends, or adds only what is longer.
        let first = PremiumWindow.stacked(.appendToEnd, after: nil, at: now, days: 7)
        let second = PremiumWindow.stacked(.appendToEnd, after: first.until, at: now, days: 7)
        #expect(second.from == first.until && second.until == now + .days(14))
        let same = PremiumWindow.stacked(.maxEnd, after: first.until, at: now, days: 7)
        #expect(same.until == first.until)
        #expect(first.contains(now) && !first.contains(first.until) && first.contains(first.until - day))
    }

    @Test("a reversal takes only what is not used yet of a window, and never moves its beginning")
    func reversal() {
        let window = PremiumWindow(from: at(100), until: at(200))
        for (now, until) in [(50, 100), (100, 100), (150, 150), (200, 200), (300, 200)] as [(Int64, Int64)] {
            #expect(window.reversed(at: at(now)) == PremiumWindow(from: at(100), until: at(until)))
        }
    }
}
