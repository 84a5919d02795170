import Compensation
import ServiceLevels
import Temporal

/// What follows in the tables from the entries of the page "Settling".
extension Projection {
    func settle(_ event: SettlingEvent, at place: Place, _ record: RequestRecord) throws {
        switch event {
        case .capped(let event):
            try writer.insert(CappedRecord(event.award, of: record, seq: place.seq))
            try award(event.award, of: record, at: place)
        case .owed(let event): try owe(event, at: place, record)
        case .waiting(let event): try wait(event, at: place, record)
        case .paid(let event): try pay(event, at: place, record)
        case .declined(let event):
            var row = try owed(event.claimKey)
            if row.why == Wait.Why.approval.rawValue { try endQuestion(about: row.claimKey) }
            row.end(.declined)
            try writer.update(row)
        case .late(let event): try tellLate(event, at: place, record)
        case .reversed(let event): try reverse(event, at: place, record)
        case .approvalAsked(let event):
            try writer.insert(
                ApprovalRecord(
                    claimKey: event.claimKey, request: record.id, approvers: event.approvers,
                    roles: event.roles.joined(separator: ","), until: event.until.milliseconds, given: "",
                    seq: place.seq))
            if let rule = event.rule { try beginQuestion(about: owed(event.claimKey), by: rule) }
        case .approvalGiven(let event):
            // What the policy holds for a review is released by one word, for which nobody is asked.
            guard var row = try writer.record(ApprovalRecord.self, .text(event.claimKey)) else { return }
            row.given += (row.given.isEmpty ? "" : ",") + event.by
            try writer.update(row)
        // The row itself says what binds its request.
        case .better, .approvalRefused, .budgetWarned: break
        }
    }

    /// What a posting at once adds to the sums, and which pot it empties.
    func settled(_ event: CompensationPosted, at place: Place, _ record: RequestRecord) throws {
        let policy = try policy(event.compensation.text)
        try count(event.objective, event.benefitType, event.unit, event.minor, policy, at: place, record)
        try spend(event.unit, event.minor, policy, at: place)
        try emptyPot(event.unit, policy, at: place, record)
    }

    private func owe(_ event: CompensationOwed, at place: Place, _ record: RequestRecord) throws {
        let policy = try policy(event.award.compensation.text)
        var row = OwedRecord(event, of: record, at: place.at.milliseconds, seq: place.seq)
        try enter(event.why, event.until, policy, &row, record)
        try writer.insert(row)
        try award(event.award, of: record, at: place)
        try count(row.objective, row.benefitType, row.unit, row.minor, policy, at: place, record)
        if row.queue != nil { try emptyPot(row.unit, policy, at: place, record) }
    }

    private func wait(_ event: CompensationWaiting, at place: Place, _ record: RequestRecord) throws {
        var row = try owed(event.claimKey)
        let policy = try policy(row.policy)
        let before = row.why
        if before == Wait.Why.hold.rawValue {
            row.postpone(to: try writer.payBy(policy, from: place.at, of: record, directory.policies))
        }
        if before == Wait.Why.approval.rawValue { try endQuestion(about: row.claimKey) }
        try enter(event.why, event.until, policy, &row, record)
        try writer.update(row)
        if row.queue != nil, before != Wait.Why.minimum.rawValue {
            try emptyPot(row.unit, policy, at: place, record)
        }
    }

    private func pay(_ event: CompensationPaid, at place: Place, _ record: RequestRecord) throws {
        var row = try owed(event.claimKey)
        let policy = try policy(row.policy)
        let before = Wait.Why(rawValue: row.why)
        if before == .approval { try endQuestion(about: row.claimKey) }
        row.end(.paid)
        try writer.update(row)
        try writer.insert(PaymentRecord(row, of: record, at: place.at.milliseconds, seq: place.seq))
        try give(row.claimKey, row.benefitType, unit: row.unit, minor: row.minor, event.window, to: record)
        try spend(row.unit, row.minor, policy, at: place)
        if before.map({ $0 < .minimum }) ?? false { try emptyPot(row.unit, policy, at: place, record) }
    }

