/// What each event moves in the ledger: the one place that says which events do.
extension Event {
    var journal: [CompensationPosted.JournalEntry] {
        switch self {
        case .compensationPosted(let event): event.journal
        case .refundSettled(let event): event.journal
        case .settling(let event): event.journal
        case .wallet(let fact): fact.journal
        case .coupon(let fact): fact.journal
        default: []
        }
    }
}

extension SettlingEvent {
    fileprivate var journal: [CompensationPosted.JournalEntry] {
        switch self {
        case .owed(let event): event.journal
        case .paid(let event): event.journal
        case .declined(let event): event.journal
        case .reversed(let event): event.journal
        case .better, .capped, .waiting, .late, .approvalAsked, .approvalGiven, .approvalRefused, .budgetWarned: []
        }
    }
}

extension WalletFact {
    fileprivate var journal: [CompensationPosted.JournalEntry] {
        switch self {
        case .spent(let content): content.journal
        case .reserved(let content): content.journal
        case .confirmed(let content): content.journal
        case .released(let content): content.journal
        case .expired(let content): content.journal
        case .erased: []
        }
    }
}

extension CouponFact {
    fileprivate var journal: [CompensationPosted.JournalEntry] {
        switch self {
        case .minted(let fact): fact.journal
        case .redeemed(let fact): fact.journal
        case .expired(let fact): fact.journal
        case .revoked(let fact): fact.journal
        case .key, .limits, .sent, .reserved, .released, .leaked, .attempts: []
        }
    }
}
