import CanonicalJSON
import Cryptography
import Multiformats
import TransparencyLog

/// Rules 40 to 44: who stands in which incident, who is counted, and how bad it is.
extension Recomputation {
    /// Judges an entry about incidents.
    mutating func judgeIncident(_ event: Event, _ type: EntryType) throws(EntryProblem) {
        let facts = try IncidentEntry(event.frame)
        switch type {
        case .stageReported: try report(event, facts)
        case .incidentRules: try publishRules(event, facts)
        case .incidentOpened: try open(event, facts)
        case .incidentJoined: try join(event, facts)
        case .incidentFrozen: try freeze(event, facts)
        case .incidentClassified: try classify(event, facts)
        case .incidentMerged: try merge(event, facts)
        case .incidentSplit: try split(event, facts)
        case .incidentResolved: try resolve(event, facts)
        default: try judgeRecord(event, type, facts)
        }
        for stage in incidents.takeOverripe() {
            report(
                .missedIncident, event, "an incident of the stage \(stage) could be opened before, and was not in time")
        }
    }

    /// What follows for incidents from the breach of a request.
    mutating func noteLate(_ place: Int, at t: Int64) {
        let record = requests.records[place]
        let expired = record.terms.flatMap { record.clock.expiredReason(policies.terms[$0].serviceLevel) }
        incidents.isLate(place, tenant: record.tenant, expired: expired, isReviewed: record.isReviewed, at: t)
    }

    /// Whoever decides about incidents sits at the machine, or is of the staff and may.
    private mutating func judgeAuthor(_ by: String?, _ event: Event) {
        guard let by, by != "operator" else {
            if by == nil { report(.notPermitted, event, "nobody says so") }
            return
        }
        guard staff.may(by, at: event.t, ["incident-manager", "operator"]) else {
            report(.notPermitted, event, "\(by) may not decide about incidents at this time")
            return
        }
    }

    private mutating func report(_ event: Event, _ entry: IncidentEntry) throws(EntryProblem) {
        var facts = try entry.reader()
        let stage = try facts.fact("stage", in: Incidents.stages)
        let isFailing = try facts.fact("state", in: ["failing", "working"]) == "failing"
        let tenant = try facts.optionalFact("tenant").map { CanonicalText($0) }
        let by = try facts.optionalFact("by")
        try facts.end()
        // An institution speaks for itself, of its own requests.
        if by != nil || tenant == nil { judgeAuthor(by, event) }
        if !incidents.report(stage, isFailing: isFailing, tenant: tenant) {
            report(.wrongIncident, event, "the stage \(stage) was reported so before")
        }
    }

    private mutating func publishRules(_ event: Event, _ entry: IncidentEntry) throws(EntryProblem) {
        var facts = try entry.reader()
        let document = try facts.anything("document")
        let hash = try facts.fact("hash")
        judgeAuthor(try facts.fact("by"), event)
        try facts.end()
        let right = "sha256:\(SHA256.hash(document.canonicalBytes))"
        if hash != right { report(.policyHashMismatch, event, "the hash of the rules is \(right), not \(hash)") }
        do {
            incidents.publish(hash, try IncidentTerms(document), at: event.t)
        } catch {
            unknowns.add(
                seq: event.seq, concernsAll: true, "the rules of incidents say what the page does not: \(error)")
        }
    }

    private mutating func open(_ event: Event, _ entry: IncidentEntry) throws(EntryProblem) {
        var facts = try entry.reader()
        let seq = try facts.incident("incident")
        let stage = try facts.fact("stage", in: Incidents.stages)
        let from = try facts.number("from")
        let rules = try facts.optionalFact("rules")
        let by = try facts.optionalFact("by")
        try facts.end()
        if by != nil { judgeAuthor(by, event) }
        if seq != Int64(event.seq) { report(.wrongIncident, event, "its name is inc-\(event.seq), not inc-\(seq)") }
        let inForce = incidents.rules.last?.hash
        if rules != inForce {
            report(.wrongIncident, event, "other rules are in force: \(inForce ?? "those of the page")")
        }
        if let other = incidents.taking(stage) {
            report(.wrongIncident, event, "inc-\(other.seq) takes requests of the stage \(stage)")
        }
        let waiting = incidents.waiting[stage] ?? []
        let earliest = waiting.compactMap { requests.records[$0].clock.due }.min()
        if by == nil {
            let needed = incidents.currentTerms.openRequests
            if Int64(waiting.count) < needed {
                report(.wrongIncident, event, "\(waiting.count) requests of the stage wait ungrouped, not \(needed)")
            }
            if from != earliest { report(.wrongIncident, event, "it is from \(earliest.map(shown) ?? "nowhere")") }
        } else if from > event.t {
            report(.wrongIncident, event, "it is from an instant that has not come")
        }
        if let since = incidents.ripeSince[stage], event.t > since + incidents.currentTerms.openWithin {
            report(.missedIncident, event, "it could be opened since \(shown(since))")
        }
        incidents.begin(
            Incidents.Incident(
                seq: Int64(event.seq), stage: stage, from: from, rules: incidents.rules.indices.last, at: event.t,
                stoppedBefore: incidents.stopped, takes: true), at: event.t)
    }

