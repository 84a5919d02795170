import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// How a claim is decided, and what is given then.
extension Situation {
    func decide(_ target: ClaimTarget, _ by: StaffID, _ verdict: ClaimVerdict) throws -> Decision {
        var claim = try claim(of: target)
        try requireDrawn(by, for: [.review, .second], claim)
        try requireRunning(claim)
        var promise = try promise(of: target.request)
        try require(verdict, for: claim, promise)
        // What came by itself by now comes first: what is granted is set off against it.
        var decision = promise.isWaiting ? try assessment(of: &promise) : Decision()
        let place = decision.events.count + claim.events.count
        let (number, stage, idempotency) = (target.id.number, claim.record.stage, target.request.idempotency)
        if claim.record.task == .review, let grant = verdict.grant, claim.policy.needsTwo(grant.amount) {
            claim.append(
                .proposed(
                    ClaimProposed(
                        claim: number, stage: stage, by: by, grant: grant, note: verdict.note,
                        idempotency: idempotency)), at: now)
            try draw(.second, for: &claim)
            add(claim, to: &decision)
            decision.answering = place
            return decision
        }
        let grant = verdict.grant.map { $0.atMost(claim.proposed) }
        let decider = ClaimDecided.Decider(by: by, note: verdict.note, idempotency: idempotency)
        claim.append(
            .decided(
                ClaimDecided(
                    claim: number, stage: stage, outcome: verdict.outcome, grant: grant, rules: verdict.rules,
                    decider: decider)), at: now)
        if stage == .appeal { claim.append(.final(ClaimFinal(claim: number, outcome: verdict.outcome)), at: now) }
        add(claim, to: &decision)
        decision.answering = place
        if let grant { try give(grant, for: claim, stage, of: promise, in: &decision) }
        return decision
    }

    private func require(_ verdict: ClaimVerdict, for claim: ClaimCase, _ promise: Promise) throws {
        switch verdict.outcome {
        case .denied:
            guard !verdict.rules.isEmpty else {
                throw Refusal(.invalidRequest, "A denial says which published rules it follows.", at: "/rules")
            }
            for (place, rule) in verdict.rules.enumerated() where !resolves(rule, for: claim, promise) {
                throw Refusal(
                    .invalidRequest,
                    "No policy of this request has this rule: name a policy by its hash, and a place in its spec.",
                    at: "/rules/\(place)")
            }
        case .granted:
            if claim.record.category == .refund {
                guard verdict.grant == nil else { throw Refusal.grantOfRefund }
                return
            }
            guard let grant = verdict.grant else {
                throw Refusal(.invalidRequest, "Say what is granted.", at: "/grant")
            }
            try requireGivable(grant, at: "/grant")
            guard claim.requested.map({ grant.isWithin($0) }) ?? true else {
                throw Refusal(.invalidRequest, "That is more than was asked for, or something else.", at: "/grant")
            }
            guard claim.proposed.map({ $0.type == grant.type }) ?? true else {
                throw Refusal(.invalidRequest, "The first of two would grant something else.", at: "/grant")
            }
        }
    }

    /// Whether a rule stands in one of the policies that the request and its claim are bound to.
    private func resolves(_ rule: CitedRule, for claim: ClaimCase, _ promise: Promise) -> Bool {
        let bound = [promise.serviceLevel.hash, promise.compensation.hash, claim.policy.hash]
        guard bound.contains(rule.policy),
            let document = policies.published.first(where: { $0.document.hash == rule.policy })?.document
        else { return false }
        return rule.resolves(in: document.json)
    }

    /// Posts what is granted, less what was given for the request before (rule 48).
    func give(
        _ grant: GivenAmount, for claim: ClaimCase, _ stage: ClaimStage, of promise: Promise,
        in decision: inout Decision
    ) throws {
        let cap = promise.compensation.cap(of: grant.amount.unit)
        let limit = min(grant.amount.minor, cap?.minor ?? .max)
        let before = promise.posted.sum(of: grant.type, in: grant.amount.unit).minor + decision.posted(grant)
        guard limit > before else { return }
        var trail = ["granted on a claim: \(grant.amount)"]
        if let cap { trail.append("at most \(cap) for one request: \(limit) \(cap.unit.rawValue)") }
        trail.append("given before: \(before) \(grant.amount.unit.rawValue)")
        trail.append("posted now: \(limit - before) \(grant.amount.unit.rawValue)")
        let award = Award(
            claim: claim.id.number, isAppeal: stage == .appeal, of: promise.record.id, tenant: promise.record.tenant,
            policy: claim.policy.hash, type: grant.type, amount: Amount(limit - before, grant.amount.unit),
            expires: promise.compensation.creditValidity, trail: trail)
        try post(award, of: promise, in: &decision)
    }

    /// The events of a claim, for the decision that they belong to.
    func add(_ claim: ClaimCase, to decision: inout Decision) {
        decision.events += claim.events.map { LogEvent(.claim($0), of: claim.id.request) }
    }

    /// A decision of the events of a claim, and of what is given because nobody decided in time.
    ///
    /// - Parameter answering: which of the events is the answer.
    func written(_ claim: ClaimCase, answering: Int? = nil) throws -> Decision {
        let silent = claim.events.compactMap { event -> (GivenAmount, ClaimStage)? in
            guard case .decided(let decided) = event, decided.decider == nil, let grant = decided.grant else {
                return nil
            }
            return (grant, decided.stage)
        }
        guard let (grant, stage) = silent.first,
            let record = try state.record(RequestRecord.self, .text(claim.id.request.text))
        else {
            var decision = Decision()
            add(claim, to: &decision)
            decision.answering = answering
            return decision
        }
        var promise = try Promise(record, in: state, policies)
        // What came by itself by now comes first, as when somebody decides.
        var decision = promise.isWaiting ? try assessment(of: &promise) : Decision()
        decision.answering = answering.map { decision.events.count + $0 }
        add(claim, to: &decision)
        try give(grant, for: claim, stage, of: promise, in: &decision)
        return decision
    }

    /// One more event of a claim, which is the answer.
    func answered(_ claim: ClaimCase, _ event: ClaimEvent) throws -> Decision {
        var claim = claim
        let place = claim.events.count
        claim.append(event, at: now)
        return try written(claim, answering: place)
    }
}

extension GivenAmount {
    /// Whether it is no more than another of the same sort.
    func isWithin(_ other: GivenAmount) -> Bool { type == other.type && amount.minor <= other.amount.minor }

    /// What two agree to: the lesser of both.
    func atMost(_ other: GivenAmount?) -> GivenAmount {
        guard let other, other.amount.minor < amount.minor else { return self }
        return other
    }
}

extension Refusal {
    static let grantOfRefund = Refusal(
        .invalidRequest, "How much is refunded, the policy says: leave this out.", at: "/grant")
}

extension Decision {
    /// How much of something the events so far post.
    fileprivate func posted(_ grant: GivenAmount) -> Int64 {
        events.reduce(0) { sum, event in
            guard case .compensationPosted(let posted) = event.event, posted.benefitType == grant.type.rawValue,
                posted.unit == grant.amount.unit.rawValue, posted.ordinalSaid == nil
            else { return sum }
            return sum + posted.minor
        }
    }
}
