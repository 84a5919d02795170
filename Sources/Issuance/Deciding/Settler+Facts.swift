import Compensation
import ServiceLevels
import Temporal

/// What a settler has to know, read from the rows and from its own draft.
extension Settler {
    /// What an award's way depends on. Reads only what the policy's terms ask for.
    func facts(for award: Award, _ place: Place) throws -> SettlingFacts {
        var facts = try waitFacts(for: award.amount, place)
        facts.isHeld = award.isHeld
        facts.roomAcrossRequests = try roomAcrossRequests(award)
        for (index, cap) in terms.caps.enumerated() where cap.scope != .request && cap.limit.unit == award.amount.unit {
            guard let key = try usageKey(cap.scope, cap.limit.unit) else { continue }
            facts.given[index] = try sum(key, in: try situation.window(cap.window, of: record))
        }
        return facts
    }

    /// The part that is asked again when a wait has ended.
    func waitFacts(for amount: Amount, _ place: Place) throws -> SettlingFacts {
        var facts = SettlingFacts(now: now)
        if !terms.approvals.isEmpty {
            var about = try situation.conditionFacts(of: record)
            about.add(.benefitTotal, amount.minor)
            facts.approvalRule = terms.approvals.firstIndex { $0.when.holds(for: about) }
        }
        if let minimum = terms.payout.minimum, minimum.unit == amount.unit { facts.pot = try pot(of: amount.unit) }
        facts.budget = try budgetRoom(for: amount, place)
        return facts
    }

    private func roomAcrossRequests(_ award: Award) throws -> Int64? {
        guard award.objective != .compensate, terms.acrossRequests == .maxPerIncident,
            let key = try acrossKey(award.type, award.amount.unit)
        else { return nil }
        let given = try total(key) + (draft.given[key] ?? 0)
        let before = try situation.entitled(of: record, policy, award.type, award.amount.unit)
        return max(0, before + (draft.entitled[award.type] ?? 0) + award.amount.minor - given)
    }

    /// What waits in the holder's pot of that unit.
    private func pot(of unit: UnitOfAccount) throws -> Int64 {
        var sum = draft.pots[unit] ?? 0
        guard !draft.emptiedPots.contains(unit) else { return sum }
        let pot = OwedRecord.pot(of: record, unit.rawValue)
        var scan = Scan(OwedRecord.self, index: "owed_by_pot", equals: [.text(pot)], limit: 256)
        while true {
            let page = try situation.state.records(scan)
            sum += page.reduce(0) { $0 + $1.minor }
            guard page.count == scan.limit, let last = page.last else { return sum }
            scan.above = [.text(last.claimKey)]
        }
    }

    // Budgets

    /// The budget and unit that an amount waits for.
    func queue(of unit: UnitOfAccount) -> String? { policy.budgetName.map { $0 + "\n" + unit.rawValue } }

    /// The budget that is in force now.
    var budget: Budget? {
        terms.budgetRef.flatMap { situation.policies.budget($0, of: policy.metadata.tenant, at: now) }
    }

    /// What was spent in the budget's period.
    func spent(_ unit: UnitOfAccount, of budget: Budget) throws -> Int64 {
        guard let name = policy.budgetName else { return 0 }
        let key = UsageKey(scope: UsageRecord.budget, subject: name, unit: unit.rawValue)
        return try sum(key, in: situation.period(of: budget))
    }

    private func budgetRoom(for amount: Amount, _ place: Place) throws -> BudgetRoom? {
        guard let queue = place.queue else { return nil }
        let budget = budget
        let isQueued =
            try situation.stands(before: place, in: queue) || draft.queued.contains { $0.queue == queue && $0 < place }
        guard let budget, let limit = budget.limit(of: amount.unit) else {
            // Without a limit nothing waits, and what waited is paid in its turn.
            return isQueued
                ? BudgetRoom(limit: .max, spent: 0, isQueued: true, periodEnd: now, queuesFavours: true) : nil
        }
        return BudgetRoom(
            limit: limit, spent: try spent(amount.unit, of: budget), isQueued: isQueued,
            periodEnd: situation.period(of: budget).upperBound, queuesFavours: budget.queuesFavours)
    }

    /// After a payment: each part of the budget that is reached with it is told, once.
    mutating func spend(_ amount: Amount) throws {
        guard let name = policy.budgetName else { return }
        let key = UsageKey(scope: UsageRecord.budget, subject: name, unit: amount.unit.rawValue)
        draft.given[key, default: 0] += amount.minor
        guard let budget, let limit = budget.limit(of: amount.unit) else { return }
        let spent = try spent(amount.unit, of: budget)
        for ratio in budget.warnAt where ratio.isReached(by: spent, of: limit) { try warn(ratio, amount.unit) }
    }

    /// Tells that a part of the budget is spent, unless it was told in this period.
    mutating func warn(_ ratio: Budget.Ratio, _ unit: UnitOfAccount) throws {
        guard let budget else { return }
        let from = situation.period(of: budget).lowerBound
        let warned = BudgetWarned(
            budget: budget.hash, from: from, unit: unit.rawValue, num: ratio.num, den: ratio.den)
        let row = BudgetWarningRecord(warned, seq: 0)
        guard !draft.warned.contains(warned),
            try situation.state.record(BudgetWarningRecord.self, key: row.key) == nil
        else { return }
        draft.warned.insert(warned)
        addOfService(.settling(.budgetWarned(warned)))
    }

