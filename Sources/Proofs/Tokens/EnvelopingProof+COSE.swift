package import CanonicalJSON
package import Credentials
package import Cryptography
package import JOSE
import Multiformats
package import Temporal

extension EnvelopingProof {
    /// Signs a document as a COSE message
    /// ([VC-JOSE-COSE, 3.3](https://www.w3.org/TR/vc-jose-cose/#securing-with-cose)).
    ///
    /// - Parameters as those of ``secure(_:as:claims:keyID:key:)``.
    package static func secureWithCOSE(
        _ document: JSONObject, as kind: Envelope.Kind, keyID: String, key: PrivateKey
    ) throws(JOSEError) -> COSESign1 {
        let header = JOSEHeader(
            key.publicKey.algorithm, type: "application/" + kind.coseType,
            contentType: "application/" + kind.contentType, keyID: keyID)
        return try COSESign1(
            signing: JSON.object(payload(document, kind, [:])).canonicalBytes, header: header, key: key)
    }

    /// Verifies a document that is a COSE message, as ``verify(_:as:expecting:keys:at:)`` does a JWT.
    package static func verify(
        _ message: COSESign1, as kind: Envelope.Kind, keys: TokenKeys, at now: Instant
    ) throws -> VerifiedToken {
        try check(message.header, is: kind.coseType, kind)
        let claims = try JWTClaims(JSONObject(payload: message.payload), issuedAt: .numericDateOrText)
        let key = try keys.key(for: TokenKeyHint(message.header, claims, kind))
        try message.verify(with: key)
        try claims.validate(at: now)
        return try VerifiedToken(header: message.header, claims: claims, kind: kind, key: key, holderKey: nil)
    }

    /// A COSE message as a JSON object, to stand where a document is expected.
    package static func envelope(_ message: COSESign1, as kind: Envelope.Kind) -> JSONObject {
        envelope(Base64.encode(message.encoded), kind.coseType + ";base64", kind)
    }
}

extension Envelope.Kind {
    /// `typ` as a COSE message ([3.3](https://www.w3.org/TR/vc-jose-cose/#securing-with-cose)).
    package var coseType: String { contentType + "+cose" }
}
