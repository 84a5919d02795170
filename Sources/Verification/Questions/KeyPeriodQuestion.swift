import CanonicalJSON
import Credentials
import Temporal

/// Whether the keys were good for signing when they signed.
///
/// Retired is planned: the signer's own word about the time is enough, because nobody else had the key. Revoked is not:
/// who stole a key writes any date, so that only the log can show that a signature is older than the theft.
struct KeyPeriodQuestion {
    let instant: Instant
    /// When the log took the very document; nil: no log is known to have it.
    let loggedAt: Instant?

    /// One check for each key that has an end, and one that says so when one has its beginning in the log.
    func checks(_ statement: Statement) -> [Check] {
        statement.signatures.compactMap { signature in
            let key = signature.key
            guard key.expires != nil || key.revoked != nil || key.record != nil else { return nil }
            return check(signature, key)
        }
    }

    private func check(_ signature: Statement.Signature, _ key: SigningKey) -> Check {
        var facts: JSONObject = ["verificationMethod": .string(key.name.description)]
        facts["signedAt"] = signature.madeAt.map { .string($0.rfc3339) }
        facts["loggedAt"] = loggedAt.map { .string($0.rfc3339) }
        facts["expires"] = key.expires.map { .string($0.rfc3339) }
        facts["revoked"] = key.revoked.map { .string($0.rfc3339) }
        facts["from"] = key.record.map { .string($0.from.rfc3339) }
        facts["completeSize"] = key.record?.completeSize.map { .integer(Int64($0)) }
        func check(_ outcome: Check.Outcome, _ sentence: String, _ need: Check.Need? = nil) -> Check {
            Check(.keyPeriod, outcome, sentence, facts: facts, need: need)
        }
        if let revoked = key.revoked, revoked <= instant {
            if let answer = whenRevoked(revoked, signature.madeAt, expires: key.expires) {
                return check(answer.outcome, answer.sentence, answer.need)
            }
        }
        if let start = key.record?.from, let time = loggedAt ?? signature.madeAt, time < start {
            return check(
                .failed, "It was signed \(time.dateTimeStamp), before the key was the issuer's, \(start.dateTimeStamp)."
            )
        }
        guard let end = key.expires, end <= instant else { return check(.passed, Self.whenOpen(key.record)) }
        let words = "the key was for use until \(end.dateTimeStamp)"
        if let loggedAt, loggedAt < end {
            return check(.passed, "It was in the log at \(loggedAt.dateTimeStamp); \(words).")
        }
        switch signature.madeAt {
        case let time? where time < end:
            return check(.passed, "It says that it was signed \(time.dateTimeStamp); \(words).")
        case let time?:
            return check(.failed, "It says that it was signed \(time.dateTimeStamp), but \(words).")
        case nil:
            return check(.cannotTell, "It does not say when it was signed, and \(words).", .bundle)
        }
    }

    private static func whenOpen(_ record: KeyRecord?) -> String {
        guard let size = record?.completeSize else { return "No end of the key is known that has come." }
        return "No end of the key has come: none is among the first \(size) entries of the log, by its index."
    }

    /// Nil when the log shows that it was signed before, so that only the planned end is left to ask for.
    private func whenRevoked(
        _ revoked: Instant, _ madeAt: Instant?, expires: Instant?
    ) -> (outcome: Check.Outcome, sentence: String, need: Check.Need?)? {
        let words = "The key counts for nothing since \(revoked.dateTimeStamp), when it was in wrong hands"
        if let loggedAt {
            if loggedAt < revoked {
                guard loggedAt < expires ?? .latest else { return nil }
                return (.passed, "It was in the log at \(loggedAt.dateTimeStamp), before the key was revoked.", nil)
            }
            return (.failed, "\(words), and the log has this from \(loggedAt.dateTimeStamp).", nil)
        }
        if let madeAt, madeAt >= revoked {
            return (.failed, "\(words), and this says that it was signed \(madeAt.dateTimeStamp).", nil)
        }
        let said = madeAt.map { "that it was signed before, \($0.dateTimeStamp), it says itself" } ?? "it has no date"
        return (.cannotTell, "\(words); \(said), and no log bears that out.", .bundle)
    }
}
