import Compensation
import Temporal
import TestSupport
import Testing

@Suite("Rule 9: credits and premium access")
struct WalletTests {
    private static func lot(_ digit: Character, _ left: Int64, _ from: Int64, _ until: Int64) throws -> CreditLot {
        CreditLot(
            claimKey: try #require(ClaimKey(String(repeating: digit, count: 64))),
            left: Amount(left, .pocketFitCredits), from: Fixture.at(from), until: Fixture.at(until))
    }

    @Test(
        "credits count from their first instant, and no longer at their last",
        arguments: [
            (9, 0), (10, 5), (11, 5), (19, 5), (20, 12), (29, 12), (30, 7), (39, 7), (40, 0), (1000, 0),
        ] as [(Int64, Int64)])
    func balance(_ now: Int64, _ expected: Int64) throws {
        let wallet = Wallet(lots: [
            try Self.lot("a", 5, 10, 30), try Self.lot("b", 7, 20, 40), try Self.lot("c", 0, 0, 99),
        ])
        #expect(wallet.balance(at: Fixture.at(now)) == Amount(expected, .pocketFitCredits))
    }

    @Test("credits are spent by earliest expiry, then oldest, then claim key, in whatever order they are stored")
    func order() throws {
        let lots = [
            try Self.lot("9", 1, 5, 100), try Self.lot("8", 1, 1, 200), try Self.lot("3", 1, 2, 200),
            try Self.lot("5", 1, 2, 200), try Self.lot("1", 1, 0, 300),
        ]
        var random = SeededRandom(seed: 1)
        for _ in 0..<20 {
            let wallet = Wallet(lots: lots.shuffled(using: &random) + [try Self.lot("0", 1, 0, 50)])
            #expect(wallet.inOrderOfConsumption(at: Fixture.at(50)) == lots)
        }
    }

    @Test("premium access begins now when there is none, and where it ends when there is some")
    func premium() {
        let now = Fixture.at(0)
        func window(_ lastEnd: Instant?) -> PremiumWindow { .appended(after: lastEnd, at: now, days: 7) }
        #expect(window(nil) == window(now))
        #expect(window(nil).from == now)
        #expect(window(nil).until == now + Milliseconds(604_800_000))
        #expect(window(Fixture.at(-1)).from == now)
        #expect(window(Fixture.at(5)).from == Fixture.at(5))
        #expect(window(Fixture.at(5)).until == Fixture.at(5) + .days(7))
    }

    @Test("premium access given any number of times ends with the year 9999 and not the program")
    func manyWindows() {
        var end: Instant?
        for _ in 0..<3000 { end = PremiumWindow.appended(after: end, at: Fixture.accepted, days: 3660).until }
        #expect(end == .latest)
        let last = PremiumWindow.appended(after: end, at: Fixture.accepted, days: 1)
        #expect(last.from == last.until)
    }
}
