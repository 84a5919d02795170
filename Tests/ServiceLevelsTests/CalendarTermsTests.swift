import CanonicalJSON
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// The calendar of this suite.
private let document: JSON = [
    "apiVersion": "punctual/v1", "kind": "BusinessCalendar",
    "metadata": [
        "id": "berlin", "version": 1, "tenant": "acme", "effectiveFrom": "2026-01-01T00:00:00Z",
        "title": ["en": "Berlin office"],
    ],
    "spec": [
        "timeZone": "Europe/Berlin",
        "tzdata": ["release": "2026a", "sha256": .string(String(repeating: "0", count: 64))],
        "week": ["mon": [["09:00", "12:30"], ["13:30", "18:00"]], "sun": [["22:00", "24:00"]]],
        "exceptions": [
            ["date": "2026-12-24", "windows": [["09:00", "12:00"]]], ["date": "2026-12-25", "windows": []],
        ],
        "rule": "wall-label",
    ],
]

@Suite("A business calendar")
struct CalendarTermsTests {
    @Test("is read as it was published")
    func reads() throws {
        let calendar = try BusinessCalendar(PolicyDocument(document))
        #expect(calendar.terms.zone.text == "Europe/Berlin")
        #expect(calendar.tzdata.release == "2026a")
        #expect(calendar.terms.week.map(\.count) == [2, 0, 0, 0, 0, 0, 1])
        #expect(calendar.terms.week[6].first?.close == 1440)
        #expect(try calendar.terms.exceptions[LocalDate(parsing: "2026-12-25")] == [])
        let hours = calendar.terms.calendar(in: .utc)
        #expect(try hours.windows(on: LocalDate(parsing: "2026-12-24")).map(\.close) == [720])
        #expect(calendar.plainWords.joined().contains("2026-12-25: closed"))
        #expect(calendar.plainWords.joined().contains("09:00–12:30 and 13:30–18:00"))
    }

