package import Temporal

/// The life of one promise: when it began, what paused it, what stopped it; and from these alone, when it is due.
///
/// Rules 3 to 5 of the page "What the log says". Every instant given is the `t` of the entry that says so, except
/// ``start``, which is `acceptedAt`.
package struct PromiseClock: Hashable, Sendable {
    /// The acceptance of the request.
    package let start: Instant
    /// What is promised.
    package let objective: Objective
    /// By which all spans of the promise are counted.
    package let calendar: WorkingCalendar
    /// Every pause so far, in order; they never overlap.
    package private(set) var pauses: [Pause] = []
    /// What stopped the clock, if anything did.
    package private(set) var stop: Stop?

    private let rules: [PauseRule]
    private let onCancel: ServiceLevel.OnCancel

    /// One pause, `[from, end or until)`.
    package struct Pause: Hashable, Sendable {
        /// What it was for.
        package let reason: PauseReason
        /// When it began.
        package let from: Instant
        /// The latest end: where what is left for the reason runs out. Nil when the policy sets no maximum.
        package let until: Instant?
        /// When it was resumed, or the clock stopped, before ``until``; nil while it is open or when it ran out.
        package private(set) var end: Instant?

        /// A pause as it was stored.
        package init(reason: PauseReason, from: Instant, until: Instant?, end: Instant?) {
            self.reason = reason
            self.from = from
            self.until = until
            self.end = end
        }

        /// From its begin to its end, or to its latest end while it is open; nil while it is open with no latest end.
        package var range: Range<Instant>? { (end ?? until).map { from..<$0 } }

        fileprivate func isRunning(at instant: Instant) -> Bool {
            end == nil && until.map { instant < $0 } ?? true
        }

        fileprivate mutating func end(at instant: Instant) {
            if isRunning(at: instant) { end = instant }
        }
    }

    /// The end of the clock.
    package struct Stop: Hashable, Sendable {
        /// When it was.
        package let at: Instant
        /// What it was.
        package let reason: StopReason

        /// A stop as it was stored.
        package init(at: Instant, reason: StopReason) {
            self.at = at
            self.reason = reason
        }
    }

    /// What stops a clock.
    package enum StopReason: String, Hashable, Sendable { case issued, cancelled, denied }

    /// The most pauses of one request: each is walked at every assessment, and nobody waits for a person that often.
    package static let maximumPauses = 100

    /// The clock of a request that was just accepted.
    ///
    /// - Parameter calendar: that of the service level's `calendarRef`; UTC, day and night, where it names none.
    package init(_ serviceLevel: ServiceLevel, calendar: WorkingCalendar = .utc, start: Instant) {
        self.start = start
        self.calendar = calendar
        objective = serviceLevel.objective
        rules = serviceLevel.pauses
        onCancel = serviceLevel.onCancel
    }

    /// A clock from what was stored of it. Throws when the rows cannot have come from this policy: a refusal that the
    /// clock would have given, or ``PromiseClockRefusal/contradiction``.
    package init(
        _ serviceLevel: ServiceLevel, calendar: WorkingCalendar = .utc, start: Instant, pauses stored: [Pause],
        stop: Stop?
    ) throws(PromiseClockRefusal) {
        self.init(serviceLevel, calendar: calendar, start: start)
        for pause in stored {
            try begin(pause.reason, at: pause.from)
            if let end = pause.end { try resume(at: end) }
            guard pauses.last == pause else { throw .contradiction }
        }
        if let stop { try self.stop(at: stop.at, reason: stop.reason) }
        guard pauses == stored else { throw .contradiction }
    }

    /// The clock of a request that was not bound to this service level, with the pauses that were entered for it: those
    /// that it allows, each to its own end or to where this level ends it. Nothing has stopped it.
    package init(
        _ serviceLevel: ServiceLevel, calendar: WorkingCalendar = .utc, start: Instant, asIf pauses: [Pause]
    ) {
        self.init(serviceLevel, calendar: calendar, start: start)
        for pause in pauses {
            guard (try? begin(pause.reason, at: pause.from)) != nil else { continue }
            if let end = pause.end ?? pause.until { try? resume(at: end) }
        }
    }
}

extension PromiseClock {
    /// Pauses the clock. The pause lasts until ``resume(at:)``, the stop, or its `until`, whichever comes first.
    ///
    /// - Parameter from: when it began, if that was before `now`: as far back as the policy lets pauses be dated.
    /// - Returns: the pause, for its entry `request.held`.
    @discardableResult
    package mutating func hold(
        reason: PauseReason, evidence: PauseEvidence, from: Instant? = nil, at now: Instant
    ) throws(PromiseClockRefusal) -> Pause {
        guard let from else { return try begin(reason, at: now, evidence: evidence) }
        guard from <= now else { throw .inTheFuture }
        // A pause cannot undo a delay that has been reached, not even one that began before it.
        if let due, stop == nil, now > due { throw .afterDue }
        if let rule = rules.first(where: { $0.reason == reason }), now - from > rule.backdateLimit {
            throw .backdated(limit: rule.backdateLimit)
        }
        guard from >= pauses.last.map({ $0.end ?? $0.from }) ?? start else { throw .overlapping }
        return try begin(reason, at: from, evidence: evidence)
    }

