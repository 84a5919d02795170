package import CanonicalJSON
import Credentials
package import Cryptography
package import JOSE
package import Temporal

/// What a verifier asks of a token beside its signature.
package struct TokenExpectations: Hashable, Sendable {
    /// The words that a presentation must repeat; nil: any, or none.
    package var nonce: String?

    /// Whom a presentation must be for; nil: anybody, or nobody.
    package var audience: String?

    /// How far clocks may be apart.
    package var leeway: Milliseconds

    /// What to expect.
    package init(nonce: String? = nil, audience: String? = nil, leeway: Milliseconds = .zero) {
        (self.nonce, self.audience, self.leeway) = (nonce, audience, leeway)
    }
}

/// A document that came in a token, whose signature was verified.
package struct VerifiedToken: Hashable, Sendable {
    /// The header that was signed.
    package let header: JOSEHeader

    /// Everything that was signed and disclosed.
    package let claims: JWTClaims

    /// The credential or presentation among it, without the claims about the token.
    package let document: JSONObject

    /// The key that signed it.
    package let key: PublicKey

    /// The key that showed it; nil: the verifier did not ask for that.
    package let holderKey: PublicKey?

    /// A document whose payload it is.
    init(
        header: JOSEHeader, claims: JWTClaims, kind: Envelope.Kind, key: PublicKey, holderKey: PublicKey?
    ) throws(JOSEError) {
        let document = TokenClaims.document(of: claims.object)
        try TokenClaims.check(claims, in: header, about: document, kind)
        self.init(header: header, claims: claims, document: document, key: key, holderKey: holderKey)
    }

    init(header: JOSEHeader, claims: JWTClaims, document: JSONObject, key: PublicKey, holderKey: PublicKey?) {
        (self.header, self.claims, self.document) = (header, claims, document)
        (self.key, self.holderKey) = (key, holderKey)
    }
}
