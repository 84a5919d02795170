import CanonicalJSON
import TransparencyLog

/// What a replay puts in the place of openings that were destroyed.
enum ErasedOpenings {
    /// Values that say nothing, and what the request's `subject.erased` kept.
    ///
    /// - Parameter opened: gives the openings of an entry, each of which opens its commitment.
    /// - Throws: `AuditFailure` when the request was not erased after the entry.
    static func stand(
        inFor entry: LogEntry, in source: any StoreReader, opened: (LogEntry) throws -> JSONObject
    ) throws -> JSONObject {
        guard entry.request != nil else {
            try checkErased(entry, in: source, opened: opened)
            return Self.nobody(entry)
        }
        guard let erasure = try erasure(ofRequestOf: entry, in: source) else {
            throw AuditFailure(
                seq: Int64(entry.seq), "what the entry commits to is gone, and no entry says that it was erased")
        }
        guard case .subjectErased(let erased) = try LogEvent(erasure, openings: opened(erasure)).event else {
            throw AuditFailure(seq: Int64(erasure.seq), "the entry is not of the type that it says")
        }
        var openings: JSONObject = [:]
        for (field, commitment) in entry.cm {
            switch field {
            case "holder": openings[field] = ["id": ""]
            case "receipt", "credential": openings[field] = .null
            case "idempotency": openings[field] = ["key": "", "digest": ""]
            case "window": openings[field] = ["from": 0, "until": 0]
            case "offer": openings[field] = ["text": "erased"]
            case "claim", "appeal": openings[field] = ["text": "erased", "evidence": []]
            case "opinion", "person", "survey", "seen": openings[field] = ""
            case "status": openings[field] = try status(erased, commitment, of: entry)
            // What may be absent: a note, an order.
            default: break
            }
        }
        return openings
    }

    /// That a `wallet.erased` names an entry about no request whose openings are gone.
    private static func checkErased(
        _ entry: LogEntry, in source: any StoreReader, opened: (LogEntry) throws -> JSONObject
    ) throws {
        // The row only says where to look; what stands there is opened.
        guard let row = try source.record(ErasedEntryRecord.self, .integer(Int64(entry.seq))), row.seq > row.entry,
            let record = try source.record(EntryRecord.self, .integer(row.seq)),
            case let erasure = try LogEntry(parsing: record.body),
            case .wallet(.erased(let erased)) = try LogEvent(erasure, openings: opened(erasure)).event,
            erased.entries.contains(Int64(entry.seq))
        else {
            throw AuditFailure(
                seq: Int64(entry.seq), "what the entry commits to is gone, and no entry says that it was erased")
        }
    }

    /// What an entry about a wallet or a coupon opens to when its person was erased.
    private static func nobody(_ entry: LogEntry) -> JSONObject {
        var openings: JSONObject = [:]
        for field in entry.cm.keys {
            switch field {
            case "holder": openings[field] = ["id": ""]
            case "lots": openings[field] = []
            case "idempotency": openings[field] = ["key": "", "digest": ""]
            // What may be absent: a purpose, a reference.
            default: break
            }
        }
        return openings
    }

    /// Fails when something that a `wallet.erased` says was destroyed can still be opened.
    static func checkAbsence(of erased: WalletErased, by seq: UInt64, in source: any StoreReader) throws {
        for entry in erased.entries where try source.record(OpeningRecord.self, .integer(entry)) != nil {
            throw AuditFailure(seq: entry, "it was erased in entry \(seq), and it can still be opened")
        }
    }

    /// Fails when something of a request that was erased can still be opened.
    static func checkAbsence(before erasure: LogEntry, in source: any StoreReader) throws {
        guard let request = erasure.request?.rid else { return }
        try source.forEachEntry(of: request) { seq in
            guard seq < Int64(erasure.seq), try source.record(OpeningRecord.self, .integer(seq)) != nil else { return }
            throw AuditFailure(seq: seq, "its request was erased in entry \(erasure.seq), and it can still be opened")
        }
    }

    /// The place in the status lists, which must be the one that was committed to when the credential was issued.
    private static func status(_ erased: SubjectErased, _ commitment: Commitment, of entry: LogEntry) throws -> JSON {
        let isUpgrade = entry.type == CredentialUpgraded.type
        guard let status = isUpgrade ? erased.upgraded : erased.status,
            try Opening(field: "status", salt: status.salt, value: status.place.json.canonicalBytes).commitment
                == commitment
        else {
            throw AuditFailure(seq: Int64(entry.seq), "the place in the status lists that was kept is another one")
        }
        return status.place.json
    }

    private static func erasure(ofRequestOf entry: LogEntry, in source: any StoreReader) throws -> LogEntry? {
        guard let request = entry.request?.rid else { return nil }
        var found: LogEntry?
        try source.forEachEntry(of: request) { seq in
            guard found == nil, seq > Int64(entry.seq), let record = try source.record(EntryRecord.self, .integer(seq))
            else { return }
            let later = try LogEntry(parsing: record.body)
            if later.type == SubjectErased.type { found = later }
        }
        return found
    }
}
