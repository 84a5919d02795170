/// Deadlines: what a span is, counted from an instant.
extension WorkingCalendar {
    /// The end of a span that begins at `start`, while nothing is counted in `pauses`.
    ///
    /// - `elapsed`: that much later.
    /// - `business`: the first instant by which that much has been counted.
    /// - `calendarDays`: when the wall clock shows the same time that many dates later; see
    ///   ``TimeZoneRules/firstInstant(showing:)`` for times that it skips or shows twice.
    /// - `workingDays`: the end of the hours of the n-th date whose hours begin at or after `start`: whole days, the
    ///   one that has begun does not count.
    ///
    /// A pause moves the end by as much of it as would have been counted: for `elapsed` and `calendarDays` by its
    /// length, for `business` and `workingDays` by what lies in working hours. A pause, or a part of one, before
    /// `start` or from the end on changes nothing; pauses may overlap and come in any order.
    ///
    /// Throws ``TemporalError/beyondHorizon(start:)``.
    package func instant(
        after span: TimeSpan, from start: Instant, skipping pauses: [Range<Instant>] = []
    ) throws(TemporalError) -> Instant {
        let end = try instant(after: span, from: start)
        guard !pauses.isEmpty else { return end }
        return try moved(end, by: span.isOfWorkingTime, from: start, pauses)
    }

    /// The deadline of a span moved by a pause that began not after it.
    ///
    /// - Parameter length: of the pause; at the deadline itself it counts too.
    package func moving(
        _ due: Instant, of span: TimeSpan, by pause: Range<Instant>
    ) throws(TemporalError) -> Instant {
        let counted =
            span.isOfWorkingTime
            ? business(from: pause.lowerBound, to: pause.upperBound)
            : pause.upperBound - pause.lowerBound
        guard counted > .zero else { return due }
        return try instant(after: span.isOfWorkingTime ? .business(counted) : .elapsed(counted), from: due)
    }

    /// How much of the time that a span counts lies in a pause: working time, or all of it.
    package func taken(of span: TimeSpan, by pause: Range<Instant>) -> Milliseconds {
        span.isOfWorkingTime
            ? business(from: pause.lowerBound, to: pause.upperBound) : pause.upperBound - pause.lowerBound
    }

    private func instant(after span: TimeSpan, from start: Instant) throws(TemporalError) -> Instant {
        let found: Int64? =
            switch span {
            case .elapsed(let length): start.milliseconds + length.count
            case .business(let length): end(ofBusiness: length.count, from: start.milliseconds)
            case .calendarDays(let days): wallTime(days, after: start)
            case .workingDays(let days): end(ofWorkingDays: days, from: start.milliseconds)
            }
        guard let found, Instant.timeline.contains(found), found - start.milliseconds <= Self.horizon.count else {
            throw .beyondHorizon(start: start)
        }
        return Instant(milliseconds: found)
    }

    private func moved(
        _ end: Instant, by isOfWorkingTime: Bool, from start: Instant, _ pauses: [Range<Instant>]
    ) throws(TemporalError) -> Instant {
        var due = end
        var reached = start
        for pause in pauses.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            // What overlaps an earlier pause has moved the end already.
            let from = max(pause.lowerBound, reached)
            guard from < due else { break }
            guard from < pause.upperBound else { continue }
            due = try moving(due, of: isOfWorkingTime ? .workingDays(1) : .calendarDays(1), by: from..<pause.upperBound)
            reached = pause.upperBound
        }
        return due
    }

    private func end(ofBusiness length: Int64, from start: Int64) -> Int64? {
        guard length > 0 else { return start }
        if let openings, let before = openings.sum(before: start),
            let end = openings.instant(afterSum: before + length)
        {
            return end
        }
        var left = length
        for interval in OpenIntervals(of: self, from: start) {
            let counted = interval.to - interval.from
            if counted >= left { return interval.from + left }
            left -= counted
        }
        return nil
    }

    private func wallTime(_ days: Int, after start: Instant) -> Int64? {
        guard abs(days) <= Self.horizonDays else { return nil }
        guard days != 0 else { return start.milliseconds }
        let wall = start.milliseconds + zone.piece(at: start.milliseconds).offset
        return zone.firstInstant(showing: wall + Int64(days) * 86_400_000)
    }

    private func end(ofWorkingDays days: Int, from start: Int64) -> Int64? {
        guard days > 0 else { return start }
        if let end = openings?.end(ofDate: days, openingFrom: start) { return end }
        // The clock may be a day off UTC either way, and be put back by one.
        let first = LocalDate(wallMilliseconds: start).adding(days: -3)
        var left = days
        for day in 0...Self.horizonDays {
            guard let hours = hours(on: first.adding(days: day)), hours.first >= start else { continue }
            left -= 1
            if left == 0 { return hours.last }
        }
        return nil
    }

    private static var horizonDays: Int { Int(horizon.count / 86_400_000) }
}

