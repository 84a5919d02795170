import Compensation
import Temporal

/// Decisions about what was learnt of an incident, and what the other decisions look up.
extension Situation {
    func conclude(
        _ incident: IncidentID, _ text: String, _ publicText: String?, _ author: IncidentAuthor
    ) throws -> Decision {
        _ = try group(of: incident)
        let event = IncidentPostmortem(incident: incident, text: text, publicText: publicText, author: author)
        return Decision([LogEvent(.incident(.postmortem(event)))])
    }

    func plan(
        _ incident: IncidentID, _ owner: String, _ dueAt: Instant, _ text: String, _ author: IncidentAuthor
    ) throws -> Decision {
        _ = try group(of: incident)
        guard let id = StaffID(owner), let member = directory.staff[id], member.isActive(at: now) else {
            throw Refusal(.unknownStaff, "Nobody here has this id; see `punctual staff list`.", at: "/owner")
        }
        let last = try state.records(
            Scan(IncidentActionRecord.self, equals: [.text(incident.text)], isDescending: true, limit: 1)
        ).first
        let number = (last?.action ?? -1) + 1
        guard number < IncidentAction.maximumActions else {
            throw Refusal(.wrongState, "An incident has at most \(IncidentAction.maximumActions) actions.")
        }
        let event = IncidentAction(
            incident: incident, action: number, owner: owner, dueAt: dueAt, text: text, author: author)
        return Decision([LogEvent(.incident(.action(event)))])
    }

    func finish(_ incident: IncidentID, _ action: Int64, _ author: IncidentAuthor) throws -> Decision {
        let row = try state.record(IncidentActionRecord.self, .text(incident.text), .integer(action))
        guard let row else { throw Refusal.unknownIncident }
        guard row.doneAt == nil else { throw Refusal(.wrongState, "That action was done before.") }
        let event = IncidentActionDone(incident: incident, action: action, author: author)
        return Decision([LogEvent(.incident(.actionDone(event)))])
    }

    /// The incident that takes requests of a stage.
    func incident(taking stage: Stage) throws -> IncidentRecord? {
        try state.records(
            Scan(IncidentRecord.self, index: "incident_by_stage", equals: [.text(stage.rawValue)], limit: 1)
        ).first
    }

    /// Where the alert sounded that stands for a stage (rule 88).
    func alert(of stage: Stage) throws -> Int64? {
        try state.record(BurnAlertRecord.self, .text(stage.rawValue))?.seq
    }

    /// Ungrouped requests of a stage that wait, the longest late first.
    func waiting(_ stage: Stage, limit: Int) throws -> [AffectedRecord] {
        try state.records(
            Scan(AffectedRecord.self, index: "affected_by_waiting", equals: [.text(stage.rawValue)], limit: limit))
    }

    func joined(_ incident: String, _ rows: [AffectedRecord]) -> LogEvent {
        guard let id = IncidentID(incident) else { preconditionFailure("an incident called \(incident)") }
        return LogEvent(
            .incident(.joined(IncidentJoined(incident: id, requests: rows.compactMap { RequestID($0.request) }))))
    }

    func group(of incident: IncidentID) throws -> IncidentGroup {
        guard let group = try IncidentGroup(of: incident.text, in: state) else { throw Refusal.unknownIncident }
        return group
    }

    func group(of record: IncidentRecord) throws -> IncidentGroup {
        guard let group = try IncidentGroup(of: record.id, in: state) else {
            throw StoreError.corrupt("incident \(record.id) is gone")
        }
        return group
    }

    /// An incident that was not merged into another.
    func standing(_ incident: IncidentID) throws -> IncidentRecord {
        let group = try group(of: incident)
        guard group.root.id == incident.text else {
            throw Refusal(.wrongState, "\(incident) was merged into \(group.root.id).")
        }
        return group.root
    }

    /// The split that made an incident; nil where none did.
    func split(_ incident: IncidentID) throws -> IncidentSplit? {
        guard case .incident(.split(let split))? = try storedEvent(incident.seq, in: state)?.event,
            split.incident == incident
        else { return nil }
        return split
    }

    func requireInstitution(_ tenant: TenantID) throws(Refusal) {
        guard directory.tenants.values.contains(tenant) else {
            throw Refusal(.invalidRequest, "There is no institution \(tenant).", at: "/tenant")
        }
    }
}

extension IncidentGroup {
    /// Rule 44: whether it may be resolved by itself.
    func isOver(at now: Instant, _ directory: Directory, in reader: any StoreReader) throws -> Bool {
        guard root.resolvedAt == nil, try !waits(in: reader), try !hasMore(in: reader) else { return false }
        let since = try lastStop(in: reader) ?? root.openedAt
        let quiet = try directory.incidents.rules(root.rules).quiet
        return now >= Instant(milliseconds: since) + quiet
    }
}

extension IncidentRecord {
    /// What it says of its requests.
    var said: IncidentFacts {
        // In parts of a million, rounded down; 2^43 requests are more than there will be.
        let share = total > 0 ? Int64(1_000_000 * count / total) : 0
        return IncidentFacts(cause: cause, severity: severity, affectedCount: count, affectedShare: share)
    }
}

extension Refusal {
    package static let unknownIncident = Refusal(
        .unknownIncident, "Check the identifier; see `punctual incident list`.")
}
