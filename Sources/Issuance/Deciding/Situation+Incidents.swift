import Compensation
import ServiceLevels
import Temporal

/// Decisions about incidents. None reads or writes more rows than one entry names requests, whatever the incident has.
extension Situation {
    func decide(_ command: IncidentCommand) throws -> Decision {
        if let by = command.author.by, by != IncidentAuthor.machine {
            guard let id = StaffID(by) else { throw Refusal.unknownStaff }
            try requireStaff(id, in: [.incidentManager, .operator])
        }
        return switch command {
        case .report(let stage, let isFailing, let tenant, let author):
            try report(stage, isFailing: isFailing, tenant, author)
        case .publishRules(let rules, let author): try publish(rules, author)
        case .join(let stage): try join(stage)
        case .open(let stage, let from, let author): try open(stage, from: from, author)
        case .freeze(let incident, let set): try freeze(incident, set)
        case .classify(let incident, let cause, let confidence, let author):
            try classify(incident, cause, confidence, author)
        case .merge(let incident, let other, let author): try merge(incident, other, author)
        case .split(let incident, let tenants, let author): try split(incident, tenants, author)
        case .move(let incident, let requests): try move(to: incident, requests)
        case .resolve(let incident, let author): try resolve(incident, author)
        case .assessed(let incident, let asOf, let requests): try assessed(incident, asOf, requests)
        case .conclude(let incident, let text, let publicText, let author):
            try conclude(incident, text, publicText, author)
        case .plan(let incident, let owner, let dueAt, let text, let author):
            try plan(incident, owner, dueAt, text, author)
        case .finish(let incident, let action, let author): try finish(incident, action, author)
        }
    }

    /// What is known of the incident that a request stands in.
    func incidentFacts(of record: RequestRecord) throws -> IncidentFacts {
        guard record.breachedAt != nil,
            let incident = try state.record(AffectedRecord.self, .text(record.id))?.incident
        else { return .none }
        return try said(of: incident)
    }

    /// What an incident says of its requests (rule 42).
    private func said(of incident: String) throws -> IncidentFacts {
        guard var record = try state.record(IncidentRecord.self, .text(incident)) else {
            throw StoreError.corrupt("a request stands in the incident \(incident), which there is not")
        }
        if let into = record.mergedInto {
            guard let root = try state.record(IncidentRecord.self, .text(into)) else {
                throw StoreError.corrupt("incident \(incident) is merged into one that there is not")
            }
            record = root
        }
        return record.said
    }

    private func report(
        _ stage: Stage, isFailing: Bool, _ tenant: TenantID?, _ author: IncidentAuthor
    ) throws -> Decision {
        guard directory.incidents.isFailing(stage, for: tenant) != isFailing else {
            throw Refusal(.wrongState, "The stage \(stage.rawValue) is reported so already.")
        }
        if let tenant, author.by != nil { try requireInstitution(tenant) }
        let report = StageReported(stage: stage, isFailing: isFailing, tenant: tenant, author: author)
        return Decision([LogEvent(.incident(.stageReported(report)))])
    }

    private func publish(_ rules: IncidentRules, _ author: IncidentAuthor) throws -> Decision {
        guard directory.incidents.current != rules else {
            throw Refusal(.wrongState, "These rules are in force already.")
        }
        guard directory.incidents.publishedCount < IncidentBook.maximumPublished else {
            throw Refusal(.invalidPolicy, "\(IncidentBook.maximumPublished) rules were published, which is the most.")
        }
        return Decision([
            LogEvent(.incident(.rulesPublished(IncidentRulesPublished(rules: rules, author: author))))
        ])
    }

    /// Rule 41: the scheduler asks for this until nothing follows.
    private func join(_ stage: Stage) throws -> Decision {
        if let taking = try incident(taking: stage) {
            let group = try group(of: taking)
            let rows = try group.taken(by: taking, IncidentJoined.maximumRequests, in: state)
            return rows.isEmpty ? Decision() : Decision([joined(taking.id, rows)])
        }
        let rows = try waiting(stage, limit: IncidentJoined.maximumRequests)
        let isEnough = Int64(rows.count) >= directory.incidents.rules.openRequests
        let alert = isEnough ? nil : try alert(of: stage)
        guard isEnough || alert != nil, let first = rows.first else { return Decision() }
        let opened = IncidentOpened(
            incident: IncidentID(seq: nextSeq), stage: stage, from: Instant(milliseconds: first.due),
            rules: directory.incidents.current?.hash, alert: alert, author: .rules)
        return Decision([LogEvent(.incident(.opened(opened))), joined(opened.incident.text, rows)])
    }

    private func open(_ stage: Stage, from: Instant?, _ author: IncidentAuthor) throws -> Decision {
        if let taking = try incident(taking: stage) {
            throw Refusal(
                .wrongState,
                "The incident \(taking.id) takes requests of this stage already. Resolve it, or split it.")
        }
        let earliest = try waiting(stage, limit: 1).first.map { Instant(milliseconds: $0.due) }
        guard let from = from ?? earliest else {
            throw Refusal(
                .invalidRequest, "No request of this stage waits: say from when the incident was.", at: "/from")
        }
        guard from <= now else { throw Refusal(.invalidRequest, "That instant has not come.", at: "/from") }
        let opened = IncidentOpened(
            incident: IncidentID(seq: nextSeq), stage: stage, from: from, rules: directory.incidents.current?.hash,
            author: author)
        return Decision([LogEvent(.incident(.opened(opened)))])
    }

