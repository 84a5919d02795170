import ServiceLevels
import Temporal

extension CompensationPolicy {
    /// What one benefit comes to, and how.
    struct Entitlement {
        /// After every rule.
        let amount: Amount
        /// Before the caps, where it is a fraction or was given by a share.
        let exact: ExactAmount
        /// What limits it, where something does.
        let limit: Amount?
    }

    /// What a request that reached the benefit's tier is given of its type in all: the amount, times the part that the
    /// cause leaves, no more than was paid (for a refund) and no more than the cap, rounded once.
    ///
    /// - Returns: nil when it is nothing: a share of a price that nobody paid, or a refund in another money.
    func entitlement(_ benefit: Benefit, times factor: Ratio, _ price: Amount?) -> Entitlement? {
        guard let (base, unit) = base(of: benefit, price) else { return nil }
        var exact = base
        // What is not counted is done or not; half an apology is none.
        if !benefit.type.isUncounted { exact.multiply(by: factor) }
        let limit = limit(of: benefit, in: unit, price)
        var capped = exact
        if let limit { capped.limit(to: limit.minor) }
        var minor = rounding.rounded(capped, in: unit)
        // A quantum must not lift an amount over its limit.
        if let limit { minor = min(minor, limit.minor) }
        guard minor > 0 else { return nil }
        return Entitlement(amount: Amount(minor, unit), exact: exact, limit: limit)
    }

    private func base(of benefit: Benefit, _ price: Amount?) -> (ExactAmount, UnitOfAccount)? {
        switch benefit.worth {
        case .fixed(let amount): return (ExactAmount(amount.minor), amount.unit)
        case .shareOfPrice(let ratio):
            guard let price else { return nil }
            var exact = ExactAmount(price.minor)
            exact.multiply(by: ratio)
            return (exact, price.unit)
        }
    }

    /// The lower of the cap and, for what gives back a price, of the price; none was paid in any other money.
    private func limit(of benefit: Benefit, in unit: UnitOfAccount, _ price: Amount?) -> Amount? {
        let cap = cap(of: unit)
        guard benefit.type.isOfPrice else { return cap }
        let paid = price.flatMap { $0.unit == unit ? $0 : nil } ?? Amount(0, unit)
        return cap.map { $0.minor < paid.minor ? $0 : paid } ?? paid
    }
}

extension CompensationPolicy {
    /// One short text for each rule that was applied, in order.
    func trail(
        of place: Place, _ facts: AssessmentFacts, _ treatment: Eligibility.Treatment, _ step: Entitlement,
        before: Amount, sum: Amount
    ) -> [String] {
        let tier = tiers[place.tier]
        let benefit = tier.benefits[place.benefit]
        var trail = [delayInWords(facts)]
        if let grace = measure.grace { trail.append("counted after a grace of \(grace.inTrail)") }
        if eligibility.require != .all([]) { trail.append("what the policy requires holds") }
        if !eligibility.causes.isEmpty {
            trail.append("cause \(facts.incident.cause.rawValue): \(treatment.inWords)")
        }
        trail.append(reached(place.tier, facts))
        trail.append("\(benefit.type.rawValue) of that tier: \(benefit.worthInWords)")
        if case .part(let ratio) = treatment, !benefit.type.isUncounted { trail.append("times \(ratio)") }
        if let limit = step.limit {
            let most = benefit.type.isOfPrice ? "at most \(limit), as paid and capped" : "at most \(limit)"
            trail.append("\(most) for one request: \(step.amount)")
        }
        if step.exact.whole.map({ $0 % rounding.quantum != 0 }) ?? true {
            trail.append("rounded \(rounding.mode.rawValue) to \(rounding.quantum): \(step.amount)")
        }
        return trail + ["posted before: \(before)", "posted now: \(sum - before)"]
    }

    private func reached(_ index: Int, _ facts: AssessmentFacts) -> String {
        let tier = tiers[index]
        let by = tier.counts == .delay ? "late by more than" : "nobody chose within"
        let severity = tier.severityAtLeast.map { ", severity \(facts.incident.severity) is at least \($0)" } ?? ""
        return "tier \(index) is reached: \(by) \(tier.span?.inTrail ?? "0 ms")\(severity)"
    }
}
