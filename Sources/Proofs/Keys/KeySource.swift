package import CanonicalJSON
package import Credentials
import Cryptography
import Multiformats

/// Where a verifier gets keys from: every identifier that is a key itself (`did:key`, `did:jwk`), and documents that it
/// was handed.
package struct KeySource: Sendable {
    private let documents: [URI: ControlledIdentifierDocument]
    private let readsFragments: Bool
    private let opened = OpenedKeys()

    /// Only identifiers that are keys themselves.
    package static let didKey = KeySource(documents: [])

    /// Identifiers that are keys themselves, and documents that the caller believes; of two with one `id`, the later.
    ///
    /// - Parameter readingKeysInFragments: whether `https://…#z6Mk…`, whose document is not at hand, stands for the
    ///   key in its fragment, as Open Badges write it; they write `did:key:z6Mk…` without a fragment, too. Nothing
    ///   then shows that the key belongs to that address: the controller of such a method is the key itself, as a
    ///   `did:key`, and never the address.
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
        let own = try opened.method(url) { () throws(ProofError) in
            try Self.ownMethod(named: url, mayLackFragment: readsFragments, at: place)
        }
        if let own {
            guard ProofPurpose.all.contains(purpose) else {
                throw ProofError(
                    .invalidRelationship, at: place,
                    "is a key that is its own identifier, which is not for \(purpose.rawValue.debugDescription)")
            }
            return own
        }
        let parts = url.description.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw Self.noFragment(at: place) }
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

    private static func noFragment(at place: JSONPointer) -> ProofError {
        ProofError(
            .invalidVerificationMethodURL, at: place, "has no fragment; a key is named like did:key:z6Mk…#z6Mk…")
    }

    /// The key of that name, when the name is that of an identifier that is a key itself; nil for others.
    private static func ownMethod(
        named url: URI, mayLackFragment: Bool, at place: JSONPointer
    ) throws(ProofError) -> VerificationMethod? {
        let identifier = url.description.prefix { $0 != "#" }
        let isWhole = identifier.endIndex == url.description.endIndex
        if isWhole, !(mayLackFragment && DIDKey.isDIDKey(identifier)) { return nil }
        guard let own = try ownMethod(of: identifier, at: place) else { return nil }
        guard own.id == url || isWhole else {
            throw ProofError(
                .invalidVerificationMethod, at: place,
                "is \(url), but the only key for signatures of \(own.controller) is \(own.id)")
        }
        return own
    }

    /// The only key for signatures of an identifier that is a key itself; nil for other identifiers.
    private static func ownMethod(
        of identifier: Substring, at place: JSONPointer
    ) throws(ProofError) -> VerificationMethod? {
        if DIDKey.isDIDKey(identifier) {
            let did = try DIDKey(String(identifier), at: place)
            return VerificationMethod(id: did.verificationMethod, controller: did.uri, publicKey: did.publicKey)
        }
        if DIDJWK.isDIDJWK(identifier) {
            let did = try DIDJWK(String(identifier), at: place)
            return VerificationMethod(id: did.verificationMethod, controller: did.uri, publicKey: did.publicKey)
        }
        return nil
    }

    /// A name that says itself which key it is must name the key that signs, or nobody could verify.
    static func check(_ verificationMethod: URI, isKeyOf key: PublicKey, at place: JSONPointer) throws(ProofError) {
        let identifier = verificationMethod.description.prefix { $0 != "#" }
        let own: VerificationMethod?
        do {
            own = try ownMethod(of: identifier, at: place)
        } catch {
            throw ProofError(.proofGeneration, at: place, error.problem)
        }
        guard let own else { return }
        guard own.id == verificationMethod, own.publicKey == key else {
            throw ProofError(
                .proofGeneration, at: place, "is \(verificationMethod), which is not the key that signs")
        }
    }
}
