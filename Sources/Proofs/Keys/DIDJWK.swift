package import CanonicalJSON
package import Credentials
package import Cryptography
import JOSE
import Multiformats

/// An identifier that is a public key as a JSON Web Key in base64url
/// ([did:jwk](https://github.com/quartzjer/did-jwk/blob/main/spec.md)): `did:jwk:eyJ…`.
///
/// Its document has one verification method, `#0`, and every purpose but `keyAgreement` is allowed for it. One key has
/// many such identifiers, because JSON can be written in many ways: compare identifiers, or compare keys.
package struct DIDJWK: Hashable, Sendable, CustomStringConvertible {
    private static let prefix = "did:jwk:"

    /// The key that the identifier is.
    package let publicKey: PublicKey

    /// The identifier: `did:jwk:eyJ…`.
    package let description: String

    /// The identifier of a key, whose JSON has as few members as say what it is, in canonical form.
    package init(_ key: PublicKey) {
        publicKey = key
        description = Self.prefix + Base64URL.encode(JSON.object(JSONWebKey(key).json).canonicalBytes)
    }

    /// Reads `did:jwk:…`, without a fragment, which stands at `place`.
    /// - Throws: ``ProofError`` of type ``Credentials/ProblemType/invalidVerificationMethodURL``.
    package init(_ text: String, at place: JSONPointer = JSONPointer()) throws(ProofError) {
        do {
            guard Self.isDIDJWK(text[...]) else {
                throw ProofError(.invalidVerificationMethodURL, at: place, "is not a did:jwk")
            }
            let bytes = try Base64URL.decode(String(text.dropFirst(Self.prefix.count)))
            publicKey = try JSONWebKey(JSON(parsing: bytes)).publicKey
            description = text
        } catch {
            throw ProofError(.invalidVerificationMethodURL, at: place, "is not a did:jwk: \(error)")
        }
    }

    /// Whether that is for this type to read.
    static func isDIDJWK(_ identifier: Substring) -> Bool { identifier.hasPrefix(prefix) }

    /// The identifier as a URL, such as an issuer.
    package var uri: URI { URI(ours: description) }

    /// The key as a URL, for `verificationMethod`: `did:jwk:eyJ…#0`.
    package var verificationMethod: URI { URI(ours: description + "#0") }
}
