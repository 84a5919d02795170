package import CanonicalJSON
package import Credentials
package import Multiformats

/// A public key with its name and its owner ([CID 1.0, 2.2](https://www.w3.org/TR/cid-1.0/#verification-methods)).
package struct VerificationMethod: Hashable, Sendable {
    /// The URL of the key, with a fragment.
    package let id: URI

    /// Who has the private key: the URL without the fragment.
    package let controller: URI

    /// The key.
    package let publicKey: Multikey
}

/// Where a verifier gets keys from: every `did:key`, and documents that it was handed.
package struct KeySource: Sendable {
    private let documents: [URI: ControlledIdentifierDocument]

    /// Only identifiers that are keys themselves.
    package static let didKey = KeySource(documents: [])

    /// `did:key`, and documents that the caller believes; of two with one `id`, the later.
    package init(documents: [ControlledIdentifierDocument]) {
        self.documents = Dictionary(documents.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }

    /// [CID 1.0, 3.3](https://www.w3.org/TR/cid-1.0/#retrieve-verification-method).
    ///
    /// - Parameter place: where the URL stands, for refusals.
    package func verificationMethod(
        _ url: URI, for purpose: ProofPurpose, at place: JSONPointer
    ) throws(ProofError) -> VerificationMethod {
        let parts = url.description.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw ProofError(
                .invalidVerificationMethodURL, at: place,
                "has no fragment; a key is named like did:key:z6Mk…#z6Mk…")
        }
        if DIDKey.isDIDKey(parts[0]) {
            return try didKey(String(parts[0]), fragment: parts[1], url, for: purpose, at: place)
        }
        guard let controller = try? URI(String(parts[0])), let document = documents[controller] else {
            throw ProofError(
                .invalidControlledIdentifierDocument, at: place,
                "names a key of \(parts[0]), whose document is not at hand; give it to the verifier")
        }
        return try document.verificationMethod(url, for: purpose, at: place)
    }

    private func didKey(
        _ did: String, fragment: Substring, _ url: URI, for purpose: ProofPurpose, at place: JSONPointer
    ) throws(ProofError) -> VerificationMethod {
        let key = try DIDKey(did, at: place)
        guard key.verificationMethod == url else {
            throw ProofError(
                .invalidVerificationMethod, at: place,
                "names the key #\(fragment), but the only key for signatures of \(did) is its own")
        }
        let purposes: Set = [
            ProofPurpose.assertionMethod, .authentication, .capabilityInvocation, .capabilityDelegation,
        ]
        guard purposes.contains(purpose) else {
            throw ProofError(
                .invalidRelationship, at: place, "is a did:key, which is not for \(purpose.rawValue.debugDescription)")
        }
        return VerificationMethod(id: url, controller: key.uri, publicKey: key.publicKey)
    }
}
