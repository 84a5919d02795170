/// What an amount counts. Units never mix: there is no rate between them.
package enum UnitOfAccount: RawRepresentable, Hashable, Sendable {
    /// Pocket FIT credits.
    case pocketFitCredits
    /// Days of premium access.
    case days
    /// Issuances that cost nothing.
    case issuances
    /// How often something is done that has no amount: an apology, for one.
    case times
    /// Further checks of a credential.
    case checks
    /// Minor units of a currency, by its three letters in ISO 4217.
    case currency(String)

    /// Reads the name in policies and log entries; nil when it is none.
    package init?(rawValue: String) {
        switch rawValue {
        case "PFC": self = .pocketFitCredits
        case "DAYS": self = .days
        case "ISSUANCES": self = .issuances
        case "TIMES": self = .times
        case "CHECKS": self = .checks
        default:
            guard rawValue.utf8.count == 3, rawValue.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
            self = .currency(rawValue)
        }
    }

    /// The name in policies and log entries.
    package var rawValue: String {
        switch self {
        case .pocketFitCredits: "PFC"
        case .days: "DAYS"
        case .issuances: "ISSUANCES"
        case .times: "TIMES"
        case .checks: "CHECKS"
        case .currency(let code): code
        }
    }

    /// Whether it counts words and deeds, which no ledger knows.
    package var isOfDeeds: Bool { self == .times || self == .checks }

    /// Whether it is money.
    package var isMoney: Bool { if case .currency = self { true } else { false } }

    /// The unit of so many, for people: `1 credit`, `7 days`.
    func inWords(_ minor: Int64) -> String {
        let plural = minor == 1 ? "" : "s"
        switch self {
        case .pocketFitCredits: return "\(minor) Pocket FIT credit\(plural)"
        case .days: return "\(minor) day\(plural)"
        case .issuances: return "\(minor) free issuance\(plural)"
        case .times: return "\(minor) time\(plural)"
        case .checks: return "\(minor) further check\(plural)"
        case .currency(let code): return "\(minor) minor unit\(plural) of \(code)"
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
