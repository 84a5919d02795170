import Cryptography

/// An account of the ledger (rule 8).
package enum Account: Hashable, Sendable, CustomStringConvertible {
    /// What broken promises cost us.
    case compensationExpense
    /// What we owe for one request and have not paid; its sum over all requests is all that we still owe.
    case provision(request: String)
    /// The credits of one posting.
    case wallet(ClaimKey)
    /// The premium access of one posting.
    case premium(ClaimKey)

    /// The name in log entries.
    package var description: String {
        switch self {
        case .compensationExpense: "expense:compensation"
        case .provision(let request): "provision:\(request)"
        case .wallet(let claimKey): "wallet:\(claimKey)"
        case .premium(let claimKey): "premium:\(claimKey)"
        }
    }
}

/// One side of a transaction: a debit when the amount is positive, a credit when it is negative.
package struct JournalLine: Hashable, Sendable {
    /// Where it is booked.
    package let account: Account
    /// How much.
    package let amount: Amount
}

/// A transaction of the ledger. Its lines sum to zero because the only way to make one is to move an amount.
package struct JournalTransaction: Hashable, Sendable {
    /// 32 lower-case hexadecimal digits that follow from what it is for, so that it cannot be booked twice.
    package let id: String
    /// The debit, then the credit.
    package let lines: [JournalLine]

    /// The movement of an amount, greater than zero, to one account from another.
    fileprivate init(_ step: Step, of claimKey: ClaimKey, debit: Account, credit: Account, _ amount: Amount) {
        precondition(amount.minor > 0, "a movement of \(amount)")
        id = String(SHA256.hash(Array("journal v1\n\(claimKey)\n\(step.rawValue)".utf8)).description.prefix(32))
        lines = [JournalLine(account: debit, amount: amount), JournalLine(account: credit, amount: -amount)]
    }

    fileprivate enum Step: String {
        case accrue, pay, decline
        case reversePay = "reverse-pay"
        case reverseAccrue = "reverse-accrue"
    }
}

/// What is booked for one award, in the order in which it can happen (rules 8 and 34).
package struct AwardJournal: Hashable, Sendable {
    private let claimKey: ClaimKey
    private let provision: Account
    private let holder: Account
    private let amount: Amount

    /// The bookings of an award, or of the part of it that is taken back.
    package init(_ claimKey: ClaimKey, of type: BenefitType, _ amount: Amount, request: String) {
        self.claimKey = claimKey
        self.amount = amount
        provision = .provision(request: request)
        holder = type == .credit ? .wallet(claimKey) : .premium(claimKey)
    }

    /// What is owed from here on.
    package var accrual: JournalTransaction {
        JournalTransaction(.accrue, of: claimKey, debit: .compensationExpense, credit: provision, amount)
    }

    /// What is owed no more, because it is paid.
    package var payment: JournalTransaction {
        JournalTransaction(.pay, of: claimKey, debit: provision, credit: holder, amount)
    }

    /// What is owed no more, because it is not given.
    package var refusal: JournalTransaction {
        JournalTransaction(.decline, of: claimKey, debit: provision, credit: .compensationExpense, amount)
    }

    /// The mirror of payment and accrual.
    package var reversal: [JournalTransaction] {
        [
            JournalTransaction(.reversePay, of: claimKey, debit: holder, credit: provision, amount),
            JournalTransaction(.reverseAccrue, of: claimKey, debit: provision, credit: .compensationExpense, amount),
        ]
    }
}

extension Award {
    /// The two transactions of the posting: what we owe is accrued, then paid.
    package func journal(request: String) -> [JournalTransaction] {
        let journal = AwardJournal(claimKey, of: type, amount, request: request)
        return [journal.accrual, journal.payment]
    }
}
