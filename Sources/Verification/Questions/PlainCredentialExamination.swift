import CanonicalJSON
import Credentials
import JOSE
import Proofs
import TransparencyLog

/// One SD-JWT VC, question by question: a credential with claims of its own, by a type (`vct`) and not by contexts.
struct PlainCredentialExamination {
    let verdict: Verdict

    init(_ token: Token, by verifier: Verifier, in log: LogKnowledge? = nil, container: Evidence.Container = .none) {
        let trust = verifier.trust
        let content = Evidence.Content.token(token)
        let statement = Statement(of: token, for: .assertionMethod, by: verifier)
        let logged = log?.issued(content)
        let claims = statement.document ?? token.shownDocument
        let issuer = claims["iss"]?.stringValue
        var checks = [Self.model(of: claims), statement.check]
        checks += CredentialExamination.keyChecks(
            statement, naming: issuer, loggedAt: logged?.entry.t, trusting: trust)
        if statement.document == nil {
            checks += [Check.Name.validity, .status].map { .skipped($0, because: "no signature holds") }
        } else {
            let period = PeriodQuestion(nil, statement.claims).check(at: trust.instant)
            checks.append(period)
            let signers = KeyQuestions(statement, trusting: trust).controllers
            checks.append(TokenStatusQuestion(verifier, issuer: issuer, signedBy: signers).check(claims))
            checks +=
                period.outcome == .failed
                ? [.skipped(.holder, because: "it is not valid at this time")]
                : CredentialExamination.showing(statement, content, isAddressed: false, trusting: trust)
        }
        if let log { checks.append(log.check(credential: content, logged, at: trust.instant)) }
        verdict = Verdict(.credential, checks, container: container)
    }

    private static func model(of claims: JSONObject) -> Check {
        guard let type = claims["vct"]?.stringValue, !type.isEmpty else {
            return Check(.dataModel, .failed, "It is no SD-JWT VC: the claim vct, which names its type, is missing.")
        }
        var facts: JSONObject = ["vct": .string(type)]
        facts["types"] = [.string(type)]
        return Check(.dataModel, .passed, "It is an SD-JWT VC of the type \(type).", facts: facts)
    }
}

extension Token {
    /// The document as it is shown, whoever signed it.
    var shownDocument: JSONObject {
        let payload = (try? disclosing?.disclosedClaims()) ?? payload
        return switch form {
        case .claimCredential: payload["vc"]?.objectValue ?? [:]
        case .claimPresentation: payload["vp"]?.objectValue ?? [:]
        default: payload
        }
    }
}
