/// What a zone does every year, for ever: one offset, or two that take turns at two moments of each year. The footer of
/// a TZif file (RFC 9636, section 3.3.1), without its abbreviations.
package struct YearlyRule: Hashable, Sendable {
    /// Seconds that standard time is ahead of UTC.
    package let standardOffset: Int
    /// The other offset of the year; nil when there is none.
    package let saving: Saving?

    /// The part of each year in which another offset holds. It need not be the summer, nor be ahead: Dublin's is the
    /// winter.
    package struct Saving: Hashable, Sendable {
        /// Seconds that local time is then ahead of UTC.
        package let offset: Int
        /// When it begins, on the clock of standard time.
        package let start: Change
        /// When it ends, on its own clock.
        package let end: Change

        /// A part of each year.
        package init(offset: Int, start: Change, end: Change) {
            (self.offset, self.start, self.end) = (offset, start, end)
        }
    }

    /// A moment of each year on a wall clock.
    package struct Change: Hashable, Sendable {
        /// The date.
        package let day: Day
        /// Seconds after the start of that date; may be negative or more than a day (RFC 9636, section 3.3.2).
        package let second: Int

        /// A moment of each year.
        package init(day: Day, second: Int) { (self.day, self.second) = (day, second) }
    }

    /// A date of each year, in the three ways of POSIX.
    package enum Day: Hashable, Sendable {
        /// `Jn`, 1 to 365: 29 February is never counted.
        case julian(Int)
        /// `n`, 0 to 365: 29 February is counted.
        case zeroBased(Int)
        /// `Mm.w.d`: the w-th weekday d (0 is Sunday) of month m; week 5 is the last.
        case weekday(month: Int, week: Int, day: Int)
    }

    /// Offsets as RFC 9636, section 3.2, recommends: more than a day either way is no zone of this planet.
    static let offsets = -89_999...93_599

    /// Moments of the day: a week less one hour either way, as version 3 of the format has it.
    static let seconds = -604_799...604_799

    /// A rule. Refuses offsets and dates that do not exist; a saving that lasts all year becomes the one offset.
    package init(standardOffset: Int, saving: Saving?) throws(TemporalError) {
        guard Self.offsets.contains(standardOffset), saving.map({ Self.offsets.contains($0.offset) }) ?? true else {
            throw .malformedZone(problem: "an offset of more than a day from UTC")
        }
        for change in [saving?.start, saving?.end].compactMap({ $0 }) {
            guard change.exists else { throw .malformedZone(problem: "a date or time of the yearly rule is no such") }
        }
        guard let saving, saving.offset != standardOffset else {
            (self.standardOffset, self.saving) = (standardOffset, nil)
            return
        }
        let spans = Self.savingSpans(saving, standardOffset: standardOffset, years: 2000...2401)
        let isAlways = spans.count == 1
        (self.standardOffset, self.saving) = isAlways ? (saving.offset, nil) : (standardOffset, saving)
    }

    /// The changes of offset from the first of `years` to the last, in seconds since 1970, in order. Nothing for a rule
    /// with one offset.
    func changes(in years: ClosedRange<Int>) -> [TimeZoneRules.Transition] {
        guard let saving else { return [] }
        let first = Self.seconds(year: years.lowerBound, dayOfYear: 0)
        let end = Self.seconds(year: years.upperBound + 1, dayOfYear: 0)
        return Self.savingSpans(
            saving, standardOffset: standardOffset, years: max(years.lowerBound - 2, 1)...years.upperBound + 1
        ).flatMap {
            [
                TimeZoneRules.Transition(at: $0.lowerBound, offset: saving.offset),
                TimeZoneRules.Transition(at: $0.upperBound, offset: standardOffset),
            ]
        }.filter { first <= $0.at && $0.at < end }
    }

    /// When the saving holds, in seconds since 1970; spans that touch are one.
    private static func savingSpans(
        _ saving: Saving, standardOffset: Int, years: ClosedRange<Int>
    ) -> [Range<Int64>] {
        var spans: [Range<Int64>] = []
        for year in years {
            let start = saving.start.seconds(in: year) - Int64(standardOffset)
            // Where the year begins within the saving, as in the south, its end lies in the next year.
            let ends = (year...year + 2).map { saving.end.seconds(in: $0) - Int64(saving.offset) }
            guard let end = ends.first(where: { $0 > start }) else { continue }
            if let last = spans.last, last.upperBound >= start {
                spans[spans.count - 1] = last.lowerBound..<max(last.upperBound, end)
            } else {
                spans.append(start..<end)
            }
        }
        return spans
    }

    /// Seconds of a wall clock from 1970-01-01T00:00:00 to the start of that day of the year, the first being 0.
    static func seconds(year: Int, dayOfYear: Int) -> Int64 {
        let newYear = CivilDate(year: year, month: 1, day: 1).dayCount - CivilDate.dayCountAtEpoch
        return Int64(newYear + dayOfYear) * 86_400
    }
}

extension YearlyRule.Change {
    fileprivate var exists: Bool {
        let isDate =
            switch day {
            case .julian(let day): 1...365 ~= day
            case .zeroBased(let day): 0...365 ~= day
            case .weekday(let month, let week, let day): 1...12 ~= month && 1...5 ~= week && 0...6 ~= day
            }
        return isDate && YearlyRule.seconds.contains(second)
    }

    /// Seconds of the wall clock since 1970-01-01T00:00:00.
    fileprivate func seconds(in year: Int) -> Int64 {
        let isLeap = CivilDate.daysIn(month: 2, year: year) == 29
        switch day {
        case .julian(let day):
            return YearlyRule.seconds(year: year, dayOfYear: day - 1 + (isLeap && day >= 60 ? 1 : 0)) + Int64(second)
        case .zeroBased(let day):
            return YearlyRule.seconds(year: year, dayOfYear: day) + Int64(second)
        case .weekday(let month, let week, let day):
            let first = CivilDate(year: year, month: month, day: 1).dayCount - CivilDate.dayCountAtEpoch
            // Monday is 0 in LocalDate and Sunday is 0 here.
            let offset = (day + 6 - LocalDate(dayNumber: first).weekday) % 7
            let length = CivilDate.daysIn(month: month, year: year)
            let dates = stride(from: offset, to: length, by: 7)
            let dayOfMonth = Array(dates.prefix(week)).last ?? offset
            return Int64(first + dayOfMonth) * 86_400 + Int64(second)
        }
    }
}
