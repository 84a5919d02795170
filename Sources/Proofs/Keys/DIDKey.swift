package import CanonicalJSON
package import Credentials
package import Cryptography
package import Multiformats

/// An identifier that is a public key: `did:key:z6Mk…` (Ed25519), `zDna…` (P-256) or `z82L…` (P-384)
/// ([did:key](https://w3c-ccg.github.io/did-key-spec/)).
///
/// Its document has one verification method for signatures, whose fragment repeats the key, and every purpose but
/// `keyAgreement` is allowed for it. So resolving takes neither network nor trust.
package struct DIDKey: Hashable, Sendable, CustomStringConvertible {
    private static let prefix = "did:key:"

    /// The key that the identifier is.
    package let publicKey: PublicKey

    /// The same key as the identifier writes it.
    package let multikey: Multikey

    /// The identifier: `did:key:z6Mk…`. One key has one.
    package let description: String

    /// The identifier of an Ed25519 key.
    package init(_ key: Ed25519PublicKey) { self.init(.ed25519(key), Multikey(key)) }

    /// The identifier of a key on a NIST curve.
    package init(_ key: ECDSAPublicKey) { self.init(.ecdsa(key), Multikey(key)) }

    /// The identifier of a key; nil for RSA, which has none here.
    package init?(_ key: PublicKey) {
        guard let multikey = key.multikey else { return nil }
        self.init(key, multikey)
    }

    private init(_ publicKey: PublicKey, _ multikey: Multikey) {
        (self.publicKey, self.multikey) = (publicKey, multikey)
        description = Self.prefix + multikey.multibase
    }

    /// Reads `did:key:z…`, without a fragment, which stands at `place`.
    /// - Throws: ``ProofError`` of type ``Credentials/ProblemType/invalidVerificationMethodURL``.
    package init(_ text: String, at place: JSONPointer = JSONPointer()) throws(ProofError) {
        guard text.hasPrefix(Self.prefix) else {
            throw ProofError(.invalidVerificationMethodURL, at: place, "is not a did:key")
        }
        do throws(MultiformatsError) {
            multikey = try Multikey(multibase: String(text.dropFirst(Self.prefix.count)))
        } catch {
            throw ProofError(.invalidVerificationMethodURL, at: place, "is not a did:key: \(error)")
        }
        do throws(CryptographyError) {
            publicKey = try PublicKey(multikey)
        } catch {
            throw ProofError(.invalidVerificationMethodURL, at: place, "is not a did:key: \(error)")
        }
        description = text
    }

    /// Whether that is for this type to read.
    static func isDIDKey(_ identifier: Substring) -> Bool { identifier.hasPrefix(prefix) }

    /// The identifier as a URL, such as an issuer.
    package var uri: URI { URI(ours: description) }

    /// The key as a URL, for `verificationMethod`: `did:key:z6Mk…#z6Mk…`.
    package var verificationMethod: URI { URI(ours: description + "#" + description.dropFirst(Self.prefix.count)) }
}
