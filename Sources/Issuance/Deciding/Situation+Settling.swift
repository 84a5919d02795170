import Compensation
import ServiceLevels
import Temporal

/// What becomes of what is owed after the command that owed it: one award, one command.
extension Situation {
    /// Looks at one award that is owed: tells that it is late, and pays it when nothing holds it up any more.
    func settle(_ claimKey: ClaimKey) throws -> Decision {
        guard let row = try state.record(OwedRecord.self, .text(claimKey.text)), row.state == .owed else {
            return Decision()
        }
        var settler = try settler(of: row)
        if let by = try whoRefused(row), let award = try settler.award(of: row) {
            settler.decline(award.claimKey, award.type, award.amount, rule: "approval", by: by)
            return settler.decision
        }
        try lookAgain(at: row, hasEnded: try hasEnded(row, settler), &settler)
        return settler.decision
    }

    /// A settler for the request and the policy of an award.
    ///
    /// - Parameter decision: to which events are added.
    func settler(of row: OwedRecord, adding decision: Decision = Decision()) throws -> Settler {
        guard let record = try state.record(RequestRecord.self, .text(row.request)), let id = RequestID(row.request),
            let hash = PolicyHash(row.policy), let policy = policies.compensation(hash)
        else { throw StoreError.corrupt("\(row.claimKey) is owed for a request or by a policy that is not in the log") }
        var decision = decision
        if decision.events.isEmpty { decision.request = record }
        return Settler(self, record, id, policy, decision)
    }

    /// - Parameter hasEnded: whether what it waits for has come.
    func lookAgain(at row: OwedRecord, hasEnded: Bool, _ settler: inout Settler) throws {
        guard let award = try settler.award(of: row), let why = Wait.Why(rawValue: row.why) else {
            throw StoreError.corrupt("\(row.claimKey) is owed for a benefit that its policy does not give")
        }
        if let lateAt = row.lateAt, lateAt <= now.milliseconds, let deadline = row.deadline {
            try settler.tellLate(award.claimKey, dueAt: Instant(milliseconds: deadline))
        }
        guard hasEnded else { return }
        let place = Settler.Place(row, queue: settler.queue(of: award.amount.unit))
        let facts = try settler.waitFacts(for: award.amount, place)
        guard let wait = settler.terms.firstWait(of: award.amount, award.class, facts, after: why) else {
            return try settler.pay(award)
        }
        guard wait.why != why else { return }
        try settler.wait(wait, award, place, facts)
    }

    /// Whether what an award waits for has come. A budget is looked at again each time.
    private func hasEnded(_ row: OwedRecord, _ settler: Settler) throws -> Bool {
        switch Wait.Why(rawValue: row.why) {
        case .hold: return try !isHeld(settler.record, settler.policy)
        case .approval: return try row.until.map { $0 <= now.milliseconds } ?? false || isAnswered(for: row)
        case .minimum: return row.pot == nil
        case .budget, nil: return true
        }
    }

    /// Whether the policy wants a person to look at the request first, as its incident stands now.
    func isHeld(_ record: RequestRecord, _ policy: CompensationPolicy) throws -> Bool {
        try policy.eligibility.treatment(of: incidentFacts(of: record).cause) == .holdForReview
    }

    /// Every award of a request that is owed, oldest first.
    func owed(for record: RequestRecord) throws -> [OwedRecord] {
        try state.records(
            Scan(
                OwedRecord.self, index: "owed_by_request", equals: [.text(record.id)],
                limit: Promise.maximumPayments)
        ).filter { $0.state == .owed }
    }

    // What settlers ask for

    /// The window of a cap that ends with now, of the zone of the request's calendar.
    func window(_ window: Cap.Window, of record: RequestRecord) throws -> Range<Instant> {
        window.instants(at: now, in: try state.calendar(of: record, policies).zone)
    }

    /// The period of a budget that now lies in.
    func period(of budget: Budget) -> Range<Instant> { budget.instants(at: now, in: policies.zone(of: budget)) }

    /// By when something is to be paid to a request that is owed since an instant.
    func payBy(_ policy: CompensationPolicy, from instant: Instant, of record: RequestRecord) throws -> Instant {
        try state.payBy(policy, from: instant, of: record, policies)
    }

    /// Whether something that waits for a budget and unit comes before that place.
    func stands(before place: Settler.Place, in queue: String) throws -> Bool {
        let first = try state.records(
            Scan(OwedRecord.self, index: "owed_by_queue", equals: [.text(queue)], limit: 1)
        ).first
        return first.map { Settler.Place($0, queue: queue) < place } ?? false
    }

    /// What a request was entitled to so far under a policy, before any cap.
    func entitled(
        of record: RequestRecord, _ policy: CompensationPolicy, _ type: BenefitType, _ unit: UnitOfAccount
    ) throws -> Int64 {
        try Promise.posted(for: record, under: policy, in: state).sum(of: type, in: unit).minor
    }

    /// What a condition of an approval rule may ask about.
    func conditionFacts(of record: RequestRecord) throws -> Facts {
        let promise = try Promise(record, in: state, policies)
        guard let facts = try assessmentFacts(of: promise) else {
            throw StoreError.corrupt("something is owed for request \(record.id), whose promise is kept")
        }
        return facts.forPayments
    }
}

extension Settler {
    /// The award that a row is about, as the policy gives it; nil when it does not.
    func award(of row: OwedRecord) throws -> Award? {
        if let key = ClaimKey(row.claimKey), let objective = Objective.Metric(rawValue: row.objective),
            let type = BenefitType(rawValue: row.benefitType), let unit = UnitOfAccount(rawValue: row.unit),
            let given = Award(
                given: key, objective, tier: Int(row.tier), benefit: Int(row.benefit), type: type,
                amount: Amount(row.minor, unit), row.rank == 0 ? .guaranteed : .discretionary, by: policy)
        {
            return given
        }
        guard let key = ClaimKey(row.claimKey), let objective = Objective.Metric(rawValue: row.objective),
            let benefit = policy.benefit(objective, tier: Int(row.tier), at: Int(row.benefit)),
            let unit = UnitOfAccount(rawValue: row.unit), benefit.type.rawValue == row.benefitType
        else { return nil }
        return Award(
            owed: key, objective, tier: Int(row.tier), benefit, at: Int(row.benefit), Amount(row.minor, unit),
            row.rank == 0 ? .guaranteed : .discretionary)
    }

    /// What was owed is paid.
    mutating func pay(_ award: Award) throws {
        let window = try window(for: award.type, award.amount, expires: award.expires)
        let journal = AwardJournal(award.claimKey, of: award.type, award.amount, request: id.text)
        let paid = CompensationPaid(
            claimKey: award.claimKey.text, journal: [CompensationPosted.JournalEntry(journal.payment)], window: window,
            isWindowPublic: award.type.isSpendable)
        announce(.settling(.paid(paid)), by: .compensated)
        try mintCoupon(for: award, until: window?.until)
        draft.queued.removeAll { $0.claimKey == award.claimKey.text }
        draft.emptiedPots.insert(award.amount.unit)
        try spend(award.amount)
    }

    /// What was owed waits for something else.
    mutating func wait(_ wait: Wait, _ award: Award, _ place: Place, _ facts: SettlingFacts) throws {
        add(
            .settling(
                .waiting(
                    CompensationWaiting(claimKey: award.claimKey.text, why: wait.why.rawValue, until: wait.until))))
        try follow(wait, award.claimKey, award.amount, place, facts)
    }
}
