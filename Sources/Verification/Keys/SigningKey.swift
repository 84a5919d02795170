import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Multiformats
import Proofs
import Temporal

/// A key that made a signature, and what speaks for whose it is.
struct SigningKey: Hashable, Sendable {
    /// The key.
    let publicKey: PublicKey
    /// The URL by which the signed document names it; without one, the key as its own identifier.
    let name: URI
    /// Who has the private key, as far as `origin` says so.
    let controller: URI
    let origin: Origin
    /// From when on the key makes no more signatures, as its owner planned it.
    var expires: Instant?
    /// From when on what it signs is not its owner's.
    var revoked: Instant?
    /// What the log says about the key.
    var record: KeyRecord?

    /// Where the key came from.
    enum Origin: Hashable, Sendable {
        /// Its name is the key.
        case name
        /// A document that the verifier was handed for its controller.
        case document
        /// The verifier was handed it, without a name.
        case verifier
        /// The log.
        case log
        /// The signed document itself, so that nothing says whose it is.
        case companion
    }

    /// The key as its own identifier: a `did:key`, or a `did:jwk` for those that have none.
    static func identifier(of key: PublicKey) -> URI { DIDKey(key)?.uri ?? DIDJWK(key).uri }

    /// How the key is called in a sentence.
    var words: String {
        switch origin {
        case .name: shortName
        case .document, .log: name.description
        case .verifier: "the key \(shortName) that you gave"
        case .companion: "the key \(shortName) that came with it"
        }
    }

    /// Its identifier, or for a long one the thumbprint (RFC 7638).
    private var shortName: String {
        guard controller.scheme == "did", controller.description.utf8.count > Self.maximumName else {
            return controller.description
        }
        return
            "did:jwk (\(publicKey.algorithm.rawValue), thumbprint \(JSONWebKey(publicKey).thumbprint))"
    }

    /// Any `did:key` on a curve is shorter, any RSA key as a `did:jwk` much longer.
    private static let maximumName = 128

    /// Whether this key is what the verifier means by an identifier.
    func isMeant(by identifier: URI) -> Bool {
        let text = identifier.description
        if let key = try? DIDKey(text).publicKey { return key == publicKey }
        if let key = try? DIDJWK(text).publicKey { return key == publicKey }
        return origin == .document && controller == identifier || record.map { $0.did == identifier } ?? false
    }
}
