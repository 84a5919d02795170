/// Months and years of the civil calendar.
extension LocalDate {
    /// The dates of the month that holds this date, the first of the next one not among them.
    package var month: Range<LocalDate> {
        let date = civil
        let next = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
        return Self.first(date.year, date.month)..<Self.first(next.0, next.1)
    }

    /// The dates of the year that holds this date, the first of the next one not among them.
    package var year: Range<LocalDate> {
        let date = civil
        return Self.first(date.year, 1)..<Self.first(date.year + 1, 1)
    }

    private var civil: CivilDate { CivilDate(dayCount: dayNumber + CivilDate.dayCountAtEpoch) }

    private static func first(_ year: Int, _ month: Int) -> LocalDate {
        LocalDate(dayNumber: CivilDate(year: year, month: month, day: 1).dayCount - CivilDate.dayCountAtEpoch)
    }
}

extension TimeZoneRules {
    /// From the first instant at which the wall clock shows the first date, to the first at which it shows the date
    /// after the last.
    package func instants(of dates: Range<LocalDate>) -> Range<Instant> {
        start(of: dates.lowerBound)..<start(of: dates.upperBound)
    }

    private func start(of date: LocalDate) -> Instant {
        let instant = firstInstant(showing: date.milliseconds)
        return Instant(milliseconds: min(max(instant, Instant.timeline.lowerBound), Instant.timeline.upperBound))
    }
}
