import Compensation
import ServiceLevels
import Temporal

/// Settles awards of one request in one command, one after the other: what the first takes from a cap or a budget, the
/// second no longer finds. Adds events to a decision; the rows stay as they are.
struct Settler {
    let situation: Situation
    let record: RequestRecord
    let id: RequestID
    let policy: CompensationPolicy
    private(set) var decision: Decision
    /// What the events of this command give, and the rows do not show yet.
    var draft: SettlingDraft {
        get { decision.settling }
        set { decision.settling = newValue }
    }

    var terms: SettlingTerms { policy.settling }
    var now: Instant { situation.now }

    /// - Parameter decision: to which events are added.
    init(
        _ situation: Situation, _ record: RequestRecord, _ id: RequestID, _ policy: CompensationPolicy,
        _ decision: Decision
    ) {
        self.situation = situation
        self.record = record
        self.id = id
        self.policy = policy
        self.decision = decision
    }

    /// An award on its way: capped, then posted or owed (rules 30 to 34).
    ///
    /// - Parameters:
    ///   - dueAt: the deadline that was broken.
    ///   - payBy: when it has to be paid.
    mutating func settle(_ award: Award, dueAt: Instant, payBy: Instant) throws {
        // Words cost nothing, so nothing holds them up.
        if award.type.isUncounted { return try post(award, dueAt: dueAt, payBy: payBy) }
        let place = Place(award, dueAt: dueAt, queue: queue(of: award.amount.unit))
        let facts = try facts(for: award, place)
        let disposition = terms.dispose(award.amount, award.class, facts)
        if !disposition.takes.isEmpty { announceTakes(disposition, of: award) }
        if award.objective != .compensate, !award.objective.isBeside {
            draft.entitled[award.type, default: 0] += award.amount.minor
        }
        let given = award.giving(disposition.rest, after: disposition.takes)
        switch disposition.outcome {
        case .nothing: break
        case .post: try post(given, dueAt: dueAt, payBy: payBy)
        case .owe(let wait): try owe(given, wait, place, payBy: payBy, facts)
        case .decline(let rule):
            try owe(given, Wait(.budget), place, payBy: payBy, facts)
            decline(given.claimKey, given.type, given.amount, rule: rule, by: nil)
        }
    }

    /// What stands in an order of payment.
    struct Place: Hashable, Comparable {
        let queue: String?
        let rank: Int64
        let dueAt: Int64
        let claimKey: String

        init(_ award: Award, dueAt: Instant, queue: String?) {
            self.queue = queue
            rank = award.class == .guaranteed ? 0 : 1
            self.dueAt = dueAt.milliseconds
            claimKey = award.claimKey.text
        }

        init(_ row: OwedRecord, queue: String?) {
            self.queue = queue
            rank = row.rank
            dueAt = row.dueAt
            claimKey = row.claimKey
        }

        static func < (left: Place, right: Place) -> Bool {
            (left.rank, left.dueAt, left.claimKey) < (right.rank, right.dueAt, right.claimKey)
        }
    }

    private mutating func post(_ award: Award, dueAt: Instant, payBy: Instant) throws {
        let window = try window(for: award.type, award.amount, expires: award.expires)
        announce(.compensationPosted(CompensationPosted(award, of: self, window: window)), by: .compensated)
        try mintCoupon(for: award, until: window?.until)
        try count(award)
        try spend(award.amount)
        draft.emptyPot(award.amount.unit)
        guard award.objective != .compensate, now > payBy else { return }
        try tellLate(award.claimKey, dueAt: payBy)
    }

    private mutating func owe(
        _ award: Award, _ wait: Wait, _ place: Place, payBy: Instant, _ facts: SettlingFacts
    ) throws {
        let journal = AwardJournal(award.claimKey, of: award.type, award.amount, request: id.text)
        let owed = CompensationOwed(
            award: AwardFacts(award, of: self), isDiscretionary: award.class == .discretionary,
            dueAt: Instant(milliseconds: place.dueAt), payBy: payBy, why: wait.why.rawValue, until: wait.until,
            trail: award.trail, journal: [CompensationPosted.JournalEntry(journal.accrual)])
        announce(.settling(.owed(owed)), by: .owed)
        try count(award)
        try follow(wait, award.claimKey, award.amount, place, facts)
    }

    /// What goes with a wait: people are asked, a budget is told as spent.
    mutating func follow(
        _ wait: Wait, _ claimKey: ClaimKey, _ amount: Amount, _ place: Place, _ facts: SettlingFacts
    ) throws {
        switch wait.why {
        case .hold: break
        case .minimum: draft.pots[amount.unit, default: 0] += amount.minor
        case .approval:
            guard let rule = terms.ruleOfApproval(of: amount, facts), let until = wait.until else { return }
            let asked = ApprovalAsked(
                claimKey: claimKey.text, approvers: Int64(terms.approvals[rule].approvers),
                roles: terms.approvals[rule].roles, rule: Int64(rule), until: until)
            add(.settling(.approvalAsked(asked)))
        case .budget:
            draft.queued.append(place)
            draft.emptyPot(amount.unit)
            try warn(.whole, amount.unit)
        }
    }

