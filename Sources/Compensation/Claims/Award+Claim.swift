package import ServiceLevels
import Temporal

extension Award {
    /// What is given on a claim, on top of what was given before (rule 48). Its identity is that of the claim and of
    /// the stage in which it was granted, under the policy that the claim is heard by.
    package init(
        claim: Int64, isAppeal: Bool, of request: String, tenant: String, policy: PolicyHash, type: BenefitType,
        amount: Amount, expires: FixedSpan, trail: [String]
    ) {
        let (tier, benefit) = (Int(claim), isAppeal ? 1 : 0)
        self.init(
            claimKey: .claim(claim, isAppeal: isAppeal, of: request, tenant: tenant, policy: policy),
            objective: .claim, tier: tier, benefit: benefit, revision: 0, type: type, class: .guaranteed,
            amount: amount, expires: type == .credit ? expires : nil, isHeld: false, trail: trail)
    }
}

extension Award {
    /// What a person gave and is owed already, as it is paid later; nil for what the policy gives by itself.
    package init?(
        given claimKey: ClaimKey, _ objective: Objective.Metric, tier: Int, benefit: Int, type: BenefitType,
        amount: Amount, _ class: BenefitClass, by policy: CompensationPolicy
    ) {
        guard objective == .claim || objective == .offer else { return nil }
        self.init(
            claimKey: claimKey, objective: objective, tier: tier, benefit: benefit, revision: 0, type: type,
            class: `class`, amount: amount, expires: type == .credit ? policy.creditValidity : nil, isHeld: false,
            trail: [])
    }
}

extension ClaimKey {
    /// The identity of what a claim was granted in one stage.
    package static func claim(
        _ claim: Int64, isAppeal: Bool, of request: String, tenant: String, policy: PolicyHash
    ) -> ClaimKey {
        ClaimKey(
            tenant: tenant, request: request, objective: .claim, policy: policy, tier: Int(claim),
            benefit: isAppeal ? 1 : 0)
    }
}

extension Award {
    /// What somebody accepted of what support offered (rule 49).
    package init(
        offer: Int64, _ benefit: Benefit, at place: Int, of request: String, tenant: String, policy: PolicyHash,
        amount: Amount, trail: [String]
    ) {
        self.init(
            claimKey: .offer(offer, at: place, of: request, tenant: tenant, policy: policy), objective: .offer,
            tier: Int(offer), benefit: place, revision: 0, type: benefit.type, class: benefit.class, amount: amount,
            expires: benefit.expires, isHeld: false, trail: trail)
    }
}

extension ClaimKey {
    /// The identity of an accepted offer.
    package static func offer(
        _ offer: Int64, at place: Int, of request: String, tenant: String, policy: PolicyHash
    ) -> ClaimKey {
        ClaimKey(
            tenant: tenant, request: request, objective: .offer, policy: policy, tier: Int(offer), benefit: place)
    }
}

extension CompensationPolicy {
    /// How long credits that a person gives can be spent: as long as the longest of its own, or a year.
    package var creditValidity: FixedSpan {
        let own = tiers.flatMap(\.benefits).filter { $0.type == .credit }.compactMap(\.expires)
        return own.max { $0.length < $1.length } ?? .year
    }
}
