import Foundation
import Temporal
import Testing

@Suite("Working calendars")
struct WorkingCalendarTests {
    static let office = [("09:00", "12:30"), ("13:30", "18:00")]

    private func due(
        _ calendar: WorkingCalendar, _ span: TimeSpan, from start: String, skipping pauses: [(String, String)] = []
    ) throws -> String {
        let pauses = try pauses.map { try Zones.at($0.0)..<Zones.at($0.1) }
        let prepared = calendar.prepared(for: try Zones.at("2009-01-01T00:00:00Z")..<Zones.at("2029-01-01T00:00:00Z"))
        let due = try calendar.instant(after: span, from: Zones.at(start), skipping: pauses)
        #expect(try prepared.instant(after: span, from: Zones.at(start), skipping: pauses) == due)
        return calendar.zone.localTime(at: due).description
    }

    @Test(
        "3.1/2 start outside hours, at opening, at closing",
        arguments: [
            ("2026-02-02T06:00:00+01:00", "2026-02-02T10:00:00+01:00"),
            ("2026-02-02T09:00:00+01:00", "2026-02-02T10:00:00+01:00"),
            ("2026-02-02T11:30:00+01:00", "2026-02-02T12:30:00+01:00"),
            ("2026-02-02T12:30:00+01:00", "2026-02-02T14:30:00+01:00"),
            ("2026-02-02T12:00:00+01:00", "2026-02-02T14:00:00+01:00"),
            ("2026-02-02T18:00:00+01:00", "2026-02-03T10:00:00+01:00"),
            ("2026-02-06T17:59:59.999+01:00", "2026-02-09T09:59:59.999+01:00"),
        ])
    func outsideHours(start: String, expected: String) throws {
        let calendar = try Zones.calendar("Europe/Berlin", Self.office, weekdaysOnly: true)
        #expect(try due(calendar, .business(.hours(1)), from: start) == expected)
    }

    @Test(
        "3.1/3 a window whose edge lies in a gap or in an overlap counts what the clock shows, once or twice",
        arguments: [
            // 02:00 to 03:00 did not happen: the window is the hour after it.
            (("02:30", "04:00"), "2026-03-29T00:00:00+01:00", 60, "2026-03-29T04:00:00+02:00"),
            (("02:15", "02:45"), "2026-03-29T00:00:00+01:00", 30, "2026-03-30T02:45:00+02:00"),
            (("01:30", "02:30"), "2026-03-29T00:00:00+01:00", 30, "2026-03-29T03:00:00+02:00"),
            // 02:00 to 03:00 happened twice: the window opens twice.
            (("02:30", "04:00"), "2026-10-25T00:00:00+02:00", 60, "2026-10-25T03:00:00+01:00"),
            (("02:15", "02:45"), "2026-10-25T00:00:00+02:00", 60, "2026-10-25T02:45:00+01:00"),
            (("01:30", "02:30"), "2026-10-25T00:00:00+02:00", 90, "2026-10-25T02:30:00+01:00"),
            (("01:30", "02:30"), "2026-10-25T00:00:00+02:00", 60, "2026-10-25T02:30:00+02:00"),
        ])
    func edges(window: (String, String), start: String, minutes: Int64, expected: String) throws {
        let calendar = try Zones.calendar("Europe/Berlin", [window])
        let found = try due(calendar, .business(.minutes(minutes)), from: start)
        // The instant at which the clock jumps is shown as it is after the jump.
        #expect(found == expected)
    }

