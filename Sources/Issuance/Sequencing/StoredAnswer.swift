import CanonicalJSON
import Temporal
import TransparencyLog

/// Reads back what was answered, from the entries that were written.
enum StoredAnswer {
    /// The answer or refusal under an idempotency key; nil when the key is new.
    ///
    /// - Throws: `Refusal.idempotencyMismatch` when the key was used for something else.
    static func find(
        _ idempotency: Idempotency, of tenant: TenantID, in reader: any StoreReader, _ directory: Directory
    ) throws -> Result<Answer, Refusal>? {
        guard let stored = try reader.record(AnswerRecord.self, .text(tenant.text), .text(idempotency.key)) else {
            return try findErased(idempotency, of: tenant, in: reader, directory)
        }
        guard stored.digest == idempotency.digest else { throw Refusal.idempotencyMismatch(idempotency.key) }
        if let refusal = stored.refusal.flatMap({ Refusal(stored: $0) }) { return .failure(refusal) }
        guard let seq = stored.seq, let event = try storedEvent(seq, in: reader) else {
            throw StoreError.corrupt("the answer under an idempotency key points to no entry")
        }
        let following = try event.request.flatMap { try storedEvent(behind: seq, about: $0, in: reader) }
        let url = directory.opened?.url ?? ""
        return .success(Answer(to: event, issued: following?.issued(for: event.request), url: url))
    }

    /// Whether something was done under an idempotency key of which nothing is left.
    static func isErased(
        _ key: String, of tenant: TenantID, in reader: any StoreReader, _ directory: Directory
    ) throws -> Bool { try erased(key, of: tenant, in: reader, directory) != nil }

    /// What is answered under the key of a command that erased, or whose request was erased.
    private static func findErased(
        _ idempotency: Idempotency, of tenant: TenantID, in reader: any StoreReader, _ directory: Directory
    ) throws -> Result<Answer, Refusal>? {
        guard let known = try erased(idempotency.key, of: tenant, in: reader, directory) else { return nil }
        guard let asked = known.asked else { return .failure(.erased) }
        guard asked == ErasedNames.asked(idempotency) else { throw Refusal.idempotencyMismatch(idempotency.key) }
        return .success(.erased)
    }

    private static func erased(
        _ key: String, of tenant: TenantID, in reader: any StoreReader, _ directory: Directory
    ) throws -> ErasedAnswerRecord? {
        guard directory.hasErasures,
            let institution = try reader.record(SubjectRecord.self, .text(tenant.text), .text(""))
        else { return nil }
        let name = ErasedNames(institution.key32).name(of: key)
        return try reader.record(ErasedAnswerRecord.self, .text(tenant.text), .blob(name))
    }
}

/// The event of an entry, with its openings; nil beyond the end of the log.
func storedEvent(_ seq: Int64, in reader: any StoreReader) throws -> LogEvent? {
    try timedEvent(seq, in: reader)?.event
}

/// The same, and the `t` of the entry.
func timedEvent(_ seq: Int64, in reader: any StoreReader) throws -> (event: LogEvent, at: Instant)? {
    guard let record = try reader.record(EntryRecord.self, .integer(seq)) else { return nil }
    let entry = try LogEntry(parsing: record.body)
    return (try LogEvent(entry, openings: storedOpenings(seq, in: reader)), entry.t)
}

/// The event of the entry behind another, when it is about the same request. Of other people's entries nothing is read:
/// they may have been erased.
func storedEvent(behind seq: Int64, about request: RequestID, in reader: any StoreReader) throws -> LogEvent? {
    guard try reader.record(EntryRecord.self, .integer(seq + 1))?.request == request.text else { return nil }
    return try storedEvent(seq + 1, in: reader)
}

/// What an entry's commitments open to; empty when it has none.
func storedOpenings(_ seq: Int64, in reader: any StoreReader) throws -> JSONObject {
    guard let record = try reader.record(OpeningRecord.self, .integer(seq)) else { return [:] }
    guard case .object(let openings) = try JSON(parsing: record.document) else {
        throw StoreError.corrupt("the opening of entry \(seq) is not an object")
    }
    return openings
}

extension LogEvent {
    init(_ entry: LogEntry, openings: JSONObject) throws {
        let request = try entry.request.map { place in
            guard let id = RequestID(place.rid) else {
                throw StoreError.corrupt("entry \(entry.seq): \(place.rid) is not an identifier of a request")
            }
            return id
        }
        self.init(try Event(type: entry.type, facts: entry.facts, openings: openings), of: request)
    }

    /// The credential, when this event issues one for that request.
    func issued(for request: RequestID?) -> CredentialIssued? {
        guard case .credentialIssued(let issued) = event, self.request == request else { return nil }
        return issued
    }
}
