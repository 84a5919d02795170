import Temporal
import TestSupport
import Testing

@Suite("Instant, RFC 3339 section 5.6")
struct InstantTextTests {
    @Test(
        "a text names a number of milliseconds and is written back in UTC",
        arguments: [
            // RFC 3339, section 5.8, without its two leap seconds.
            ("1985-04-12T23:20:50.52Z", 482_196_050_520, "1985-04-12T23:20:50.520Z"),
            ("1996-12-19T16:39:57-08:00", 851_042_397_000, "1996-12-20T00:39:57.000Z"),
            ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130, "1937-01-01T11:40:27.870Z"),
            // The ends of the time line, the epoch and its neighbours, days around leap days.
            ("0001-01-01T00:00:00Z", -62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"),
            ("1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"),
            ("2000-02-29T12:00:00Z", 951_825_600_000, "2000-02-29T12:00:00.000Z"),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            ("2024-03-01T00:00:00Z", 1_709_251_200_000, "2024-03-01T00:00:00.000Z"),
            ("2100-03-01T00:00:00Z", 4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            ("1900-03-01T00:00:00Z", -2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
            // Offsets move the date, across years too.
            ("2026-01-01T00:30:00+01:00", 1_767_223_800_000, "2025-12-31T23:30:00.000Z"),
            ("2025-12-31T23:30:00-23:59", 1_767_310_140_000, "2026-01-01T23:29:00.000Z"),
            ("2026-01-01T00:00:00-00:00", 1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
            // Lower case, and fractions of any length.
            ("2026-01-01t00:00:00z", 1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
            ("2026-01-01T00:00:00.1Z", 1_767_225_600_100, "2026-01-01T00:00:00.100Z"),
            ("2026-01-01T00:00:00.05Z", 1_767_225_600_050, "2026-01-01T00:00:00.050Z"),
            ("2026-01-01T00:00:00.123999Z", 1_767_225_600_123, "2026-01-01T00:00:00.123Z"),
            ("2026-01-01T00:00:00.999999999+00:00", 1_767_225_600_999, "2026-01-01T00:00:00.999Z"),
            ("1969-12-31T23:59:59.9999Z", -1, "1969-12-31T23:59:59.999Z"),
        ] as [(String, Int64, String)])
    func reads(text: String, milliseconds: Int64, written: String) throws {
        let instant = try Instant(rfc3339: text)
        #expect(instant.milliseconds == milliseconds)
        #expect(instant.rfc3339 == written)
    }

    @Test(
        "a text that leaves the grammar is refused where it does",
        arguments: [
            ("", 0), ("2026", 4), ("2026-01-01", 10), ("2026-01-01T00:00:00", 19), ("2026-01-01T00:00:00.Z", 20),
            ("2026-01-01T00:00Z", 16), ("2026-01-01 00:00:00Z", 10), ("2026-01-01T00:00:00 Z", 19),
            (" 2026-01-01T00:00:00Z", 0), ("2026-01-01T00:00:00Z ", 20), ("2026-01-01T00:00:00Z\n", 20),
            ("2026-1-01T00:00:00Z", 6), ("26-01-01T00:00:00Z", 2), ("+2026-01-01T00:00:00Z", 0),
            ("-2026-01-01T00:00:00Z", 0), ("12026-01-01T00:00:00Z", 4), ("2026/01/01T00:00:00Z", 4),
            ("20260101T000000Z", 4), ("2026-W01-1T00:00:00Z", 5), ("2026-001T00:00:00Z", 7),
            ("2026-01-01T00:00:00,5Z", 19), ("2026-01-01T00:00:00+01", 22), ("2026-01-01T00:00:00+0100", 22),
            ("2026-01-01T00:00:00+1:00", 21), ("2026-01-01T00:00:00+01:00Z", 25), ("2026-01-01T00:00:00UTC", 19),
            ("2026-01-01T00:00:00\u{2212}01:00", 19), ("２026-01-01T00:00:00Z", 0), ("2026-01-01T00:00:00Z\0", 20),
            ("Sat 25 Feb 2023 07:16:31 PM CST", 0), ("Sat, 25 Feb 2023 07:16:31 GMT", 0), ("1767225600", 4),
        ])
    func refusesMalformed(text: String, offset: Int) {
        let error = #expect(throws: TemporalError.self) { try Instant(rfc3339: text) }
        guard case .malformedInstant(text, offset, _) = error else {
            Issue.record("\(String(describing: error)) is not a fault at byte \(offset)")
            return
        }
    }

    @Test(
        "a date or time of day that does not exist is refused",
        arguments: [
            "0000-01-01T00:00:00Z", "0000-12-31T23:30:00-01:00", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z", "2026-06-31T00:00:00Z", "2026-09-31T00:00:00Z",
            "2026-11-31T00:00:00Z", "2026-02-29T00:00:00Z", "2024-02-30T00:00:00Z", "2100-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:99Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00-01:60",
            "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:00-00:01",
        ])
    func refusesTimesThatDoNotExist(text: String) {
        let error = #expect(throws: TemporalError.self) { try Instant(rfc3339: text) }
        guard case .noSuchTime(text, _) = error else {
            Issue.record("\(String(describing: error)) does not say that the time does not exist")
            return
        }
    }

    @Test(
        "second 60 is refused as a leap second",
        arguments: [
            "1990-12-31T23:59:60Z", "1990-12-31T15:59:60-08:00", "2026-01-01T00:00:60.5Z",
        ])
    func refusesLeapSeconds(text: String) {
        #expect(throws: TemporalError.leapSecond(text: text)) { try Instant(rfc3339: text) }
    }

    @Test("a text of 72 bytes is read and one of 73 is not")
    func refusesLongTexts() throws {
        let longest = "2026-01-01T00:00:00." + String(repeating: "9", count: 51) + "Z"
        #expect(longest.utf8.count == TemporalError.maximumTextBytes)
        #expect(try Instant(rfc3339: longest).rfc3339 == "2026-01-01T00:00:00.999Z")
        #expect(throws: TemporalError.textTooLong(byteCount: 73)) { try Instant(rfc3339: longest + "Z") }
    }

    @Test("an error says what is wrong, where, and what to write instead")
    func explains() {
        let error = TemporalError.malformedInstant(text: "2026-01-01\n", offset: 10, expected: "T")
        #expect(
            error.description == #""2026-01-01\n" is not an RFC 3339 time: expected T at byte 10; "#
                + "write for example 2026-01-31T08:30:00Z")
    }
}

@Suite("Instant, the calendar")
struct InstantCalendarTests {
    @Test("a year has 366 days when 4 divides it, but not 100, or 400 does")
    func countsDaysOfYears() throws {
        var start = Instant.earliest
        for year in 1...9998 {
            let isLeap = year % 400 == 0 || year % 4 == 0 && year % 100 != 0
            let next = try Instant(rfc3339: "\(padded(year + 1, 4))-01-01T00:00:00.000Z")
            try #require(next - start == .days(isLeap ? 366 : 365), "\(year)")
            try #require(next.rfc3339 == "\(padded(year + 1, 4))-01-01T00:00:00.000Z")
            start = next
        }
    }

    @Test(
        "the days of a year follow each other",
        arguments: [
            1, 3, 4, 5, 99, 100, 101, 399, 400, 401, 1582, 1899, 1900, 1904, 1970, 1999, 2000, 2024, 2026, 2100, 9996,
            9999,
        ])
    func walksThroughAYear(year: Int) throws {
        let february = year % 400 == 0 || year % 4 == 0 && year % 100 != 0 ? 29 : 28
        var instant = try Instant(rfc3339: "\(padded(year, 4))-01-01T12:00:00Z")
        for (month, last) in zip(1..., [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
            for day in 1...last {
                let text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T12:00:00.000Z"
                try #require(instant.rfc3339 == text)
                try #require(try Instant(rfc3339: text) == instant)
                if month < 12 || day < 31 { instant = instant.adding(calendarDays: 1) }
            }
        }
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        String(repeating: "0", count: width - String(number).count) + String(number)
    }

    @Test("a written instant reads back, and texts sort as instants do", arguments: 0..<8 as Range<UInt64>)
    func roundTrips(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var texts: [String] = []
        var instants: [Instant] = []
        for _ in 0..<500 {
            let range = Instant.earliest.milliseconds...Instant.latest.milliseconds
            let instant = Instant(milliseconds: .random(in: range, using: &random))
            try #require(try Instant(rfc3339: instant.rfc3339) == instant)
            texts.append(instant.rfc3339)
            instants.append(instant)
        }
        #expect(texts.sorted() == instants.sorted().map(\.rfc3339))
    }

    @Test(
        "days of the calendar move the date and keep the time of day",
        arguments: [
            ("2024-02-28T10:20:30.400Z", 1, "2024-02-29T10:20:30.400Z"),
            ("2023-02-28T10:20:30.400Z", 1, "2023-03-01T10:20:30.400Z"),
            ("2026-12-31T23:59:59.999Z", 1, "2027-01-01T23:59:59.999Z"),
            ("2026-01-01T00:00:00.000Z", -1, "2025-12-31T00:00:00.000Z"),
            ("2000-01-01T00:00:00.000Z", 146_097, "2400-01-01T00:00:00.000Z"),
            ("2026-07-31T08:00:00.000Z", 0, "2026-07-31T08:00:00.000Z"),
        ])
    func addsCalendarDays(start: String, days: Int, end: String) throws {
        #expect(try Instant(rfc3339: start).adding(calendarDays: days).rfc3339 == end)
    }
}

@Suite("Instant, numbers")
struct InstantNumberTests {
    @Test("the difference of two instants leads from one to the other")
    func addsAndSubtracts() throws {
        let start = try Instant(rfc3339: "2026-07-31T08:00:00Z")
        let end = try Instant(rfc3339: "2026-08-01T09:30:00.250Z")
        #expect(end - start == .days(1) + .minutes(90) + Milliseconds(250))
        #expect(start - end == .zero - (end - start))
        #expect(start + (end - start) == end)
        #expect(end - (end - start) == start)
        #expect(start < end)
    }

    @Test(
        "a number from outside must be in the years 0001 to 9999",
        arguments: [
            (-62_135_596_800_001, false), (-62_135_596_800_000, true), (0, true), (253_402_300_799_999, true),
            (253_402_300_800_000, false), (.min, false), (.max, false),
        ] as [(Int64, Bool)])
    func boundsMilliseconds(milliseconds: Int64, isAccepted: Bool) {
        #expect((try? Instant(parsing: milliseconds))?.milliseconds == (isAccepted ? milliseconds : nil))
    }

    @Test(
        "a NumericDate must be in the years 0001 to 9999",
        arguments: [
            (-62_135_596_801, nil), (-62_135_596_800, "0001-01-01T00:00:00.000Z"), (0, "1970-01-01T00:00:00.000Z"),
            (1_734_350_400, "2024-12-16T12:00:00.000Z"), (253_402_300_799, "9999-12-31T23:59:59.000Z"),
            (253_402_300_800, nil), (.min, nil), (.max, nil),
        ] as [(Int64, String?)])
    func boundsSeconds(seconds: Int64, text: String?) {
        #expect((try? Instant(parsingSeconds: seconds))?.rfc3339 == text)
    }

    @Test(
        "whole seconds round towards the past",
        arguments: [
            (0, 0), (999, 0), (1000, 1), (-1, -1), (-1000, -1), (-1001, -2), (-62_135_596_800_000, -62_135_596_800),
        ] as [(Int64, Int64)])
    func roundsSeconds(milliseconds: Int64, seconds: Int64) {
        #expect(Instant(milliseconds: milliseconds).seconds == seconds)
    }

    @Test("a sum that leaves the time line stops the program")
    func trapsOutsideTheTimeline() async {
        await #expect(processExitsWith: .failure) { _ = Instant.latest + Milliseconds(1) }
        await #expect(processExitsWith: .failure) { _ = Instant.earliest.adding(calendarDays: -1) }
        await #expect(processExitsWith: .failure) { _ = Instant(milliseconds: .max) }
    }
}