    @Test("3.1/4 half hours, a day that was left out, an hour back in Ramadan, a quarter of an hour")
    func oddZones() throws {
        let howe = try Zones.calendar("Australia/Lord_Howe", [("01:00", "03:00")])
        #expect(
            try due(howe, .business(.minutes(150)), from: "2026-04-05T00:00:00+11:00") == "2026-04-05T03:00:00+10:30")
        let apia = try Zones.calendar("Pacific/Apia", [("09:00", "17:00")])
        #expect(try due(apia, .business(.hours(9)), from: "2011-12-29T09:00:00-10:00") == "2011-12-31T10:00:00+14:00")
        #expect(try due(apia, .workingDays(2), from: "2011-12-29T08:00:00-10:00") == "2011-12-31T17:00:00+14:00")
        #expect(try due(apia, .calendarDays(1), from: "2011-12-29T08:00:00-10:00") == "2011-12-31T00:00:00+14:00")
        #expect(try due(apia, .calendarDays(2), from: "2011-12-29T08:00:00-10:00") == "2011-12-31T08:00:00+14:00")
        let casablanca = try Zones.calendar("Africa/Casablanca", [("01:00", "05:00")])
        #expect(
            try due(casablanca, .business(.hours(5)), from: "2026-02-15T00:00:00+01:00") == "2026-02-15T05:00:00+00:00")
        let kathmandu = try Zones.calendar("Asia/Kathmandu", Self.office)
        #expect(
            try due(kathmandu, .business(.hours(1)), from: "2026-02-15T00:00:00Z") == "2026-02-15T10:00:00+05:45")
    }

    @Test("3.1/5 windows to 24:00 and from 00:00 are one night; a lunch break is not counted")
    func overMidnight() throws {
        let night = try Zones.calendar("Europe/Berlin", [("22:00", "24:00"), ("00:00", "02:00")])
        #expect(try due(night, .business(.hours(3)), from: "2026-02-02T12:00:00+01:00") == "2026-02-03T01:00:00+01:00")
        #expect(try due(night, .business(.hours(2)), from: "2026-02-02T12:00:00+01:00") == "2026-02-03T00:00:00+01:00")
        let office = try Zones.calendar("Europe/Berlin", Self.office, weekdaysOnly: true)
        #expect(try due(office, .business(.hours(4)), from: "2026-02-02T09:00:00+01:00") == "2026-02-02T14:00:00+01:00")
        #expect(
            try office.business(from: Zones.at("2026-02-02T12:30:00+01:00"), to: Zones.at("2026-02-02T13:30:00+01:00"))
                == .zero)
    }

    @Test("3.1/6 a holiday that is added makes another calendar: what was counted by the first stays")
    func holidays() throws {
        let before = try Zones.calendar("Europe/Berlin", Self.office, weekdaysOnly: true)
        let date = try LocalDate(parsing: "2026-02-03")
        let after = try Zones.calendar("Europe/Berlin", Self.office, weekdaysOnly: true, exceptions: [date: []])
        let short = try Zones.calendar(
            "Europe/Berlin", Self.office, weekdaysOnly: true, exceptions: [date: [Zones.window("10:00", "11:00")]])
        let start = "2026-02-02T17:00:00+01:00"
        #expect(try due(before, .business(.hours(3)), from: start) == "2026-02-03T11:00:00+01:00")
        #expect(try due(after, .business(.hours(3)), from: start) == "2026-02-04T11:00:00+01:00")
        #expect(try due(short, .business(.hours(3)), from: start) == "2026-02-04T10:00:00+01:00")
        #expect(try due(short, .workingDays(1), from: start) == "2026-02-03T11:00:00+01:00")
        #expect(before != after)
    }

    @Test("3.1/10 29 February, the end of a month, the end of a year")
    func calendarEnds() throws {
        let berlin = try Zones.calendar("Europe/Berlin", Self.office)
        #expect(try due(berlin, .calendarDays(1), from: "2028-02-28T10:00:00+01:00") == "2028-02-29T10:00:00+01:00")
        #expect(try due(berlin, .calendarDays(1), from: "2027-02-28T10:00:00+01:00") == "2027-03-01T10:00:00+01:00")
        #expect(try due(berlin, .calendarDays(31), from: "2026-12-31T23:59:59+01:00") == "2027-01-31T23:59:59+01:00")
        #expect(try due(berlin, .workingDays(1), from: "2026-12-31T09:00:00.001+01:00") == "2027-01-01T18:00:00+01:00")
    }

    @Test(
        "calendar days keep the time on the wall; in a gap the first instant after it, in an overlap the first of two")
    func calendarDays() throws {
        let berlin = try Zones.calendar("Europe/Berlin", Self.office)
        #expect(try due(berlin, .calendarDays(1), from: "2026-03-28T02:30:00+01:00") == "2026-03-29T03:00:00+02:00")
        #expect(try due(berlin, .calendarDays(2), from: "2026-03-28T02:30:00+01:00") == "2026-03-30T02:30:00+02:00")
        #expect(try due(berlin, .calendarDays(1), from: "2026-10-24T02:30:00+02:00") == "2026-10-25T02:30:00+02:00")
        #expect(try due(berlin, .calendarDays(1), from: "2026-10-25T02:30:00+01:00") == "2026-10-26T02:30:00+01:00")
    }

    @Test(
        "working days are whole: the one that has begun does not count",
        arguments: [
            ("2026-02-02T08:59:59+01:00", 1, "2026-02-02T18:00:00+01:00"),
            ("2026-02-02T09:00:00+01:00", 1, "2026-02-02T18:00:00+01:00"),
            ("2026-02-02T09:00:00.001+01:00", 1, "2026-02-03T18:00:00+01:00"),
            ("2026-02-02T18:00:00+01:00", 1, "2026-02-03T18:00:00+01:00"),
            ("2026-02-06T12:00:00+01:00", 1, "2026-02-09T18:00:00+01:00"),
            ("2026-02-07T12:00:00+01:00", 5, "2026-02-13T18:00:00+01:00"),
        ])
    func workingDays(start: String, days: Int, expected: String) throws {
        let office = try Zones.calendar("Europe/Berlin", Self.office, weekdaysOnly: true)
        #expect(try due(office, .workingDays(days), from: start) == expected)
    }

    @Test("3.1/11 pauses that overlap count once; one in closed hours, or from the deadline on, counts nothing")
    func pauses() throws {
        let office = try Zones.calendar("Europe/Berlin", Self.office, weekdaysOnly: true)
        let start = "2026-02-02T09:00:00+01:00"
        func paused(_ span: TimeSpan, _ pauses: [(String, String)]) throws -> String {
            try due(office, span, from: start, skipping: pauses)
        }
        let hour = TimeSpan.business(.hours(2))
        let within = ("2026-02-02T10:00:00+01:00", "2026-02-02T11:00:00+01:00")
        #expect(try paused(hour, [within]) == "2026-02-02T12:00:00+01:00")
        #expect(try paused(hour, [within, within]) == "2026-02-02T12:00:00+01:00")
        #expect(
            try paused(hour, [("2026-02-02T10:30:00+01:00", "2026-02-02T11:30:00+01:00"), within])
                == "2026-02-02T12:30:00+01:00")
        // Over lunch: only half an hour of it is working time.
        #expect(
            try paused(.business(.hours(4)), [("2026-02-02T12:00:00+01:00", "2026-02-02T13:30:00+01:00")])
                == "2026-02-02T14:30:00+01:00")
        #expect(
            try paused(.business(.hours(9)), [("2026-02-02T18:00:00+01:00", "2026-02-03T09:00:00+01:00")])
                == "2026-02-03T10:00:00+01:00")
        #expect(
            try paused(hour, [("2026-02-02T11:00:00+01:00", "2026-02-02T17:00:00+01:00")])
                == "2026-02-02T11:00:00+01:00")
        #expect(
            try paused(hour, [("2026-02-02T10:59:59+01:00", "2026-02-02T17:00:00+01:00")])
                == "2026-02-02T17:00:01+01:00")
        #expect(
            try paused(hour, [("2026-02-01T10:00:00+01:00", "2026-02-02T09:30:00+01:00")])
                == "2026-02-02T11:30:00+01:00")
        #expect(
            try paused(hour, [("2026-02-01T10:00:00+01:00", "2026-02-02T09:00:00+01:00")])
                == "2026-02-02T11:00:00+01:00")
        #expect(try paused(.elapsed(.hours(2)), [within]) == "2026-02-02T12:00:00+01:00")
        #expect(try paused(.calendarDays(1), [within]) == "2026-02-03T10:00:00+01:00")
        #expect(try paused(.workingDays(1), [within]) == "2026-02-03T10:00:00+01:00")
        // Each pause moves the deadline into the next.
        #expect(
            try paused(hour, [within, ("2026-02-02T11:30:00+01:00", "2026-02-02T12:00:00+01:00")])
                == "2026-02-02T12:30:00+01:00")
    }

    @Test("hours that contradict themselves are refused")
    func refusals() throws {
        #expect(throws: TemporalError.self) { try Zones.window("10:00", "10:00") }
        #expect(throws: TemporalError.self) { try Zones.window("22:00", "02:00") }
        #expect(throws: TemporalError.self) { try Zones.window("22:00", "24:01") }
        #expect(throws: TemporalError.self) { try Zones.calendar("UTC", [("09:00", "12:00"), ("11:59", "13:00")]) }
        #expect(throws: TemporalError.self) { try Zones.calendar("UTC", []) }
        let minutes = (0..<9).map { ("0\($0):00", "0\($0):01") }
        #expect(throws: TemporalError.self) { try Zones.calendar("UTC", minutes) }
        // Windows that touch are two windows, in any order.
        let touching = try Zones.calendar("UTC", [("12:00", "15:00"), ("09:00", "12:00")])
        #expect(try due(touching, .business(.hours(4)), from: "2026-02-02T09:00:00Z") == "2026-02-02T13:00:00+00:00")
    }

    @Test("what lies more than a hundred years away is refused, not counted for ever")
    func horizon() throws {
        let minute = try WorkingCalendar(
            zone: .utc, week: [[Zones.window("00:00", "00:01")], [], [], [], [], [], []])
        let start = try Zones.at("2026-01-01T00:00:00Z")
        #expect(throws: TemporalError.beyondHorizon(start: start)) {
            try minute.instant(after: .business(.hours(100)), from: start)
        }
        #expect(throws: TemporalError.beyondHorizon(start: .latest)) {
            try WorkingCalendar.utc.instant(after: .elapsed(.hours(1)), from: .latest)
        }
        #expect(throws: TemporalError.beyondHorizon(start: start)) {
            try minute.instant(after: .workingDays(6000), from: start)
        }
        #expect(try minute.instant(after: .business(.minutes(60)), from: start) == Zones.at("2027-02-22T00:01:00Z"))
    }

    @Test("without a calendar everything is as it was: days of UTC, day and night")
    func utc() throws {
        let start = try Zones.at("2026-03-28T02:30:00Z")
        for span in [TimeSpan.elapsed(.days(3)), .calendarDays(3)] {
            #expect(try WorkingCalendar.utc.instant(after: span, from: start) == start + .days(3))
        }
    }
}
