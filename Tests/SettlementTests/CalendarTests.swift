import CanonicalJSON
import Cryptography
import Foundation
import ServiceLevels
import Settlement
import Temporal
import TestSupport
import Testing

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
/// 08:00 UTC to 17:00 UTC with an hour of lunch, counted from midnight.
private let due = start + 17 * hour

/// Central European clocks, as the page has them.
private let rules: JSONObject = [
    "initial": 3600, "transitions": [],
    "rule": [
        "standard": 3600,
        "saving": [
            "offset": 7200, "start": ["month": 3, "week": 5, "weekday": 0, "second": 7200],
            "end": ["month": 10, "week": 5, "weekday": 0, "second": 10_800],
        ],
    ],
]

private func pin(_ rules: JSONObject) -> String { SHA256.hash(JSON.object(rules).canonicalBytes).description }

/// Logs with calendars, as the page says.
extension LogBuilder {
    fileprivate mutating func pinZone(_ rules: JSONObject, sha256: String? = nil) {
        var facts = rules
        facts["zone"] = "Europe/Berlin"
        facts["release"] = "2026a"
        facts["sha256"] = .string(sha256 ?? pin(rules))
        add("zone.pinned", at: Self.start, facts)
    }

    /// Publishes hours; what ``accept(_:by:due:)`` names.
    fileprivate mutating func publishCalendar(
        version: Int64 = 1, exceptions: JSON = [], zone: String = pin(rules), at t: Int64 = start
    ) -> String {
        let office: JSON = [["09:00", "12:30"], ["13:30", "18:00"]]
        let document = PolicyDocuments.document(
            "BusinessCalendar", id: "office", version: version,
            [
                "timeZone": "Europe/Berlin", "tzdata": ["release": "2026a", "sha256": .string(zone)],
                "exceptions": exceptions, "week": ["mon": office, "tue": office, "wed": office, "thu": office],
            ])
        publish(document, at: t)
        return "sha256:\(SHA256.hash(document.canonicalBytes))"
    }

    fileprivate mutating func accept(_ rid: String, by calendar: String?, zone: String = pin(rules), due: Int64) {
        accept(rid, at: drafts.last?.t ?? Self.start, due: due)
        drafts[drafts.count - 1].facts["calendar"] = calendar.map(JSON.string)
        if calendar != nil { drafts[drafts.count - 1].facts["zone"] = .string(zone) }
    }

    /// A log whose service level counts eight working hours.
    fileprivate static func office(target: JSON = ["business": "PT8H"]) -> (log: LogBuilder, calendar: String) {
        var log = LogBuilder()
        log.pinZone(rules)
        let calendar = log.publishCalendar()
        let level = PolicyDocuments.serviceLevel(target: target).replacing("/spec/calendarRef", by: "office")
            .replacing("/spec/pause/0/maxTotal", by: ["business": "PT5H"])
            .replacing("/spec/pause/0/backdateLimit", by: "PT10M")
        log.publish(level)
        log.publish(PolicyDocuments.compensation())
        return (log, calendar)
    }
}

@Suite("Rules 20 to 23: calendars")
struct CalendarTests {
    private var log: LogBuilder
    private let calendar: String

    init() { (log, calendar) = LogBuilder.office() }

    private func kinds(_ log: LogBuilder, at now: Int64 = start + 100 * day) throws -> [Finding.Kind] {
        let report = try log.report(at: now)
        #expect(report.verdict != .cannotTell, "\(report.unknowns)")
        return report.findings.map(\.kind)
    }

    @Test("eight working hours are eight working hours")
    mutating func honest() throws {
        log.accept("r1", by: calendar, due: due)
        log.issue("r1", at: due)
        requireSettled(try log.report(at: start + 100 * day))
    }

    @Test("a breach a millisecond after the deadline is one, at the deadline it is not")
    mutating func broken() throws {
        log.accept("r1", by: calendar, due: due)
        log.issue("r1", at: due + 1)
        log.breach("r1", at: due + 1, due: due)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        requireSettled(try log.report(at: start + 100 * day))
        log.drop("sla.breach")
        #expect(try !kinds(log).isEmpty)
    }

    @Test("an operator who stretches a deadline is found", arguments: [1, 1000, hour, -1, 30 * hour] as [Int64])
    mutating func stretched(by length: Int64) throws {
        log.accept("r1", by: calendar, due: due + length)
        log.issue("r1", at: due)
        #expect(try kinds(log) == [.wrongDeadline])
    }