    @Test(
        "is refused, with the place, when it says what no calendar can",
        arguments: [
            ("/kind", "ServiceLevel", "/kind", "BusinessCalendar"),
            ("/spec/timeZone", nil, "/spec/timeZone", "missing"),
            ("/spec/timeZone", "../x", "/spec/timeZone", "name of a time zone"),
            ("/spec/tzdata", nil, "/spec/tzdata", "missing"),
            ("/spec/tzdata/release", "26a", "/spec/tzdata/release", "2025b"),
            ("/spec/tzdata/sha256", "00", "/spec/tzdata/sha256", "64"),
            ("/spec/tzdata/note", 1, "/spec/tzdata/note", "unknown"),
            ("/spec/week", nil, "/spec/week", "missing"),
            ("/spec/week", [:], "/spec/week", "nothing would ever be due"),
            ("/spec/week", ["mon": []], "/spec/week", "nothing would ever be due"),
            ("/spec/week/holiday", [], "/spec/week/holiday", "unknown"),
            ("/spec/week/mon/0", ["12:00", "09:00"], "/spec/week/mon/0", "does not end after it begins"),
            ("/spec/week/mon/0", ["09:00", "09:00"], "/spec/week/mon/0", "does not end after it begins"),
            ("/spec/week/mon/0", ["22:00", "00:00"], "/spec/week/mon/0", "to 24:00 and from 00:00"),
            ("/spec/week/mon/1", ["12:00", "14:00"], "/spec/week/mon/1", "overlap"),
            ("/spec/week/mon/0", ["09:00"], "/spec/week/mon/0", "two times of day"),
            ("/spec/week/mon/0", ["09:00", "24:01"], "/spec/week/mon/0", "two times of day"),
            ("/spec/week/mon/0", ["09:00", "12:60"], "/spec/week/mon/0", "two times of day"),
            ("/spec/week/mon/0", [9, 12], "/spec/week/mon/0", "two times of day"),
            ("/spec/exceptions/0/date", "2026-02-29", "/spec/exceptions/0/date", "no calendar"),
            ("/spec/exceptions/0/date", "26-02-28", "/spec/exceptions/0/date", "not a date"),
            ("/spec/exceptions/1/date", "2026-12-24", "/spec/exceptions/1", "twice"),
            ("/spec/exceptions/0/windows", nil, "/spec/exceptions/0/windows", "missing"),
            ("/spec/exceptions/0/reason", "", "/spec/exceptions/0/reason", "1 to 200"),
            ("/spec/rule", "open-first", "/spec/rule", "does not keep"), ("/spec/hours", 8, "/spec/hours", "unknown"),
        ] as [(String, JSON?, String, String)])
    func refusals(change: String, value: JSON?, place: String, problem: String) throws {
        #expect {
            try BusinessCalendar(PolicyDocument(document.replacing(change, by: value)))
        } throws: { error in
            guard let error = error as? PolicyError else { return false }
            return error.pointer.description == place && error.problem.contains(problem)
        }
    }

    @Test("whatever is read counts: no change of a calendar stops the reader or the clock")
    func fuzz() throws {
        var random = SeededRandom(seed: 24)
        var read = 0
        for _ in 0..<3000 {
            guard let calendar = try? BusinessCalendar(PolicyDocument(document.mutated(using: &random))) else {
                continue
            }
            read += 1
            let hours = calendar.terms.calendar(in: .utc)
            let start = Instant(milliseconds: Int64.random(in: 0...4_000_000_000_000, using: &random))
            let due = try hours.instant(after: .business(.hours(3)), from: start)
            #expect(hours.business(from: start, to: due) == .hours(3))
        }
        #expect(read > 200)
    }

    @Test("the rules of a zone have one document, which reads back, and one pin")
    func zoneDocuments() throws {
        for text in ["UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "AAA0BBB,J60/0,J300/0", "<-02>2<-01>,59/-1,300"] {
            let rule = try YearlyRule(posix: text)
            let rules = try TimeZoneRules(initialOffset: rule.standardOffset, transitions: [], rule: rule)
            #expect(try TimeZoneRules(rules.json) == rules)
            #expect(try TimeZoneRules(rules.json).pin == rules.pin)
        }
        let berlin = try YearlyRule(posix: "CET-1CEST,M3.5.0,M10.5.0/3")
        let rules = try TimeZoneRules(
            initialOffset: 3208, transitions: [.init(at: -2_429_830_408, offset: 3600)], rule: berlin)
        #expect(
            rules.json.canonicalString == """
                {"initial":3208,"rule":{"saving":{"end":{"month":10,"second":10800,"week":5,"weekday":0},"offset":7200,\
                "start":{"month":3,"second":7200,"week":5,"weekday":0}},"standard":3600},\
                "transitions":[[-2429830408,3600]]}
                """)
    }

    @Test("no change of the document of a zone stops its reader")
    func zoneFuzz() throws {
        var random = SeededRandom(seed: 25)
        let rule = try YearlyRule(posix: "CET-1CEST,M3.5.0,M10.5.0/3")
        let json = try TimeZoneRules(
            initialOffset: 3208,
            transitions: [
                .init(at: -2_429_830_408, offset: 3600)
            ],
            rule: rule
        ).json
        var read = 0
        for _ in 0..<3000 {
            guard let rules = try? TimeZoneRules(json.mutated(using: &random)) else { continue }
            read += 1
            #expect(abs(rules.offset(at: .latest)) < 100_000)
        }
        #expect(read > 100)
    }
}

@Suite("The clock of a promise by a calendar")
struct CalendarClockTests {
    /// Monday to Friday, 09:00 to 17:00 of UTC.
    private let calendar: WorkingCalendar
    private let start: Instant

    init() throws {
        let day = [try WorkingCalendar.Window(open: 540, close: 1020)]
        calendar = try WorkingCalendar(zone: .utc, week: [day, day, day, day, day, [], []])
        start = try Instant(rfc3339: "2026-02-02T09:00:00Z")
    }

    private func level(_ target: JSON = ["business": "PT8H"], maxTotal: JSON = ["business": "PT4H"]) throws
        -> ServiceLevel
    {
        try ServiceLevel(
            PolicyDocument(
                Fixture.document.replacing("/spec/calendarRef", by: "office")
                    .replacing("/spec/objectives/0/target", by: target)
                    .replacing("/spec/pause/0/maxTotal", by: maxTotal)
                    .replacing("/spec/pause/0/backdateLimit", by: "PT15M")))
    }

    private func clock(_ target: JSON = ["business": "PT8H"], maxTotal: JSON = ["business": "PT4H"]) throws
        -> PromiseClock
    {
        PromiseClock(try level(target, maxTotal: maxTotal), calendar: calendar, start: start)
    }

