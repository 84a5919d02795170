import CanonicalJSON
import Credentials
import JOSE
import Proofs

/// One presentation, question by question, and each credential in it by itself.
struct PresentationExamination {
    let verdict: Verdict

    /// A holder shows a handful; each is verified like one that was handed in.
    private static let maximumCredentials = 64

    init(
        _ content: Evidence.Content, by verifier: Verifier, in log: LogKnowledge? = nil,
        container: Evidence.Container = .none
    ) {
        let trust = verifier.trust
        let statement = Statement(of: content, for: .authentication, by: verifier)
        let model = Self.dataModel(of: content, statement)
        var checks = [model.check, statement.check]
        if statement.document == nil {
            checks += [Check.Name.key, .holder, .challenge].map { .skipped($0, because: "no proof holds") }
        } else {
            let keys = KeyQuestions(statement, areIssuers: false, trusting: trust)
            checks += [
                keys.keyCheck, keys.ownerCheck(.holder, naming: model.presentation?.holder?.description),
            ]
            checks += KeyPeriodQuestion(instant: trust.instant, loggedAt: nil).checks(statement)
            let period = PeriodQuestion(nil, statement.claims)
            if period.arises { checks.append(period.check(at: trust.instant)) }
            if case .token(let token) = content, let disclosing = token.disclosing, disclosing.keyBinding != nil {
                checks += HolderBinding(disclosing, token.payload, signedBy: statement.signatures[0].key, trust).checks
            } else {
                checks.append(ChallengeQuestion(trust: trust).check(statement))
            }
        }
        let parts = Self.evidence(in: model.presentation, model.tokens).map { evidence in
            switch evidence {
            case .success(let evidence): verifier.examine(evidence, in: log)
            case .failure(let error): Verdict(error)
            }
        }
        verdict = Verdict(.presentation, checks, parts: parts, container: container)
    }

    private static func evidence(
        in presentation: UnsecuredPresentation?, _ tokens: [String]
    ) -> [Result<Evidence, EvidenceError>] {
        let documents = (presentation?.credentials ?? []).map { presented in
            Result { () throws(EvidenceError) in
                switch presented {
                case .secured(let credential): Evidence(.credential, .json(credential.json))
                case .enveloped(let envelope): try Evidence(opening: envelope)
                }
            }
        }
        return documents
            + tokens.map { text in Result { () throws(EvidenceError) in try Evidence(.string(text)) } }
    }

    private typealias Model = (presentation: UnsecuredPresentation?, tokens: [String], check: Check)

    /// The presentation that was signed, or when nothing was, the one that is shown.
    private static func dataModel(of content: Evidence.Content, _ statement: Statement) -> Model {
        do throws(CredentialError) {
            let (document, tokens) = withoutTokens(try document(of: content, statement))
            let presentation = try UnsecuredPresentation(verified: document)
            let count = presentation.credentials.count + tokens.count
            guard count <= maximumCredentials else {
                let sentence =
                    "It shows \(count) credentials, and more than \(maximumCredentials) are not verified at once."
                return (nil, [], Check(.dataModel, .cannotTell, sentence))
            }
            let version = presentation.dataModel.version
            var facts: JSONObject = ["credentials": .integer(Int64(count)), "version": .string(version)]
            facts["holder"] = presentation.holder.map { .string($0.description) }
            if let contradiction = statement.claims.contradiction {
                return (presentation, tokens, Check(.dataModel, .failed, contradiction, facts: facts))
            }
            let shown = count == 1 ? "1 credential" : "\(count) credentials"
            let sentence = "A presentation of the Verifiable Credentials Data Model \(version), of \(shown)."
            return (presentation, tokens, Check(.dataModel, .passed, sentence, facts: facts))
        } catch {
            return (
                nil, [], Check(.dataModel, .failed, "It is not a presentation: \(error).", problem: error.type)
            )
        }
    }

    private static func document(
        of content: Evidence.Content, _ statement: Statement
    ) throws(CredentialError) -> JSONObject {
        if let signed = statement.document { return signed }
        switch content {
        case .json(let json): return try VerifiablePresentation(.object(json)).unsecured.json
        case .token(let token): return token.shownDocument
        }
    }

    /// Data model 1.1 has tokens as strings beside credentials as objects, and 2.0 only objects.
    private static func withoutTokens(_ document: JSONObject) -> (JSONObject, tokens: [String]) {
        let isVersion1 = document["@context"]?.arrayValue?.first == .string(DataModel.v1_1.context)
        guard isVersion1, let shown = document["verifiableCredential"] else { return (document, []) }
        let elements = shown.arrayValue ?? [shown]
        let objects = elements.filter { $0.stringValue == nil }
        var document = document
        document["verifiableCredential"] = objects.isEmpty ? nil : .array(objects)
        return (document, elements.compactMap(\.stringValue))
    }
}
