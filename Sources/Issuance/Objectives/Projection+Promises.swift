import Compensation
import ServiceLevels
import Temporal

/// What follows in the tables for the promises beside the credential (rules 55 to 59).
extension Projection {
    /// The promises that a request begins with.
    func promise(_ event: RequestAccepted, of record: RequestRecord, at place: Place) throws {
        guard let level = directory.policies.serviceLevel(event.serviceLevel), !level.others.isEmpty else { return }
        let binding = try directory.policies.binding(of: event.boundFacts, at: event.acceptedAt)
        let calendar = try writer.calendar(of: record, under: level, directory.policies)
        for promise in level.others {
            let due = promise.target.flatMap { try? calendar.instant(after: $0, from: event.acceptedAt) }
            var row = PromiseRecord(
                request: record.id, objective: promise.metric,
                policy: binding.compensations[promise.metric]?.hash.text, start: event.acceptedAt, due: due,
                seq: place.seq)
            if promise.metric == .acknowledge { row.stop(at: place.at) }
            try writer.insert(row)
        }
    }

    /// Whether the service level of the request has such promises.
    func hasSidePromises(_ record: RequestRecord) throws -> Bool { try !level(of: record).others.isEmpty }

    /// A breach of one of them: it is looked at again when its next tier is reached; and a missed update begins the
    /// next period.
    func breakPromise(_ event: PromiseBroken, of record: RequestRecord, at place: Place) throws {
        guard
            var row = try writer.record(
                PromiseRecord.self, .text(record.id), .text(event.objective), .integer(event.ordinal))
        else { throw StoreError.corrupt("entry \(place.seq) breaks a promise that request \(record.id) has not") }
        row.breachedAt = place.at.milliseconds
        row.pausedFrom = nil
        row.assessAt = event.suspension == nil ? try nextTier(of: row, record, at: place) : nil
        try writer.update(row)
        guard row.metric == .updateCadence, row.ordinal + 1 < SidePromise.mostBreaches else { return }
        var next = PromiseRecord(
            request: record.id, objective: .updateCadence, ordinal: row.ordinal + 1, policy: row.policy,
            start: event.dueAt, due: nil, seq: place.seq)
        try begin(&next, at: event.dueAt, record)
        if let stop = row.stoppedAt { next.stop(at: Instant(milliseconds: stop)) }
        try writer.insert(next)
    }

    /// An award for one of them.
    func award(_ award: AwardFacts, of record: RequestRecord, at place: Place) throws {
        guard Objective.Metric(rawValue: award.objective)?.isBeside ?? false else { return }
        let new = PromiseAwardRecord(award, of: record, seq: place.seq)
        if var known = try writer.record(PromiseAwardRecord.self, .text(award.claimKey)) {
            known.minor += award.minor
            try writer.update(known)
        } else {
            try writer.insert(new)
        }
        guard
            var row = try writer.record(
                PromiseRecord.self, .text(record.id), .text(award.objective), .integer(award.ordinal))
        else { throw StoreError.corrupt("\(award.claimKey) is for a promise that request \(record.id) has not") }
        row.assessAt = try nextTier(of: row, record, at: place)
        try writer.update(row)
    }

    private func nextTier(of row: PromiseRecord, _ record: RequestRecord, at place: Place) throws -> Int64? {
        guard let hash = row.policy.flatMap({ PolicyHash($0) }), let due = row.due else { return nil }
        guard let policy = directory.policies.compensation(hash) else {
            throw StoreError.corrupt("a promise of request \(record.id) is paid by a policy that is not in the log")
        }
        let calendar = try writer.calendar(of: record, under: level(of: record), directory.policies)
        return policy.nextTier(
            due: Instant(milliseconds: due), stop: row.stoppedAt.map { Instant(milliseconds: $0) }, after: place.at,
            calendar)?.milliseconds
    }

    /// Begins the period of an update, in a pause where one runs.
    private func begin(_ row: inout PromiseRecord, at start: Instant, _ record: RequestRecord) throws {
        let level = try level(of: record)
        let calendar = try writer.calendar(of: record, under: level, directory.policies)
        row.start = start.milliseconds
        row.base = level.promise(of: .updateCadence)?.target.flatMap {
            try? calendar.instant(after: $0, from: start).milliseconds
        }
        row.pausedFrom = nil
        row.expect(row.base)
        guard record.state == .paused, let pause = try openPause(of: record) else { return }
        try self.pause(&row, from: pause.from, until: pause.limit, calendar)
    }

    private func pause(
        _ row: inout PromiseRecord, from: Int64, until: Int64?, _ calendar: WorkingCalendar
    ) throws {
        let from = max(from, row.start)
        guard let base = row.base, until.map({ from < $0 }) ?? true else { return }
        row.pausedFrom = from
        row.expect(try until.flatMap { try moving(base, row, from: from, to: $0, calendar) })
    }

    private func moving(
        _ base: Int64, _ row: PromiseRecord, from: Int64, to: Int64, _ calendar: WorkingCalendar
    ) throws -> Int64? {
        guard let record = try writer.record(RequestRecord.self, .text(row.request)), let metric = row.metric,
            let target = try level(of: record).promise(of: metric)?.target
        else { throw StoreError.corrupt("request \(row.request) has a promise that its service level has not") }
        let range = Instant(milliseconds: from)..<Instant(milliseconds: to)
        return (try? calendar.moving(Instant(milliseconds: base), of: target, by: range))?.milliseconds
    }

