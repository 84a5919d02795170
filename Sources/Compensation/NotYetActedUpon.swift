package import CanonicalJSON
package import ServiceLevels

/// What the format says and a ``CompensationPolicy`` reads, but nothing in this version does. A policy with any of these
/// is not published: a promise that nobody keeps is none. Whoever builds the part that keeps it strikes the case.
package enum NotYetActedUpon: String, Hashable, Sendable, CaseIterable {
    // What happens to an award on its way.
    case budget, widerCap, acrossRequests, approval, minimum, lateBenefit, reversal, heldForReview
    // What a person decides.
    case claimedRefund, menu, manualClaim
    // What is in a wallet.
    case coupon, overlappingPremium

    /// Where it stands in a policy; nil when the policy does not say it.
    package func place(in policy: CompensationPolicy) -> JSONPointer? {
        let spec = JSONPointer().appending("spec")
        let stacking = spec.appending("stacking")
        let benefits = policy.tiers.flatMap(\.benefits)
        let (stands, place): (Bool, JSONPointer) =
            switch self {
            case .budget: (policy.settling.budgetRef != nil, spec.appending("budgetRef"))
            case .widerCap: (policy.settling.caps.contains { $0.scope != .request }, spec.appending("caps"))
            case .acrossRequests: (policy.stacking.acrossRequests != .sum, stacking.appending("acrossRequests"))
            case .approval: (!policy.settling.approvals.isEmpty, spec.appending("approval"))
            case .minimum: (policy.settling.payout.minimum != nil, spec.appending("payout").appending("minimum"))
            case .lateBenefit: (!policy.settling.payout.ifLate.isEmpty, spec.appending("payout").appending("ifLate"))
            case .reversal: (!policy.settling.reversal.reasons.isEmpty, spec.appending("reversal"))
            case .heldForReview:
                (policy.eligibility.causes.contains { $0.treat == .holdForReview }, spec.appending("eligibility"))
            case .claimedRefund: (policy.model == .flatRefund(.onClaim), spec.appending("model").appending("verify"))
            case .menu: (policy.model.kind == .personalised, spec.appending("model").appending("kind"))
            case .manualClaim: (policy.stacking.manualClaim != nil, stacking.appending("manualClaim"))
            case .coupon: (benefits.contains { $0.type == .coupon }, spec.appending("model"))
            case .overlappingPremium: (policy.stacking.premium == .maxEnd, stacking.appending("premium"))
            }
        return stands ? place : nil
    }

    /// What is missing.
    private var reason: String {
        switch self {
        case .budget: "nothing holds a payment to a budget yet"
        case .widerCap: "only caps of one request are kept yet"
        case .acrossRequests: "the requests of one holder are not added up yet"
        case .approval: "nobody is asked before a payment yet"
        case .minimum: "everything is paid at once yet"
        case .lateBenefit: "a late payment gives nothing yet"
        case .reversal: "nothing is taken back yet"
        case .heldForReview: "nobody reviews a payment yet"
        case .claimedRefund, .manualClaim: "nobody decides claims yet"
        case .menu: "nobody makes offers yet"
        case .coupon: "nobody mints coupons yet"
        case .overlappingPremium: "premium access is added at the end only yet"
        }
    }

    /// Refuses a policy that says something of this list.
    package static func require(_ policy: CompensationPolicy) throws(PolicyError) {
        for missing in allCases {
            guard let place = missing.place(in: policy) else { continue }
            throw PolicyError(
                pointer: place, problem: "this version does not keep such a promise; \(missing.reason), so remove it")
        }
    }
}
