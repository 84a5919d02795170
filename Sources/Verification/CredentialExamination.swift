import CanonicalJSON
import Credentials
import Temporal

/// One credential, question by question.
struct CredentialExamination {
    let verdict: Verdict

    /// - Parameter log: what the bundles beside it prove; nil when none was handed in.
    init(_ json: JSONObject, kind: Evidence.Kind, by verifier: Verifier, in log: LogKnowledge? = nil) {
        let signature = Signature(of: json, at: verifier.trust.instant)
        let model = Self.dataModel(of: json, signed: signature.document)
        var checks = [model.check, signature.check]
        let issuer = model.credential?.issuer.description
        checks += signature.issuerChecks(naming: issuer, trusting: verifier.trust.issuers)
        if let credential = model.credential, signature.document != nil {
            checks.append(Self.validity(of: credential, at: verifier.trust.instant))
            let list = StatusExamination(of: credential, signedBy: signature.controllers, by: verifier)
            checks += kind == .statusList ? list.ownChecks : list.checks
        } else {
            let reason = model.credential == nil ? "it is not known to be a credential" : "no proof holds"
            checks += [Check.Name.validity, kind == .statusList ? .list : .status].map { .skipped($0, because: reason) }
        }
        if let log { checks.append(log.check(credential: json, at: verifier.trust.instant)) }
        verdict = Verdict(kind, checks)
    }

    /// The credential that was signed, or when nothing was, the one that is shown.
    private static func dataModel(
        of json: JSONObject, signed: JSONObject?
    ) -> (credential: UnsecuredCredential?, check: Check) {
        do {
            let shown = try SecuredCredential(.object(json)).unsecured
            let credential = if let signed { try UnsecuredCredential(verified: signed) } else { shown }
            return (
                credential,
                Check(
                    .dataModel, .passed,
                    "It follows the Verifiable Credentials Data Model \(credential.dataModel.version).",
                    facts: credential.facts)
            )
        } catch {
            return (nil, Check(.dataModel, .failed, "It is not a credential: \(error)."))
        }
    }

    private static func validity(of credential: UnsecuredCredential, at instant: Instant) -> Check {
        var facts: JSONObject = ["at": .string(instant.rfc3339)]
        facts["validFrom"] = credential.validFrom.map { .string($0.rfc3339) }
        facts["validUntil"] = credential.validUntil.map { .string($0.rfc3339) }
        if let start = credential.validFrom, instant < start {
            return Check(.validity, .failed, "It is not valid yet: it begins \(start.dateTimeStamp).", facts: facts)
        }
        if let end = credential.validUntil, end < instant {
            return Check(.validity, .failed, "It is not valid any more: it ended \(end.dateTimeStamp).", facts: facts)
        }
        let start = credential.validFrom.map { "from \($0.dateTimeStamp)" } ?? "from ever"
        let end = credential.validUntil.map { "until \($0.dateTimeStamp)" } ?? "without end"
        return Check(.validity, .passed, "Valid \(start) \(end).", facts: facts)
    }
}

extension UnsecuredCredential {
    fileprivate var facts: JSONObject {
        var facts: JSONObject = ["types": .array(types.map(JSON.string))]
        facts["id"] = id.map { .string($0.description) }
        return facts
    }
}
