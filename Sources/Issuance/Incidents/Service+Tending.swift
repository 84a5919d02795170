import CanonicalJSON
import Compensation
import ServiceLevels
import Synchronization
import Temporal

/// What happens to incidents by itself. The scheduler asks again and again; nothing is lost when it does not.
extension Service {
    /// How often an incident that grows is frozen: a walk over its requests each time.
    static let freezeInterval = Milliseconds.minutes(1)

    /// The most incidents that are looked at in one round; the others come in the next.
    static let maximumTended = 256

    /// Takes late requests into incidents, freezes who is affected, resolves what is over, assesses again whom a change
    /// makes worth more, and asks people about incidents as a whole. Waits until all of it is durable.
    ///
    /// - Returns: what failed.
    package func tendIncidents() throws -> [Postponed] {
        try groupLate()
        let active = try store.read { reader in
            try reader.records(
                Scan(
                    IncidentRecord.self, index: "incident_by_activity", equals: [.integer(1)], limit: Self.maximumTended
                )
            )
        }
        var postponed: [Postponed] = []
        // All moves come first: they change whom two incidents have.
        for record in active { try moveSplit(record) }
        for record in active {
            guard let id = IncidentID(record.id) else { continue }
            try freezeIfDue(id)
            _ = try perform(.resolve(id, .rules))
            postponed += try assessAgain(id)
        }
        return try postponed + tendQuestions()
    }

    /// Rule 41, for each stage of which anybody is ungrouped.
    private func groupLate() throws {
        for stage in Stage.allCases where try isLate(stage) {
            while try perform(.join(stage)) {}
        }
    }

    private func isLate(_ stage: Stage) throws -> Bool {
        let (directory, now) = (directory, now())
        return try store.read { reader in
            let situation = Situation(state: reader, directory: directory, now: now, nextSeq: 0)
            if let taking = try situation.incident(taking: stage) {
                return try !situation.group(of: taking).taken(by: taking, 1, in: reader).isEmpty
            }
            let needed = Int(directory.incidents.rules.openRequests)
            return try situation.waiting(stage, limit: needed).count >= needed
        }
    }

    private func freezeIfDue(_ id: IncidentID) throws {
        let (directory, now) = (directory, committer.logTime(now()))
        let set = try store.read { reader -> AffectedSet? in
            guard let group = try IncidentGroup(of: id.text, in: reader), group.root.id == id.text,
                try !group.hasMore(in: reader), try isFreezeDue(group, at: now, directory, in: reader)
            else { return nil }
            return try AffectedSet(group, in: reader)
        }
        guard let set else { return }
        do {
            _ = try perform(.freeze(id, set))
        } catch let refusal as Refusal where refusal.code == .busy {
            // Somebody joined meanwhile; the next round freezes them too.
        }
    }

    private func isFreezeDue(
        _ group: IncidentGroup, at now: Instant, _ directory: Directory, in reader: any StoreReader
    ) throws -> Bool {
        let root = group.root
        guard root.membershipSeq > root.frozenSeq else {
            return try group.members > 0 && group.severity(at: now, directory, in: reader) > root.severity
        }
        guard let frozenAt = root.frozenAt, try group.waits(in: reader) else { return true }
        return now >= Instant(milliseconds: frozenAt) + Self.freezeInterval
    }

    /// Moves what belongs to a split to it, also what joins its parent later; while the split is not resolved.
    private func moveSplit(_ record: IncidentRecord) throws {
        guard let parent = record.parent, record.resolvedAt == nil, let id = IncidentID(record.id) else { return }
        let directory = directory
        let moving = try store.read { reader -> [RequestID] in
            let situation = Situation(state: reader, directory: directory, now: now(), nextSeq: 0)
            guard let split = try situation.split(id), let group = try IncidentGroup(of: parent, in: reader),
                group.root.id != record.id, try group.hasRequests(of: split.tenants, in: reader)
            else { return [] }
            let tenants = Set(split.tenants.map(\.text))
            var walk = try GroupWalk(group, in: reader)
            var found: [RequestID] = []
            while found.count < Self.maximumMoved, let row = try walk.next() {
                if tenants.contains(row.tenant), let request = RequestID(row.request) { found.append(request) }
            }
            return found
        }
        for start in stride(from: 0, to: moving.count, by: IncidentJoined.maximumRequests) {
            let end = min(start + IncidentJoined.maximumRequests, moving.count)
            _ = try perform(.move(to: id, Array(moving[start..<end])))
        }
    }

    /// The most requests that one round moves: some megabytes of names.
    private static let maximumMoved = 1 << 16

