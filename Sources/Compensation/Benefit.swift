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
        try reader.constant("class", "guaranteed")
        amount = try reader.amount("amount", of: type.unit)
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
    /// Credits in the holder's wallet.
    case credit
    /// Days of premium access, at the end of what the holder has.
    case premiumExtension = "premium-extension"

    /// The unit that its amounts are in.
    package var unit: UnitOfAccount {
        switch self {
        case .credit: .pocketFitCredits
        case .premiumExtension: .days
        }
    }
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
        let unit: UnitOfAccount = try reader.choice("unit")
        return try reader.amount(in: unit)
    }

    private mutating func amount(in unit: UnitOfAccount) throws(JSONShapeError) -> Amount {
        let most = unit == .days ? Benefit.mostDays : Benefit.largestAmount
        let minor = try integer("minor", in: 1...most)
        try finish()
        return Amount(minor, unit)
    }
}
