package import ServiceLevels

extension CompensationPolicy {
    /// Which of the five ways a broken promise is made good, with what is particular to it.
    package enum Model: Hashable, Sendable {
        /// An aim to answer fast, and tiers.
        case pocketFit(FastResponse)
        /// Tiers by delay and severity.
        case tiered
        /// The same for every delay.
        case flatRefund(Verification)
        /// Words.
        case apologyOnly
        /// A person chooses from a menu; if nobody does in time, the default is given.
        case personalised(Menu)

        /// The name in policies.
        package var kind: Kind {
            switch self {
            case .pocketFit: .pocketFit
            case .tiered: .tiered
            case .flatRefund: .flatRefund
            case .apologyOnly: .apologyOnly
            case .personalised: .personalised
            }
        }
    }

    /// The names of the models.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case pocketFit = "pocket-fit"
        case tiered
        case flatRefund = "flat-refund"
        case apologyOnly = "apology-only"
        case personalised
    }

    /// How soon we mean to answer, and how often to send news.
    package struct FastResponse: Hashable, Sendable {
        /// From the request to the first answer.
        package let acknowledgeWithin: FixedSpan
        /// From one message to the next while the request is late.
        package let updateEvery: FixedSpan
    }

    /// How a delay is found that a flat refund pays.
    package enum Verification: String, Hashable, Sendable, CaseIterable {
        /// By the clock.
        case automatic
        /// By a claim that was found right.
        case onClaim = "on-claim"
    }

    /// What support may offer, and until when.
    package struct Menu: Hashable, Sendable {
        /// What may be offered, each type once.
        package let benefits: [Benefit]
        /// How long after the deadline somebody may choose.
        package let decideWithin: FixedSpan
        /// The most that one offer may come to, at most one for each unit.
        package let maxOffer: [Amount]

        /// The most that an offer may come to in a unit; nil where it may hold nothing of it.
        package func most(of unit: UnitOfAccount) -> Amount? { maxOffer.first { $0.unit == unit } }
    }
}