    private func tellLate(_ event: CompensationLate, at place: Place, _ record: RequestRecord) throws {
        try writer.insert(
            LateRecord(
                request: record.id, policy: event.compensation.text, claimKey: event.claimKey,
                dueAt: event.dueAt.milliseconds, seq: place.seq))
        let rows = try writer.records(
            Scan(
                OwedRecord.self, index: "owed_by_request", equals: [.text(record.id)],
                limit: Promise.maximumPayments))
        for var row in rows where row.policy == event.compensation.text && row.lateAt != nil {
            row.lateAt = nil
            try writer.update(row)
        }
    }

    private func reverse(_ event: CompensationReversed, at place: Place, _ record: RequestRecord) throws {
        try writer.insert(
            ReversalRecord(
                claimKey: event.claimKey, request: record.id, reason: event.reason, minor: event.minor,
                at: place.at.milliseconds, seq: place.seq))
        if var lot = try writer.record(LotRecord.self, .text(event.claimKey)) {
            lot.left -= event.minor
            try writer.update(lot)
        }
        if let window = event.window, var premium = try writer.record(PremiumRecord.self, .text(event.claimKey)) {
            premium.until = window.until.milliseconds
            try writer.update(premium)
        }
    }

    // Waits

    /// Puts a row where the next scan that can end its wait finds it.
    private func enter(
        _ why: String, _ until: Instant?, _ policy: CompensationPolicy, _ row: inout OwedRecord,
        _ record: RequestRecord
    ) throws {
        guard let kind = Wait.Why(rawValue: why) else { throw StoreError.corrupt("\(row.claimKey) waits for \(why)") }
        (row.why, row.until) = (why, until?.milliseconds)
        (row.wakeAt, row.pot, row.queue) = (nil, nil, nil)
        switch kind {
        case .hold: break
        case .approval: row.wakeAt = row.until
        // In a replay, of somebody who was erased: whose pot it was is not known any more.
        case .minimum: row.pot = record.holder.isEmpty ? nil : OwedRecord.pot(of: record, row.unit)
        case .budget: row.queue = policy.budgetName.map { $0 + "\n" + row.unit }
        }
        row.lateAt = nil
        if kind == .approval || kind == .budget { row.lateAt = try lateAt(row, policy) }
    }

    /// When a payment becomes late, if that can still be told.
    private func lateAt(_ row: OwedRecord, _ policy: CompensationPolicy) throws -> Int64? {
        guard !policy.settling.payout.ifLate.isEmpty, row.objective != Objective.Metric.compensate.rawValue,
            try writer.record(LateRecord.self, .text(row.request), .text(row.policy)) == nil
        else { return nil }
        return row.deadline.map { $0 + 1 }
    }

    /// Enough has come together: what waited in the pot waits no more.
    private func emptyPot(
        _ unit: String, _ policy: CompensationPolicy, at place: Place, _ record: RequestRecord
    ) throws {
        guard let minimum = policy.settling.payout.minimum, minimum.unit.rawValue == unit, !record.holder.isEmpty
        else { return }
        let pot = OwedRecord.pot(of: record, unit)
        while true {
            let rows = try writer.records(
                Scan(OwedRecord.self, index: "owed_by_pot", equals: [.text(pot)], limit: 256))
            if rows.isEmpty { return }
            for var row in rows {
                let itsPolicy = try self.policy(row.policy)
                row.pot = nil
                row.wakeAt = place.at.milliseconds
                let request = row.request
                row.postpone(
                    to: try writer.payBy(
                        itsPolicy, from: place.at, of: try writer.record(RequestRecord.self, .text(request)),
                        directory.policies))
                row.lateAt = try lateAt(row, itsPolicy)
                try writer.update(row)
            }
        }
    }

    // Sums

