package import Compensation

/// What somebody wants to happen to a claim.
package enum ClaimCommand: Sendable {
    /// With 16 random bytes, from which it follows who decides.
    case file(TenantRequest, ClaimDraft, by: StaffID?, seed: [UInt8])
    case ask(ClaimTarget, by: StaffID, kinds: [EvidenceKind], note: String?)
    case give(ClaimTarget, [ClaimEvidence])
    /// Draws again, where nobody was drawn or whoever was cannot decide any more.
    case assign(ClaimID)
    case decide(ClaimTarget, by: StaffID, ClaimVerdict)
    case appeal(ClaimTarget, ClaimFiled.Words, by: StaffID?)
    case opinion(ClaimTarget, by: StaffID, ClaimVerdict)
    /// Notes what passed by itself: a time is over.
    case assess(ClaimID)
}

/// A claim as its institution, or whoever acts for the service, names it, and the name of the command itself.
package struct ClaimTarget: Sendable {
    package let id: ClaimID
    /// The institution of the request, and the command.
    package let request: TenantRequest

    package init(_ id: ClaimID, of tenant: TenantID, idempotency: Idempotency) {
        self.id = id
        request = TenantRequest(tenant: tenant, id: id.request, idempotency: idempotency)
    }
}

/// How somebody decides, or would.
package struct ClaimVerdict: Hashable, Sendable {
    package let outcome: ClaimOutcome
    /// What is to be given in all; nil for a denial, and for a refund, whose amount the policy says.
    package let grant: GivenAmount?
    package let rules: [CitedRule]
    package let note: String?

    package init(outcome: ClaimOutcome, grant: GivenAmount?, rules: [CitedRule], note: String?) {
        self.outcome = outcome
        self.grant = grant
        self.rules = rules
        self.note = note
    }
}

extension ClaimCommand {
    /// The request that the command is about, where it has a name of its own.
    var target: TenantRequest? {
        switch self {
        case .file(let target, _, _, _): target
        case .ask(let target, _, _, _), .give(let target, _), .decide(let target, _, _), .appeal(let target, _, _),
            .opinion(let target, _, _):
            target.request
        case .assign, .assess: nil
        }
    }
}