    /// Does a command, and says whether anything followed from it.
    private func perform(_ command: IncidentCommand) throws -> Bool {
        guard let result = sequencer.performAll([.incident(command, subjectKey: nil)]).first else { return false }
        return try !result.get().body.isEmpty
    }
}

/// How far the incidents that changed have been walked through, and which of their requests failed: in memory, because
/// nothing is lost when it is begun again.
struct IncidentWalks: Sendable {
    /// One walk: as of which entry, and who is still to be assessed of those that were reached.
    struct Walk: Sendable {
        let asOf: Int64
        var failed: [RequestID]
    }

    /// By incident.
    var walks: [String: Walk] = [:]

    /// The most failures that are remembered of one incident; with more the walk begins anew.
    static let maximumFailures = 1024
}

extension Service {
    /// Assesses the requests of an incident whose facts, or who stands in it, changed since the last time.
    private func assessAgain(_ id: IncidentID) throws -> [Postponed] {
        guard let group = try store.read({ try IncidentGroup(of: id.text, in: $0) }), group.root.id == id.text else {
            return []
        }
        let asOf = max(group.root.changedSeq, group.root.membershipSeq)
        // What a freeze will say is better waited for.
        guard asOf > group.root.assessedSeq, group.root.membershipSeq <= group.root.frozenSeq else { return [] }
        let known = incidentWalks.withLock { $0.walks[id.text] }
        var postponed: [Postponed] = []
        if let known, known.asOf == asOf, known.failed.count < IncidentWalks.maximumFailures {
            try assess(known.failed, of: id, asOf: asOf, &postponed)
        } else {
            try walk(group, asOf: asOf, &postponed)
        }
        let failed = postponed.prefix(IncidentWalks.maximumFailures).compactMap { RequestID($0.request) }
        incidentWalks.withLock { walks in
            walks.walks[id.text] = failed.isEmpty ? nil : IncidentWalks.Walk(asOf: asOf, failed: failed)
        }
        if postponed.isEmpty { _ = try perform(.assessed(id, asOf: asOf, [])) }
        return postponed
    }

    private func walk(_ group: IncidentGroup, asOf: Int64, _ postponed: inout [Postponed]) throws {
        guard directory.incidents.isAskedFor, let id = IncidentID(group.root.id) else { return }
        let since = group.root.changedSeq > group.root.assessedSeq ? Int64(-1) : group.root.assessedSeq
        for part in group.parts {
            var last: String?
            while true {
                let (page, end) = try store.read { reader in
                    try asking(in: part, after: last, since: since, reader)
                }
                try assess(page, of: id, asOf: asOf, &postponed)
                guard let end else { break }
                last = end
            }
        }
    }

    /// The requests of a page that stand there since an entry and whose policies ask for anything of incidents; and
    /// where the next page begins.
    private func asking(
        in part: IncidentRecord, after last: String?, since seq: Int64, _ reader: any StoreReader
    ) throws -> (requests: [RequestID], end: String?) {
        let rows = try reader.records(
            Scan(
                AffectedRecord.self, index: "affected_by_incident", equals: [.text(part.id)],
                above: last.map { [.text($0)] } ?? [], limit: IncidentGroup.pageSize))
        let incidents = directory.incidents
        let requests = try rows.filter { $0.seq > seq }.compactMap { row -> RequestID? in
            guard let record = try reader.record(RequestRecord.self, .text(row.request)), record.erasedAt == nil,
                incidents.asks(record.compensation)
            else { return nil }
            return RequestID(row.request)
        }
        return (requests, rows.count == IncidentGroup.pageSize ? rows.last?.request : nil)
    }

    /// Assesses requests, and says of those with whom it went well that it was done.
    private func assess(
        _ requests: [RequestID], of incident: IncidentID, asOf: Int64,
        _ postponed: inout [Postponed]
    ) throws {
        var done: [RequestID] = []
        let outcomes = outcomes(of: requests.map { ($0.text, .assess($0)) })
        for (id, outcome) in zip(requests, outcomes) {
            if case .failure(let error) = outcome.result { postponed.append((id.text, error)) } else { done.append(id) }
        }
        for start in stride(from: 0, to: done.count, by: IncidentJoined.maximumRequests) {
            let end = min(start + IncidentJoined.maximumRequests, done.count)
            _ = try perform(.assessed(incident, asOf: asOf, Array(done[start..<end])))
        }
    }

    /// Requests that could not be assessed again, by incident: quarantined, until they can be.
    package var quarantined: [String: [String]] {
        incidentWalks.withLock { $0.walks.mapValues { $0.failed.map(\.text) } }
    }
}
