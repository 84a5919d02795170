import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Multiformats
import Proofs
import Temporal

extension Statement {
    /// Verifies the issuer's signature of a token, and every rule about what it hides.
    init(of token: Token, for purpose: ProofPurpose, by verifier: Verifier) {
        let payload: JSONObject
        let claims: JWTClaims
        do throws(JOSEError) {
            payload =
                try token.disclosing.map { (token) throws(JOSEError) in try token.disclosedClaims() } ?? token.payload
            claims = try JWTClaims(payload, issuedAt: .numericDateOrText)
            try token.refuseHiddenClaims(in: payload)
        } catch {
            self.init(refused: .failed, "The token does not hold: \(error).", problem: .proofVerification)
            return
        }
        let document = TokenDocument(token.form, payload, claims)
        let issuer = claims.issuer ?? document.signer
        do throws(ProofError) {
            let candidates = try verifier.keyring.candidates(
                for: token.signed.header, issuer: issuer, purpose: purpose)
            guard let key = candidates.first(where: { token.signed.isSigned(by: $0.publicKey) }) else {
                self.init(refusing: token, candidates, issuer: issuer)
                return
            }
            self.init(token, document, claims, key: key, showingSteps: verifier.trust.showsSteps)
        } catch {
            let isKeyMissing = error.type == .invalidControlledIdentifierDocument
            self.init(
                refused: isKeyMissing ? .cannotTell : .failed, "The signature is not known to hold: \(error).",
                need: isKeyMissing ? .keyDocument : nil, problem: error.type)
        }
    }

    private init(refusing token: Token, _ candidates: [SigningKey], issuer: String?) {
        guard candidates.isEmpty else {
            self.init(
                refused: .failed,
                "The signature does not hold: the token was changed after signing, or another key signed it.",
                problem: .proofVerification)
            return
        }
        let key = token.signed.header.keyID.map { "the key \($0.debugDescription)" } ?? "a key"
        let owner = issuer.map { " of \($0)" } ?? ""
        self.init(
            refused: .cannotTell,
            "It is signed by \(key)\(owner) for \(token.signed.header.algorithm.joseName), which is not at hand.",
            need: .keyDocument)
    }

    private init(
        _ token: Token, _ document: TokenDocument, _ claims: JWTClaims, key: SigningKey, showingSteps: Bool
    ) {
        let signature = Signature(
            key: key, madeAt: claims.issuedAt ?? document.madeAt, challenge: claims.object["nonce"]?.stringValue,
            domains: claims.audience)
        var facts = signature.facts
        facts["form"] = .string(token.form.rawValue)
        facts["algorithm"] = .string(token.signed.header.algorithm.joseName)
        var sentence = "\(token.form.words), \(token.signed.header.algorithm.joseName), holds, \(signature.words)."
        if let disclosing = token.disclosing {
            let count = disclosing.disclosures.count
            facts["disclosures"] = .integer(Int64(count))
            sentence += " It discloses \(count) of what it hides."
        }
        self.init(
            document.json, signatures: [signature],
            check: Check(
                .proof, .passed, sentence, facts: ["proofs": [.object(facts)]],
                steps: showingSteps ? token.steps(key) : []),
            claims: Claims(
                notBefore: claims.notBefore, expires: claims.expirationTime, contradiction: document.contradiction,
                isPartial: token.disclosing != nil))
    }
}

extension Token {
    /// What a verifier rests on may not be hidden and shown at will (SD-JWT VC, 3.2.2.2).
    fileprivate func refuseHiddenClaims(in disclosed: JSONObject) throws(JOSEError) {
        guard form == .plainCredential else { return }
        for name in SDJWTCredential.alwaysDisclosed where payload[name] != disclosed[name] {
            throw .disclosure("the claim \(name) is selectively disclosable, which a credential's may not be")
        }
    }

    fileprivate func steps(_ key: SigningKey) -> [Check.Step] {
        var steps = [Check.Step("header", JSON.object(signed.header.parameters).canonicalString)]
        switch signed {
        case .jws(let token):
            let end = token.compact.utf8.lastIndex(of: UInt8(ascii: ".")) ?? token.compact.utf8.startIndex
            let input = Array(token.compact.utf8.prefix(upTo: end))
            steps += [
                Check.Step("signed", "header and payload as they stand in the token, \(input.count) bytes"),
                Check.Step("their SHA-256", hex: SHA256.hash(input).bytes),
            ]
        case .cose(let message):
            steps.append(Check.Step("signed", "header and payload in CBOR, \(message.payload.count) bytes of payload"))
        }
        for disclosure in disclosing?.disclosures ?? [] {
            guard let hash = try? disclosing?.hash() else { break }
            let name = disclosure.name.map { "disclosure of \($0)" } ?? "disclosure in a list"
            steps.append(Check.Step(name, "digest \(disclosure.digest(hash))"))
        }
        return steps + [
            Check.Step("key", SigningKey.identifier(of: key.publicKey).description),
            Check.Step("signature", hex: signed.signature),
            Check.Step("signature holds", signed.header.algorithm.joseName),
        ]
    }
}

extension Token.Form {
    fileprivate var words: String {
        switch self {
        case .credential, .presentation: "A token of VC-JOSE-COSE (\(rawValue))"
        case .disclosingCredential, .disclosingPresentation: "A token of VC-JOSE-COSE (\(rawValue))"
        case .coseCredential, .cosePresentation: "A COSE message of VC-JOSE-COSE (\(rawValue))"
        case .plainCredential: "An SD-JWT VC"
        case .claimCredential, .claimPresentation: "A JWT as data model 1.1 has it"
        case .badge: "A JWT as Open Badges have it"
        case .statusList: "A Token Status List"
        }
    }
}
