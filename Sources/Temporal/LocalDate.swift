/// A date of the Gregorian calendar as a wall calendar shows it, with no zone: years 0001 to 9999.
package struct LocalDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; negative before.
    package let dayNumber: Int

    /// The date that many days after 1970-01-01.
    package init(dayNumber: Int) { self.dayNumber = dayNumber }

    /// Reads `YYYY-MM-DD`, the `full-date` of RFC 3339, section 5.6.
    package init(parsing text: String) throws(TemporalError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy { 0x30...0x39 ~= $0 } }) else {
            throw .malformedDate(text: String(text.prefix(TemporalError.maximumTextBytes)))
        }
        let numbers = parts.map { $0.reduce(0) { 10 * $0 + Int($1 - 0x30) } }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        guard year > 0, 1...12 ~= month, 1...CivilDate.daysIn(month: month, year: year) ~= day else {
            throw .noSuchTime(text: text, problem: "no calendar of the years 0001 to 9999 has that date")
        }
        self.init(dayNumber: CivilDate(year: year, month: month, day: day).dayCount - CivilDate.dayCountAtEpoch)
    }

    /// 0 on Monday to 6 on Sunday (ISO 8601 counts from 1).
    package var weekday: Int {
        // 1970-01-01 was a Thursday.
        let rest = (dayNumber + 3) % 7
        return rest < 0 ? rest + 7 : rest
    }

    /// The date that many days later; earlier when negative.
    package func adding(days: Int) -> LocalDate { LocalDate(dayNumber: dayNumber + days) }

    /// Whether the left date comes first.
    package static func < (left: LocalDate, right: LocalDate) -> Bool { left.dayNumber < right.dayNumber }

    /// Milliseconds of the wall clock from 1970-01-01T00:00:00 to the start of the date.
    var milliseconds: Int64 { Int64(dayNumber) * 86_400_000 }

    /// The date that a wall clock shows with that many milliseconds since 1970-01-01T00:00:00.
    init(wallMilliseconds: Int64) {
        let (quotient, rest) = wallMilliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        dayNumber = Int(rest < 0 ? quotient - 1 : quotient)
    }
}

extension LocalDate: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    package var description: String {
        let date = CivilDate(dayCount: dayNumber + CivilDate.dayCountAtEpoch)
        return "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))"
    }
}

/// A number with leading zeros.
func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
}
