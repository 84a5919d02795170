import CanonicalJSON
import Temporal

/// What an intake receipt says, before it is signed.
struct Receipt {
    let request: RequestID
    let tenant: TenantID
    let origin: String
    let objective: String
    let acceptedAt: Instant
    let dueAt: Instant
    let serviceLevel: String
    let compensation: String
    /// The calendar and the zone rules that ``dueAt`` is counted by, where the service level names some.
    let calendar: BoundCalendar?
    /// SHA-256 of the canonical credential as it was asked for, in hexadecimal.
    let credentialDigest: String

    /// The time within which an accepted request stands in the log: a receipt whose request is missing there after it
    /// convicts the operator.
    static let loggedWithin = Milliseconds.minutes(1)

    func document(issuer: String) -> JSONObject {
        var document: JSONObject = [
            "type": "IntakeReceipt", "request": .string(request.text), "tenant": .string(tenant.text),
            "issuer": .string(issuer), "log": .string(origin), "loggedWithin": .string(Self.loggedWithin.iso8601),
            "objective": .string(objective), "acceptedAt": .string(acceptedAt.rfc3339),
            "dueAt": .string(dueAt.rfc3339), "serviceLevel": .string(serviceLevel),
            "compensation": .string(compensation), "credentialDigest": .string("sha256:" + credentialDigest),
        ]
        calendar?.add(to: &document)
        return document
    }
}
