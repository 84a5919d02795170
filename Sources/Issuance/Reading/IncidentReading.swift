package import CanonicalJSON
import Compensation
package import Temporal

/// What may be known of incidents, from one snapshot and an instant; so it also works when the service does not.
package struct IncidentReading {
    let reader: any StoreReader
    let directory: Directory
    /// The time that it tells of.
    let now: Instant

    /// How many incidents one list has, the newest first.
    static let listLength = 100

    package init(_ reader: any StoreReader, at now: Instant) throws {
        self.init(reader, try Directory(reading: reader), at: now)
    }

    init(_ reader: any StoreReader, _ directory: Directory, at now: Instant) {
        self.reader = reader
        self.directory = directory
        self.now = now
    }

    /// The newest incidents, in short; for an institution those in which requests of its own stand.
    package func list(for tenant: TenantID? = nil) throws -> JSONObject {
        let newest = try reader.records(
            Scan(IncidentRecord.self, index: "incident_by_seq", isDescending: true, limit: Self.listLength))
        let rows = try newest.filter { record in
            guard let tenant else { return true }
            return try !parts(of: record, at: tenant).isEmpty
        }
        return ["incidents": .array(try rows.map { .object(try header(of: $0, for: tenant)) })]
    }

    /// The incident of that identifier.
    ///
    /// - Throws: `Refusal.unknownIncident`, also for an institution none of whose requests stands there.
    func incident(_ id: String, for tenant: TenantID? = nil) throws -> IncidentRecord {
        guard let record = try reader.record(IncidentRecord.self, .text(id)) else { throw Refusal.unknownIncident }
        if let tenant, try parts(of: record, at: tenant).isEmpty { throw Refusal.unknownIncident }
        return record
    }

    private func parts(of record: IncidentRecord, at tenant: TenantID) throws -> [IncidentPartRecord] {
        try reader.records(
            Scan(
                IncidentPartRecord.self, equals: [.text(record.id), .text(tenant.text)],
                limit: IncidentGroup.pageSize)
        ).filter { $0.members > 0 }
    }

    /// Where an incident stands.
    func header(of record: IncidentRecord, for tenant: TenantID? = nil) throws -> JSONObject {
        let said = record.said
        var header: JSONObject = [
            "id": .string(record.id), "stage": .string(record.stage.rawValue), "state": .string(record.stateWord),
            "from": .string(Instant(milliseconds: record.from).rfc3339),
            "openedAt": .string(Instant(milliseconds: record.openedAt).rfc3339),
            "cause": .string(record.cause.rawValue), "confidence": .integer(record.confidence),
            "severity": .string(record.severity.rawValue), "affected": .integer(said.affectedCount),
            "of": .integer(record.total), "requests": .integer(record.members),
        ]
        header["rules"] = record.rules.map(JSON.string)
        header["parent"] = record.parent.map(JSON.string)
        header["mergedInto"] = record.mergedInto.map(JSON.string)
        header["resolvedAt"] = record.resolvedAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        header["frozenAt"] = record.frozenAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        if let tenant {
            header["own"] = .integer(try parts(of: record, at: tenant).reduce(0) { $0 + $1.members })
        }
        return header
    }

    /// The events of an incident in order, but for the joinings, which are only counted; and those.
    func history(of id: String) throws -> (events: [Stored], joined: [(at: Instant, count: Int)]) {
        var (events, joined): ([Stored], [(at: Instant, count: Int)]) = ([], [])
        var scan = Scan(IncidentEventRecord.self, equals: [.text(id)], limit: IncidentGroup.pageSize)
        while true {
            let page = try reader.records(scan)
            for row in page {
                let stored = try stored(row.seq)
                if case .joined(let event) = stored.event {
                    joined.append((stored.at, event.requests.count))
                } else {
                    events.append(stored)
                }
            }
            guard page.count == IncidentGroup.pageSize, let last = page.last else { return (events, joined) }
            scan.above = [.integer(last.seq)]
        }
    }

    /// An entry about incidents as it is stored.
    struct Stored {
        let seq: Int64
        let at: Instant
        let leafHash: [UInt8]
        let event: IncidentEvent
    }

    private func stored(_ seq: Int64) throws -> Stored {
        guard let record = try reader.record(EntryRecord.self, .integer(seq)),
            case .incident(let event)? = try storedEvent(seq, in: reader)?.event,
            let at = try JSON(parsing: record.body)["t"]?.integerValue
        else { throw StoreError.corrupt("entry \(seq) is about no incident") }
        return Stored(seq: seq, at: Instant(milliseconds: at), leafHash: record.leafHash, event: event)
    }
}

extension IncidentRecord {
    /// `open`, `resolved` or `merged`.
    var stateWord: String { mergedInto != nil ? "merged" : resolvedAt != nil ? "resolved" : "open" }
}
