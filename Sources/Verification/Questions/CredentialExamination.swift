import CanonicalJSON
import Credentials
import Proofs
import Temporal
import TransparencyLog

/// One credential of the data model, question by question, whichever way it is signed.
struct CredentialExamination {
    let verdict: Verdict

    /// - Parameters:
    ///   - kind: a credential, or a status list that is a credential.
    ///   - log: what the bundles beside it prove; nil when none was handed in.
    ///   - isAddressed: whether it must answer the verifier's challenge itself, without a presentation around it.
    init(
        _ content: Evidence.Content, kind: Evidence.Kind, by verifier: Verifier, in log: LogKnowledge? = nil,
        isAddressed: Bool = false, container: Evidence.Container = .none
    ) {
        let trust = verifier.trust
        let statement = Statement(of: content, for: .assertionMethod, by: verifier)
        let model = Self.dataModel(of: content, statement)
        var checks = [model.check, statement.check]
        let logged = log?.issued(content)
        checks += Self.keyChecks(
            statement, naming: model.credential?.issuer.description, loggedAt: logged?.entry.t, trusting: trust)
        if let credential = model.credential, statement.document != nil {
            checks.append(PeriodQuestion(credential, statement.claims).check(at: trust.instant))
            checks += SchemaQuestion(trust).checks(credential)
            checks += ResourceQuestion(trust).checks(credential)
            checks += BadgeQuestion.checks(credential)
            checks += EvidenceQuestion.checks(credential)
            let signers = KeyQuestions(statement, trusting: trust).controllers
            let list = StatusExamination(of: credential, signedBy: signers, by: verifier)
            checks += kind == .statusList ? list.ownChecks : list.checks
        } else {
            let reason = model.credential == nil ? "it is not known to be a credential" : "no proof holds"
            checks += [Check.Name.validity, kind == .statusList ? .list : .status].map { .skipped($0, because: reason) }
        }
        if statement.document != nil {
            checks += Self.showing(statement, content, isAddressed: isAddressed, trusting: trust)
        }
        if let log { checks.append(log.check(credential: content, logged, at: trust.instant)) }
        verdict = Verdict(kind, checks, container: container)
    }

    /// Who vouches for the keys, and whether they were good; only for what somebody signed.
    static func keyChecks(
        _ statement: Statement, naming issuer: String?, loggedAt: Instant?, trusting trust: Trust
    ) -> [Check] {
        guard statement.document != nil else {
            return [Check.Name.key, .issuer].map { .skipped($0, because: "no proof holds") }
        }
        let keys = KeyQuestions(statement, trusting: trust)
        return [keys.keyCheck, keys.ownerCheck(.issuer, naming: issuer)]
            + KeyPeriodQuestion(instant: trust.instant, loggedAt: loggedAt).checks(statement)
    }

    /// Who shows it, and to whom, where the credential says something about that.
    static func showing(
        _ statement: Statement, _ content: Evidence.Content, isAddressed: Bool, trusting trust: Trust
    ) -> [Check] {
        if case .token(let token) = content, let disclosing = token.disclosing {
            return HolderBinding(disclosing, token.payload, signedBy: statement.signatures[0].key, trust).checks
        }
        let isAsked = trust.challenge != nil || trust.domains != nil
        let answers = statement.signatures.contains { $0.challenge != nil || !$0.domains.isEmpty }
        return isAsked && (isAddressed || answers) ? [ChallengeQuestion(trust: trust).check(statement)] : []
    }

    /// The credential that was signed, or when nothing was, the one that is shown.
    private static func dataModel(
        of content: Evidence.Content, _ statement: Statement
    ) -> (credential: UnsecuredCredential?, check: Check) {
        do throws(CredentialError) {
            let credential = try credential(of: content, statement)
            let version = credential.dataModel.version
            if let contradiction = statement.claims.contradiction {
                return (credential, Check(.dataModel, .failed, contradiction, facts: credential.facts))
            }
            return (
                credential,
                Check(
                    .dataModel, .passed, "It follows the Verifiable Credentials Data Model \(version).",
                    facts: credential.facts)
            )
        } catch {
            return (nil, Check(.dataModel, .failed, "It is not a credential: \(error).", problem: error.type))
        }
    }

    private static func credential(
        of content: Evidence.Content, _ statement: Statement
    ) throws(CredentialError) -> UnsecuredCredential {
        switch content {
        case .json(let json):
            let shown = try SecuredCredential(.object(json)).unsecured
            return if let signed = statement.document { try UnsecuredCredential(verified: signed) } else { shown }
        case .token(let token):
            return try UnsecuredCredential(verified: statement.document ?? token.shownDocument)
        }
    }
}

extension UnsecuredCredential {
    fileprivate var facts: JSONObject {
        var facts: JSONObject = [
            "types": .array(types.map(JSON.string)), "version": .string(dataModel.version),
        ]
        facts["id"] = id.map { .string($0.description) }
        return facts
    }
}
