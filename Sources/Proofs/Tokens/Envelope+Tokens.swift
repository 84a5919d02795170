package import CanonicalJSON
package import Credentials
package import JOSE
package import Temporal

extension EnvelopingProof {
    /// A JWT as a JSON object, to stand where a document is expected
    /// ([VCDM 2.0, 4.13.1](https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-credentials)).
    package static func envelope(_ token: JWS, as kind: Envelope.Kind) -> JSONObject {
        envelope(token.compact, kind.jwtType, kind)
    }

    /// An SD-JWT as a JSON object.
    package static func envelope(_ token: SDJWT, as kind: Envelope.Kind) -> JSONObject {
        envelope(token.compact, kind.sdJWTType, kind)
    }

    static func envelope(_ text: String, _ type: String, _ kind: Envelope.Kind) -> JSONObject {
        [
            "@context": .string(DataModel.v2_0.context), "type": .string(kind.rawValue),
            "id": .string("data:application/\(type),\(text)"),
        ]
    }

    /// Verifies the token in an envelope: a JWT, an SD-JWT or a COSE message, by its media type.
    ///
    /// - Throws: ``JOSE/JOSEError``; ``JOSE/JOSEError/unsupported(_:)`` for another form; or what `keys` throws.
    package static func verify(_ envelope: Envelope, keys: TokenKeys, at now: Instant) throws -> VerifiedToken {
        let text = String(decoding: envelope.content, as: UTF8.self)
        switch envelope.mediaType {
        case "application/" + envelope.kind.jwtType:
            return try verify(JWS(parsing: text), as: envelope.kind, keys: keys, at: now)
        case "application/" + envelope.kind.sdJWTType:
            return try verify(SDJWT(parsing: text), as: envelope.kind, keys: keys, at: now)
        case "application/" + envelope.kind.coseType:
            return try verify(COSESign1(parsing: envelope.content), as: envelope.kind, keys: keys, at: now)
        default:
            throw JOSEError.unsupported("an envelope of \(envelope.mediaType.debugDescription)")
        }
    }
}
