import CanonicalJSON
import Compensation
import Multiformats
import ServiceLevels
import Temporal

/// What may happen to a claim, and what follows from it.
extension Situation {
    func decide(_ command: ClaimCommand) throws -> Decision {
        switch command {
        case .file(let target, let draft, let by, let seed): try file(target, draft, by, seed)
        case .ask(let target, let by, let kinds, let note): try ask(target, by, kinds, note)
        case .give(let target, let evidence): try give(target, evidence)
        case .assign(let id): try assign(id)
        case .decide(let target, let by, let verdict): try decide(target, by, verdict)
        case .appeal(let target, let words, let by): try appeal(target, words, by)
        case .opinion(let target, let by, let verdict): try opinion(target, by, verdict)
        case .assess(let id): try written(claim(id))
        }
    }

    private func file(
        _ target: TenantRequest, _ draft: ClaimDraft, _ by: StaffID?, _ seed: [UInt8]
    ) throws -> Decision {
        if let by { try requireStaff(by, in: [.agent]) }
        let promise = try promise(of: target)
        if promise.record.erasedAt != nil { throw Refusal.erased }
        let policy = try boundClaimsPolicy(promise)
        let calendar = promise.clock.calendar
        try requireTime(for: promise.record, policy, calendar)
        try requireGivable(draft.requested, at: "/requested")
        if draft.category == .refund {
            guard promise.compensation.model == .flatRefund(.onClaim) else { throw Refusal.noRefundOnClaim }
            guard draft.requested == nil else { throw Refusal.refundHasNoAmount }
        }
        let before = try claims(of: target.id)
        guard before.allSatisfy({ !$0.state.isOpen }) else { throw Refusal.openClaim }
        let number = Int64(before.count) + 1
        guard number <= ClaimID.maximumNumber else { throw Refusal.tooManyClaims }
        let filed = ClaimFiled(
            claim: number, category: draft.category, policy: policy.hash,
            dueAt: calendar.end(of: policy.decideWithin, from: now), seed: Hex.encode(seed), channel: draft.channel,
            requested: draft.requested, by: by, words: draft.words,
            idempotency: target.idempotency)
        var claim = try ClaimCase(ClaimRecord(filed, of: promise.record, at: now, seq: nextSeq), policy, calendar)
        claim.append(.filed(filed), at: now)
        try draw(.review, for: &claim)
        var decision = try written(claim, answering: 0)
        decision.request = promise.record
        return decision
    }

    private func ask(
        _ target: ClaimTarget, _ by: StaffID, _ kinds: [EvidenceKind], _ note: String?
    ) throws -> Decision {
        let claim = try claim(of: target)
        try requireDrawn(by, for: [.review, .second], claim)
        try requireRunning(claim)
        guard claim.record.asked < Self.maximumAsked else {
            throw Refusal(
                .wrongState, "ClaimEvidence was asked for \(Self.maximumAsked) times; decide on what is there.")
        }
        guard kinds.allSatisfy(claim.policy.evidence.contains) else {
            throw Refusal(.invalidRequest, "The policy does not let us ask for all of these.", at: "/kinds")
        }
        let asked = ClaimEvidenceAsked(
            claim: target.id.number, by: by, kinds: kinds,
            until: claim.calendar.end(of: claim.within, from: now), note: note, idempotency: target.request.idempotency)
        return try answered(claim, .evidenceAsked(asked))
    }

    private func give(_ target: ClaimTarget, _ evidence: [ClaimEvidence]) throws -> Decision {
        let claim = try claim(of: target)
        guard claim.record.state == .evidenceAsked else { throw claim.refusal("wait for evidence") }
        let given = ClaimEvidenceGiven(
            claim: target.id.number, dueAt: dueAfterEvidence(claim),
            given: .init(evidence: evidence, idempotency: target.request.idempotency))
        return try answered(claim, .evidenceGiven(given))
    }

    private func assign(_ id: ClaimID) throws -> Decision {
        var claim = try claim(id)
        guard claim.record.state.isOpen else { throw claim.refusal("be assigned") }
        let task = claim.record.task ?? .review
        let drawn = claim.record.assignee.flatMap { StaffID($0) }.flatMap { directory.staff[$0] }
        if let drawn, drawn.isActive(at: now), drawn.roles.include(oneOf: task.roles) {
            throw Refusal(.wrongState, "\(drawn.id) was drawn for it and can do it: nobody chooses another.")
        }
        let count = claim.events.count
        try draw(task, for: &claim)
        guard claim.events.count > count else {
            throw Refusal(
                .wrongState,
                "Nobody may be drawn: everybody of the role \(task.roles.map(\.rawValue).joined(separator: " or ")) "
                    + "had to do with the request before. Add somebody with `punctual staff add`.")
        }
        return try written(claim)
    }

    private func appeal(_ target: ClaimTarget, _ words: ClaimFiled.Words, _ by: StaffID?) throws -> Decision {
        if let by { try requireStaff(by, in: [.agent]) }
        var claim = try claim(of: target)
        guard claim.record.state == .decided else { throw claim.refusal("be appealed") }
        let assessor = claim.needsOpinion ? claim.policy.independentAssessor : nil
        let opinionBy = assessor.map { claim.calendar.end(of: $0.within, from: now) }
        let appealed = ClaimAppealed(
            claim: target.id.number,
            dueAt: claim.calendar.end(of: claim.policy.appealDecideWithin, from: opinionBy ?? now),
            opinionBy: opinionBy, by: by, words: words, idempotency: target.request.idempotency)
        let place = claim.events.count
        claim.append(.appealed(appealed), at: now)
        try draw(opinionBy == nil ? .review : .opinion, for: &claim)
        return try written(claim, answering: place)
    }

    private func opinion(_ target: ClaimTarget, _ by: StaffID, _ verdict: ClaimVerdict) throws -> Decision {
        var claim = try claim(of: target)
        try requireDrawn(by, for: [.opinion], claim)
        try requireGivable(verdict.grant, at: "/grant")
        guard let text = verdict.note, !text.isEmpty else {
            throw Refusal(.invalidRequest, "An opinion says why.", at: "/note")
        }
        let place = claim.events.count
        claim.append(
            .opinion(
                ClaimOpinion(
                    claim: target.id.number, by: by, outcome: verdict.outcome, grant: verdict.grant,
                    dueAt: claim.calendar.end(of: claim.policy.appealDecideWithin, from: now), text: text,
                    idempotency: target.request.idempotency)), at: now)
        try draw(.review, for: &claim)
        return try written(claim, answering: place)
    }
}