    private mutating func join(_ event: Event, _ entry: IncidentEntry) throws(EntryProblem) {
        var facts = try entry.reader()
        let seq = try facts.incident("incident")
        let rids = try facts.list("requests")
        try facts.end()
        guard (1...256).contains(rids.count),
            zip(rids, rids.dropFirst()).allSatisfy({ $0.lexicographicallyPrecedes($1) })
        else { throw EntryProblem("requests must be 1 to 256 in ascending order") }
        guard let incident = incidents.all[seq], let root = incidents.root(seq) else {
            report(.wrongIncident, event, "there is no inc-\(seq)")
            return
        }
        for rid in rids {
            let name = String(decoding: rid, as: UTF8.self)
            guard let place = requests.place(of: name), incidents.stage(of: place) != nil else {
                report(.wrongMember, event, "request \(name) is not late")
                continue
            }
            if !mayJoin(place, incident, root) {
                report(.wrongMember, event, "request \(name) is not one that inc-\(seq) takes")
            }
            incidents.stand(place, in: seq, at: event.t)
        }
    }

    /// Rule 41: whether an incident takes that request.
    private func mayJoin(_ place: Int, _ incident: Incidents.Incident, _ root: Incidents.Incident) -> Bool {
        let record = requests.records[place]
        guard let standing = incidents.incident(of: place) else {
            guard incident.takes, incidents.stage(of: place) == incident.stage, !record.isErased else { return false }
            return record.clock.stop.map { $0 > root.from } ?? true
        }
        guard let parent = incident.parent.flatMap(incidents.root), incident.tenants.contains(record.tenant) else {
            return false
        }
        return standing != incident.seq && incidents.root(standing)?.seq == parent.seq
    }

    private mutating func freeze(_ event: Event, _ entry: IncidentEntry) throws(EntryProblem) {
        var facts = try entry.reader()
        let seq = try facts.incident("incident")
        let count = try facts.number("count")
        let total = try facts.number("of")
        let severity = try facts.fact("severity", in: Set(IncidentSeverity.allCases.map(\.rawValue)))
        let root = try facts.fact("root")
        try facts.end()
        guard let incident = standing(seq, event) else { return }
        let set = affected(incident, at: event.t)
        for place in leftOut(incident) {
            let rid = requests.records[place].rid
            report(.leftOut, event, "request \(rid) belongs to it and stands in none")
        }
        if count != set.count || root != set.root || total != set.total {
            report(
                .wrongAffected, event,
                "\(set.count) of \(set.total) requests with the root \(set.root) are affected, not \(count) of "
                    + "\(total) with \(root)")
        }
        let right = self.severity(of: incident, set, at: event.t)
        if severity != right.rawValue { report(.wrongSeverity, event, "it is \(right.rawValue), not \(severity)") }
        if let late = lateness(of: incident, at: event.t) { report(.lateFreeze, event, late) }
        incidents.change(incident.seq) { incident in
            (incident.count, incident.total, incident.severity) = (
                count, total, IncidentSeverity(rawValue: severity) ?? right
            )
            incident.unfrozenSince = nil
            incident.root = root
        }
    }

    /// An incident that exists and was not merged into another.
    private mutating func standing(_ seq: Int64, _ event: Event) -> Incidents.Incident? {
        guard let incident = incidents.all[seq], incident.mergedInto == nil else {
            report(.wrongIncident, event, "there is no inc-\(seq), or it was merged into another")
            return nil
        }
        return incident
    }

