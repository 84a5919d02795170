import CanonicalJSON
import Credentials
import Cryptography
import Foundation
import JOSE
import Proofs
import Temporal
import TestSupport

/// A key and the names that others find it under.
struct Signer: Sendable {
    let key: PrivateKey
    /// The identifier that the key is: did:key, or did:jwk for RSA.
    let did: String
    /// The URL of the key.
    let method: URI

    init(_ key: PrivateKey) {
        self.key = key
        if let did = DIDKey(key.publicKey) {
            (self.did, method) = (did.description, did.verificationMethod)
        } else {
            let did = DIDJWK(key.publicKey)
            (self.did, method) = (did.description, did.verificationMethod)
        }
    }

    var algorithm: SignatureAlgorithm { key.publicKey.algorithm }
    var publicJWK: JSON { .object(JSONWebKey(key.publicKey).json) }

    /// A key of its own for each number.
    static func numbered(_ number: UInt8, _ algorithm: SignatureAlgorithm) throws -> Signer {
        var random = SeededRandom(seed: UInt64(number))
        switch algorithm {
        case .edDSA: return Signer(.ed25519(try Ed25519PrivateKey(using: &random)))
        case .es256: return Signer(.ecdsa(try ECDSAPrivateKey(curve: .p256, using: &random)))
        case .es384: return Signer(.ecdsa(try ECDSAPrivateKey(curve: .p384, using: &random)))
        case .rs256: return Signer(.rsa(try rsaKey.get()))
        }
    }

    /// The one RSA key, which the other side makes: it comes in a file, as an institution's does.
    private static let rsaKey = Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "interop-\(UUID().uuidString).pem").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = FileManager.default.createFile(
            atPath: path, contents: Data(try SecondImplementation.rsaKey()), attributes: [.posixPermissions: 0o600])
        return try KeyFile.readRSA(path: path, passphrase: nil)
    }
}

/// Times that every run shares.
enum Times {
    static let created = instant("2026-01-02T03:04:05Z")
    static let checked = "2026-02-01T00:00:00Z"

    static func instant(_ text: String) -> Instant {
        guard let instant = try? Instant(rfc3339: text) else { preconditionFailure("\(text) is no time") }
        return instant
    }
}

/// What verifiers ask of holders.
enum Binding {
    static let nonce = "n-0S6_WzA2Mj"
    static let audience = "https://verifier.example/"
}
