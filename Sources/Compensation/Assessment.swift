package import ServiceLevels
package import Temporal

/// One posting that is owed: one benefit of one tier, for one promise to one request.
package struct Award: Hashable, Sendable {
    /// Its identity.
    package let claimKey: ClaimKey
    /// Which promise it is for.
    package let objective: Objective.Metric
    /// The index of the tier in the policy.
    package let tier: Int
    /// The index of the benefit in its tier.
    package let benefit: Int
    /// How often this benefit of this tier was posted before, for less: 0 unless facts changed for the better since.
    package let revision: Int
    /// What is given.
    package let type: BenefitType
    /// Whether it is a debt or a favour.
    package let `class`: BenefitClass
    /// How much is given now, on top of what was posted before; greater than zero.
    package let amount: Amount
    /// How long it may be spent, from the `t` of the posting; nil for what does not end that way.
    package let expires: FixedSpan?
    /// Whether the policy wants a person to look at it first (`hold-for-review`).
    package let isHeld: Bool
    /// One short text for each rule that was applied, in order.
    package let trail: [String]
}

/// What was posted for one promise to one request, under one policy.
package struct Posted: Hashable, Sendable {
    private var keys: Set<ClaimKey> = []
    private var sums: [Kind: Int64] = [:]

    private struct Kind: Hashable {
        let type: BenefitType
        let unit: UnitOfAccount
    }

    /// Nothing yet.
    package init() {}

    /// Adds a posting as it was stored. A key that is there already is a mistake of ours, and traps.
    package mutating func add(_ claimKey: ClaimKey, _ type: BenefitType, _ amount: Amount) {
        precondition(type.isCounted(in: amount.unit), "a \(type.rawValue) of \(amount)")
        precondition(keys.insert(claimKey).inserted, "\(claimKey) was posted twice")
        sums[Kind(type: type, unit: amount.unit), default: 0] += amount.minor
    }

    /// Adds a posting.
    package mutating func add(_ award: Award) { add(award.claimKey, award.type, award.amount) }

    /// Adds what a person gave: it is set off against what the policy gives, and is none of its postings.
    package mutating func addGranted(_ type: BenefitType, _ amount: Amount) {
        precondition(type.isCounted(in: amount.unit), "a \(type.rawValue) of \(amount)")
        sums[Kind(type: type, unit: amount.unit), default: 0] += amount.minor
    }

    /// How much of that type was posted in that unit.
    package func sum(of type: BenefitType, in unit: UnitOfAccount) -> Amount {
        Amount(sums[Kind(type: type, unit: unit)] ?? 0, unit)
    }

    /// Whether that posting was made.
    package func contains(_ claimKey: ClaimKey) -> Bool { keys.contains(claimKey) }
}

/// Why nothing can be said about what is owed.
package enum AssessmentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The benefit was posted, and yet less was posted than it brings the sum to: what is stored is not what the policy
    /// gives.
    case contradiction(ClaimKey)

    /// What was wrong.
    package var description: String {
        switch self {
        case .contradiction(let claimKey):
            "\(claimKey) was posted, but with less than its tier gives: what is stored is not what the policy gives"
        }
    }
}

extension CompensationPolicy {
    /// What is owed and not posted yet, by tier and then by benefit (rule 6). Pure: the same facts give the same awards.
    package func assess(_ facts: AssessmentFacts) throws(AssessmentError) -> [Award] {
        let delay = facts.delay
        var posted = facts.posted
        var awards: [Award] = []
        for (tierIndex, tier) in tiers.enumerated() where tier.isReached(by: delay) {
            for (benefitIndex, benefit) in tier.benefits.enumerated() {
                let entitled = entitlement(benefit)
                let before = posted.sum(of: benefit.type, in: entitled.unit)
                guard entitled.minor > before.minor else { continue }
                let claimKey = ClaimKey(
                    tenant: facts.request.tenant, request: facts.request.id, objective: facts.objective, policy: hash,
                    tier: tierIndex, benefit: benefitIndex)
                guard !posted.contains(claimKey) else { throw .contradiction(claimKey) }
                let award = Award(
                    claimKey: claimKey, objective: facts.objective, tier: tierIndex, benefit: benefitIndex,
                    revision: 0, type: benefit.type, class: .guaranteed, amount: entitled - before,
                    expires: benefit.expires, isHeld: false,
                    trail: trail(of: tierIndex, benefit, delay: delay, before: before))
                posted.add(award)
                awards.append(award)
            }
        }
        return awards
    }

    /// The first tier that a delay has not reached and that posts something: under a cap a tier may give no more than
    /// those before it.
    package func nextTier(after delay: Milliseconds) -> Tier? {
        tiers.indices.first { !tiers[$0].isReached(by: delay) && givesMore(atTier: $0) }.map { tiers[$0] }
    }

    private func givesMore(atTier index: Int) -> Bool {
        tiers[index].benefits.contains { benefit in
            let earlier = tiers[..<index].flatMap(\.benefits).filter { $0.type == benefit.type }
            return earlier.allSatisfy { entitlement($0).minor < entitlement(benefit).minor }
        }
    }

    /// The next instant at which something may be owed that was not at the last assessment; nil when there is none, or
    /// while nothing is due. The first such instant is that of the breach, also when the first tier comes later.
    ///
    /// - Parameter lastAssessed: the instant of the last assessment; nil before the first.
    package func nextInstantToAssess(_ clock: PromiseClock, lastAssessed: Instant?) -> Instant? {
        guard let broken = clock.nextInstantToAssess else { return nil }
        let delay = lastAssessed.map { clock.delay(at: $0) } ?? .zero
        guard delay > .zero else { return broken }
        guard let tier = nextTier(after: delay) else { return nil }
        let reached = broken + tier.over
        if let stop = clock.stop, stop.at < reached { return nil }
        return reached
    }

    /// What a request that reached the benefit's tier is given of its type in all. Tiers never give less than those
    /// before them, so the highest amount so far is the tier's own.
    func entitlement(_ benefit: Benefit) -> Amount {
        guard let cap = cap(of: benefit.amount.unit), cap.minor < benefit.amount.minor else { return benefit.amount }
        return cap
    }

    private func trail(of tier: Int, _ benefit: Benefit, delay: Milliseconds, before: Amount) -> [String] {
        let entitled = entitlement(benefit)
        var trail = [
            "late by \(delay.count) ms",
            "tier \(tier) is reached: late by more than \(tiers[tier].over.count) ms",
            "\(benefit.type.rawValue) of that tier: \(benefit.amount)",
        ]
        if let cap = cap(of: benefit.amount.unit) { trail.append("at most \(cap) for one request: \(entitled)") }
        trail.append("posted before: \(before)")
        trail.append("posted now: \(entitled - before)")
        return trail
    }
}