    private func hold(_ clock: inout PromiseClock, at now: Instant, from: Instant? = nil) throws -> Instant? {
        try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, from: from, at: now).until
    }

    @Test("3.1/11 a maximum in working time is used up by working time only")
    func maximum() throws {
        var clock = try clock()
        #expect(try hold(&clock, at: start + .hours(6)) == start + .hours(26))
        try clock.resume(at: start + .hours(7))
        // Three hours are left; in the evening none of them is used.
        #expect(try hold(&clock, at: start + .hours(9)) == start + .hours(27))
        try clock.resume(at: start + .hours(20))
        #expect(clock.due == start + .hours(25))
        #expect(try hold(&clock, at: start + .hours(24)) == start + .hours(27))
        // Nobody ends it: it ends by itself.
        #expect(clock.due == start + .hours(28))
        #expect(!clock.isPaused(at: start + .hours(27)))
        #expect(throws: PromiseClockRefusal.nothingLeft) { try hold(&clock, at: start + .hours(27)) }
        #expect(throws: PromiseClockRefusal.notPaused) { try clock.resume(at: start + .hours(27)) }
    }

    @Test("3.1/11 a pause at the instant of due is allowed; after it, and when a breach is reached, it is refused")
    func atDue() throws {
        var clock = try clock()
        #expect(clock.due == start + .hours(8))
        #expect(throws: PromiseClockRefusal.afterDue) { try hold(&clock, at: start + .hours(8) + Milliseconds(1)) }
        #expect(throws: PromiseClockRefusal.afterDue) {
            try hold(&clock, at: start + .hours(8) + .minutes(5), from: start + .hours(8) - .minutes(5))
        }
        _ = try hold(&clock, at: start + .hours(8))
        try clock.resume(at: start + .hours(25))
        #expect(clock.due == start + .hours(25))
        #expect(throws: PromiseClockRefusal.notPaused) { try clock.resume(at: start + .hours(26)) }
    }

    @Test("3.1/11 a pause is dated back at most as far as its rule says")
    func backdated() throws {
        var clock = try clock()
        let now = start + .hours(2)
        #expect(throws: PromiseClockRefusal.backdated(limit: .minutes(15))) {
            try hold(&clock, at: now, from: now - .minutes(15) - Milliseconds(1))
        }
        #expect(throws: PromiseClockRefusal.inTheFuture) { try hold(&clock, at: now, from: now + Milliseconds(1)) }
        #expect(throws: PromiseClockRefusal.overlapping) {
            try hold(&clock, at: start + .minutes(5), from: start - Milliseconds(1))
        }
        #expect(try hold(&clock, at: now, from: now - .minutes(15)) == now - .minutes(15) + .hours(4))
        try clock.resume(at: now + .minutes(45))
        #expect(clock.due == start + .hours(25))
    }

    @Test("3.2/39 a clock that steps back makes no negative delay and reorders nothing")
    func backwards() throws {
        var clock = try clock()
        _ = try hold(&clock, at: start + .hours(2))
        #expect(throws: PromiseClockRefusal.backwards) { try clock.resume(at: start + .hours(1)) }
        #expect(throws: PromiseClockRefusal.backwards) { try clock.stop(at: start + .hours(1), reason: .issued) }
        try clock.stop(at: start + .hours(2), reason: .issued)
        #expect(clock.delay(at: start) == .zero)
        #expect(clock.delay(at: start + .days(30)) == .zero)
    }

    @Test("what was stored of a clock makes the same clock, in all four kinds of time")
    func stored() throws {
        let targets: [JSON] = [["elapsed": "PT8H"], ["business": "PT8H"], ["calendarDays": 2], ["workingDays": 2]]
        for (number, target) in targets.enumerated() {
            for maxTotal in targets {
                var clock = try clock(target, maxTotal: maxTotal)
                _ = try hold(&clock, at: start + .hours(2))
                try clock.resume(at: start + .hours(3))
                _ = try hold(&clock, at: start + .hours(4))
                let again = try PromiseClock(
                    level(target, maxTotal: maxTotal), calendar: calendar, start: start, pauses: clock.pauses, stop: nil
                )
                #expect(again == clock)
                #expect(again.due != nil, "\(number)")
                try clock.resume(at: start + .hours(5))
                let expected = try calendar.instant(
                    after: level(target).objective.target, from: start,
                    skipping: clock.pauses.compactMap(\.range))
                #expect(clock.due == expected)
            }
        }
    }
}
