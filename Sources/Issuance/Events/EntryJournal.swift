import Compensation
import Cryptography

/// The journals of rules 35 to 39: one transaction each, named by the entry that it stands in.
extension CompensationPosted.JournalEntry {
    /// What a transaction is for; part of its name.
    enum Step: String { case spend, hold, confirm, release, expire, mint, redeem, revoke }

    /// The movement of an amount, to one account from another.
    ///
    /// - Parameter seq: the number of the entry.
    static func movement(
        _ step: Step, in seq: Int64, debit: WalletAccount, credit: WalletAccount, unit: String, minor: Int64
    ) -> [CompensationPosted.JournalEntry] {
        precondition(minor > 0, "a movement of \(minor) \(unit)")
        let identity = SHA256.hash(Array("journal v1\n\(seq)\n\(step.rawValue)".utf8)).description.prefix(32)
        return [
            CompensationPosted.JournalEntry(
                id: String(identity),
                lines: [
                    .init(account: debit.description, unit: unit, minor: minor),
                    .init(account: credit.description, unit: unit, minor: -minor),
                ])
        ]
    }
}
