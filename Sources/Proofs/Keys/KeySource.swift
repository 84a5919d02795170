package import CanonicalJSON
package import Credentials
import Cryptography
import Multiformats

/// Where a verifier gets keys from: every identifier that is a key itself (`did:key`), and documents that it was
/// handed.
package struct KeySource: Sendable {
    private let documents: [URI: ControlledIdentifierDocument]
    private let readsFragments: Bool

    /// Only identifiers that are keys themselves.
    package static let didKey = KeySource(documents: [])

    /// Identifiers that are keys themselves, and documents that the caller believes; of two with one `id`, the later.
    ///
    /// - Parameter readingKeysInFragments: whether `https://…#z6Mk…`, whose document is not at hand, stands for the
    ///   key in its fragment, as Open Badges write it. Nothing then shows that the key belongs to that address: the
    ///   controller of such a method is the key itself, as a `did:key`, and never the address.
    package init(documents: [ControlledIdentifierDocument], readingKeysInFragments: Bool = false) {
        self.documents = Dictionary(documents.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        readsFragments = readingKeysInFragments
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
        if let controller = try? URI(String(parts[0])), let document = documents[controller] {
            return try document.verificationMethod(url, for: purpose, at: place)
        }
        if readsFragments, url.scheme == "https", let key = try? Multikey(multibase: String(parts[1])),
            let publicKey = try? PublicKey(key), let did = DIDKey(publicKey)
        {
            return VerificationMethod(id: url, controller: did.uri, publicKey: publicKey)
        }
        throw ProofError(
            .invalidControlledIdentifierDocument, at: place,
            "names a key of \(parts[0]), whose document is not at hand; give it to the verifier")
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
        guard ProofPurpose.all.contains(purpose) else {
            throw ProofError(
                .invalidRelationship, at: place, "is a did:key, which is not for \(purpose.rawValue.debugDescription)")
        }
        return VerificationMethod(id: url, controller: key.uri, publicKey: key.publicKey)
    }
}
