import CanonicalJSON
import Temporal

/// Claims: what people ask for, and what those do who decide it.
extension Service {
    /// Files a claim about a request of that institution.
    ///
    /// - Parameter by: whoever of the staff files it for the person.
    package func fileClaim(
        _ draft: ClaimDraft, about target: TenantRequest, by: StaffID?, _ reply: @escaping Sequencer.Completion
    ) { sequencer.submit(.claim(.file(target, draft, by: by, seed: randomBytes(16))), reply) }

    /// Asks whoever claims for evidence.
    package func askForEvidence(
        _ asked: EvidenceRequest, on target: ClaimTarget, by: StaffID, _ reply: @escaping Sequencer.Completion
    ) { sequencer.submit(.claim(.ask(target, by: by, kinds: asked.kinds, note: asked.note)), reply) }

    /// Adds the evidence that was asked for.
    package func giveEvidence(
        _ evidence: [ClaimEvidence], to target: ClaimTarget, _ reply: @escaping Sequencer.Completion
    ) { sequencer.submit(.claim(.give(target, evidence)), reply) }

    /// Draws again, where nobody was drawn or whoever was cannot decide any more.
    package func assignClaim(_ id: ClaimID, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.claim(.assign(id)), reply)
    }

    /// Decides a claim, or an appeal.
    package func decideClaim(
        _ verdict: ClaimVerdict, on target: ClaimTarget, by: StaffID, _ reply: @escaping Sequencer.Completion
    ) { sequencer.submit(.claim(.decide(target, by: by, verdict)), reply) }

    /// Appeals against a decision.
    package func appeal(
        _ words: ClaimFiled.Words, on target: ClaimTarget, by: StaffID?, _ reply: @escaping Sequencer.Completion
    ) { sequencer.submit(.claim(.appeal(target, words, by: by)), reply) }

    /// Says what somebody from outside thinks.
    package func giveOpinion(
        _ verdict: ClaimVerdict, on target: ClaimTarget, by: StaffID, _ reply: @escaping Sequencer.Completion
    ) { sequencer.submit(.claim(.opinion(target, by: by, verdict)), reply) }
}