    /// What was given, in each scope that a published cap adds up.
    private func count(
        _ objective: String, _ type: String, _ unit: String, _ minor: Int64, _ policy: CompensationPolicy,
        at place: Place, _ record: RequestRecord
    ) throws {
        guard let counted = UnitOfAccount(rawValue: unit) else { return }
        let incident = try writer.incident(of: record)
        for scope in [Cap.Scope.user, .incident, .tenant] where directory.policies.counts(scope, counted) {
            guard let key = UsageKey(scope, of: record, unit: unit, incident: incident) else { continue }
            try add(minor, to: key, at: place)
        }
        guard objective != Objective.Metric.compensate.rawValue,
            policy.settling.acrossRequests == .maxPerIncident, let incident,
            let key = UsageKey(across: incident, of: record, type: type, unit: unit)
        else { return }
        try add(minor, to: key, at: place)
    }

    private func spend(_ unit: String, _ minor: Int64, _ policy: CompensationPolicy, at place: Place) throws {
        guard let name = policy.budgetName else { return }
        try add(minor, to: UsageKey(scope: UsageRecord.budget, subject: name, unit: unit), at: place)
    }

    private func add(_ minor: Int64, to key: UsageKey, at place: Place) throws {
        let (total, overflow) = try writer.total(key, before: .max).addingReportingOverflow(minor)
        guard !overflow else { throw StoreError.corrupt("more \(key.unit) than can be counted") }
        try writer.insert(
            UsageRecord(
                scope: key.scope, subject: key.subject, unit: key.unit, at: place.at.milliseconds, seq: place.seq,
                total: total))
    }

    /// Nothing is added up any more of somebody who is erased.
    func eraseUsage(of record: RequestRecord) throws {
        guard !record.holder.isEmpty else { return }
        let user = UsageKey.user(record)
        for (scope, isAll) in [(Cap.Scope.user.rawValue, false), (UsageRecord.across, true)] {
            while true {
                let scan =
                    isAll
                    ? Scan(
                        UsageRecord.self, equals: [.text(scope)], above: [.text(user + "\n")],
                        below: [.text(user + "\u{B}")], limit: 256)
                    : Scan(UsageRecord.self, equals: [.text(scope), .text(user)], limit: 256)
                let rows = try writer.records(scan)
                if rows.isEmpty { break }
                for row in rows { try writer.delete(UsageRecord.self, key: row.key) }
            }
        }
        let owed = try writer.records(
            Scan(OwedRecord.self, index: "owed_by_request", equals: [.text(record.id)], limit: Promise.maximumPayments))
        for var row in owed {
            row.holder = ""
            try writer.update(row)
        }
    }

    private func owed(_ claimKey: String) throws -> OwedRecord {
        guard let row = try writer.record(OwedRecord.self, .text(claimKey)), row.state == .owed else {
            throw StoreError.corrupt("\(claimKey) is not owed")
        }
        return row
    }

    private func policy(_ hash: String) throws -> CompensationPolicy {
        guard let hash = PolicyHash(hash), let policy = directory.policies.compensation(hash) else {
            throw StoreError.corrupt("an entry names a policy that is not in the log")
        }
        return policy
    }
}

extension OwedRecord {
    /// It is owed no more.
    fileprivate mutating func end(_ end: State) {
        state = end
        (wakeAt, lateAt, pot, queue, deadline) = (nil, nil, nil, nil, nil)
    }

    /// A wait that stopped the clock of the payment has ended.
    fileprivate mutating func postpone(to instant: Instant) {
        deadline = max(deadline ?? 0, instant.milliseconds)
    }
}

extension PaymentRecord {
    fileprivate init(_ row: OwedRecord, of request: RequestRecord, at: Int64, seq: Int64) {
        claimKey = row.claimKey
        self.request = request.id
        tenant = request.tenant
        holder = request.holder
        tier = row.tier
        benefit = row.benefit
        benefitType = row.benefitType
        unit = row.unit
        minor = row.minor
        self.at = at
        self.seq = seq
    }
}
