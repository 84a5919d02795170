package import CanonicalJSON
package import ServiceLevels

/// What the format says and a ``CompensationPolicy`` reads, but nothing in this version does. A policy with any of
/// these is not published: a promise that nobody keeps is none. Whoever builds the part that keeps it strikes the case.
package enum NotYetActedUpon: String, Hashable, Sendable, CaseIterable {
    // What a person decides.
    case manualClaim
    // What is in a wallet.
    case coupon, overlappingPremium

    /// Where it stands in a policy; nil when the policy does not say it.
    package func place(in policy: CompensationPolicy) -> JSONPointer? {
        let spec = JSONPointer().appending("spec")
        let stacking = spec.appending("stacking")
        var benefits = policy.tiers.flatMap(\.benefits)
        if case .personalised(let menu) = policy.model { benefits += menu.benefits }
        let (stands, place): (Bool, JSONPointer) =
            switch self {
            case .manualClaim: (policy.stacking.manualClaim == .replacesAutomatic, stacking.appending("manualClaim"))
            case .coupon: (benefits.contains { $0.type == .coupon }, spec.appending("model"))
            case .overlappingPremium: (policy.stacking.premium == .maxEnd, stacking.appending("premium"))
            }
        return stands ? place : nil
    }

    /// What is missing.
    private var reason: String {
        switch self {
        case .manualClaim: "what is granted is set off against what comes by itself, and never instead of it"
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
