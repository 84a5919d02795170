import CanonicalJSON
import Temporal

/// What an intake receipt says: a request was accepted, and its credential is promised by an instant.
struct IntakeReceipt {
    /// The identifier of the request, `rid` in the log.
    let request: String
    let tenant: String
    let issuer: String
    /// The origin of the log.
    let log: String
    /// The time within which the request stands in the log.
    let loggedWithin: Milliseconds
    let objective: String
    let acceptedAt: Instant
    let dueAt: Instant
    /// Hashes of the policies that the promise rests on.
    let serviceLevel: String
    let compensation: String
    /// The working calendar and the rules of its zone that the deadline is counted by; nil where none is.
    let calendar: String?
    let zone: String?
    /// `sha256:` and the hexadecimal digest of the canonical credential as it was asked for.
    let credentialDigest: String
    /// The first member that this version does not know; what it may change about the promise cannot be told.
    let unknownMember: JSONShapeError?

    init(_ json: JSONObject) throws(JSONShapeError) {
        var reader = try ObjectReader(.object(json))
        _ = try reader.string("type")
        _ = try reader.value("proof")
        request = try reader.string("request")
        tenant = try reader.string("tenant")
        issuer = try reader.string("issuer")
        log = try reader.string("log")
        loggedWithin = try reader.parsed("loggedWithin", Milliseconds.init(iso8601:))
        objective = try reader.string("objective")
        acceptedAt = try reader.parsed("acceptedAt", Instant.init(rfc3339:))
        dueAt = try reader.parsed("dueAt", Instant.init(rfc3339:))
        serviceLevel = try reader.string("serviceLevel")
        compensation = try reader.string("compensation")
        credentialDigest = try reader.string("credentialDigest")
        calendar = try reader.optionalString("calendar")
        zone = try reader.optionalString("zone")
        do throws(JSONShapeError) {
            try reader.finish()
            unknownMember = nil
        } catch {
            unknownMember = error
        }
    }
}

extension ObjectReader {
    /// A string that is read by another room's rules.
    mutating func parsed<Value, Failure: Error>(
        _ key: String, _ parse: (String) throws(Failure) -> Value
    ) throws(JSONShapeError) -> Value {
        let text = try string(key)
        do {
            return try parse(text)
        } catch {
            throw JSONShapeError(pointer: pointer(to: key), problem: "\(error)")
        }
    }
}
