package import CanonicalJSON
import Compensation
import Multiformats
import Temporal

/// Everything about one incident, put together from the log: what an outsider would put together too.
extension IncidentReading {
    /// How many points a line of affected requests over time has: as many as a narrow terminal shows.
    static let plotPoints = 60

    /// The most actions and quarantined requests that are listed.
    private static let listedItems = 256

    /// The dossier.
    ///
    /// - Parameter quarantined: requests that could not be assessed again, as the running service knows them.
    /// - Throws: `Refusal.unknownIncident`.
    package func dossier(
        _ id: String, for tenant: TenantID? = nil, quarantined: [String] = []
    ) throws -> JSONObject {
        let record = try incident(id, for: tenant)
        guard let group = try IncidentGroup(of: id, in: reader) else { throw Refusal.unknownIncident }
        var dossier = try header(of: record, for: tenant)
        let history = try history(of: id)
        dossier["history"] = .array(try history.events.map { .object(try line($0, showingNotes: tenant == nil)) })
        dossier["evidence"] = .array(
            history.events.map { ["entry": .integer($0.seq), "leafHash": .string(Base64.encode($0.leafHash))] })
        dossier["plot"] = .array(plot(history.joined))
        dossier["parts"] = .array(group.parts.filter { $0.id != id }.map { .string($0.id) })
        guard tenant == nil else { return dossier }
        dossier["institutions"] = .array(try institutions(of: group))
        dossier["payments"] = .object(try payments(of: group))
        let declared = try reader.declaredImpacts(of: group)
        if !declared.isEmpty { dossier["declared"] = .object(declared) }
        dossier["actions"] = .array(try actions(of: id))
        dossier["open"] = .object(try open(group, quarantined))
        return dossier
    }

    private func line(_ stored: Stored, showingNotes: Bool) throws -> JSONObject {
        var line = stored.event.content.facts
        line["entry"] = .integer(stored.seq)
        line["at"] = .string(stored.at.rfc3339)
        line["type"] = .string(type(of: stored.event.content).type)
        guard showingNotes else { return line }
        line["note"] = stored.event.author.note.map(JSON.string)
        switch stored.event {
        case .postmortem(let event):
            line["text"] = .string(event.text)
            line["public"] = event.publicText.map(JSON.string)
        case .action(let event): line["text"] = .string(event.text)
        default: break
        }
        return line
    }

    /// How many requests had joined by when: the last of each stretch of time.
    private func plot(_ joined: [(at: Instant, count: Int)]) -> [JSON] {
        guard let first = joined.first?.at, let last = joined.last?.at else { return [] }
        let stretch = max((last - first).count / Int64(Self.plotPoints - 1), 1)
        var points: [(at: Int64, affected: Int)] = []
        var sum = 0
        for (at, count) in joined {
            sum += count
            let place = first.milliseconds + (at - first).count / stretch * stretch
            if points.last?.at == place { points.removeLast() }
            points.append((place, sum))
        }
        return points.map {
            ["at": .string(Instant(milliseconds: $0.at).rfc3339), "affected": .integer(Int64($0.affected))]
        }
    }

    private func institutions(of group: IncidentGroup) throws -> [JSON] {
        var counts: [String: Int64] = [:]
        for part in group.parts {
            var scan = Scan(IncidentPartRecord.self, equals: [.text(part.id)], limit: IncidentGroup.pageSize)
            while true {
                let page = try reader.records(scan)
                for row in page where row.members > 0 { counts[row.tenant, default: 0] += row.members }
                guard page.count == IncidentGroup.pageSize, let last = page.last else { break }
                scan.above = [.text(last.tenant), .text(last.serviceLevel)]
            }
        }
        return counts.sorted { $0.key < $1.key }.map { ["id": .string($0.key), "requests": .integer($0.value)] }
    }

    /// What the requests were given, by unit; whether for this or before. Walks over all of them.
    private func payments(of group: IncidentGroup) throws -> JSONObject {
        var sums: [String: Int64] = [:]
        var walk = try GroupWalk(group, in: reader)
        while let row = try walk.next() {
            let payments = try reader.records(
                Scan(
                    PaymentRecord.self, index: "payment_by_request", equals: [.text(row.request)],
                    limit: Promise.maximumPayments))
            for payment in payments { sums[payment.unit, default: 0] += payment.minor }
        }
        var json: JSONObject = [:]
        for (unit, minor) in sums { json[unit] = .integer(minor) }
        return json
    }

    /// What is to be done so that it does not happen again.
    func actions(of id: String) throws -> [JSON] {
        try reader.records(Scan(IncidentActionRecord.self, equals: [.text(id)], limit: Self.listedItems)).map(json)
    }

    /// The actions of all incidents that are open and whose time has passed, the oldest first.
    package func overdueActions() throws -> [JSON] {
        try reader.records(
            Scan(
                IncidentActionRecord.self, index: "incident_action_by_due", above: [.integer(.min)],
                below: [.integer(now.milliseconds)], limit: Self.listedItems)
        ).map(json)
    }

    private func json(_ action: IncidentActionRecord) throws -> JSON {
        let due = Instant(milliseconds: action.dueAt)
        var json: JSONObject = [
            "incident": .string(action.incident), "action": .integer(action.action), "owner": .string(action.owner),
            "dueAt": .string(due.rfc3339), "entry": .integer(action.seq),
            "state": .string(action.doneAt != nil ? "done" : due < now ? "overdue" : "open"),
        ]
        json["doneAt"] = action.doneAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        json["text"] = try storedOpenings(action.seq, in: reader)["text"]
        return .object(json)
    }

    private func open(_ group: IncidentGroup, _ quarantined: [String]) throws -> JSONObject {
        let root = group.root
        return [
            "waits": .bool(try group.waits(in: reader)), "joins": .bool(try group.hasMore(in: reader)),
            "freeze": .bool(root.membershipSeq > root.frozenSeq),
            "assessment": .bool(max(root.changedSeq, root.membershipSeq) > root.assessedSeq),
            "quarantined": .array(quarantined.prefix(Self.listedItems).map(JSON.string)),
        ]
    }
}
