/// What an amount counts. Units never mix: there is no rate between them.
package enum UnitOfAccount: String, Hashable, Sendable, CaseIterable {
    /// Pocket FIT credits.
    case pocketFitCredits = "PFC"
    /// Days of premium access.
    case days = "DAYS"

    /// The unit of so many, for people: `1 credit`, `7 days`.
    func inWords(_ minor: Int64) -> String {
        switch self {
        case .pocketFitCredits: "\(minor) Pocket FIT credit\(minor == 1 ? "" : "s")"
        case .days: "\(minor) day\(minor == 1 ? "" : "s")"
        }
    }
}

/// A whole number of the minor units of one unit of account; negative on the credit side of a journal.
///
/// Sums trap when they leave `Int64` or mix units: both would be mistakes of ours, see ``Benefit/largestAmount``.
package struct Amount: Hashable, Sendable, CustomStringConvertible {
    /// How many minor units.
    package let minor: Int64
    /// Of what.
    package let unit: UnitOfAccount

    /// So many minor units.
    package init(_ minor: Int64, _ unit: UnitOfAccount) {
        self.minor = minor
        self.unit = unit
    }

    /// The sum, in the unit of both.
    package static func + (left: Amount, right: Amount) -> Amount {
        precondition(left.unit == right.unit, "a sum of \(left) and \(right)")
        return Amount(left.minor + right.minor, left.unit)
    }

    /// What is missing from `right` to `left`, in the unit of both.
    package static func - (left: Amount, right: Amount) -> Amount { left + -right }

    /// The other side of a movement.
    package static prefix func - (amount: Amount) -> Amount { Amount(-amount.minor, amount.unit) }

    /// `500 PFC`.
    package var description: String { "\(minor) \(unit.rawValue)" }
}
