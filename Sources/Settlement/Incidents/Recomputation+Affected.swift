import Cryptography
import Multiformats
import TransparencyLog

/// Rule 43: who is affected, of how many, and how bad that is.
extension Recomputation {
    /// The requests of an incident as the log must count them.
    struct Affected {
        let count: Int64
        let total: Int64
        /// In base64.
        let root: String
    }

    func affected(_ incident: Incidents.Incident, at t: Int64) -> Affected {
        let parts = incidents.parts(of: incident)
        let rids = parts.flatMap(\.members).map { Array(requests.records[$0].rid.utf8) }.sorted {
            $0.lexicographicallyPrecedes($1)
        }
        var range = CompactRange()
        for rid in rids { range.append(MerkleTree.leafHash(rid)) }
        let stopped = parts.map(\.stoppedBefore).min() ?? 0
        let count = Int64(rids.count)
        return Affected(
            count: count, total: max(count, incidents.accepted - stopped), root: Base64.encode(range.root.bytes))
    }

    /// The ungrouped requests that an incident takes.
    func leftOut(_ incident: Incidents.Incident) -> [Int] {
        guard incident.resolvedAt == nil else { return [] }
        return incidents.parts(of: incident).filter(\.takes).flatMap { part in
            let ended = (incidents.ended[part.stage] ?? []).filter {
                requests.records[$0].clock.stop.map { $0 > incident.from } ?? false
            }
            return (incidents.waiting[part.stage] ?? []).union(ended)
        }.sorted()
    }

    private func members(_ incident: Incidents.Incident) -> [Int] {
        incidents.parts(of: incident).flatMap(\.members)
    }

    /// How long it is, `t` being now.
    private func length(of incident: Incidents.Incident, at t: Int64) -> Int64 {
        let stops = members(incident).map { requests.records[$0].clock.stop }
        let end = stops.contains { $0 == nil } ? t : min(stops.compactMap(\.self).max() ?? incident.at, t)
        return max(0, end - incident.from)
    }

    func severity(of incident: Incidents.Incident, _ set: Affected, at t: Int64) -> IncidentSeverity {
        let levels = members(incident).compactMap {
            requests.records[$0].terms.map { policies.terms[$0].serviceLevelID }
        }
        return incidents.terms(of: incident).severity(
            count: set.count, of: set.total, length: length(of: incident, at: t), serviceLevels: Set(levels))
    }

    /// Why it should have been frozen before; nil when it need not.
    func lateness(of incident: Incidents.Incident, at t: Int64) -> String? {
        let within = incidents.terms(of: incident).freezeWithin
        if let since = incident.unfrozenSince, t > since + within {
            return "who stands in it changed at \(shown(since)) and was not frozen by \(shown(since + within))"
        }
        guard incident.count > 0, incident.unfrozenSince == nil, incident.mergedInto == nil else { return nil }
        let said = Affected(count: incident.count, total: incident.total, root: "")
        let right = severity(of: incident, said, at: t - within - 1)
        guard right > incident.severity else { return nil }
        return
            "by its length it is \(right.rawValue) since more than \(within) ms, and says \(incident.severity.rawValue)"
    }

    /// Rule 44: why it may not be resolved by itself; nil when it may.
    func unfinished(_ incident: Incidents.Incident, at t: Int64) -> String? {
        let stops = members(incident).map { requests.records[$0].clock.stop }
        if stops.contains(where: { $0 == nil }) { return "some of its requests wait" }
        if let place = leftOut(incident).first { return "request \(requests.records[place].rid) is left to take" }
        let since = stops.compactMap(\.self).max() ?? incident.at
        let quiet = incidents.terms(of: incident).quiet
        return t >= since + quiet ? nil : "the last stop was at \(shown(since)), less than \(quiet) ms ago"
    }
}
