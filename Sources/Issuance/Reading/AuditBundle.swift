package import CanonicalJSON
import Cryptography
import Multiformats
package import TransparencyLog

/// Everything that happened to one request, as one JSON document that proves itself offline: the entries with their
/// inclusion proofs, the checkpoint with what witnesses signed below it, the index that says how far the entries about
/// the request go, the timestamps over checkpoints, and the openings of what the parties may show. It holds no key:
/// whoever verifies it brings the keys of the log, of witnesses and of authorities.
package struct AuditBundle {
    /// What is opened unless everything is asked for: what the holder has anyway, but not their address.
    static let shownFields: Set<String> = ["credential", "receipt", "window"]

    /// The most entries of one request in one bundle: more than any request has whose pauses are bounded.
    static let maximumEntries = 4096

    private let reader: any StoreReader
    private let checkpoint: ProvenCheckpoint
    private let request: RequestRecord
    private let entries: [EntryRecord]

    /// - Parameters:
    ///   - showingAll: whether everything is opened; for the parties themselves.
    ///   - policy: whose quorum of witnesses must have signed the checkpoint; nil: the newest checkpoint will do.
    /// - Throws: `Refusal.unknownRequest`; `Refusal` with what is missing when no checkpoint satisfies the policy.
    package static func make(
        for id: RequestID, showingAll: Bool = false, satisfying policy: LogPolicy? = nil, in reader: any StoreReader
    ) throws -> JSONObject {
        try AuditBundle(of: id, satisfying: policy, in: reader).json(showingAll: showingAll)
    }

    /// The proof of each entry of a request as a file of its own, [C2SP tlog-proof](https://c2sp.org/tlog-proof), with
    /// the entry that it proves.
    ///
    /// - Throws: as ``make(for:showingAll:satisfying:in:)``.
    package static func proofs(
        for id: RequestID, satisfying policy: LogPolicy? = nil, in reader: any StoreReader
    ) throws -> [(seq: Int64, entry: [UInt8], proof: [UInt8])] {
        let bundle = try AuditBundle(of: id, satisfying: policy, in: reader)
        return try bundle.entries.map { record in
            let proof = TLogProof(
                index: UInt64(record.seq), hashes: try bundle.checkpoint.path(to: record.seq),
                note: bundle.checkpoint.note)
            return (record.seq, record.body, proof.bytes)
        }
    }

    private init(of id: RequestID, satisfying policy: LogPolicy?, in reader: any StoreReader) throws {
        self.reader = reader
        entries = try reader.records(
            Scan(EntryRecord.self, index: "entry_by_request", equals: [.text(id.text)], limit: Self.maximumEntries))
        guard let request = try reader.record(RequestRecord.self, .text(id.text)), let last = entries.last else {
            throw Refusal.unknownRequest
        }
        guard Int64(entries.count) == request.entryCount else {
            throw Refusal(
                .wrongState,
                "The request has \(request.entryCount) entries; a bundle holds at most \(Self.maximumEntries).")
        }
        self.request = request
        checkpoint = try ProvenCheckpoint(in: reader, holding: last.seq, satisfying: policy)
    }

    private func json(showingAll: Bool) throws -> JSONObject {
        let index = try index()
        let issuer = try issuerEntries()
        let covered = entries.map(\.seq) + (index.map { [$0.seq] } ?? [])
        var bundle: JSONObject = [
            "type": "PunctualAuditBundle", "version": 2, "checkpoint": .string(checkpoint.text),
            "entries": .array(try (issuer.entries + entries).map(checkpoint.show)),
            "openings": .array(try entries.flatMap { try openings($0, showingAll: showingAll) }),
            "timestamps": .array(try StampedCheckpoints(reader, covering: covered).json(beside: checkpoint.size)),
        ]
        bundle["index"] = try index.map { try show($0, issuer: issuer.name) }
        return bundle
    }

    /// What the log says of the issuer of the credential: the issuer, its keys, and what became of them. It vouches for
    /// the key, and tells whether it was revoked.
    private func issuerEntries() throws -> (name: String?, entries: [EntryRecord]) {
        guard let key = request.issuedKey else { return (nil, []) }
        for (name, records) in try ChainRows(reader, size: checkpoint.size).issuers() {
            let isOfKey = try records.contains { record in
                guard case .keyAdded(let added)? = try storedEvent(record.seq, in: reader)?.event else { return false }
                return added.id == key
            }
            if isOfKey { return (name, records) }
        }
        return (nil, [])
    }

    private func openings(_ record: EntryRecord, showingAll: Bool) throws -> [JSON] {
        guard let opening = try reader.record(OpeningRecord.self, .integer(record.seq)),
            let subject = try reader.record(SubjectRecord.self, .text(opening.tenant), .text(opening.holder))
        else { return [] }
        let key = try SubjectKey(subject.key32)
        return try storedOpenings(record.seq, in: reader).compactMap { field, value in
            guard showingAll || Self.shownFields.contains(field) else { return nil }
            let opened = try key.opening(field: field, value: value.canonicalBytes, seq: UInt64(record.seq))
            return [
                "seq": .integer(record.seq), "field": .string(field),
                "salt": .string(Base64.encode(opened.salt)), "value": value,
            ]
        }
    }
}

extension AuditBundle {
    /// The newest index that the checkpoint holds; nil when there is none.
    private func index() throws -> IndexRecord? {
        try reader.records(
            Scan(IndexRecord.self, below: [.integer(checkpoint.size)], isDescending: true, limit: 1)
        ).first
    }

    /// The entry of the index, and in it the leaves of the request and of its issuer where they were there already.
    private func show(_ index: IndexRecord, issuer: String?) throws -> JSON {
        guard let record = try reader.record(EntryRecord.self, .integer(index.seq)) else {
            throw StoreError.corrupt("entry \(index.seq) is gone")
        }
        let about = try ChainLeaf.About.request(request.id)
        let aboutIssuer = try issuer.map { name throws(TransparencyLogError) in try ChainLeaf.About.issuer(name) }
        var builder = try ChainRows(reader, size: index.size).index(
            proving: Set([about] + [aboutIssuer].compactMap(\.self)))
        guard try builder.index == ChainIndex(LogEntry(parsing: record.body)) else {
            throw StoreError.corrupt("the index in entry \(index.seq) is not that of the entries before it")
        }
        var shown: JSONObject = ["entry": try checkpoint.show(record)]
        shown["request"] = try builder.proof(of: about)?.json
        shown["issuer"] = try aboutIssuer.flatMap { try builder.proof(of: $0)?.json }
        return .object(shown)
    }
}

extension ChainIndexBuilder.Proof {
    fileprivate var json: JSON {
        [
            "leaf": .object(leaf.json), "position": .integer(Int64(position)),
            "path": .array(path.map { .string($0.base64) }),
        ]
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
