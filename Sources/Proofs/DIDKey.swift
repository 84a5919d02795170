package import CanonicalJSON
package import Credentials
package import Cryptography
package import Multiformats

/// An identifier that is a public key: `did:key:z6Mk…` ([did:key](https://w3c-ccg.github.io/did-key-spec/)).
///
/// Its document has one verification method for signatures, whose fragment repeats the key, and every purpose but
/// `keyAgreement` is allowed for it. So resolving takes neither network nor trust.
package struct DIDKey: Hashable, Sendable, CustomStringConvertible {
    private static let prefix = "did:key:"

    /// The key that the identifier is.
    package let publicKey: Multikey

    /// The identifier of an Ed25519 key.
    package init(_ key: Ed25519PublicKey) {
        do {
            publicKey = try Multikey(type: .ed25519PublicKey, bytes: key.rawRepresentation)
        } catch {
            preconditionFailure("an Ed25519 public key has 32 bytes")
        }
    }

    /// Reads `did:key:z…`, without a fragment, which stands at `place`.
    /// - Throws: ``ProofError`` of type ``Credentials/ProblemType/invalidVerificationMethodURL``.
    package init(_ text: String, at place: JSONPointer = JSONPointer()) throws(ProofError) {
        guard text.hasPrefix(Self.prefix) else {
            throw ProofError(.invalidVerificationMethodURL, at: place, "is not a did:key")
        }
        do {
            publicKey = try Multikey(multibase: String(text.dropFirst(Self.prefix.count)))
        } catch {
            throw ProofError(.invalidVerificationMethodURL, at: place, "is not a did:key: \(error)")
        }
        guard !publicKey.type.isSecret else {
            throw ProofError(.invalidVerificationMethodURL, at: place, "has a secret key where a public one belongs")
        }
    }

    /// Whether that is for this type to read.
    static func isDIDKey(_ identifier: Substring) -> Bool { identifier.hasPrefix(prefix) }

    /// The identifier: `did:key:z6Mk…`.
    package var description: String { Self.prefix + publicKey.multibase }

    /// The identifier as a URL, such as an issuer.
    package var uri: URI { URI(ours: description) }

    /// The key as a URL, for `verificationMethod`: `did:key:z6Mk…#z6Mk…`.
    package var verificationMethod: URI { URI(ours: description + "#" + publicKey.multibase) }
}
