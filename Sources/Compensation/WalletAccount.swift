/// The accounts of the ledger that rules 35 to 39 add, by their names in log entries.
package enum WalletAccount: Hashable, Sendable, CustomStringConvertible {
    /// What went of all lots together: which lots, the log does not tell.
    case wallets
    /// What is held for one reservation, by the number of its entry.
    case reserved(Int64)
    /// What was spent.
    case revenue
    /// What expired.
    case breakage
    /// What a batch of coupons is worth.
    case coupons(batch: String)
    /// What broken promises and gestures cost us.
    case compensationExpense

    /// The name in log entries.
    package var description: String {
        switch self {
        case .wallets: "wallets"
        case .reserved(let seq): "reserved:\(seq)"
        case .revenue: "revenue"
        case .breakage: "breakage"
        case .coupons(let batch): "coupon:\(batch)"
        case .compensationExpense: "expense:compensation"
        }
    }
}
