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
    /// The worth of the coupon of one posting.
    case coupon(ClaimKey)
    /// What need not be paid of the price of one request.
    case feeNote(ClaimKey)
    /// Money that is on its way to the bank.
    case cashClearing
    /// Money that has left it.
    case bank

    /// The name in log entries.
    package var description: String {
        switch self {
        case .compensationExpense: "expense:compensation"
        case .provision(let request): "provision:\(request)"
        case .wallet(let claimKey): "wallet:\(claimKey)"
        case .premium(let claimKey): "premium:\(claimKey)"
        case .coupon(let claimKey): "coupon:\(claimKey)"
        case .feeNote(let claimKey): "fee-note:\(claimKey)"
        case .cashClearing: "cash:clearing"
        case .bank: "bank"
        }
    }
}

extension Account {
    /// Where a benefit of that type is when it was paid. One without an amount is in no account.
    fileprivate init(holding type: BenefitType, of claimKey: ClaimKey) {
        switch type {
        case .credit, .freeIssuance: self = .wallet(claimKey)
        case .premiumExtension: self = .premium(claimKey)
        case .coupon: self = .coupon(claimKey)
        case .feeWaiver: self = .feeNote(claimKey)
        case .cashRefund: self = .cashClearing
        case .apology, .expedite, .assuranceUpgrade: preconditionFailure("\(type.rawValue) is in no account")
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
        case accrue, pay, decline, settle
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
        holder = Account(holding: type, of: claimKey)
    }

    /// What is owed from here on.
    package var accrual: JournalTransaction {
        JournalTransaction(.accrue, of: claimKey, debit: .compensationExpense, credit: provision, amount)
    }

    /// What is owed no more, because it is paid.
    package var payment: JournalTransaction {
        JournalTransaction(.pay, of: claimKey, debit: provision, credit: holder, amount)
    }

    /// Money that was paid out of the clearing account.
    package var settlement: JournalTransaction {
        JournalTransaction(.settle, of: claimKey, debit: .cashClearing, credit: .bank, amount)
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
    /// The two transactions of the posting: what we owe is accrued, then paid. None of what has no amount.
    package func journal(request: String) -> [JournalTransaction] {
        if type.isUncounted { return [] }
        let journal = AwardJournal(claimKey, of: type, amount, request: request)
        return [journal.accrual, journal.payment]
    }
}
