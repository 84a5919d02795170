import CanonicalJSON
import Credentials
import Proofs
import Temporal

/// What somebody signed, and who, whichever way it was signed: all questions that follow are the same for every form.
struct Statement {
    /// What was signed, without proofs; nil when no signature holds, or none is known to.
    let document: JSONObject?
    /// Who signed it; not empty when a signature holds.
    let signatures: [Signature]
    /// Whether and how the signatures hold.
    let check: Check
    /// What a token says beside the document.
    var claims = Claims()

    /// One signature that holds.
    struct Signature {
        let key: SigningKey
        /// When the signer says that it was made.
        var madeAt: Instant?
        /// The words that it answers.
        var challenge: String?
        /// Whom it is for.
        var domains: [String] = []
    }

    /// What a token says beside the document that it secures.
    struct Claims {
        var notBefore: Instant?
        var expires: Instant?
        /// Where a claim and the document say different things, as a sentence.
        var contradiction: String?
        /// Whether what is shown may be only a part of what was signed.
        var isPartial = false
    }

    init(_ document: JSONObject, signatures: [Signature], check: Check, claims: Claims = Claims()) {
        precondition(!signatures.isEmpty, "a statement that nobody signed")
        (self.document, self.signatures, self.check, self.claims) = (document, signatures, check, claims)
    }

    /// One that does not hold, or is not known to.
    init(
        refused outcome: Check.Outcome, _ sentence: String, need: Check.Need? = nil, problem: ProblemType? = nil,
        steps: [Check.Step] = []
    ) {
        document = nil
        signatures = []
        check = Check(.proof, outcome, sentence, need: need, problem: problem, steps: steps)
    }

    /// The statement that evidence is, for a purpose.
    init(of evidence: Evidence.Content, for purpose: ProofPurpose, by verifier: Verifier) {
        switch evidence {
        case .json(let document): self.init(embeddedIn: document, for: purpose, by: verifier)
        case .token(let token): self.init(of: token, for: purpose, by: verifier)
        }
    }
}

extension Statement.Signature {
    /// The key in the facts: what it is, and by which name it was found.
    var facts: JSONObject {
        var facts: JSONObject = [
            "verificationMethod": .string(key.name.description),
            "key": .string(SigningKey.identifier(of: key.publicKey).description),
        ]
        facts["created"] = madeAt.map { .string($0.rfc3339) }
        return facts
    }

    /// ", made 2026-… by did:key:…"
    var words: String { (madeAt.map { "made \($0.dateTimeStamp) " } ?? "") + "by \(key.words)" }
}