    private func level(of record: RequestRecord) throws -> ServiceLevel {
        guard let hash = PolicyHash(record.serviceLevel), let level = directory.policies.serviceLevel(hash) else {
            throw StoreError.corrupt("request \(record.id) is bound to a policy that is not in the log")
        }
        return level
    }
}

extension Projection {
    /// A pause of the request began: it moves the deadlines of updates that have not passed.
    func holdPromises(of record: RequestRecord, from: Instant, until: Instant?, at place: Place) throws {
        guard try hasSidePromises(record) else { return }
        let calendar = try writer.calendar(of: record, under: level(of: record), directory.policies)
        for var row in try writer.sidePromises(of: record.id)
        where row.metric?.isOfUpdates ?? false && row.isOpen(at: place.at) {
            try pause(&row, from: from.milliseconds, until: until?.milliseconds, calendar)
            try writer.update(row)
        }
    }

    /// The pause ended: at its limit, where it has one and that is before.
    func resumePromises(of record: RequestRecord, limit: Int64?, at place: Place) throws {
        guard try hasSidePromises(record) else { return }
        let calendar = try writer.calendar(of: record, under: level(of: record), directory.policies)
        let end = min(place.at.milliseconds, limit ?? .max)
        for var row in try writer.sidePromises(of: record.id) {
            guard row.metric?.isOfUpdates ?? false, let from = row.pausedFrom, let base = row.base else { continue }
            row.base = end > from ? try moving(base, row, from: from, to: end, calendar) : base
            row.pausedFrom = nil
            row.expect(row.base)
            try writer.update(row)
        }
    }

    /// The requester was told something: what was missed ends, and the next period begins.
    func update(_ event: RequestUpdated, of record: RequestRecord, at place: Place) throws {
        try keep(event.idempotency, of: record, at: place)
        guard try hasSidePromises(record) else { return }
        for var row in try writer.sidePromises(of: record.id) where row.metric?.isOfUpdates ?? false {
            if row.metric == .updateCadence, row.breachedAt == nil {
                try begin(&row, at: place.at, record)
            } else {
                row.stop(at: place.at)
            }
            try writer.update(row)
        }
    }

    /// The request has ended, and with it what was promised of updates.
    func stopPromises(of record: RequestRecord, at place: Place) throws {
        guard try hasSidePromises(record) else { return }
        for var row in try writer.sidePromises(of: record.id)
        where row.metric?.isOfUpdates ?? false && row.stoppedAt == nil {
            row.stop(at: place.at)
            try writer.update(row)
        }
    }

    /// Nobody looks at them any more.
    func endPromises(of record: RequestRecord) throws {
        guard try hasSidePromises(record) else { return }
        for var row in try writer.sidePromises(of: record.id) where row.assessAt != nil {
            row.assessAt = nil
            try writer.update(row)
        }
    }

    /// What happens to a claim is what happens to the promise that it is decided in time.
    func promise(_ event: ClaimEvent, of record: RequestRecord, at place: Place) throws {
        switch event {
        case .filed(let filed):
            try begin(.claimDecision, filed.claim, due: filed.dueAt, of: record, at: place)
        case .appealed(let appealed):
            try begin(.appealDecision, appealed.claim, due: appealed.dueAt, of: record, at: place)
        case .evidenceAsked:
            try change(event.number, of: record) { row in
                guard row.isOpen(at: place.at) else { return }
                row.pausedFrom = place.at.milliseconds
                row.expect(nil)
            }
        case .evidenceGiven(let given):
            try change(event.number, of: record) { row in
                guard row.pausedFrom != nil else { return }
                row.pausedFrom = nil
                row.base = given.dueAt.milliseconds
                row.expect(row.base)
            }
        case .opinion(let opinion):
            try change(event.number, of: record) { row in
                guard row.isOpen(at: place.at) else { return }
                row.base = opinion.dueAt.milliseconds
                row.expect(row.base)
            }
        case .decided: try change(event.number, of: record) { row in row.stop(at: place.at) }
        case .assigned, .proposed, .escalated, .final: break
        }
    }

    private func begin(
        _ metric: Objective.Metric, _ claim: Int64, due: Instant, of record: RequestRecord, at place: Place
    ) throws {
        // What stands there since the acceptance says which policy pays.
        guard let first = try writer.record(
            PromiseRecord.self, .text(record.id), .text(metric.rawValue), .integer(0))
        else { return }
        try writer.insert(
            PromiseRecord(
                request: record.id, objective: metric, ordinal: claim, policy: first.policy, start: place.at,
                due: due, seq: place.seq))
    }

    /// Changes the promises of a claim whose stage has not ended.
    private func change(
        _ claim: Int64, of record: RequestRecord, _ change: (inout PromiseRecord) -> Void
    ) throws {
        for metric in [Objective.Metric.claimDecision, .appealDecision] {
            guard
                let known = try writer.record(
                    PromiseRecord.self, .text(record.id), .text(metric.rawValue), .integer(claim)),
                known.stoppedAt == nil
            else { continue }
            var row = known
            change(&row)
            if row != known { try writer.update(row) }
        }
    }
}
