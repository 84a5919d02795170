import Compensation
import ServiceLevels
import Temporal

/// The only place that finds a promise broken and decides what is given for it.
extension Situation {
    /// What the promise's clock says now and the log does not say yet: that a pause ran out, that the promise is
    /// broken, what the reached tiers give, and a notice of each.
    func assessment(of promise: inout Promise) throws -> Decision {
        var decision = Decision()
        decision.request = promise.record
        if promise.record.state == .paused, !promise.clock.isPaused(at: now), let due = promise.clock.due {
            decision.events.append(
                LogEvent(.requestResumed(RequestResumed(dueAt: due, idempotency: nil)), of: promise.id))
        }
        if promise.clock.delay(at: now) > .zero, let due = promise.clock.due {
            try assess(&promise, brokenAt: due, in: &decision)
        }
        try assessSidePromises(of: promise, in: &decision)
        return decision
    }

    private func assess(_ promise: inout Promise, brokenAt due: Instant, in decision: inout Decision) throws {
        if promise.record.breachedAt == nil {
            help(&promise, brokenAt: due, in: &decision)
            let broken = PromiseBroken(
                objective: promise.serviceLevel.objective.metric.rawValue, dueAt: due,
                serviceLevel: promise.serviceLevel.hash,
                suspension: policies.suspension(of: promise.compensation, brokenAt: due)?.hash)
            announce(.promiseBroken(broken), by: .breach, of: promise.id, in: &decision)
        }
        try post(promise, in: &decision)
    }

    /// What a later version gives more, it gives to whoever was promised the earlier one, where it says so.
    private func help(_ promise: inout Promise, brokenAt due: Instant, in decision: inout Decision) {
        let bound = promise.compensation
        let best = policies.best(for: bound, due: due, promise.clock.calendar)
        guard best.hash != bound.hash else { return }
        let better = CompensationBetter(bound: bound.hash, better: best.hash, dueAt: due)
        decision.events.append(LogEvent(.settling(.better(better)), of: promise.id))
        promise.rebind(to: best)
    }

    /// What a policy gives that pays when the wait has ended: in the command that ends it, so that nothing which is
    /// said later changes what was earned.
    func resolution(
        of promise: inout Promise, _ reason: PromiseClock.StopReason, in decision: inout Decision
    ) throws {
        guard promise.compensation.measure.whenUnresolved == .onResolution else { return }
        try promise.refusing { (clock) throws(PromiseClockRefusal) in try clock.stop(at: now, reason: reason) }
        try post(promise, in: &decision)
    }

    /// The end of a running pause, before the clock stops; nothing when none is running.
    func resumption(of promise: inout Promise) throws -> [LogEvent] {
        guard promise.clock.isPaused(at: now) else { return [] }
        try promise.refusing { (clock) throws(PromiseClockRefusal) in try clock.resume(at: now) }
        guard let due = promise.clock.due else { throw StoreError.corrupt("a running clock is never due") }
        return [LogEvent(.requestResumed(RequestResumed(dueAt: due, idempotency: nil)), of: promise.id)]
    }

    private func post(_ promise: Promise, in decision: inout Decision) throws {
        guard let facts = try assessmentFacts(of: promise),
            policies.suspension(of: promise.compensation, brokenAt: facts.due) == nil
        else { return }
        var settler = Settler(self, promise.record, promise.id, promise.compensation, decision)
        for award in try promise.compensation.assess(facts) {
            let payBy = promise.compensation.payBy(award, facts)
            try settler.settle(award, dueAt: facts.due, payBy: payBy)
        }
        for row in try released(promise) { try lookAgain(at: row, hasEnded: true, &settler) }
        decision = settler.decision
    }

    /// What was held for a review and, as the incident of the request stands now, would not be.
    private func released(_ promise: Promise) throws -> [OwedRecord] {
        let policy = promise.compensation
        guard policy.eligibility.causes.contains(where: { $0.treat == .holdForReview }) else { return [] }
        return try owed(for: promise.record).filter { row in
            try row.why == Wait.Why.hold.rawValue && row.policy == policy.hash.text && !isHeld(promise.record, policy)
        }
    }

    /// The end of the holder's last window of premium access.
    func lastPremiumEnd(of record: RequestRecord) throws -> Instant? {
        try state.records(
            Scan(
                PremiumRecord.self, index: "premium_by_holder", equals: [.text(record.tenant), .text(record.holder)],
                isDescending: true, limit: 1)
        ).first.map { Instant(milliseconds: $0.until) }
    }

    /// An event and the notice of it.
    func announce(
        _ event: Event, by notice: NoticeQueued.Notice, of request: RequestID, in decision: inout Decision
    ) {
        let about = nextSeq + Int64(decision.events.count)
        decision.events.append(LogEvent(event, of: request))
        decision.events.append(LogEvent(.noticeQueued(NoticeQueued(notice, about: about)), of: request))
    }
}
