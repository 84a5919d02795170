package import ServiceLevels

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
    /// Which promise of its kind it is for, where a request can have several; else 0.
    package var ordinal = 0
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

    /// Whether nothing was posted.
    package var isEmpty: Bool { keys.isEmpty }

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
