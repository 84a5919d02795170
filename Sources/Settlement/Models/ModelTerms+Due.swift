extension ModelTerms {
    /// What one benefit of one tier brings the sum of its type to.
    struct Claim: Sendable {
        let tier: Int
        let benefit: Int
        let type: String
        let unit: CanonicalText
        /// The sum of its type, this benefit and all before it in the policy.
        let sum: Int64
        let expires: Int64?
    }

    /// Every claim that these facts give, in the order of the policy: rules 25 to 27.
    func claims(_ facts: ModelFacts) -> [Claim] {
        let part = causes[facts.cause] ?? Treatment(num: 1, den: 1, isHeld: false)
        guard facts.until > facts.due, part.num > 0, require.holds(for: facts) else { return [] }
        if isOnResolution, !facts.isStopped { return [] }
        var sums: [String: Int64] = [:]
        var claims: [Claim] = []
        for (tier, terms) in tiers.enumerated()
        where reachedAt(tier, due: facts.due, by: facts.counting) < (terms.isSinceDue ? facts.now : facts.until) {
            guard facts.severity >= terms.severity else { continue }
            for (benefit, what) in terms.benefits.enumerated() {
                guard let (unit, minor) = worth(of: what, part, facts) else { continue }
                let sum = max(minor, sums[what.type] ?? 0)
                sums[what.type] = sum
                claims.append(
                    Claim(tier: tier, benefit: benefit, type: what.type, unit: unit, sum: sum, expires: what.expires))
            }
        }
        guard isOnce else { return claims }
        // The last of each type stands for all: it gives the most.
        return claims.enumerated().filter { index, claim in
            !claims[(index + 1)...].contains { $0.type == claim.type && $0.tier > claim.tier }
        }.map(\.element)
    }

    /// The last instant that has not reached a tier.
    func reachedAt(_ tier: Int, due: Int64, by counting: Counting) -> Int64 {
        let origin = tiers[tier].isSinceDue ? due : grace.map { counting.ends($0, from: due) } ?? due
        return counting.ends(tiers[tier].over, from: origin)
    }

    /// Rule 27: amount or share, times the part, at most the price and the cap, made whole once. Nil when it is
    /// nothing.
    private func worth(of benefit: Benefit, _ part: Treatment, _ facts: ModelFacts) -> (CanonicalText, Int64)? {
        let unit: CanonicalText
        var (num, den): (Int128, Int128)
        switch benefit.worth {
        case .fixed(let fixed, let minor): (unit, num, den) = (fixed, Int128(minor), 1)
        case .share(let of, let whole):
            guard let price = facts.price else { return nil }
            (unit, num, den) = (price.unit, Int128(price.minor) * Int128(of), Int128(whole))
        }
        if !["apology", "assurance-upgrade"].contains(benefit.type) {
            (num, den) = (num * Int128(part.num), den * Int128(part.den))
        }
        var most = caps[unit].map { Int128($0) }
        if benefit.type == "cash-refund" || benefit.type == "fee-waiver" {
            let paid = facts.price.map { $0.unit == unit ? Int128($0.minor) : 0 } ?? 0
            most = min(most ?? paid, paid)
        }
        if let most, num > most * den { (num, den) = (most, 1) }
        var minor = whole(num, den, step: isMoney(unit) ? Int128(quantum) : 1)
        if let most { minor = min(minor, most) }
        return minor > 0 ? (unit, Int64(minor)) : nil
    }

    private func isMoney(_ unit: CanonicalText) -> Bool {
        !["DAYS", "ISSUANCES", "TIMES", "CHECKS"].contains { CanonicalText($0) == unit }
    }

    private func whole(_ num: Int128, _ den: Int128, step: Int128) -> Int128 {
        let size = den * step
        let low = num / size
        let rest = num - low * size
        switch rounding {
        case "down": return low * step
        case "half-even":
            let isHigher = rest * 2 > size || rest * 2 == size && low % 2 != 0
            return (isHigher ? low + 1 : low) * step
        default: return (rest == 0 ? low : low + 1) * step
        }
    }
}
