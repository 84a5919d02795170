package import CanonicalJSON
package import ServiceLevels

/// What a person is given.
package struct Benefit: Hashable, Sendable {
    /// What it is.
    package let type: BenefitType
    /// Whether it is a debt or a favour.
    package let `class`: BenefitClass
    /// How much, when its tier is reached. Counted from nothing, not on top of earlier tiers.
    package let worth: Worth
    /// How long it may be spent; nil for what does not end that way, and for issuances that never end.
    package let expires: FixedSpan?
    /// To which level a further check raises the credential; nil of every other benefit.
    package let level: AssuranceLevel?

    /// How much.
    package enum Worth: Hashable, Sendable {
        /// A fixed amount, greater than zero.
        case fixed(Amount)
        /// A part of what was paid, greater than nothing.
        case shareOfPrice(Ratio)
    }

    /// The amount; nil for a share of a price that only a request knows.
    package var amount: Amount? { if case .fixed(let amount) = worth { amount } else { nil } }

    /// A billion: room for any gesture, and nine billion such lots still fit one sum.
    package static let largestAmount: Int64 = 1_000_000_000
    /// Ten years, as for any span of days.
    package static let mostDays: Int64 = 3660
    /// More issuances for one delay than anybody waits for.
    package static let mostIssuances: Int64 = 1000

    /// Reads a benefit of any type but those that this version does not give.
    package init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        type = try reader.choice("type")
        try type.requireGiven(at: reader.pointer(to: "type"))
        `class` = try reader.choice("class")
        worth = try reader.worth(of: type)
        expires = try reader.expiry(of: type)
        level = nil
        try reader.notKept("feature", "level")
        try reader.finish()
    }

    /// A further check of the credential, which is owed once and whole.
    init(upgradeTo level: AssuranceLevel) {
        type = .assuranceUpgrade
        `class` = .guaranteed
        worth = .fixed(Amount(1, .checks))
        expires = nil
        self.level = level
    }
}

/// The kinds of benefit, as they stand in log entries.
package enum BenefitType: String, Hashable, Sendable, CaseIterable {
    /// The words that we are sorry: a notice, and nothing else.
    case apology
    /// Credits in the holder's wallet.
    case credit
    /// Days of premium access, at the end of what the holder has.
    case premiumExtension = "premium-extension"
    /// A code that is worth something once.
    case coupon
    /// Money back, of what was paid.
    case cashRefund = "cash-refund"
    /// A part of the price that need not be paid.
    case feeWaiver = "fee-waiver"
    /// Issuances that cost nothing, in the holder's wallet.
    case freeIssuance = "free-issuance"
    /// A further check of the credential.
    case assuranceUpgrade = "assurance-upgrade"
    /// The request goes to the front of its queue.
    case expedite

    /// The unit that its amounts are in; nil where the policy says in which money.
    package var unit: UnitOfAccount? {
        switch self {
        case .credit: .pocketFitCredits
        case .premiumExtension: .days
        case .freeIssuance: .issuances
        case .apology, .expedite: .times
        case .assuranceUpgrade: .checks
        case .coupon, .cashRefund, .feeWaiver: nil
        }
    }

    /// Whether amounts of it may be in that unit.
    package func isCounted(in unit: UnitOfAccount) -> Bool { self.unit.map { $0 == unit } ?? unit.isMoney }

    /// Whether it is given in words or deeds and not in an amount, so that no ledger knows it.
    package var isUncounted: Bool { unit?.isOfDeeds ?? false }

    /// Whether it gives back of what was paid, and so never more than that.
    package var isOfPrice: Bool { self == .cashRefund || self == .feeWaiver }

    /// Whether it can be spent until some instant.
    package var isSpendable: Bool { self == .credit || self == .freeIssuance || self == .coupon }

    /// Refuses what is given elsewhere, or nowhere.
    fileprivate func requireGiven(at pointer: JSONPointer) throws(JSONShapeError) {
        switch self {
        case .assuranceUpgrade:
            throw .notKept("a further check is promised in `trust` of the model pocket-fit only", at: pointer)
        case .expedite:
            // Who is served next is decided by the institution that approves, not by this service.
            throw .notKept("the service keeps no queue in which a request could go first", at: pointer)
        default: break
        }
    }
}

/// Whether a benefit is a debt or a favour.
package enum BenefitClass: String, Hashable, Sendable, CaseIterable {
    /// A debt: a budget may delay it and never cancels it.
    case guaranteed
    /// A favour: it waits for its place in the budget.
    case discretionary
}

extension ObjectReader {
    /// How much a benefit of that type is.
    fileprivate mutating func worth(of type: BenefitType) throws(JSONShapeError) -> Benefit.Worth {
        if type.isUncounted {
            try notKept("amount", "shareOfPrice")
            return .fixed(Amount(1, .times))
        }
        guard let share = optionalValue("shareOfPrice") else { return .fixed(try amount("amount", for: type)) }
        let place = pointer(to: "shareOfPrice")
        guard type.isOfPrice else {
            throw JSONShapeError(pointer: place, problem: "only a refund or a waiver is a share of what was paid")
        }
        guard optionalValue("amount") == nil else {
            throw JSONShapeError(pointer: place, problem: "the benefit has an amount too; keep one of the two")
        }
        let ratio = try Ratio(share, at: place)
        guard !ratio.isZero else { throw JSONShapeError(pointer: place, problem: "a share of nothing; remove it") }
        return .shareOfPrice(ratio)
    }

    private mutating func amount(_ key: String, for type: BenefitType) throws(JSONShapeError) -> Amount {
        let amount = try amount(key)
        guard type.isCounted(in: amount.unit) else {
            let expected = type.unit?.rawValue ?? "a currency"
            let problem = "a \(type.rawValue) is counted in \(expected), not in \(amount.unit.rawValue)"
            throw JSONShapeError(pointer: pointer(to: key).appending("unit"), problem: problem)
        }
        return amount
    }

    /// What is spent ends at some time; only issuances may last.
    fileprivate mutating func expiry(of type: BenefitType) throws(JSONShapeError) -> FixedSpan? {
        guard type.isSpendable else {
            try notKept("expires")
            return nil
        }
        if type == .freeIssuance, try optionalObject("expires") == nil { return nil }
        return try fixedSpan("expires")
    }

    /// An amount greater than zero, in any unit but that of deeds.
    package mutating func amount(_ key: String) throws(JSONShapeError) -> Amount {
        try Amount(try value(key), at: pointer(to: key))
    }
}

extension Amount {
    /// Reads an amount greater than zero, in any unit but that of deeds.
    init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        guard let unit = UnitOfAccount(rawValue: try reader.string("unit")), !unit.isOfDeeds else {
            let problem = "expected PFC, DAYS, ISSUANCES or the three capital letters of a currency"
            throw JSONShapeError(pointer: reader.pointer(to: "unit"), problem: problem)
        }
        let most =
            switch unit {
            case .days: Benefit.mostDays
            case .issuances: Benefit.mostIssuances
            default: Benefit.largestAmount
            }
        let minor = try reader.integer("minor", in: 1...most)
        try reader.finish()
        self.init(minor, unit)
    }
}
