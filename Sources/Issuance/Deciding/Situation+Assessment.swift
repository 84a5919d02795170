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
        guard promise.clock.delay(at: now) > .zero, let due = promise.clock.due else { return decision }
        if promise.record.breachedAt == nil {
            let broken = PromiseBroken(
                objective: promise.serviceLevel.objective.metric.rawValue, dueAt: due,
                serviceLevel: promise.serviceLevel.hash,
                suspension: policies.suspension(of: promise.compensation, brokenAt: due)?.hash)
            announce(.promiseBroken(broken), by: .breach, of: promise.id, in: &decision)
        }
        try post(promise, in: &decision)
        return decision
    }

    /// The end of a running pause, before the clock stops; nothing when none is running.
    func resumption(of promise: inout Promise) throws -> [LogEvent] {
        guard promise.clock.isPaused(at: now) else { return [] }
        try promise.refusing { (clock) throws(PromiseClockRefusal) in try clock.resume(at: now) }
        guard let due = promise.clock.due else { throw StoreError.corrupt("a running clock is never due") }
        return [LogEvent(.requestResumed(RequestResumed(dueAt: due, idempotency: nil)), of: promise.id)]
    }

    private func post(_ promise: Promise, in decision: inout Decision) throws {
        let record = promise.record
        guard let facts = try assessmentFacts(of: promise),
            policies.suspension(of: promise.compensation, brokenAt: facts.due) == nil
        else { return }
        let awards = try promise.compensation.assess(facts)
        var accessEnd = try awards.contains { $0.type == .premiumExtension } ? lastPremiumEnd(of: record) : nil
        for award in awards {
            let window = window(for: award, after: &accessEnd)
            let posted = CompensationPosted(award, of: promise, window: window)
            announce(.compensationPosted(posted), by: .compensated, of: promise.id, in: &decision)
        }
    }

    private func window(for award: Award, after accessEnd: inout Instant?) -> CompensationPosted.Window {
        switch award.type {
        case .credit:
            return CompensationPosted.Window(from: now, until: now + (award.expires?.length ?? .zero))
        case .premiumExtension:
            let window = PremiumWindow.appended(after: accessEnd, at: now, days: award.amount.minor)
            accessEnd = window.until
            return CompensationPosted.Window(from: window.from, until: window.until)
        default:
            preconditionFailure("a policy that gives \(award.type.rawValue) is not published")
        }
    }

    private func lastPremiumEnd(of record: RequestRecord) throws -> Instant? {
        try state.records(
            Scan(
                PremiumRecord.self, index: "premium_by_holder", equals: [.text(record.tenant), .text(record.holder)],
                isDescending: true, limit: 1)
        ).first.map { Instant(milliseconds: $0.until) }
    }

    /// An event and the notice of it.
    private func announce(
        _ event: Event, by notice: NoticeQueued.Notice, of request: RequestID, in decision: inout Decision
    ) {
        let about = nextSeq + Int64(decision.events.count)
        decision.events.append(LogEvent(event, of: request))
        decision.events.append(LogEvent(.noticeQueued(NoticeQueued(notice, about: about)), of: request))
    }
}

extension CompensationPosted {
    fileprivate init(_ award: Award, of promise: Promise, window: Window) {
        self.init(
            claimKey: award.claimKey.text, objective: promise.serviceLevel.objective.metric.rawValue,
            compensation: promise.compensation.hash, tier: Int64(award.tier), benefit: Int64(award.benefit),
            benefitType: award.type.rawValue, unit: award.amount.unit.rawValue, minor: award.amount.minor,
            trail: award.trail,
            journal: award.journal(request: promise.id.text).map { transaction in
                JournalEntry(
                    id: transaction.id,
                    lines: transaction.lines.map {
                        JournalEntry.Line(
                            account: $0.account.description, unit: $0.amount.unit.rawValue, minor: $0.amount.minor)
                    })
            },
            window: window)
    }
}
