import CanonicalJSON
import Credentials
import JOSE
import Temporal

/// What the claims of a token and the members of the document in it may not say against each other
/// ([VC-JOSE-COSE, 3.1.3](https://www.w3.org/TR/vc-jose-cose/#jose-header-parameters-jwt-claims)).
enum TokenClaims {
    /// Claims that are about the token and not members of the document.
    static let names = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce"]

    /// The document in a payload.
    static func document(of payload: JSONObject) -> JSONObject {
        names.reduce(into: payload) { $0[$1] = nil }
    }

    /// Who issues a credential, or shows a presentation, by its own words.
    static func author(of document: JSONObject, _ kind: Envelope.Kind) -> String? {
        identifier(document[kind == .credential ? "issuer" : "holder"])
    }

    /// Refuses `vc` and `vp`, which an earlier form has, and claims that contradict the document. That `jti` and `sub`
    /// should not, where `iss` must not, is all the same to a reader who has to believe one of the two.
    static func check(
        _ claims: JWTClaims, in header: JOSEHeader?, about document: JSONObject, _ kind: Envelope.Kind
    ) throws(JOSEError) {
        for name in ["vc", "vp"] where claims.object[name] != nil {
            throw .claim(name, problem: "may not be there: the payload itself is the document")
        }
        let author = kind == .credential ? "issuer" : "holder"
        for issuer in [claims.issuer, header.flatMap(issuer(in:))] {
            try check("iss", issuer, is: document[author], author)
        }
        try check("jti", claims.identifier, is: document["id"], "id")
        if kind == .credential, let subject = document["credentialSubject"], subject.arrayValue == nil {
            try check("sub", claims.subject, is: subject["id"], "id of the credentialSubject")
        }
    }

    /// `iss` where it stands in the header
    /// ([VC-JOSE-COSE, 4.1.2](https://www.w3.org/TR/vc-jose-cose/#iss)).
    static func issuer(in header: JOSEHeader) -> String? { header.parameters["iss"]?.stringValue }

    /// Refuses a claim with another value than the member has; either may be absent.
    static func check(_ name: String, _ claim: String?, is member: JSON?, _ words: String) throws(JOSEError) {
        guard let claim, let member = identifier(member), JSON.string(claim) != .string(member) else { return }
        throw .claim(name, problem: "is \(claim.debugDescription), but the \(words) is \(member.debugDescription)")
    }

    /// A URL, or the `id` of an object.
    static func identifier(_ json: JSON?) -> String? { json?.stringValue ?? json?["id"]?.stringValue }
}

extension TokenExpectations {
    /// Refuses claims that are not the expected ones.
    func check(_ claims: JWTClaims) throws(JOSEError) {
        if let nonce, claims.object["nonce"] != .string(nonce) {
            throw .claim("nonce", problem: "is not the one that was given")
        }
        if let audience, !claims.audience.contains(where: { JSON.string($0) == .string(audience) }) {
            throw .claim("aud", problem: "does not name \(audience)")
        }
    }
}
