package import CanonicalJSON
import Cryptography
import Multiformats
package import TransparencyLog

/// Everything that happened to one request, as one JSON document that proves itself offline: the entries with their
/// inclusion proofs, a signed checkpoint, and the openings of what the parties may show. It holds no key: whoever
/// verifies it brings the key of the log.
package enum AuditBundle {
    /// What is opened unless everything is asked for: what the holder has anyway, but not their address.
    static let shownFields: Set<String> = ["credential", "receipt", "window"]

    /// The most entries of one request in one bundle: more than any request has whose pauses are bounded.
    static let maximumEntries = 4096

    /// - Throws: `Refusal.unknownRequest`.
    package static func make(
        for id: RequestID, showingAll: Bool = false, in reader: any StoreReader
    ) throws -> JSONObject {
        let records = try reader.records(
            Scan(EntryRecord.self, index: "entry_by_request", equals: [.text(id.text)], limit: maximumEntries))
        let newest = Scan(CheckpointRecord.self, isDescending: true, limit: 1)
        guard let checkpoint = try reader.records(newest).first, !records.isEmpty else { throw Refusal.unknownRequest }
        let request = try reader.record(RequestRecord.self, .text(id.text))
        let keyEntries = try request?.issuedKey.map { try entries(aboutIssuerOf: $0, in: reader) } ?? []
        return [
            "type": "PunctualAuditBundle", "version": 1, "checkpoint": .string(checkpoint.note),
            "entries": .array(
                try (keyEntries + records).map { try entry($0, size: UInt64(checkpoint.size), in: reader) }),
            "openings": .array(try records.flatMap { try openings($0, showingAll: showingAll, in: reader) }),
        ]
    }

    /// What the log says of the issuer that has a key: the issuer, its keys, and what became of them. It vouches for
    /// the key, and tells whether it was revoked.
    private static func entries(aboutIssuerOf key: String, in reader: any StoreReader) throws -> [EntryRecord] {
        var found: [(issuer: IssuerName, record: EntryRecord)] = []
        var issuers: [String: IssuerName] = [:]
        try reader.forEach(IssuerEntryRecord.self) { row in
            guard let record = try reader.record(EntryRecord.self, .integer(row.seq)),
                let event = try storedEvent(row.seq, in: reader)?.event
            else { throw StoreError.corrupt("entry \(row.seq) is gone") }
            if case .keyAdded(let added) = event { issuers[added.id] = added.issuer }
            if let name = event.issuer(in: issuers) { found.append((name, record)) }
        }
        return found.filter { $0.issuer == issuers[key] }.map(\.record)
    }

    private static func entry(_ record: EntryRecord, size: UInt64, in reader: any StoreReader) throws -> JSON {
        let proof = try MerkleTree.inclusionProof(index: UInt64(record.seq), size: size) { place in
            try storedTile(place, in: reader)
        }
        return [
            "seq": .integer(record.seq), "entry": .string(String(decoding: record.body, as: UTF8.self)),
            "proof": .array(proof.map { .string(Base64.encode($0.bytes)) }),
        ]
    }

    private static func openings(
        _ record: EntryRecord, showingAll: Bool, in reader: any StoreReader
    ) throws -> [JSON] {
        guard let opening = try reader.record(OpeningRecord.self, .integer(record.seq)),
            let subject = try reader.record(SubjectRecord.self, .text(opening.tenant), .text(opening.holder))
        else { return [] }
        let key = try SubjectKey(subject.key32)
        return try storedOpenings(record.seq, in: reader).compactMap { field, value in
            guard showingAll || shownFields.contains(field) else { return nil }
            let opened = try key.opening(field: field, value: value.canonicalBytes, seq: UInt64(record.seq))
            return [
                "seq": .integer(record.seq), "field": .string(field),
                "salt": .string(Base64.encode(opened.salt)), "value": value,
            ]
        }
    }
}

extension Event {
    /// The issuer that this says something of.
    ///
    /// - Parameter issuers: whose the keys are that were added before, and this one.
    fileprivate func issuer(in issuers: [String: IssuerName]) -> IssuerName? {
        switch self {
        case .issuerAdded(let event): event.name
        case .keyAdded(let event): event.issuer
        case .keyRetired(let event): issuers[event.id]
        case .keyRevoked(let event): issuers[event.id]
        default: nil
        }
    }
}

/// The stored hashes of a tile, at least as many as the place has.
package func storedTile(_ place: TileCoordinate, in reader: any StoreReader) throws -> [UInt8] {
    let key: [ColumnValue] = [.integer(Int64(place.level)), .integer(Int64(place.index))]
    guard let tile = try reader.record(TileRecord.self, key: key) else {
        throw StoreError.corrupt("\(place.path) is gone")
    }
    return tile.hashes
}
