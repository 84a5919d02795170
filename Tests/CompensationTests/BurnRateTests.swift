import CanonicalJSON
import Compensation
import ServiceLevels
import TestSupport
import Testing

@Suite("Rule 88: how fast promises may be broken")
struct BurnRateTests {
    private static func alert(
        _ threshold: JSON = ["num": 72, "den": 5], _ long: String = "PT1H", _ short: String = "PT5M", atLeast: JSON = 5
    ) -> JSON {
        [
            "threshold": threshold, "lookbackWindow": ["elapsed": .string(long)],
            "shortWindow": ["elapsed": .string(short)], "atLeast": atLeast,
        ]
    }

    private static func rate(_ target: JSON = ["num": 99, "den": 100], _ alerts: JSON = [alert()]) -> JSON {
        ["serviceLevel": "standard", "target": target, "alerts": alerts]
    }

    private static func rules(_ rates: JSON) throws -> IncidentRules {
        var document = IncidentRules.standard.json.objectValue ?? [:]
        document["burnRate"] = rates
        return try IncidentRules(.object(document))
    }

    /// Whether it sounds, with the same in both windows.
    private static func sounds(_ rate: BurnRate, _ broken: Int64, _ kept: Int64) -> Bool {
        rate.sounds { _ in BurnRate.Count(broken: broken, kept: kept) }
    }

    @Test("sounds over 14.4 times the budget of one percent, and at 14.4 times not; with at least five")
    func boundary() throws {
        let rate = try #require(try Self.rules([Self.rate()]).burnRates.first)
        #expect(!Self.sounds(rate, 144, 856) && Self.sounds(rate, 145, 855))
        #expect(Self.sounds(rate, 5, 0) && !Self.sounds(rate, 4, 0))
        #expect(!Self.sounds(rate, 0, 0) && !Self.sounds(rate, 5, 30) && Self.sounds(rate, 5, 29))
        #expect(Self.sounds(rate, 9_000_000_000_000_000, 1) && !Self.sounds(rate, 1, 9_000_000_000_000_000))
    }

    @Test("sounds when both windows burn, the short one and the long one")
    func windows() throws {
        let rate = try #require(try Self.rules([Self.rate()]).burnRates.first)
        for (short, long, expected) in [(true, true, true), (true, false, false), (false, true, false)] {
            let sounds = rate.sounds { minutes in
                (minutes == 5 ? short : long)
                    ? BurnRate.Count(broken: 9, kept: 1) : BurnRate.Count(broken: 9, kept: 999)
            }
            #expect(sounds == expected)
        }
        let two: JSON = [Self.alert(), Self.alert(["num": 1, "den": 1], "PT72H", "PT6H", atLeast: 20)]
        let slow = try #require(try Self.rules([Self.rate(["num": 99, "den": 100], two)]).burnRates.first)
        #expect(Self.sounds(slow, 20, 1979) && !Self.sounds(slow, 20, 1980) && !Self.sounds(slow, 19, 1000))
    }

    static let refusals: [(JSON, String)] = [
        ([], "/burnRate"), ([rate(), rate()], "/burnRate/1"), (["standard": rate()], "/burnRate"),
        ([rate(["num": 100, "den": 100])], "/burnRate/0/target"),
        ([rate(["num": 0, "den": 9])], "/burnRate/0/target/num"),
        ([rate(["num": 99, "den": 100], [])], "/burnRate/0/alerts"),
        ([rate(["num": 99, "den": 100], [alert(["num": 100, "den": 1])])], "/burnRate/0/alerts/0/threshold"),
        (
            [rate(["num": 99, "den": 100], [alert(["num": 2, "den": 1], "PT1H", "PT1H")])],
            "/burnRate/0/alerts/0/shortWindow"
        ),
        (
            [rate(["num": 99, "den": 100], [alert(["num": 2, "den": 1], "PT73H")])],
            "/burnRate/0/alerts/0/lookbackWindow"
        ),
        (
            [rate(["num": 99, "den": 100], [alert(["num": 2, "den": 1], "PT1H30S")])],
            "/burnRate/0/alerts/0/lookbackWindow"
        ),
        ([rate(["num": 99, "den": 100], [alert(["num": 2, "den": 1], atLeast: 0)])], "/burnRate/0/alerts/0/atLeast"),
        ([rate().replacing("/more", by: 1)], "/burnRate/0/more"),
    ]

    @Test("what nobody could keep or count is refused, with its place", arguments: refusals)
    func refuses(_ rates: JSON, _ place: String) {
        let error = #expect(throws: PolicyError.self) { try Self.rules(rates) }
        #expect(error?.pointer.description == place, "\(error?.problem ?? "")")
    }

    @Test("rules without burn rates are the same document as before, with the same hash")
    func absent() throws {
        #expect(IncidentRules.standard.burnRates.isEmpty)
        #expect(try Self.rules([Self.rate()]).burnRates.count == 1)
    }
}
