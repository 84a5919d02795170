import CanonicalJSON
import Credentials
import Temporal

/// Whether the instant of verification is within the period of a document, and of the token around it.
struct PeriodQuestion {
    let start: Instant?
    let end: Instant?
    /// What a token says: its first instant, and the one from which on it counts no more.
    let notBefore: Instant?
    let expires: Instant?

    init(_ credential: UnsecuredCredential?, _ claims: Statement.Claims) {
        (start, end) = (credential?.validFrom, credential?.validUntil)
        (notBefore, expires) = (claims.notBefore, claims.expires)
    }

    /// Whether anything says when.
    var arises: Bool { (start ?? end ?? notBefore ?? expires) != nil }

    func check(at instant: Instant) -> Check {
        var facts: JSONObject = ["at": .string(instant.rfc3339)]
        facts["validFrom"] = start.map { .string($0.rfc3339) }
        facts["validUntil"] = end.map { .string($0.rfc3339) }
        facts["nbf"] = notBefore.map { .string($0.rfc3339) }
        facts["exp"] = expires.map { .string($0.rfc3339) }
        if let start = [start, notBefore].compactMap(\.self).max(), instant < start {
            return Check(.validity, .failed, "It is not valid yet: it begins \(start.dateTimeStamp).", facts: facts)
        }
        if let end, end < instant {
            return Check(.validity, .failed, "It is not valid any more: it ended \(end.dateTimeStamp).", facts: facts)
        }
        if let expires, expires <= instant {
            return Check(
                .validity, .failed, "It is not valid any more: the token ended \(expires.dateTimeStamp).", facts: facts)
        }
        let from = [start, notBefore].compactMap(\.self).max().map { "from \($0.dateTimeStamp)" } ?? "from ever"
        let until = [end, expires].compactMap(\.self).min().map { "until \($0.dateTimeStamp)" } ?? "without end"
        return Check(.validity, .passed, "Valid \(from) \(until).", facts: facts)
    }
}
