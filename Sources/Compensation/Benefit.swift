import CanonicalJSON
package import ServiceLevels

/// What a person is given. All benefits of this version are guaranteed: a debt, not a favour.
package struct Benefit: Hashable, Sendable {
    /// What it is.
    package let type: BenefitType
    /// How much, when its tier is reached; greater than zero. Counted from nothing, not on top of earlier tiers.
    package let amount: Amount
    /// How long a credit may be spent; nil for premium access, which lasts as long as its amount says.
    package let expires: FixedSpan?

    /// A billion: room for any gesture, and nine billion such lots still fit one sum.
    package static let largestAmount: Int64 = 1_000_000_000
    /// Ten years, as for any span of days.
    package static let mostDays: Int64 = 3660

    init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        type = try reader.choice("type")
        guard type == .credit || type == .premiumExtension else {
            throw .notKept("only credit and premium-extension are given", at: reader.pointer(to: "type"))
        }
        try reader.constant("class", "guaranteed")
        amount = try reader.amount("amount", of: type == .credit ? .pocketFitCredits : .days)
        if type == .credit {
            expires = try reader.fixedSpan("expires")
        } else {
            try reader.notKept("expires")
            expires = nil
        }
        try reader.notKept("shareOfPrice", "feature", "level")
        try reader.finish()
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
        case .apology, .expedite, .assuranceUpgrade: .times
        case .coupon, .cashRefund, .feeWaiver: nil
        }
    }

    /// Whether amounts of it may be in that unit.
    package func isCounted(in unit: UnitOfAccount) -> Bool { self.unit.map { $0 == unit } ?? unit.isMoney }
}

/// Whether a benefit is a debt or a favour.
package enum BenefitClass: String, Hashable, Sendable, CaseIterable {
    /// A debt: a budget may delay it and never cancels it.
    case guaranteed
    /// A favour: it waits for its place in the budget.
    case discretionary
}

extension ObjectReader {
    /// An amount greater than zero, in that unit.
    mutating func amount(_ key: String, of unit: UnitOfAccount) throws(JSONShapeError) -> Amount {
        var reader = try object(key)
        try reader.constant("unit", .string(unit.rawValue))
        return try reader.amount(in: unit)
    }

    /// An amount greater than zero, in any unit.
    mutating func amount(_ key: String) throws(JSONShapeError) -> Amount {
        var reader = try object(key)
        guard let unit = UnitOfAccount(rawValue: try reader.string("unit")) else {
            let problem = "expected PFC, DAYS, ISSUANCES or the three capital letters of a currency"
            throw JSONShapeError(pointer: reader.pointer(to: "unit"), problem: problem)
        }
        return try reader.amount(in: unit)
    }

    private mutating func amount(in unit: UnitOfAccount) throws(JSONShapeError) -> Amount {
        let most = unit == .days ? Benefit.mostDays : Benefit.largestAmount
        let minor = try integer("minor", in: 1...most)
        try finish()
        return Amount(minor, unit)
    }
}
