import Compensation
import ServiceLevels
import Temporal

/// What follows from the entries about incidents, and for incidents from those about requests.
extension Projection {
    func apply(_ event: IncidentEvent, at place: Place) throws {
        for incident in event.incidents {
            try writer.insert(
                IncidentEventRecord(incident: incident.text, seq: place.seq, type: type(of: event.content).type))
        }
        switch event {
        case .stageReported(let report): try keep(report, at: place)
        case .rulesPublished(let event):
            try writer.insert(IncidentRulesRecord(seq: place.seq, hash: event.rules.hash.text))
        case .opened(let event):
            try writer.insert(
                IncidentRecord(event, seq: place.seq, at: place.at, stopped: directory.tally.stopped))
        case .joined(let event): try join(event, at: place)
        case .frozen(let event): try freeze(event, at: place)
        case .classified(let event):
            try change(event.incident) { record in
                (record.cause, record.confidence) = (event.cause, event.confidence)
                record.changedSeq = place.seq
            }
        case .merged(let event): try merge(event, at: place)
        case .split(let event):
            let said = try group(of: event.parent).root
            try writer.insert(
                IncidentRecord(event, of: said, seq: place.seq, at: place.at, stopped: directory.tally.stopped))
        case .resolved(let event): try resolve(event.incident, at: place)
        case .assessed(let event): try note(event, at: place)
        case .action(let event): try writer.insert(IncidentActionRecord(event, seq: place.seq))
        case .actionDone(let event): try finish(event, at: place)
        case .postmortem: break
        }
        try keepAnswer(to: event, at: place)
    }

    /// The breach of a request: until an incident takes it, it is ungrouped.
    func note(lateness record: RequestRecord, at place: Place) throws {
        // A promise of another kind that is broken too makes the request no later.
        guard try writer.record(AffectedRecord.self, .text(record.id)) == nil else { return }
        let due = record.dueAt ?? place.at.milliseconds
        try writer.insert(
            AffectedRecord(record, stage: try failingStage(of: record, at: place), due: due, seq: place.seq))
    }

    /// The stop of a late request.
    func note(stop record: RequestRecord, at place: Place) throws {
        guard var row = try writer.record(AffectedRecord.self, .text(record.id)) else { return }
        row.end(at: place.at)
        try writer.update(row)
    }

    /// The erasure of a late request: it stays where it stands, and is taken no more.
    func forget(_ record: RequestRecord) throws {
        guard var row = try writer.record(AffectedRecord.self, .text(record.id)), row.incident == nil else { return }
        (row.waiting, row.ended) = (nil, nil)
        try writer.update(row)
    }

    /// Rule 40.
    private func failingStage(of record: RequestRecord, at place: Place) throws -> Stage {
        if let reported = directory.incidents.failingStage(for: record.tenant) { return reported }
        return try Stage(of: record, at: place.at, in: writer)
    }

    private func keep(_ report: StageReported, at place: Place) throws {
        let row = StageReportRecord(
            tenant: report.tenant?.text ?? "", stage: report.stage.rawValue, seq: place.seq)
        if try writer.record(StageReportRecord.self, key: row.key) == nil {
            try writer.insert(row)
        } else {
            try writer.update(row)
        }
    }

    private func join(_ event: IncidentJoined, at place: Place) throws {
        var moved: [PartKey: Int64] = [:]
        for id in event.requests {
            guard var row = try writer.record(AffectedRecord.self, .text(id.text)) else {
                throw StoreError.corrupt("entry \(place.seq): request \(id) is not late")
            }
            if let before = row.incident {
                moved[PartKey(incident: before, tenant: row.tenant, serviceLevel: row.serviceLevel), default: 0] -= 1
            }
            row.stand(in: event.incident, by: place.seq)
            try moveSurvey(of: row.request, to: event.incident)
            try gather(from: row.request, in: event.incident)
            let key = PartKey(incident: event.incident.text, tenant: row.tenant, serviceLevel: row.serviceLevel)
            moved[key, default: 0] += 1
            try writer.update(row)
        }
        for (key, difference) in moved where difference != 0 { try add(difference, to: key) }
        var byIncident: [String: Int64] = [:]
        for (key, difference) in moved { byIncident[key.incident, default: 0] += difference }
        for (incident, difference) in byIncident {
            guard var record = try writer.record(IncidentRecord.self, .text(incident)) else {
                throw StoreError.corrupt("entry \(place.seq) is about no incident")
            }
            record.members += difference
            record.membershipSeq = place.seq
            record.settleActivity()
            try writer.update(record)
            if let root = record.mergedInto.flatMap({ IncidentID($0) }) {
                try change(root) { $0.membershipSeq = place.seq }
            }
        }
    }