/// What was counted between two instants.
extension WorkingCalendar {
    /// How much working time lies in `[start, end)`; zero when `end` is not later.
    package func business(from start: Instant, to end: Instant) -> Milliseconds {
        guard start < end else { return .zero }
        if let openings, let before = openings.sum(before: start.milliseconds),
            let all = openings.sum(before: end.milliseconds)
        {
            return Milliseconds(all - before)
        }
        var sum: Int64 = 0
        for interval in OpenIntervals(of: self, from: start.milliseconds, to: end.milliseconds) {
            sum += interval.to - interval.from
        }
        return Milliseconds(sum)
    }

    /// The most days whose end, ``instant(after:from:skipping:)``, is at or before `end`; zero when `end` is not later.
    package func calendarDays(from start: Instant, to end: Instant) -> Int {
        guard start < end else { return 0 }
        var days = zone.localTime(at: end).date.dayNumber - zone.localTime(at: start).date.dayNumber + 1
        while days > 0, wallTime(days, after: start) ?? .max > end.milliseconds { days -= 1 }
        return max(days, 0)
    }

    /// As ``calendarDays(from:to:)``, for working days.
    package func workingDays(from start: Instant, to end: Instant) -> Int {
        var date = zone.localTime(at: start).date.adding(days: -3)
        let last = zone.localTime(at: end).date.adding(days: 3)
        var days = 0
        while date <= last {
            if let hours = hours(on: date), hours.first >= start.milliseconds, hours.last <= end.milliseconds {
                days += 1
            }
            date = date.adding(days: 1)
        }
        return days
    }

    /// The first instant of a date that counts; nil when none does.
    package func opening(of date: LocalDate) -> Instant? { hours(on: date).map { Instant(milliseconds: $0.first) } }

    /// What was counted in `[start, end)` outside the pauses, in the order of time.
    package func counted(from start: Instant, to end: Instant, skipping pauses: [Range<Instant>]) -> [OpenInterval] {
        guard start < end else { return [] }
        let open = OpenIntervals(of: self, from: start.milliseconds, to: end.milliseconds)
        return open.flatMap { interval in
            let whole = Instant(milliseconds: interval.from)..<Instant(milliseconds: interval.to)
            return whole.without(pauses).map {
                OpenInterval(date: interval.date, from: $0.lowerBound, to: $0.upperBound)
            }
        }
    }
}

extension Range<Instant> {
    /// What is left of the range outside the others, in order.
    package func without(_ others: [Range<Instant>]) -> [Range<Instant>] {
        var parts: [Range<Instant>] = []
        var from = lowerBound
        for other in others.sorted(by: { $0.lowerBound < $1.lowerBound }) where other.upperBound > from {
            if other.lowerBound >= upperBound { break }
            if other.lowerBound > from { parts.append(from..<other.lowerBound) }
            from = other.upperBound
        }
        if from < upperBound { parts.append(from..<upperBound) }
        return parts
    }
}

extension TimeSpan {
    /// Whether what a pause takes of it is working time.
    package var isOfWorkingTime: Bool {
        switch self {
        case .elapsed, .calendarDays: false
        case .business, .workingDays: true
        }
    }
}
