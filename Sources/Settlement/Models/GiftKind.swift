/// What a posting gives, and the account in which it is then: rule 8.
enum GiftKind: String, Sendable {
    case apology, credit, coupon
    case premiumExtension = "premium-extension"
    case cashRefund = "cash-refund"
    case feeWaiver = "fee-waiver"
    case freeIssuance = "free-issuance"
    case assuranceUpgrade = "assurance-upgrade"

    init(_ range: Range<Int>, in frame: EntryFrame) throws(EntryProblem) {
        let text = frame.bytes.text(range)
        guard let kind = GiftKind(rawValue: String(text.dropFirst().dropLast())) else {
            throw EntryProblem("how \(text) is posted is not on the page")
        }
        self = kind
    }

    /// What the account of a payment begins with; nil for what no ledger knows.
    var account: StaticString? {
        switch self {
        case .apology, .assuranceUpgrade: nil
        case .credit, .freeIssuance: "wallet:"
        case .premiumExtension: "premium:"
        case .coupon: "coupon:"
        case .feeWaiver: "fee-note:"
        case .cashRefund: "cash:clearing"
        }
    }

    /// Whether an entry says in the clear from when until when it can be spent.
    var isSpendable: Bool { self == .credit || self == .freeIssuance || self == .coupon }
}
