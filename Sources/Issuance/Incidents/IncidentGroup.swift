import Compensation
package import Cryptography
import ServiceLevels
import Temporal
import TransparencyLog

/// An incident with what was merged into it: one row that speaks for all, and those whose requests stand with its own.
struct IncidentGroup {
    /// The one that stays.
    let root: IncidentRecord
    /// Itself and what was merged into it, in the order of their identifiers.
    let parts: [IncidentRecord]

    /// The most incidents that become one: so many rows are read wherever its requests are asked for.
    static let maximumParts = 64

    /// The group that an incident belongs to; nil when there is no such incident.
    init?(of id: String, in reader: any StoreReader) throws {
        guard var record = try reader.record(IncidentRecord.self, .text(id)) else { return nil }
        if let into = record.mergedInto {
            guard let other = try reader.record(IncidentRecord.self, .text(into)), other.mergedInto == nil else {
                throw StoreError.corrupt("incident \(id) is merged into one that does not stand")
            }
            record = other
        }
        root = record
        let merged = try reader.records(
            Scan(
                IncidentRecord.self, index: "incident_by_merge", equals: [.text(record.id)],
                limit: Self.maximumParts))
        parts = ([record] + merged).sorted { $0.seq < $1.seq }
    }

    /// How many requests stand in it.
    var members: Int64 { parts.reduce(0) { $0 + $1.members } }

    /// Whether one of its requests waits.
    func waits(in reader: any StoreReader) throws -> Bool {
        try parts.contains { part in
            try !reader.records(
                Scan(
                    AffectedRecord.self, index: "affected_by_end",
                    equals: [.text(part.id), .integer(AffectedRecord.never)], limit: 1)
            ).isEmpty
        }
    }

    /// The last stop among its requests; nil when none has stopped.
    func lastStop(in reader: any StoreReader) throws -> Int64? {
        try parts.compactMap { part in
            try reader.records(
                Scan(
                    AffectedRecord.self, index: "affected_by_end", equals: [.text(part.id)],
                    below: [.integer(AffectedRecord.never)], isDescending: true, limit: 1)
            ).first?.ends
        }.max()
    }

    /// Until when its length counts: the last stop, or `now` while somebody waits.
    func end(at now: Instant, in reader: any StoreReader) throws -> Int64 {
        try waits(in: reader) ? now.milliseconds : lastStop(in: reader) ?? root.openedAt
    }

    /// The first entries' count of what had stopped before.
    private var stoppedBefore: Int64 { parts.map(\.stoppedBefore).min() ?? root.stoppedBefore }

    /// Of how many requests its own are a share.
    func total(_ tally: Tally) -> Int64 { max(members, tally.accepted - stoppedBefore) }

    /// How bad it is at an instant.
    func severity(at now: Instant, _ directory: Directory, in reader: any StoreReader) throws -> Severity {
        let rules = try directory.incidents.rules(root.rules)
        var levels: Set<String> = []
        if !rules.criticality.isEmpty {
            for part in parts {
                var scan = Scan(IncidentPartRecord.self, equals: [.text(part.id)], limit: Self.pageSize)
                while true {
                    let page = try reader.records(scan)
                    for row in page where row.members > 0 {
                        let level = PolicyHash(row.serviceLevel).flatMap { directory.policies.serviceLevel($0) }
                        if let level { levels.insert(level.metadata.id) }
                    }
                    guard page.count == Self.pageSize, let last = page.last else { break }
                    scan.above = [.text(last.tenant), .text(last.serviceLevel)]
                }
            }
        }
        let length = Milliseconds(max(0, try end(at: now, in: reader) - root.from))
        return rules.severity(
            count: members, of: total(directory.tally), lasting: length, serviceLevels: levels)
    }

    /// The ungrouped requests that a part of it takes, in the order in which they are taken: those that wait, then
    /// those that stopped after it began.
    func taken(by part: IncidentRecord, _ limit: Int, in reader: any StoreReader) throws -> [AffectedRecord] {
        guard root.resolvedAt == nil, let stage = part.takes else { return [] }
        let rows = try reader.records(
            Scan(AffectedRecord.self, index: "affected_by_waiting", equals: [.text(stage)], limit: limit))
        guard rows.count < limit else { return rows }
        return rows
            + (try reader.records(
                Scan(
                    AffectedRecord.self, index: "affected_by_ended", equals: [.text(stage)],
                    above: [.integer(root.from)], limit: limit - rows.count)))
    }

    /// Whether some request is ungrouped that it takes.
    func hasMore(in reader: any StoreReader) throws -> Bool {
        try parts.contains { try !taken(by: $0, 1, in: reader).isEmpty }
    }

    /// Whether requests of these institutions stand in it.
    func hasRequests(of tenants: [TenantID], in reader: any StoreReader) throws -> Bool {
        for part in parts {
            for tenant in tenants {
                let rows = try reader.records(
                    Scan(IncidentPartRecord.self, equals: [.text(part.id), .text(tenant.text)], limit: Self.pageSize))
                if rows.contains(where: { $0.members > 0 }) { return true }
            }
        }
        return false
    }

    /// How many rows are read at a time.
    static let pageSize = 256
}

/// Every request of a group in ascending order, from the indexes of its parts, a page of each at a time.
struct GroupWalk {
    private let reader: any StoreReader
    private var streams: [Stream]

    private struct Stream {
        let part: String
        var page: ArraySlice<AffectedRecord>
        var isAtEnd: Bool
    }

    init(_ group: IncidentGroup, in reader: any StoreReader) throws {
        self.reader = reader
        streams = try group.parts.map { part in
            let page = try Self.page(of: part.id, after: nil, in: reader)
            return Stream(part: part.id, page: page[...], isAtEnd: page.count < IncidentGroup.pageSize)
        }
    }

    mutating func next() throws -> AffectedRecord? {
        var best: Int?
        for index in streams.indices {
            guard let row = streams[index].page.first else { continue }
            let isLess = best.flatMap { streams[$0].page.first }.map { row.request < $0.request } ?? true
            if isLess { best = index }
        }
        guard let best, let row = streams[best].page.popFirst() else { return nil }
        if streams[best].page.isEmpty, !streams[best].isAtEnd {
            let page = try Self.page(of: streams[best].part, after: row.request, in: reader)
            streams[best].page = page[...]
            streams[best].isAtEnd = page.count < IncidentGroup.pageSize
        }
        return row
    }

    private static func page(
        of part: String, after last: String?, in reader: any StoreReader
    ) throws -> [AffectedRecord] {
        try reader.records(
            Scan(
                AffectedRecord.self, index: "affected_by_incident", equals: [.text(part)],
                above: last.map { [.text($0)] } ?? [], limit: IncidentGroup.pageSize))
    }
}

/// The requests of a group as they are in one snapshot, as a tree; of the size of its right edge, however many.
package struct AffectedSet: Hashable, Sendable {
    package let count: Int64
    package let root: SHA256Digest
    /// The last change of who stands in the group, that it is of.
    package let membershipSeq: Int64

    init(_ group: IncidentGroup, in reader: any StoreReader) throws {
        var walk = try GroupWalk(group, in: reader)
        var range = CompactRange()
        while let row = try walk.next() { range.append(Self.leaf(row.request)) }
        count = Int64(range.size)
        root = range.root
        membershipSeq = group.root.membershipSeq
    }

    /// The leaf of a request.
    static func leaf(_ request: String) -> SHA256Digest { MerkleTree.leafHash(Array(request.utf8)) }
}