    private mutating func classify(_ event: Event, _ entry: IncidentEntry) throws(EntryProblem) {
        var facts = try entry.reader()
        let seq = try facts.incident("incident")
        let cause = try facts.fact("cause", in: Incidents.causes)
        let confidence = try facts.number("confidence")
        judgeAuthor(try facts.fact("by"), event)
        try facts.end()
        guard 0...100 ~= confidence else { throw EntryProblem("a confidence is 0 to 100") }
        guard standing(seq, event) != nil else { return }
        incidents.change(seq) { $0.cause = cause }
    }

    private mutating func merge(_ event: Event, _ entry: IncidentEntry) throws(EntryProblem) {
        var facts = try entry.reader()
        let seq = try facts.incident("incident")
        let otherSeq = try facts.incident("other")
        judgeAuthor(try facts.fact("by"), event)
        try facts.end()
        guard let stays = standing(seq, event), let other = standing(otherSeq, event) else { return }
        guard seq != otherSeq, stays.resolvedAt == nil || other.resolvedAt != nil else {
            report(.wrongIncident, event, "inc-\(otherSeq) may not be merged into inc-\(seq)")
            return
        }
        incidents.merge(other, into: seq, at: event.t)
    }

    private mutating func split(_ event: Event, _ entry: IncidentEntry) throws(EntryProblem) {
        var facts = try entry.reader()
        let seq = try facts.incident("incident")
        let parent = try facts.incident("parent")
        let tenants = try facts.list("tenants")
        judgeAuthor(try facts.fact("by"), event)
        try facts.end()
        if seq != Int64(event.seq) { report(.wrongIncident, event, "its name is inc-\(event.seq), not inc-\(seq)") }
        guard let said = standing(parent, event) else { return }
        var incident = Incidents.Incident(
            seq: Int64(event.seq), stage: said.stage, from: said.from, rules: said.rules, at: event.t,
            stoppedBefore: incidents.stopped, takes: false, parent: parent)
        incident.tenants = Set(tenants.map { CanonicalText(String(decoding: $0, as: UTF8.self)) })
        (incident.cause, incident.severity, incident.count, incident.total) =
            (said.cause, said.severity, said.count, said.total)
        incidents.begin(incident, at: event.t)
    }

    private mutating func resolve(_ event: Event, _ entry: IncidentEntry) throws(EntryProblem) {
        var facts = try entry.reader()
        let seq = try facts.incident("incident")
        let by = try facts.optionalFact("by")
        try facts.end()
        if by != nil { judgeAuthor(by, event) }
        guard let incident = standing(seq, event) else { return }
        if incident.resolvedAt != nil { report(.wrongIncident, event, "it was resolved before") }
        if by == nil, let why = unfinished(incident, at: event.t) { report(.wrongIncident, event, why) }
        incidents.resolve(incident, at: event.t)
    }

    /// Entries that change nothing that is owed: only that they are of the right form, and about something.
    private mutating func judgeRecord(
        _ event: Event, _ type: EntryType, _ entry: IncidentEntry
    ) throws(EntryProblem) {
        var facts = try entry.reader()
        let seq = try facts.incident("incident")
        switch type {
        case .incidentAssessed:
            let asOf = try facts.number("asOf")
            if asOf >= event.seq { report(.wrongIncident, event, "entry \(asOf) does not stand before it") }
            for rid in try facts.optionalList("requests") ?? [] {
                let name = String(decoding: rid, as: UTF8.self)
                let standing = requests.place(of: name).flatMap { incidents.incident(of: $0) }
                guard standing.flatMap({ incidents.root($0) })?.seq != seq else { continue }
                report(.wrongMember, event, "request \(name) does not stand in inc-\(seq)")
            }
        case .incidentAction:
            let (action, _, _) = (try facts.number("action"), try facts.fact("owner"), try facts.number("dueAt"))
            if action != incidents.all[seq]?.actions { report(.wrongIncident, event, "it is not the next action") }
            incidents.change(seq) { $0.actions += 1 }
            judgeAuthor(try facts.fact("by"), event)
        case .incidentDone:
            let action = try facts.number("action")
            let incident = incidents.all[seq]
            if action >= incident?.actions ?? 0 || incident?.done.contains(action) ?? true {
                report(.wrongIncident, event, "there is no such action that is open")
            }
            incidents.change(seq) { $0.done.insert(action) }
            judgeAuthor(try facts.fact("by"), event)
        default: judgeAuthor(try facts.fact("by"), event)
        }
        try facts.end()
        if incidents.all[seq] == nil { report(.wrongIncident, event, "there is no inc-\(seq)") }
    }
}