    private struct PartKey: Hashable {
        let incident: String
        let tenant: String
        let serviceLevel: String
    }

    private func add(_ difference: Int64, to key: PartKey) throws {
        let row = try writer.record(
            IncidentPartRecord.self, .text(key.incident), .text(key.tenant), .text(key.serviceLevel))
        guard var row else {
            return try writer.insert(
                IncidentPartRecord(
                    incident: key.incident, tenant: key.tenant, serviceLevel: key.serviceLevel, members: difference))
        }
        row.members += difference
        try writer.update(row)
    }

    private func freeze(_ event: IncidentFrozen, at place: Place) throws {
        try change(event.incident) { record in
            let isSaid =
                record.severity == event.severity && record.count == event.count && record.total == event.total
            if !isSaid { record.changedSeq = place.seq }
            (record.severity, record.count, record.total) = (event.severity, event.count, event.total)
            (record.frozenSeq, record.frozenAt) = (place.seq, place.at.milliseconds)
        }
    }

    private func merge(_ event: IncidentMerged, at place: Place) throws {
        let other = try group(of: event.other)
        for var part in other.parts {
            part.mergedInto = event.incident.text
            part.settleActivity()
            try writer.update(part)
        }
        try change(event.incident) { record in
            record.from = min(record.from, other.root.from)
            (record.membershipSeq, record.changedSeq) = (place.seq, place.seq)
        }
    }

    private func resolve(_ incident: IncidentID, at place: Place) throws {
        for var part in try group(of: incident).parts {
            part.takes = nil
            if part.id == incident.text { part.resolvedAt = place.at.milliseconds }
            part.settleActivity()
            try writer.update(part)
        }
    }

    /// What is said of an incident moves the instant at which there is more to give, also where nothing is given now.
    private func note(_ event: IncidentAssessed, at place: Place) throws {
        for id in event.requests {
            guard let record = try writer.record(RequestRecord.self, .text(id.text)), record.erasedAt == nil else {
                continue
            }
            var changed = record
            try expectNextTier(&changed, at: place)
            if changed != record { try writer.update(changed, from: record) }
        }
        guard event.requests.isEmpty else { return }
        try change(event.incident) { $0.assessedSeq = max($0.assessedSeq, event.asOf) }
    }

    private func finish(_ event: IncidentActionDone, at place: Place) throws {
        let row = try writer.record(IncidentActionRecord.self, .text(event.incident.text), .integer(event.action))
        guard var row else { throw StoreError.corrupt("entry \(place.seq) is about no action") }
        (row.doneAt, row.openDue) = (place.at.milliseconds, nil)
        try writer.update(row)
    }

    private func group(of incident: IncidentID) throws -> IncidentGroup {
        guard let group = try IncidentGroup(of: incident.text, in: writer) else {
            throw StoreError.corrupt("there is no incident \(incident)")
        }
        return group
    }

    private func change(_ incident: IncidentID, _ body: (inout IncidentRecord) -> Void) throws {
        guard var record = try writer.record(IncidentRecord.self, .text(incident.text)) else {
            throw StoreError.corrupt("there is no incident \(incident)")
        }
        body(&record)
        record.settleActivity()
        try writer.update(record)
    }

    private func keepAnswer(to event: IncidentEvent, at place: Place) throws {
        guard let idempotency = event.author.idempotency else { return }
        try writer.insert(
            AnswerRecord(
                tenant: event.answerTenant.text, key: idempotency.key, digest: idempotency.digest, seq: place.seq,
                refusal: nil))
    }
}
