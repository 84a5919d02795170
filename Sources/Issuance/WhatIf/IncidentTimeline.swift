import Compensation
import ServiceLevels
import TransparencyLog

/// What every incident said of its requests from each entry on, and which requests stood where: from the entries about
/// incidents alone. Grows with incidents and splits, not with the requests that stand in them.
struct IncidentTimeline {
    typealias Place = RequestHistory.Place

    /// What an incident says of itself from each entry on.
    private var said: [String: [RequestHistory.Change]] = [:]
    private var merged: [String: (place: Place, into: String)] = [:]
    /// The entries by which requests stand where they stand.
    private var joins: [Int64: Place] = [:]
    /// Where requests stood before, of those that were moved.
    private var earlier: [String: [(place: Place, incident: String)]] = [:]

    init(_ reader: any StoreReader) throws {
        var seqs: Set<Int64> = []
        try reader.forEach(IncidentEventRecord.self) { row in
            if Self.types.contains(row.type) { seqs.insert(row.seq) }
        }
        for seq in seqs.sorted() {
            guard let (event, at) = try timedEvent(seq, in: reader), case .incident(let incident) = event.event else {
                throw StoreError.corrupt("entry \(seq) is about no incident")
            }
            try take(incident, at: Place(at: at, seq: seq), reader)
        }
    }

    private static let types: Set<String> = [
        IncidentOpened.type, IncidentJoined.type, IncidentFrozen.type, IncidentClassified.type, IncidentMerged.type,
        IncidentSplit.type,
    ]

    private mutating func take(_ event: IncidentEvent, at place: Place, _ reader: any StoreReader) throws {
        switch event {
        case .opened(let event): say(IncidentFacts(), of: event.incident, at: place)
        case .split(let event): say(facts(of: event.parent.text, at: place), of: event.incident, at: place)
        case .classified(let event):
            let known = facts(of: event.incident.text, at: place)
            say(
                IncidentFacts(
                    cause: event.cause, severity: known.severity, affectedCount: known.affectedCount,
                    affectedShare: known.affectedShare), of: event.incident, at: place)
        case .frozen(let event):
            let share = event.total > 0 ? Int64(1_000_000 * event.count / event.total) : 0
            say(
                IncidentFacts(
                    cause: facts(of: event.incident.text, at: place).cause, severity: event.severity,
                    affectedCount: event.count, affectedShare: share), of: event.incident, at: place)
        case .merged(let event): merged[event.other.text] = (place, event.incident.text)
        case .joined(let event):
            joins[place.seq] = place
            for request in event.requests {
                let row = try reader.record(AffectedRecord.self, .text(request.text))
                if row?.seq != place.seq { earlier[request.text, default: []].append((place, event.incident.text)) }
            }
        default: break
        }
    }

    private mutating func say(_ facts: IncidentFacts, of incident: IncidentID, at place: Place) {
        said[incident.text, default: []].append(RequestHistory.Change(facts, from: place))
    }

    /// The one that stands for an incident after an entry.
    private func root(of incident: String, at place: Place) -> String {
        var root = incident
        while let into = merged[root], into.place <= place { root = into.into }
        return root
    }

    private func facts(of incident: String, at place: Place) -> IncidentFacts {
        said[root(of: incident, at: place)]?.last { $0.place <= place }?.facts ?? .none
    }

    /// What was known of a request's incident, from each entry on.
    func changes(for row: AffectedRecord) -> [RequestHistory.Change] {
        guard let incident = row.incident, let joined = joins[row.seq] else { return [] }
        var stays = (earlier[row.request] ?? []) + [(place: joined, incident: incident)]
        stays.sort { $0.place < $1.place }
        return stays.indices.flatMap { index -> [RequestHistory.Change] in
            let end = index + 1 < stays.count ? stays[index + 1].place : nil
            return changes(in: stays[index].incident, from: stays[index].place, until: end)
        }
    }

    private func changes(in incident: String, from start: Place, until end: Place?) -> [RequestHistory.Change] {
        var places = [start]
        var part: String? = incident
        while let name = part {
            places += (said[name] ?? []).map(\.place)
            places += merged[name].map { [$0.place] } ?? []
            part = merged[name]?.into
        }
        return places.filter { place in place >= start && end.map { place < $0 } ?? true }.sorted().map { place in
            RequestHistory.Change(facts(of: incident, at: place), from: place)
        }
    }
}