    /// Ends the running pause.
    package mutating func resume(at now: Instant) throws(PromiseClockRefusal) {
        try requireOrder(now)
        guard let last = pauses.indices.last, pauses[last].isRunning(at: now) else { throw .notPaused }
        pauses[last].end(at: now)
    }

    /// Stops the clock, and with it a running pause.
    package mutating func stop(at now: Instant, reason: StopReason) throws(PromiseClockRefusal) {
        try requireOrder(now)
        if let last = pauses.indices.last { pauses[last].end(at: now) }
        stop = Stop(at: now, reason: reason)
    }

    @discardableResult
    private mutating func begin(
        _ reason: PauseReason, at now: Instant, evidence: PauseEvidence? = nil
    ) throws(PromiseClockRefusal) -> Pause {
        try requireOrder(now)
        guard !isPaused(at: now) else { throw .alreadyPaused }
        guard let rule = rules.first(where: { $0.reason == reason }) else { throw .unknownReason }
        guard evidence.map({ $0 == rule.evidence }) ?? true else { throw .wrongEvidence(expected: rule.evidence) }
        // With no pause running, every pause has a length.
        guard let due, now <= due else { throw .afterDue }
        guard pauses.count < Self.maximumPauses else { throw .tooManyPauses }
        var until: Instant?
        if let maxTotal = rule.maxTotal { until = try latestEnd(of: maxTotal, for: reason, from: now) }
        let pause = Pause(reason: reason, from: now, until: until, end: nil)
        pauses.append(pause)
        return pause
    }

    /// Where a maximum runs out for a pause that begins now: as if all of it were left, less what the earlier pauses
    /// for that reason took, both counted as the maximum is: in working time, or as time passes.
    private func latestEnd(
        of maxTotal: TimeSpan, for reason: PauseReason, from now: Instant
    ) throws(PromiseClockRefusal) -> Instant {
        let used = pauses.filter { $0.reason == reason }.reduce(Milliseconds.zero) { sum, pause in
            sum + (pause.range.map { calendar.taken(of: maxTotal, by: $0) } ?? .zero)
        }
        guard let whole = try? calendar.instant(after: maxTotal, from: now) else { throw .tooFar }
        guard used > .zero else { return whole }
        let left = calendar.taken(of: maxTotal, by: now..<whole) - used
        guard left > .zero else { throw .nothingLeft }
        let span: TimeSpan = maxTotal.isOfWorkingTime ? .business(left) : .elapsed(left)
        guard let end = try? calendar.instant(after: span, from: now) else { throw .tooFar }
        return end
    }

    private func requireOrder(_ now: Instant) throws(PromiseClockRefusal) {
        guard stop == nil else { throw .alreadyStopped }
        let last = pauses.last.map { $0.end ?? $0.from } ?? start
        guard now >= last else { throw .backwards }
    }
}

extension PromiseClock {
    /// The deadline: the end of the target counted from the start, moved by what every pause took of the time that is
    /// counted; an open pause counts as lasting until its `until`.
    /// Nil while a pause without a latest end is open: then nothing is due; and where pauses moved it beyond what a
    /// calendar tells, ``WorkingCalendar/horizon``.
    package var due: Instant? {
        guard var due = try? calendar.instant(after: objective.target, from: start) else { return nil }
        for pause in pauses {
            guard let range = pause.range, let moved = try? calendar.moving(due, of: objective.target, by: range) else {
                return nil
            }
            due = moved
        }
        return due
    }

    /// Whether a pause is running.
    package func isPaused(at now: Instant) -> Bool {
        stop == nil && pauses.last.map { $0.isRunning(at: now) } ?? false
    }

    /// Whether the promise ended unkept and unbroken: cancelled, under a policy that then owes nothing more.
    package var isVoid: Bool { stop?.reason == .cancelled && onCancel == .void }

    /// How late the request is, or was when its clock stopped; zero unless it is broken (rule 5). A void promise is not
    /// broken; what was posted before it became void stays.
    package func delay(at now: Instant) -> Milliseconds {
        guard let due, !isVoid else { return .zero }
        return max(min(now, stop?.at ?? now) - due, .zero)
    }

    /// The first instant at which the promise is broken, as far as is known now; nil when it cannot be any more, or
    /// while nothing is due.
    package var nextInstantToAssess: Instant? {
        guard let due, !isVoid else { return nil }
        let broken = due + Milliseconds(1)
        if let stop, stop.at < broken { return nil }
        return broken
    }
}
