import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("Rule 79: the better of two versions")
struct BetterTests {
    private static func premium(_ days: Int64) -> JSON {
        ["type": "premium-extension", "class": "guaranteed", "amount": ["unit": "DAYS", "minor": .integer(days)]]
    }

    private static func tier(_ over: JSON, _ benefits: JSON...) -> JSON {
        ["over": over, "benefits": .array(benefits)]
    }

    private static func version(_ tiers: [JSON], _ changes: [String: JSON] = [:]) throws -> CompensationPolicy {
        var json = WorkingTimeTests.document("elapsed", ["deadline"])
            .replacing("/spec/model/tiers", by: .array(tiers))
        for (pointer, value) in changes { json = json.replacing(pointer, by: value) }
        return try CompensationPolicy(PolicyDocument(json))
    }

    private static let credit = WorkingTimeTests.credit
    private static let bound = [tier("deadline", credit(5, 365)), tier(["elapsed": "PT24H"], credit(20, 365))]

    static let cases: [(String, [JSON], Bool)] = [
        ("the same", bound, false),
        ("more at once", [tier("deadline", credit(6, 365)), tier(["elapsed": "PT24H"], credit(20, 365))], true),
        ("more later", [tier("deadline", credit(5, 365)), tier(["elapsed": "PT24H"], credit(21, 365))], true),
        ("sooner", [tier("deadline", credit(5, 365)), tier(["elapsed": "PT23H"], credit(20, 365))], true),
        (
            "one tier more between",
            [
                tier("deadline", credit(5, 365)), tier(["elapsed": "PT1H"], credit(6, 365)),
                tier(["elapsed": "PT24H"], credit(20, 365)),
            ], true
        ),
        (
            "later by a second", [tier("deadline", credit(5, 365)), tier(["elapsed": "PT24H1S"], credit(20, 365))],
            false
        ),
        (
            "more later, less at once",
            [
                tier("deadline", credit(4, 365)), tier(["elapsed": "PT24H"], credit(99, 365)),
            ], false
        ),
        (
            "another unit beside",
            [
                tier("deadline", credit(5, 365), premium(1)), tier(["elapsed": "PT24H"], credit(20, 365), premium(1)),
            ], true
        ),
        ("another unit instead, however much", [tier("deadline", premium(999))], false),
        (
            "more of one and less of another is not summed",
            [
                tier("deadline", credit(4, 365), premium(30)), tier(["elapsed": "PT24H"], credit(20, 365), premium(30)),
            ], false
        ),
        (
            "more that lasts less long",
            [
                tier("deadline", credit(50, 364)), tier(["elapsed": "PT24H"], credit(200, 365)),
            ], false
        ),
        (
            "in severe incidents only",
            [
                tier("deadline", credit(5, 365)),
                ["over": ["elapsed": "PT24H"], "severityAtLeast": "major", "benefits": [credit(30, 365)]],
            ], false
        ),
    ]

    @Test("gives nowhere less and somewhere more; where something is less, the first word stands", arguments: cases)
    func better(_ name: String, _ tiers: [JSON], _ isBetter: Bool) throws {
        let due = try Instant(rfc3339: "2026-03-28T12:00:00Z")
        let (bound, later) = (try Self.version(Self.bound), try Self.version(tiers))
        #expect(later.isBetter(than: bound, due: due, .utc) == isBetter, "\(name)")
        if isBetter { #expect(!bound.isBetter(than: later, due: due, .utc)) }
    }

    @Test("24 hours against one day: on the day when clocks are put forward, the day is sooner")
    func byCalendar() throws {
        let hours = try Self.version(Self.bound)
        let days = try Self.version([
            Self.tier("deadline", Self.credit(5, 365)), Self.tier(["calendarDays": 1], Self.credit(20, 365)),
        ])
        for (due, isBetter) in [
            ("2026-03-28T12:00:00Z", true), ("2026-03-30T12:00:00Z", false), ("2026-10-24T12:00:00Z", false),
        ] {
            #expect(try days.isBetter(than: hours, due: Instant(rfc3339: due), Office.hours()) == isBetter)
        }
    }

    @Test("differs it in anything else, it cannot be compared")
    func incomparable() throws {
        let more = [Self.tier("deadline", Self.credit(50, 365)), Self.tier(["elapsed": "PT24H"], Self.credit(99, 365))]
        let bound = try Self.version(Self.bound)
        let changes: [[String: JSON]] = [
            ["/spec/payout/within": ["elapsed": "PT1H"]], ["/spec/slaRef": "other"],
            ["/spec/caps": [["scope": "request", "limit": ["unit": "PFC", "minor": 999], "overflow": "truncate"]]],
            ["/spec/measure/grace": ["elapsed": "PT1S"]], ["/spec/rounding": ["mode": "down"]],
            ["/spec/stacking/premium": "max-end"],
        ]
        for change in changes {
            let later = try Self.version(more, change)
            #expect(!later.isBetter(than: bound, due: .init(milliseconds: 0), .utc), "\(change.keys)")
        }
        #expect(
            try Self.version(more, ["/spec/earlierRequests": "better-of"])
                .isBetter(than: bound, due: .init(milliseconds: 0), .utc))
    }

    /// Versions published a second apart, the first of which has three.
    private static func book(_ tiers: [([JSON], JSON?)]) throws -> PolicyBook {
        var book = try Fixture.book([Fixture.serviceLevel])
        for (index, (tiers, word)) in tiers.enumerated() {
            let json = Fixture.document(
                WorkingTimeTests.document("elapsed", ["deadline"]).replacing("/spec/model/tiers", by: .array(tiers))
                    .replacing("/spec/earlierRequests", by: word), version: Int64(index + 1))
            book = try book.publishing(
                PolicyDocument(json), at: Fixture.opened + .seconds(Int64(index + 10)), isReliedOn: false
            ).book
        }
        return book
    }

    @Test("the best of those that say so and have begun by the deadline; a version that says nothing helps nobody")
    func chain() throws {
        func tiers(_ minor: Int64) -> [JSON] { [Self.tier("deadline", Self.credit(minor, 365))] }
        let book = try Self.book([
            (tiers(5), nil), (tiers(7), "better-of"), (tiers(50), nil), (tiers(6), "better-of"),
            (tiers(9), "better-of"),
        ])
        let all = book.published.compactMap { book.compensation($0.document.hash) }
        let begins = Fixture.opened + .seconds(10)
        for (seconds, version) in [(0, 1), (1, 2), (2, 2), (3, 2), (4, 5), (400, 5)] as [(Int64, Int64)] {
            let best = book.best(for: all[0], due: begins + .seconds(seconds), .utc)
            #expect(best.metadata.version == version, "\(seconds)")
        }
        // Whoever is bound to the good one keeps it.
        #expect(book.best(for: all[2], due: begins + .seconds(400), .utc).metadata.version == 3)
    }

    @Test("a version that could help nobody is refused")
    func lints() throws {
        let tiers = [Self.tier("deadline", Self.credit(5, 365))]
        let first = #expect(throws: PolicyError.self) { try Self.book([(tiers, "better-of")]) }
        #expect(first?.pointer.description == "/spec/earlierRequests")
        let shorter = [Self.tier("deadline", Self.credit(9, 30))]
        let second = #expect(throws: PolicyError.self) { try Self.book([(tiers, nil), (shorter, "better-of")]) }
        #expect(second?.problem.contains("expire sooner") ?? false, "\(second?.problem ?? "")")
    }
}
