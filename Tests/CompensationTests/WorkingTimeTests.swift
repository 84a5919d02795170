import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// An office from 09:00 to 12:30 and 13:30 to 18:00, Monday to Friday, by the clocks of Berlin.
enum Office {
    static func zone() throws -> TimeZoneRules {
        try TimeZoneRules(
            initialOffset: 3600, transitions: [], rule: YearlyRule(posix: "CET-1CEST,M3.5.0,M10.5.0/3"))
    }

    static let day: JSON = [["09:00", "12:30"], ["13:30", "18:00"]]

    static func document() throws -> JSON {
        [
            "apiVersion": "punctual/v1", "kind": "BusinessCalendar",
            "metadata": [
                "id": "office", "version": 1, "tenant": "default", "effectiveFrom": "2026-01-01T00:00:00Z",
                "title": ["en": "Office"],
            ],
            "spec": [
                "timeZone": "Europe/Berlin", "tzdata": ["release": "2026a", "sha256": .string(try zone().pin)],
                "week": ["mon": day, "tue": day, "wed": day, "thu": day, "fri": day],
                "exceptions": [["date": "2026-04-03", "windows": [], "reason": "Good Friday"]],
            ],
        ]
    }

    static func hours() throws -> WorkingCalendar {
        try BusinessCalendar(PolicyDocument(document())).terms.calendar(in: zone())
    }
}

@Suite("Rule 77: delays, payments and claims by the calendar of the request")
struct WorkingTimeTests {
    /// Tiers of 1, 2, 3, … credits over these spans.
    private static func policy(
        _ basis: JSON, _ overs: [JSON], grace: JSON? = nil, within: JSON = ["elapsed": "PT2H"]
    ) throws -> CompensationPolicy {
        try CompensationPolicy(PolicyDocument(document(basis, overs, grace: grace, within: within)))
    }

    static func document(
        _ basis: JSON, _ overs: [JSON], grace: JSON? = nil, within: JSON = ["elapsed": "PT2H"]
    ) -> JSON {
        let tiers = overs.enumerated().map { index, over -> JSON in
            ["over": over, "benefits": [credit(Int64(index + 1))]]
        }
        return Fixture.compensation.replacing("/spec/model", by: ["kind": "tiered", "tiers": .array(tiers)])
            .replacing("/spec/measure/basis", by: basis).replacing("/spec/measure/grace", by: grace)
            .replacing("/spec/payout/within", by: within).replacing("/spec/caps", by: [])
    }

