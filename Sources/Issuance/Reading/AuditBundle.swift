package import CanonicalJSON
import Cryptography
import Multiformats
import TransparencyLog

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
        return [
            "type": "PunctualAuditBundle", "version": 1, "checkpoint": .string(checkpoint.note),
            "entries": .array(try records.map { try entry($0, size: UInt64(checkpoint.size), in: reader) }),
            "openings": .array(try records.flatMap { try openings($0, showingAll: showingAll, in: reader) }),
        ]
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

/// The stored hashes of a tile, at least as many as the place has.
func storedTile(_ place: TileCoordinate, in reader: any StoreReader) throws -> [UInt8] {
    let key: [ColumnValue] = [.integer(Int64(place.level)), .integer(Int64(place.index))]
    guard let tile = try reader.record(TileRecord.self, key: key) else {
        throw StoreError.corrupt("\(place.path) is gone")
    }
    return tile.hashes
}