    /// The set was made from a snapshot; by now others may stand in the incident.
    private func freeze(_ incident: IncidentID, _ set: AffectedSet) throws -> Decision {
        let group = try group(of: incident)
        guard group.root.id == incident.text, group.root.membershipSeq == set.membershipSeq,
            group.members == set.count, try !group.hasMore(in: state)
        else { throw Refusal(.busy, "Somebody joined the incident meanwhile; it will be frozen again.") }
        let frozen = IncidentFrozen(
            incident: incident, count: set.count, total: group.total(directory.tally),
            severity: try group.severity(at: now, directory, in: state), root: set.root)
        return Decision([LogEvent(.incident(.frozen(frozen)))])
    }

    private func classify(
        _ incident: IncidentID, _ cause: Cause, _ confidence: Int64, _ author: IncidentAuthor
    ) throws -> Decision {
        guard (0...100).contains(confidence) else {
            throw Refusal(.invalidRequest, "A confidence is 0 to 100 percent.", at: "/confidence")
        }
        let root = try standing(incident)
        guard (root.cause, root.confidence) != (cause, confidence) else {
            throw Refusal(.wrongState, "The incident is classified so already.")
        }
        let event = IncidentClassified(incident: incident, cause: cause, confidence: confidence, author: author)
        return Decision([LogEvent(.incident(.classified(event)))])
    }

    private func merge(_ incident: IncidentID, _ other: IncidentID, _ author: IncidentAuthor) throws -> Decision {
        let (stays, goes) = (try standing(incident), try standing(other))
        guard incident != other else {
            throw Refusal(.invalidRequest, "An incident is not merged into itself.", at: "/other")
        }
        guard stays.resolvedAt == nil || goes.resolvedAt != nil else {
            throw Refusal(.wrongState, "\(incident) is resolved and \(other) is not: merge the other way round.")
        }
        let parts = try group(of: stays).parts.count + group(of: goes).parts.count
        guard parts <= IncidentGroup.maximumParts else {
            throw Refusal(.wrongState, "At most \(IncidentGroup.maximumParts) incidents become one.")
        }
        let event = IncidentMerged(incident: incident, other: other, author: author)
        return Decision([LogEvent(.incident(.merged(event)))])
    }

    private func split(_ incident: IncidentID, _ tenants: [TenantID], _ author: IncidentAuthor) throws -> Decision {
        _ = try standing(incident)
        guard (1...IncidentSplit.maximumTenants).contains(tenants.count), Set(tenants).count == tenants.count else {
            throw Refusal(
                .invalidRequest, "Name 1 to \(IncidentSplit.maximumTenants) institutions, each once.", at: "/tenants")
        }
        let event = IncidentSplit(
            incident: IncidentID(seq: nextSeq), parent: incident, tenants: tenants, author: author)
        return Decision([LogEvent(.incident(.split(event)))])
    }

    private func move(to incident: IncidentID, _ requests: [RequestID]) throws -> Decision {
        guard let split = try split(incident), (1...IncidentJoined.maximumRequests).contains(requests.count) else {
            throw Refusal.unknownIncident
        }
        let parent = try group(of: split.parent)
        let parts = Set(parent.parts.map(\.id)).subtracting([incident.text])
        let tenants = Set(split.tenants.map(\.text))
        let moving = try requests.filter { id in
            guard let row = try state.record(AffectedRecord.self, .text(id.text)) else { return false }
            return row.incident.map(parts.contains) ?? false && tenants.contains(row.tenant)
        }
        guard !moving.isEmpty else { return Decision() }
        return Decision([LogEvent(.incident(.joined(IncidentJoined(incident: incident, requests: moving))))])
    }

    private func resolve(_ incident: IncidentID, _ author: IncidentAuthor) throws -> Decision {
        let root = try standing(incident)
        guard root.resolvedAt == nil else {
            if author.by == nil { return Decision() }
            throw Refusal(.wrongState, "The incident is resolved.")
        }
        if author.by == nil {
            let group = try group(of: root)
            guard try group.isOver(at: now, directory, in: state) else { return Decision() }
        }
        let event = IncidentResolved(incident: incident, author: author)
        return Decision([LogEvent(.incident(.resolved(event)))])
    }

    private func assessed(_ incident: IncidentID, _ asOf: Int64, _ requests: [RequestID]) throws -> Decision {
        let root = try standing(incident)
        guard asOf > root.assessedSeq, asOf < nextSeq, requests.count <= IncidentJoined.maximumRequests else {
            return Decision()
        }
        let event = IncidentAssessed(incident: incident, asOf: asOf, requests: requests)
        return Decision([LogEvent(.incident(.assessed(event)))])
    }
}