    static func credit(_ minor: Int64, days: Int64 = 365) -> JSON {
        [
            "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": .integer(minor)],
            "expires": ["calendarDays": .integer(days)],
        ]
    }

    struct Boundary: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let basis: JSON
        let over: JSON
        var grace: JSON?
        let due: String
        /// The last instant that has not reached the tier.
        let last: String
    }

    static let boundaries: [Boundary] = [
        Boundary(
            testDescription: "eight hours of work over a night", basis: "business", over: ["business": "PT8H"],
            due: "2026-01-15T15:00:00Z", last: "2026-01-16T15:00:00Z"),
        Boundary(
            testDescription: "through lunch", basis: "business", over: ["business": "PT4H"],
            due: "2026-01-15T09:30:00Z", last: "2026-01-15T14:30:00Z"),
        Boundary(
            testDescription: "due in closed hours", basis: "business", over: ["business": "PT1S"],
            due: "2026-01-17T12:00:00Z", last: "2026-01-19T08:00:01Z"),
        Boundary(
            testDescription: "spring forward: Friday to Monday is an hour shorter", basis: "business",
            over: ["business": "PT8H"], due: "2026-03-27T08:00:00Z", last: "2026-03-27T17:00:00Z"),
        Boundary(
            testDescription: "over the change in spring", basis: "business", over: ["business": "PT9H"],
            due: "2026-03-27T08:00:00Z", last: "2026-03-30T08:00:00Z"),
        Boundary(
            testDescription: "over the change in autumn", basis: "business", over: ["business": "PT9H"],
            due: "2026-10-23T07:00:00Z", last: "2026-10-26T09:00:00Z"),
        Boundary(
            testDescription: "two working days from within one", basis: "business", over: ["workingDays": 2],
            due: "2026-01-15T08:00:00.001Z", last: "2026-01-19T17:00:00Z"),
        Boundary(
            testDescription: "two working days from opening", basis: "business", over: ["workingDays": 2],
            due: "2026-01-15T08:00:00Z", last: "2026-01-16T17:00:00Z"),
        Boundary(
            testDescription: "a holiday is no working day", basis: "business", over: ["workingDays": 1],
            due: "2026-04-02T10:00:00Z", last: "2026-04-06T16:00:00Z"),
        Boundary(
            testDescription: "a calendar day of 23 hours", basis: "calendarDays", over: ["calendarDays": 1],
            due: "2026-03-28T12:00:00Z", last: "2026-03-29T11:00:00Z"),
        Boundary(
            testDescription: "a calendar day of 25 hours", basis: "calendarDays", over: ["calendarDays": 1],
            due: "2026-10-24T12:00:00Z", last: "2026-10-25T13:00:00Z"),
        Boundary(
            testDescription: "a calendar day that ends in the gap", basis: "calendarDays", over: ["calendarDays": 1],
            due: "2026-03-28T01:30:00Z", last: "2026-03-29T01:00:00Z"),
        Boundary(
            testDescription: "physical time knows no clocks", basis: "elapsed", over: ["elapsed": "PT24H"],
            due: "2026-03-28T12:00:00Z", last: "2026-03-29T12:00:00Z"),
        Boundary(
            testDescription: "after a grace of working time", basis: "business", over: ["business": "PT1H"],
            grace: ["workingDays": 1], due: "2026-01-15T12:00:00Z", last: "2026-01-19T09:00:00Z"),
    ]

    @Test("a tier is reached a millisecond after the end of its span, and not at it", arguments: boundaries)
    func boundary(_ boundary: Boundary) throws {
        let policy = try Self.policy(boundary.basis, [boundary.over], grace: boundary.grace)
        let (due, last) = (try Instant(rfc3339: boundary.due), try Instant(rfc3339: boundary.last))
        let calendar = try Office.hours()
        #expect(policy.threshold(of: 0, due: due, calendar) == last)
        for (instant, count) in [(last, 0), (last + Milliseconds(1), 1)] {
            let facts = AssessmentFacts(
                due: due, until: instant, now: instant, isResolved: false, calendar: calendar, of: Fixture.subject)
            #expect(try policy.assess(facts).count == count, "\(instant)")
        }
        #expect(policy.nextTier(due: due, after: due, calendar) == last + Milliseconds(1))
        #expect(policy.nextTier(due: due, after: last, calendar) == last + Milliseconds(1))
        #expect(policy.nextTier(due: due, after: last + Milliseconds(1), calendar) == nil)
    }

    @Test("without a calendar all time is working time, in UTC")
    func withoutCalendar() throws {
        let due = try Instant(rfc3339: "2026-01-17T12:00:00Z")
        for (over, last) in [
            (["business": "PT8H"], "2026-01-17T20:00:00Z"), (["workingDays": 2], "2026-01-20T00:00:00Z"),
        ] as [(JSON, String)] {
            let policy = try Self.policy("business", [over])
            #expect(try policy.threshold(of: 0, due: due, .utc) == Instant(rfc3339: last))
        }
    }

    @Test("payment is due by the clock of payout.within, whatever the delay is told in")
    func payBy() throws {
        let policy = try Self.policy("calendarDays", ["deadline"], within: ["workingDays": 10])
        let due = try Instant(rfc3339: "2026-03-20T12:00:00Z")
        // Ten working days behind a Friday afternoon, with Good Friday between.
        #expect(try policy.payBy(from: due, Office.hours()) == Instant(rfc3339: "2026-04-06T16:00:00Z"))
        let award = try #require(
            policy.assess(
                AssessmentFacts(
                    due: due, until: due + Milliseconds(1), now: due + Milliseconds(1), isResolved: false,
                    calendar: Office.hours(), of: Fixture.subject)
            ).first)
        #expect(award.trail.first == "late by 0 whole days (1 ms)")
    }

    @Test("the trail tells the delay in the kind of time that the policy measures by")
    func trail() throws {
        let due = try Instant(rfc3339: "2026-01-15T15:00:00Z")
        let until = try Instant(rfc3339: "2026-01-19T08:00:01Z")
        func first(_ basis: JSON, _ over: JSON) throws -> [String] {
            let facts = AssessmentFacts(
                due: due, until: until, now: until, isResolved: false, calendar: try Office.hours(),
                of: Fixture.subject)
            return try Self.policy(basis, [over]).assess(facts).first?.trail ?? []
        }
        let working = try first("business", ["business": "PT2H"])
        #expect(
            working.prefix(2) == [
                "late by 36001000 ms of working time (320401000 ms in all)",
                "tier 0 is reached: late by more than 2 hours of working time",
            ])
        #expect(try first("calendarDays", ["calendarDays": 2]).first == "late by 3 whole days (320401000 ms)")
        #expect(try first("elapsed", ["elapsed": "PT1H"]).first == "late by 320401000 ms")
    }

    static let refusals: [(JSON, [JSON], String)] = [
        ("business", [["elapsed": "PT1H"]], "/spec/model/tiers/0/over"),
        ("business", [["calendarDays": 1]], "/spec/model/tiers/0/over"),
        ("business", [["business": "PT1H"], ["workingDays": 3]], "/spec/model/tiers/1/over"),
        ("business", [["workingDays": 1], ["business": "PT90H"]], "/spec/model/tiers/1/over"),
        ("business", [["business": "PT2H"], ["business": "PT1H"]], "/spec/model/tiers/1/over"),
        ("calendarDays", [["workingDays": 1]], "/spec/model/tiers/0/over"),
        ("calendarDays", [["elapsed": "PT1H"]], "/spec/model/tiers/0/over"),
        ("elapsed", [["business": "PT1H"]], "/spec/model/tiers/0/over"),
        ("elapsed", [["workingDays": 1]], "/spec/model/tiers/0/over"),
    ]

    @Test("a policy that mixes kinds of time is refused, with the place", arguments: refusals)
    func refuses(_ basis: JSON, _ overs: [JSON], _ place: String) {
        let error = #expect(throws: PolicyError.self) { try Self.policy(basis, overs) }
        #expect(error?.pointer.description == place, "\(error?.description ?? "")")
    }

    @Test("said in plain words")
    func words() throws {
        let policy = try Self.policy(
            "business", ["deadline", ["business": "PT8H"]], grace: ["business": "PT1H"], within: ["workingDays": 10])
        let words = policy.plainWords.joined(separator: " ")
        for part in [
            "Late by more than 8 hours of working time", "from 1 hour of working time after the deadline",
            "posted within 10 working days of", "its receipt names it",
        ] {
            #expect(words.contains(part), "\(part): \(words)")
        }
    }

    /// A book with the office, and a service level that names it or not.
    private func book(calendarRef: JSON?) throws -> PolicyBook {
        var book = try PolicyBook().pinning(Office.zone())
        let level = Fixture.serviceLevel.replacing("/spec/calendarRef", by: calendarRef)
        for document in [try Office.document(), level] {
            book = try book.publishing(PolicyDocument(document), at: Fixture.opened, isReliedOn: false).book
        }
        return book
    }

    private static let claims: JSON = [
        "apiVersion": "punctual/v1", "kind": "Claims",
        "metadata": [
            "id": "claims", "version": 1, "tenant": "default", "effectiveFrom": "1970-01-01T00:00:00Z",
            "title": ["en": "Claims"],
        ],
        "spec": [
            "fileWithin": ["calendarDays": 90], "decideWithin": ["workingDays": 10],
            "appealWithin": ["calendarDays": 30], "appealDecideWithin": ["workingDays": 15],
        ],
    ]

    @Test("working time is published only where a calendar counts it, whichever document comes first")
    func lints() throws {
        let documents = [
            Self.document("business", [["business": "PT1H"]]), Self.claims,
            Fixture.compensation.replacing("/spec/payout/within", by: ["workingDays": 1]),
        ]
        for document in documents {
            let later = Fixture.opened + .seconds(1)
            #expect(throws: PolicyError.self) {
                try book(calendarRef: nil).publishing(PolicyDocument(document), at: later, isReliedOn: false)
            }
            let good = try book(calendarRef: "office").publishing(
                PolicyDocument(document), at: later, isReliedOn: false
            ).book
            let bare = Fixture.document(Fixture.serviceLevel, version: 2)
            let error = #expect(throws: PolicyError.self) {
                try good.publishing(PolicyDocument(bare), at: later + .seconds(1), isReliedOn: false)
            }
            #expect(error?.problem.contains("name one in calendarRef") ?? false)
        }
    }
}
