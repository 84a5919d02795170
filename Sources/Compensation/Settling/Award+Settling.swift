package import ServiceLevels
package import Temporal

/// Awards as settling changes and makes them.
extension Award {
    /// The same award with what caps left of it.
    package func giving(_ rest: Amount, after takes: [Disposition.Take]) -> Award {
        Award(
            claimKey: claimKey, objective: objective, tier: tier, benefit: benefit, revision: revision, type: type,
            class: `class`, amount: rest, expires: expires, isHeld: isHeld,
            trail: trail + takes.map { "\($0.rule) takes \(Amount($0.minor, amount.unit))" }, ordinal: ordinal)
    }

    /// An award that is owed already, as it is paid later.
    package init(
        owed claimKey: ClaimKey, _ objective: Objective.Metric, tier: Int, _ given: Benefit, at index: Int,
        _ amount: Amount, _ class: BenefitClass
    ) {
        self.init(
            claimKey: claimKey, objective: objective, tier: tier, benefit: index, revision: 0, type: given.type,
            class: `class`, amount: amount, expires: given.expires, isHeld: false, trail: [])
    }
}

extension CompensationPolicy {
    /// What a late payment gives (rule 33): each benefit of `payout.ifLate` once.
    ///
    /// - Parameter dueAt: the deadline that the payment missed.
    package func lateAwards(tenant: String, request: String, dueAt: Instant) -> [Award] {
        settling.payout.ifLate.enumerated().compactMap { index, benefit in
            guard let amount = benefit.amount else { return nil }
            return Award(
                claimKey: lateClaimKey(index, tenant: tenant, request: request), objective: .compensate, tier: 0,
                benefit: index, revision: 0, type: benefit.type, class: .guaranteed, amount: amount,
                expires: benefit.expires, isHeld: false,
                trail: [
                    "a payment was due \(dueAt) and is late", "\(benefit.type.rawValue) for that: \(amount)",
                ])
        }
    }

    /// The claim keys of what a late payment gives, which are no part of what tiers give.
    package func lateClaimKeys(tenant: String, request: String) -> Set<ClaimKey> {
        Set(settling.payout.ifLate.indices.map { lateClaimKey($0, tenant: tenant, request: request) })
    }

    private func lateClaimKey(_ index: Int, tenant: String, request: String) -> ClaimKey {
        ClaimKey(
            tenant: tenant, request: request, objective: .compensate, policy: hash, tier: 0, benefit: index)
    }

    /// The benefit at a place of the policy; nil when there is none.
    package func benefit(_ objective: Objective.Metric, tier: Int, at index: Int) -> Benefit? {
        if objective == .compensate {
            return tier == 0 && settling.payout.ifLate.indices.contains(index) ? settling.payout.ifLate[index] : nil
        }
        guard tiers.indices.contains(tier), tiers[tier].benefits.indices.contains(index) else { return nil }
        return tiers[tier].benefits[index]
    }

    /// When what a tier gives has to be paid (rule 10): counted from when its threshold was passed; where the end of
    /// the wait is what is paid, from that; and for what a fact adds that was not known before, from now.
    package func payBy(_ award: Award, _ facts: AssessmentFacts) -> Instant {
        var reached = threshold(of: award.tier, due: facts.due, facts.calendar)
        if measure.whenUnresolved == .onResolution { reached = max(reached, facts.until) }
        if let since = facts.incident.since, !isPlain { reached = max(reached, since) }
        return payBy(from: reached, facts.calendar)
    }
}
