/// A date of the proleptic Gregorian calendar (the calendar of ISO 8601 and RFC 3339), years 0001 to 9999.
///
/// Inside, years begin on 1 March, so that the leap day is the last day of its year, and days are counted from
/// 0000-03-01, so that every count is positive and plain division cuts it.
struct CivilDate {
    let year: Int
    let month: Int
    let day: Int

    /// Days from 0000-03-01 to 1970-01-01.
    static let dayCountAtEpoch = 719_468

    private static let daysInYear = 365
    private static let daysIn4Years = 4 * daysInYear + 1
    private static let daysIn100Years = 25 * daysIn4Years - 1
    private static let daysIn400Years = 4 * daysIn100Years + 1

    init(year: Int, month: Int, day: Int) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The date that many days after 0000-03-01.
    init(dayCount: Int) {
        let (cycle, dayOfCycle) = dayCount.quotientAndRemainder(dividingBy: Self.daysIn400Years)
        // The last century and the last year of a cycle are one day longer than the division expects.
        let century = min(dayOfCycle / Self.daysIn100Years, 3)
        let dayOfCentury = dayOfCycle - century * Self.daysIn100Years
        let (leapCycle, dayOfLeapCycle) = dayOfCentury.quotientAndRemainder(dividingBy: Self.daysIn4Years)
        let yearOfLeapCycle = min(dayOfLeapCycle / Self.daysInYear, 3)
        let dayOfYear = dayOfLeapCycle - yearOfLeapCycle * Self.daysInYear
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let yearFromMarch = 400 * cycle + 100 * century + 4 * leapCycle + yearOfLeapCycle
        self.init(
            year: monthFromMarch < 10 ? yearFromMarch : yearFromMarch + 1,
            month: monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9,
            day: dayOfYear - Self.daysBefore(monthFromMarch: monthFromMarch) + 1)
    }

    /// Days from 0000-03-01 to this date.
    var dayCount: Int {
        let yearFromMarch = month < 3 ? year - 1 : year
        let monthFromMarch = month < 3 ? month + 9 : month - 3
        let leapDays = yearFromMarch / 4 - yearFromMarch / 100 + yearFromMarch / 400
        return Self.daysInYear * yearFromMarch + leapDays + Self.daysBefore(monthFromMarch: monthFromMarch) + day - 1
    }

    /// The length of a month; `month` is 1 to 12.
    static func daysIn(month: Int, year: Int) -> Int {
        guard month == 2 else { return [4, 6, 9, 11].contains(month) ? 30 : 31 }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        return isLeap ? 29 : 28
    }

    /// From March on, five months have 153 days (31, 30, 31, 30, 31) and the pattern repeats.
    private static func daysBefore(monthFromMarch: Int) -> Int { (153 * monthFromMarch + 2) / 5 }
}