    // Sums

    /// What the events of this command add to the sums that caps see.
    mutating func count(_ award: Award) throws {
        for scope in [Cap.Scope.user, .incident, .tenant] where situation.policies.counts(scope, award.amount.unit) {
            guard let key = try usageKey(scope, award.amount.unit) else { continue }
            draft.given[key, default: 0] += award.amount.minor
        }
        guard award.objective != .compensate, terms.acrossRequests == .maxPerIncident,
            let key = try acrossKey(award.type, award.amount.unit)
        else { return }
        draft.given[key, default: 0] += award.amount.minor
    }

    private func usageKey(_ scope: Cap.Scope, _ unit: UnitOfAccount) throws -> UsageKey? {
        let incident = scope == .incident ? try situation.state.incident(of: record) : nil
        return UsageKey(scope, of: record, unit: unit.rawValue, incident: incident)
    }

    private func acrossKey(_ type: BenefitType, _ unit: UnitOfAccount) throws -> UsageKey? {
        guard let incident = try situation.state.incident(of: record) else { return nil }
        return UsageKey(across: incident, of: record, type: type.rawValue, unit: unit.rawValue)
    }

    private func sum(_ key: UsageKey, in window: Range<Instant>) throws -> Int64 {
        let (end, start) = (try total(key), try situation.state.total(key, before: window.lowerBound.milliseconds))
        return end - start + (draft.given[key] ?? 0)
    }

    private func total(_ key: UsageKey) throws -> Int64 { try situation.state.total(key, before: .max) }

    // What is given

    /// The coupon that a posting or a payment gives.
    mutating func mintCoupon(for award: Award, until: Instant?) throws {
        guard award.type == .coupon, let until, let tenant = TenantID(record.tenant) else { return }
        var minted: Int64 = 0
        for case .coupon(.minted(let fact)) in decision.events.map(\.event) { minted += Int64(fact.coupons.count) }
        let coupon = try situation.awardedCoupon(
            award.claimKey, to: WalletOwner(tenant: tenant, holder: record.holder), award.amount, until: until,
            minted: minted)
        addOfService(coupon.event)
    }

    /// The validity of what is given now.
    mutating func window(
        for type: BenefitType, _ amount: Amount, expires: FixedSpan?
    ) throws -> CompensationPosted.Window? {
        switch type {
        case .premiumExtension:
            let last = try draft.accessEnd ?? situation.lastPremiumEnd(of: record)
            let window = PremiumWindow.stacked(policy.stacking.premium, after: last, at: now, days: amount.minor)
            draft.accessEnd = window.until
            return CompensationPosted.Window(from: window.from, until: window.until)
        case .credit, .freeIssuance, .coupon:
            return CompensationPosted.Window(from: now, until: expires.map { now + $0.length } ?? Instant.latest)
        case .apology, .cashRefund, .feeWaiver, .assuranceUpgrade, .expedite: return nil
        }
    }
}

extension CompensationPolicy {
    /// The budget that it is paid from, whatever its version.
    var budgetName: String? { settling.budgetRef.map { metadata.tenant + "/" + $0 } }
}

extension UsageRecord {
    static let budget = "budget"
    static let across = "across"
}

extension UsageKey {
    /// What a cap of a scope adds up; nil where nobody or no incident is there to add up for.
    init?(_ scope: Cap.Scope, of record: RequestRecord, unit: String, incident: String?) {
        switch scope {
        case .request: return nil
        case .user:
            guard !record.holder.isEmpty else { return nil }
            self.init(scope: scope.rawValue, subject: Self.user(record), unit: unit)
        case .incident:
            guard let incident else { return nil }
            self.init(scope: scope.rawValue, subject: incident, unit: unit)
        case .tenant: self.init(scope: scope.rawValue, subject: record.tenant, unit: unit)
        }
    }

    /// What the requests of one holder in one incident are given together.
    init?(across incident: String, of record: RequestRecord, type: String, unit: String) {
        guard !record.holder.isEmpty else { return nil }
        self.init(
            scope: UsageRecord.across, subject: Self.user(record) + "\n" + incident + "\n" + type, unit: unit)
    }

    /// A name that is no beginning of another.
    static func user(_ record: RequestRecord) -> String {
        record.tenant + "\n" + String(record.holder.utf8.count) + ":" + record.holder
    }
}

extension OwedRecord {
    /// The name of a holder's pot; nil of somebody who was erased.
    static func pot(of record: RequestRecord, _ unit: String) -> String {
        UsageKey.user(record) + "\n" + unit
    }
}

extension StoreReader {
    /// What was added up before an instant.
    func total(_ key: UsageKey, before instant: Int64) throws -> Int64 {
        try records(
            Scan(
                UsageRecord.self, equals: [.text(key.scope), .text(key.subject), .text(key.unit)],
                below: instant == .max ? [] : [.integer(instant)], isDescending: true, limit: 1)
        ).first?.total ?? 0
    }

    /// The incident that a request belongs to now, by the name of the one that stands for it.
    func incident(of record: RequestRecord) throws -> String? {
        guard let name = try self.record(AffectedRecord.self, .text(record.id))?.incident,
            let incident = try self.record(IncidentRecord.self, .text(name))
        else { return nil }
        return incident.mergedInto ?? incident.id
    }
}