    @Test("an operator who names another zone, another calendar, or none is found")
    mutating func swapped() throws {
        log.accept("other-zone", by: calendar, zone: String(repeating: "0", count: 64), due: due)
        log.issue("other-zone", at: due)
        log.accept("other-calendar", by: "sha256:" + String(repeating: "0", count: 64), due: due + 11 * hour)
        log.accept("none", by: nil, due: due + 11 * hour)
        let report = try log.report(at: due)
        #expect(
            report.findings.filter { $0.kind == .wrongPolicy }.compactMap(\.rid) == [
                "other-zone", "other-calendar", "none",
            ])
    }

    @Test("an operator who pins clocks that do not have their hash, or counts by none, is found")
    func zones() throws {
        var other = rules
        other["initial"] = 0
        var log = LogBuilder()
        log.pinZone(other, sha256: pin(rules))
        #expect(try kinds(log) == [.wrongZone])
        log = LogBuilder()
        _ = log.publishCalendar()
        #expect(try kinds(log) == [.wrongZone])
        // And nobody can tell what is due by it.
        log.publish(
            PolicyDocuments.serviceLevel(target: ["business": "PT8H"]).replacing("/spec/calendarRef", by: "office"))
        log.publish(PolicyDocuments.compensation())
        log.accept("r1", by: nil, due: due)
        #expect(try log.report(at: start).unknowns.map(\.requests).reduce(0, +) == 1)
    }

    @Test(
        "a zone whose rules are no rules is a malformed entry", arguments: ["initial", "rule", "transitions"])
    func malformed(member: String) throws {
        var log = LogBuilder()
        log.pinZone(rules)
        log.drafts[log.drafts.count - 1].facts[member] = "x"
        #expect(try kinds(log) == [.malformedEntry])
        log.drafts[log.drafts.count - 1].facts[member] = nil
        #expect(try kinds(log) == [.malformedEntry])
    }

    @Test("without its calendar in force a request may not be accepted; an earlier one keeps its own")
    mutating func versions() throws {
        log.accept("before", by: calendar, due: due)
        let second = log.publishCalendar(
            version: 2, exceptions: [["date": "2026-01-01", "windows": []]], at: start + 1)
        // Friday is no working day of this office: Monday.
        log.accept("after", by: second, due: start + 4 * day + 17 * hour)
        log.issue("before", at: due)
        log.issue("after", at: due)
        requireSettled(try log.report(at: start + 100 * day))
    }

    @Test("a pause moves the deadline by the working time in it, up to its maximum in working time")
    mutating func pauses() throws {
        log.accept("r1", by: calendar, due: due)
        // 10:00 to 14:00 there: three hours of five; until Thursday 16:00.
        log.hold("r1", at: start + 9 * hour, until: start + 15 * hour)
        log.resume("r1", at: start + 13 * hour, due: start + 4 * day + 11 * hour)
        // Two hours are left: from 17:00 on one, and one on Monday, the next day that is worked.
        log.hold("r1", at: start + 16 * hour, until: start + 4 * day + 9 * hour)
        log.resume("r1", at: start + 17 * hour, due: start + 4 * day + 12 * hour + hour / 2 + hour / 2)
        log.issue("r1", at: start + 4 * day + 8 * hour)
        let report = try log.report(at: start + 100 * day)
        #expect(report.findings.map(\.sentence) == [])
    }

    @Test("a pause begins before its entry as far as its rule lets it")
    mutating func backdated() throws {
        log.accept("r1", by: calendar, due: due)
        log.hold("r1", at: start + 9 * hour, until: start + 14 * hour + 50 * 60_000)
        log.drafts[log.drafts.count - 1].facts["from"] = .integer(start + 9 * hour - 600_000)
        log.resume("r1", at: start + 10 * hour, due: start + 4 * day + 9 * hour + 600_000)
        log.issue("r1", at: due)
        requireSettled(try log.report(at: start + 100 * day))
        for from in [start + 9 * hour - 600_001, start + 9 * hour + 1] {
            var other = log
            for index in other.drafts.indices where other.drafts[index].facts["from"] != nil {
                other.drafts[index].facts["from"] = .integer(from)
            }
            #expect(try kinds(other).contains(.illegalPause))
        }
    }

    @Test("3.2/16 two implementations agree on deadlines around the transitions of every continent")
    func differential() throws {
        var random = SeededRandom(seed: 31)
        for name in [
            "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/St_Johns",
            "Asia/Kathmandu", "Europe/Dublin", "America/Nuuk", "Asia/Gaza", "Antarctica/Troll", "Pacific/Chatham",
            "UTC",
        ] {
            try differential(name, &random)
        }
    }

    private func differential(_ name: String, _ random: inout SeededRandom) throws {
        let file = URL(filePath: "/usr/share/zoneinfo/" + name)
        let zone = try TimeZoneRules(parsing: [UInt8](Data(contentsOf: file)))
        var log = LogBuilder()
        log.pinZone(zone.json.objectValue ?? [:])
        let calendar = log.publishCalendar(
            exceptions: [["date": "2026-03-29", "windows": [["00:00", "24:00"]]]], zone: zone.pin)
        let office = try [(540, 750), (810, 1080)].map { try WorkingCalendar.Window(open: $0.0, close: $0.1) }
        let hours = try WorkingCalendar(
            zone: zone, week: [office, office, office, office, [], [], []],
            exceptions: [LocalDate(parsing: "2026-03-29"): [WorkingCalendar.Window(open: 0, close: 1440)]])
        let spans: [TimeSpan] = [.business(.hours(11)), .calendarDays(1), .workingDays(2), .elapsed(.hours(30))]
        for (number, span) in spans.enumerated() {
            let level = PolicyDocuments.serviceLevel(version: Int64(number + 1), target: span.json)
                .replacing("/spec/calendarRef", by: "office")
            var t = (log.drafts.last?.t ?? start) + 1
            log.publish(level, at: t)
            if number == 0 { log.publish(PolicyDocuments.compensation(), at: t) }
            for request in 0..<40 {
                t += Int64.random(in: 1...90 * 3_600_000, using: &random)
                let rid = "\(number)-\(request)"
                let due = try hours.instant(after: span, from: Instant(milliseconds: t)).milliseconds
                log.accept(rid, at: t, due: due)
                log.drafts[log.drafts.count - 1].facts["calendar"] = .string(calendar)
                log.drafts[log.drafts.count - 1].facts["zone"] = .string(zone.pin)
                log.issue(rid, at: t)
            }
        }
        let report = try log.report(at: log.drafts.last?.t ?? start)
        // The promise gets another span every time, which nobody was told two weeks ahead.
        #expect(report.findings.filter { $0.kind != .shortNotice }.map(\.sentence) == [], "\(name)")
        #expect(report.unknowns.isEmpty, "\(name) \(report.unknowns)")
    }
}
