import CanonicalJSON
import Credentials
import JOSE
import Temporal

/// The document that a token secures, and whether its claims say the same.
struct TokenDocument {
    let json: JSONObject
    /// Whom the document names as the one who signed it.
    let signer: String?
    /// When the document says that it was made, if it was made by putting claims in its place.
    let madeAt: Instant?
    /// Where a claim and the document say different things, as a sentence.
    let contradiction: String?

    init(_ form: Token.Form, _ payload: JSONObject, _ claims: JWTClaims) {
        var document = payload
        var contradiction: String?
        switch form {
        case .claimCredential, .claimPresentation:
            let name = form.kind == .presentation ? "vp" : "vc"
            document = payload[name]?.objectValue ?? [:]
            Self.fill(&document, from: claims, issuer: form.issuerMember)
        case .credential, .presentation, .disclosingCredential, .disclosingPresentation, .coseCredential,
            .cosePresentation:
            if let name = ["vc", "vp"].first(where: { payload[$0] != nil }) {
                contradiction =
                    "It has the claim \(name), which tokens of this type do not: the payload is the document."
            }
        case .plainCredential, .badge, .statusList: break
        }
        json = document
        madeAt = form == .claimCredential ? claims.notBefore : nil
        if form == .plainCredential || form == .statusList {
            signer = claims.issuer
            self.contradiction = contradiction
        } else {
            signer = Self.identifier(document[form.issuerMember])
            self.contradiction = contradiction ?? Self.contradiction(between: claims, and: document, form)
        }
    }

    /// [Data model 1.1, 6.3.1, JWT decoding](https://www.w3.org/TR/vc-data-model-1.1/#jwt-decoding).
    private static func fill(_ document: inout JSONObject, from claims: JWTClaims, issuer: String) {
        if document[issuer] == nil { document[issuer] = claims.issuer.map(JSON.string) }
        if document["id"] == nil { document["id"] = claims.identifier.map(JSON.string) }
        guard issuer == "issuer" else { return }
        if document["issuanceDate"] == nil {
            document["issuanceDate"] = claims.notBefore.map { .string($0.dateTimeStamp) }
        }
        if document["expirationDate"] == nil {
            document["expirationDate"] = claims.expirationTime.map { .string($0.dateTimeStamp) }
        }
        if case .object(var subject) = document["credentialSubject"], subject["id"] == nil {
            subject["id"] = claims.subject.map(JSON.string)
            document["credentialSubject"] = .object(subject)
        }
    }

    private static func contradiction(
        between claims: JWTClaims, and document: JSONObject, _ form: Token.Form
    ) -> String? {
        var pairs: [(claim: String, value: String?, member: String, said: String?)] = [
            ("iss", claims.issuer, form.issuerMember, identifier(document[form.issuerMember])),
            ("jti", claims.identifier, "id", identifier(document["id"])),
        ]
        if document["credentialSubject"]?.arrayValue == nil {
            pairs.append(("sub", claims.subject, "credentialSubject.id", identifier(document["credentialSubject"])))
        }
        for (claim, value, member, said) in pairs {
            guard let value, let said, JSON.string(value) != .string(said) else { continue }
            return "Its claim \(claim) is \(value.debugDescription), and its \(member) is \(said.debugDescription)."
        }
        return nil
    }

    /// A URL, or the `id` of an object.
    private static func identifier(_ json: JSON?) -> String? { json?.stringValue ?? json?["id"]?.stringValue }
}