    /// The accrual of a favour is taken back.
    mutating func decline(_ claimKey: ClaimKey, _ type: BenefitType, _ amount: Amount, rule: String, by: String?) {
        let journal = AwardJournal(claimKey, of: type, amount, request: id.text)
        let declined = CompensationDeclined(
            claimKey: claimKey.text, rule: rule, by: by, journal: [CompensationPosted.JournalEntry(journal.refusal)])
        draft.queued.removeAll { $0.claimKey == claimKey.text }
        announce(.settling(.declined(declined)), by: .declined)
    }

    /// The first payment under this policy that is late for the request, and what that gives.
    mutating func tellLate(_ claimKey: ClaimKey, dueAt: Instant) throws {
        guard !terms.payout.ifLate.isEmpty, !draft.lateTold.contains(policy.hash) else { return }
        guard try situation.state.record(LateRecord.self, .text(record.id), .text(policy.hash.text)) == nil else {
            return
        }
        draft.lateTold.insert(policy.hash)
        let late = CompensationLate(claimKey: claimKey.text, compensation: policy.hash, dueAt: dueAt)
        announce(.settling(.late(late)), by: .late)
        let payBy = try situation.payBy(policy, from: dueAt, of: record)
        for award in policy.lateAwards(tenant: record.tenant, request: record.id, dueAt: dueAt) {
            try settle(award, dueAt: dueAt, payBy: payBy)
        }
    }

    private mutating func announceTakes(_ disposition: Disposition, of award: Award) {
        let capped = CompensationCapped(
            award: AwardFacts(award.giving(Amount(disposition.taken, award.amount.unit), after: []), of: self),
            takes: disposition.takes.map { CompensationCapped.Take(rule: $0.rule, minor: $0.minor) })
        announce(.settling(.capped(capped)), by: .declined)
    }

    /// An event about the request and the notice of it.
    mutating func announce(_ event: Event, by notice: NoticeQueued.Notice) {
        let about = situation.nextSeq + Int64(decision.events.count)
        add(event)
        add(.noticeQueued(NoticeQueued(notice, about: about)))
    }

    /// An event about the request.
    mutating func add(_ event: Event) { decision.events.append(LogEvent(event, of: id)) }

    /// An event about no request.
    mutating func addOfService(_ event: Event) { decision.events.append(LogEvent(event)) }
}

/// What the events of one command give, before any row shows it.
struct SettlingDraft {
    /// By scope, subject and unit.
    var given: [UsageKey: Int64] = [:]
    /// What was put into the holder's pots.
    var pots: [UnitOfAccount: Int64] = [:]
    /// The pots whose waits have ended.
    var emptiedPots: Set<UnitOfAccount> = []
    var queued: [Settler.Place] = []
    var warned: Set<BudgetWarned> = []
    /// Awards of the request so far, before any cap.
    var entitled: [BenefitType: Int64] = [:]
    var lateTold: Set<PolicyHash> = []
    var accessEnd: Instant?

    /// Enough has come together: what this command put into the pot waits no more either.
    mutating func emptyPot(_ unit: UnitOfAccount) {
        emptiedPots.insert(unit)
        pots[unit] = nil
    }
}

/// Whose amounts are added up.
struct UsageKey: Hashable {
    let scope: String
    let subject: String
    let unit: String
}

extension AwardFacts {
    init(_ award: Award, of settler: Settler) {
        self.init(
            claimKey: award.claimKey.text, objective: award.objective.rawValue,
            compensation: settler.policy.hash, tier: Int64(award.tier), benefit: Int64(award.benefit),
            revision: Int64(award.revision), benefitType: award.type.rawValue, unit: award.amount.unit.rawValue,
            minor: award.amount.minor, ordinal: award.objective.isBeside ? Int64(award.ordinal) : nil)
    }
}

extension CompensationPosted {
    fileprivate init(_ award: Award, of settler: Settler, window: Window?) {
        self.init(
            claimKey: award.claimKey.text, objective: award.objective.rawValue,
            compensation: settler.policy.hash, tier: Int64(award.tier), benefit: Int64(award.benefit),
            revision: Int64(award.revision), benefitType: award.type.rawValue, unit: award.amount.unit.rawValue,
            minor: award.amount.minor, trail: award.trail,
            journal: award.journal(request: settler.id.text).map(JournalEntry.init),
            window: window, ordinal: award.objective.isBeside ? Int64(award.ordinal) : nil)
    }
}

extension CompensationPosted.JournalEntry {
    init(_ transaction: JournalTransaction) {
        self.init(
            id: transaction.id,
            lines: transaction.lines.map {
                Line(account: $0.account.description, unit: $0.amount.unit.rawValue, minor: $0.amount.minor)
            })
    }
}
