import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// The promises beside the credential: which are broken, and what is given for them (rules 58 and 59).
extension Situation {
    /// The requester is told something. What was missed before that stands before it.
    func update(_ target: TenantRequest, _ note: String?) throws -> Decision {
        var promise = try promise(of: target)
        guard promise.isWaiting else { throw promise.refusal("updated") }
        guard promise.record.entryCount < Self.mostEntries else {
            throw Refusal(.wrongState, "The request has \(Self.mostEntries) entries, and gets no more updates.")
        }
        var decision = try assessment(of: &promise)
        decision.answer(
            with: LogEvent(
                .requestUpdated(RequestUpdated(note: note, idempotency: target.idempotency)), of: target.id))
        return decision
    }

    /// What is broken is written, and given, before nobody is there to be given it.
    func requireAssessedPromises(of requests: [RequestRecord]) throws {
        for request in requests {
            var decision = Decision()
            try assessSidePromises(of: Promise(request, in: state, policies), in: &decision)
            guard !decision.events.isEmpty else { continue }
            throw Refusal(
                .openRequests, "A broken promise of request \(request.id) is written next; erase then.", at: "/holders")
        }
    }

    /// More entries than this a request does not get by updates: each is read by whoever looks at it.
    static let mostEntries = RequestUpdated.mostOfRequest

    /// What is broken and not written, and what has become due for what is.
    func assessSidePromises(of promise: Promise, in decision: inout Decision) throws {
        guard !promise.serviceLevel.others.isEmpty, promise.record.erasedAt == nil else { return }
        let rows = try state.sidePromises(of: promise.record.id).filter { row in
            row.assessAt.map { $0 <= now.milliseconds } ?? false
        }
        guard !rows.isEmpty else { return }
        let calendar = try state.calendar(of: promise.record, under: promise.serviceLevel, policies)
        var side = SideAssessment(
            situation: self, promise: promise, calendar: calendar, given: try state.sideAwards(of: promise.record.id))
        for row in rows { try side.assess(row, in: &decision) }
    }
}

/// One look at the promises of a request.
private struct SideAssessment {
    let situation: Situation
    let promise: Promise
    let calendar: WorkingCalendar
    /// What was given, with what this look gives.
    var given: [PromiseAwardRecord]

    /// A promise, and every one that begins where it was broken.
    mutating func assess(_ row: PromiseRecord, in decision: inout Decision) throws {
        var row = row
        while row.isBroken(at: situation.now), let metric = row.metric, let due = row.due {
            let due = Instant(milliseconds: due)
            if row.breachedAt == nil { announce(metric, row.ordinal, due, row, in: &decision) }
            try post(row, metric, due, in: &decision)
            guard metric == .updateCadence, row.breachedAt == nil, row.ordinal + 1 < SidePromise.mostBreaches,
                let target = promise.serviceLevel.promise(of: metric)?.target
            else { return }
            row.ordinal += 1
            row.start = due.milliseconds
            row.due = (try? calendar.instant(after: target, from: due))?.milliseconds
        }
    }

    private func policy(of row: PromiseRecord) -> CompensationPolicy? {
        row.policy.flatMap { PolicyHash($0) }.flatMap { situation.policies.compensation($0) }
    }

    private func announce(
        _ metric: Objective.Metric, _ ordinal: Int64, _ due: Instant, _ row: PromiseRecord, in decision: inout Decision
    ) {
        let suspension = policy(of: row).flatMap { situation.policies.suspension(of: $0, brokenAt: due) }
        let broken = PromiseBroken(
            objective: metric.rawValue, ordinal: ordinal, dueAt: due, serviceLevel: promise.serviceLevel.hash,
            suspension: suspension?.hash)
        situation.announce(.promiseBroken(broken), by: .breach, of: promise.id, in: &decision)
    }

    private mutating func post(
        _ row: PromiseRecord, _ metric: Objective.Metric, _ due: Instant, in decision: inout Decision
    ) throws {
        guard let policy = policy(of: row), situation.policies.suspension(of: policy, brokenAt: due) == nil else {
            return
        }
        let record = promise.record
        let stop = row.stoppedAt.map { Instant(milliseconds: $0) }
        let facts = AssessmentFacts(
            metric, ordinal: Int(row.ordinal), due: due, until: min(situation.now, stop ?? situation.now),
            now: situation.now, isResolved: stop != nil, calendar: calendar,
            of: .init(id: record.id, tenant: record.tenant, tier: record.tier.rawValue, type: nil, price: nil),
            posted: try posted(to: row), others: try others(than: row, under: policy))
        var settler = Settler(situation, record, promise.id, policy, decision)
        for award in try policy.assess(facts) {
            given.append(PromiseAwardRecord(AwardFacts(award, of: settler), of: record, seq: 0))
            try settler.settle(award, dueAt: due, payBy: policy.payBy(award, facts))
        }
        decision = settler.decision
    }

    private func posted(to row: PromiseRecord) throws -> Posted {
        var posted = Posted()
        for award in given where award.objective == row.objective && award.ordinal == row.ordinal {
            guard let key = ClaimKey(award.claimKey) else { throw corruption(award) }
            let (type, amount) = try gift(award)
            posted.add(key, type, amount)
        }
        return posted
    }

    private func others(than row: PromiseRecord, under policy: CompensationPolicy) throws -> Posted {
        var others = Posted()
        for award in given where award.policy == policy.hash.text {
            if award.objective == row.objective, award.ordinal == row.ordinal { continue }
            let (type, amount) = try gift(award)
            others.addGranted(type, amount)
        }
        return others
    }

    private func gift(_ award: PromiseAwardRecord) throws -> (BenefitType, Amount) {
        guard let type = BenefitType(rawValue: award.benefitType), let unit = UnitOfAccount(rawValue: award.unit),
            type.isCounted(in: unit)
        else { throw corruption(award) }
        return (type, Amount(award.minor, unit))
    }

    private func corruption(_ award: PromiseAwardRecord) -> StoreError {
        .corrupt("\(award.claimKey) is not one that a policy gives")
    }
}
