import Compensation
import ServiceLevels
import Temporal

/// What passes by itself: silence, the end of a wait, the end of the time for an appeal.
extension Situation {
    /// The claim with that identifier, after everything that passed by itself until now.
    func claim(_ id: ClaimID) throws -> ClaimCase {
        guard let record = try state.record(ClaimRecord.self, .text(id.text)) else { throw Refusal.unknownClaim }
        guard let request = try state.record(RequestRecord.self, .text(id.request.text)) else {
            throw StoreError.corrupt("claim \(id.text) is about a request that is not there")
        }
        let calendar = try state.calendar(of: request, policies)
        var claim = try ClaimCase(record, claimsPolicy(record.policy), calendar)
        try note(&claim)
        return claim
    }

    /// The policy of that hash, by which a claim is heard.
    func claimsPolicy(_ hash: String) throws(StoreError) -> ClaimsPolicy {
        guard let hash = PolicyHash(hash), let policy = policies.claims(hash) else {
            throw .corrupt("a claim is heard by \(hash), which is no published policy for claims")
        }
        return policy
    }

    private func note(_ claim: inout ClaimCase) throws {
        if let until = claim.record.askedUntil, now.milliseconds >= until { noteMissingEvidence(&claim) }
        if claim.record.state == .assessor, let opinionBy = claim.record.opinionBy, now.milliseconds > opinionBy {
            let due = Instant(milliseconds: claim.record.dueAt)
            claim.append(.escalated(ClaimEscalated(claim: claim.id.number, stage: .appeal, dueAt: due)), at: now)
            try draw(.review, for: &claim)
        }
        let isAsked = claim.record.state == .evidenceAsked
        if claim.record.state.isOpen, !isAsked, now.milliseconds > claim.record.dueAt { try silence(&claim) }
        if claim.record.state == .decided, let decidedAt = claim.record.decidedAt, let outcome = claim.record.outcome,
            now > claim.calendar.end(of: claim.policy.appealWithin, from: Instant(milliseconds: decidedAt))
        {
            claim.append(.final(ClaimFinal(claim: claim.id.number, outcome: outcome)), at: now)
        }
    }

    private func noteMissingEvidence(_ claim: inout ClaimCase) {
        let due = dueAfterEvidence(claim)
        claim.append(.evidenceGiven(ClaimEvidenceGiven(claim: claim.id.number, dueAt: due, given: nil)), at: now)
    }

    /// By when a claim is decided whose wait for evidence ends now, or ended by itself before.
    func dueAfterEvidence(_ claim: ClaimCase) -> Instant {
        let (from, until) = (claim.record.askedAt ?? now.milliseconds, claim.record.askedUntil ?? now.milliseconds)
        let (due, end) = (Instant(milliseconds: claim.record.dueAt), min(now.milliseconds, until))
        guard from < end else { return due }
        let asked = Instant(milliseconds: from)..<Instant(milliseconds: end)
        return claim.calendar.moved(due, of: claim.within, by: asked)
    }

    private func silence(_ claim: inout ClaimCase) throws {
        let (number, stage) = (claim.id.number, claim.record.stage)
        let isRefund = claim.record.category == .refund
        if !isRefund, let requested = claim.requested, claim.policy.grantedBySilence(requested.amount) != nil {
            claim.append(
                .decided(
                    ClaimDecided(claim: number, stage: stage, outcome: .granted, grant: requested, decider: nil)),
                at: now)
            if stage == .appeal { claim.append(.final(ClaimFinal(claim: number, outcome: .granted)), at: now) }
            return
        }
        let due = claim.calendar.end(of: claim.within, from: now)
        claim.append(.escalated(ClaimEscalated(claim: number, stage: stage, dueAt: due)), at: now)
        try draw(claim.record.task ?? .review, for: &claim)
    }

    /// Draws somebody for a task; nobody when nobody may be drawn.
    func draw(_ task: ReviewTask, for claim: inout ClaimCase) throws {
        let involved = try involved(in: claim)
        let eligible = directory.staff.active(at: now, in: task.roles).filter { !involved.contains($0.id.text) }
        let draw = ReviewerDraw(seed: claim.record.seed, claim: claim.id.text, number: claim.record.draws)
        guard let place = draw.place(among: eligible.count) else { return }
        claim.append(
            .assigned(
                ClaimAssigned(
                    claim: claim.id.number, task: task, to: eligible[place].id, draw: claim.record.draws)),
            at: now)
    }

    /// Whoever had to do with the request before, and so is not drawn.
    private func involved(in claim: ClaimCase) throws -> Set<String> {
        let rows = try state.records(
            Scan(
                CaseActorRecord.self, equals: [.text(claim.id.request.text)], limit: StaffBook.maximumMembers))
        return Set(rows.map(\.staff) + claim.events.flatMap(\.actors).map(\.text))
    }
}

extension ClaimEvent {
    /// Whoever of the staff had to do with it.
    var actors: [StaffID] {
        switch self {
        case .filed(let event): event.by.map { [$0] } ?? []
        case .evidenceAsked(let event): [event.by]
        case .assigned(let event): [event.to]
        case .proposed(let event): [event.by]
        case .decided(let event): event.decider.map { [$0.by] } ?? []
        case .appealed(let event): event.by.map { [$0] } ?? []
        case .opinion(let event): [event.by]
        case .evidenceGiven, .escalated, .final: []
        }
    }
}
