import Temporal

/// Dates of a zone: rules 22 and 78.
extension ZoneTimes {
    /// The first instant at which the wall clock shows that much since 1970-01-01T00:00:00, or more.
    func first(showing shown: Int64) -> Int64 {
        var stretch = stretch(at: shown - Self.farthest * 1000)
        while stretch.to + stretch.offset <= shown { stretch = self.stretch(at: stretch.to) }
        return max(stretch.from, shown - stretch.offset)
    }

    /// The date that the wall clock shows, in days since 1970-01-01.
    func day(at instant: Int64) -> Int64 { Day.floor(instant + stretch(at: instant).offset, Day.milliseconds) }
}

/// Windows of the civil calendar, in the clocks of a zone or in UTC.
struct CivilWindow {
    /// Nil for UTC.
    let zone: ZoneTimes?

    /// The begin of a cap's window at `t`.
    func begin(of window: PaymentTerms.Window, at t: Int64) -> Int64 {
        let today = date(t)
        switch window {
        case .day: return begin(of: today)
        case .week: return begin(of: today.adding(days: -today.weekday))
        case .thirtyDays: return begin(of: today.adding(days: -29))
        case .month: return begin(of: today.month.lowerBound)
        case .year: return begin(of: today.year.lowerBound)
        case .lifetime: return .min
        }
    }

    /// The period of a budget at `t`.
    func period(isYearly: Bool, at t: Int64) -> Range<Int64> {
        let today = date(t)
        let dates = isYearly ? today.year : today.month
        return begin(of: dates.lowerBound)..<begin(of: dates.upperBound)
    }

    private func date(_ t: Int64) -> LocalDate {
        LocalDate(dayNumber: Int(zone?.day(at: t) ?? Day.floor(t, Day.milliseconds)))
    }

    private func begin(of date: LocalDate) -> Int64 {
        let midnight = Int64(date.dayNumber) * Day.milliseconds
        return zone?.first(showing: midnight) ?? midnight
    }
}
