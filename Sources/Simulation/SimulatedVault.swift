package import Cryptography
import Issuance
import JOSE
import Multiformats
import Synchronization
package import TransparencyLog

/// Private keys in memory, by the thumbprints of their public keys.
package final class SimulatedVault: Sendable {
    private let keys = Mutex<[String: PrivateKey]>([:])

    package init() {}

    /// Puts a key into the vault and returns its name.
    package func add(_ key: PrivateKey) -> String {
        let thumbprint = Base64URL.encode(JSONWebKey(key.publicKey).thumbprint.bytes)
        keys.withLock { $0[thumbprint] = key }
        return thumbprint
    }

    /// The key of that name.
    package func key(_ thumbprint: String) throws -> PrivateKey {
        guard let key = keys.withLock({ $0[thumbprint] }) else {
            throw Refusal(.invalidIssuer, "There is no private key \(thumbprint).", at: "/key")
        }
        return key
    }
}

/// Private keys of a log in memory.
package final class SimulatedLogVault: Sendable {
    private let name: KeyName
    private let keys = Mutex<[VerifierKey: Ed25519PrivateKey]>([:])

    init(origin: String, first: Ed25519PrivateKey) throws {
        name = try KeyName(origin)
        add(first)
    }

    /// Puts a key into the vault and returns what others verify its signatures with.
    @discardableResult
    package func add(_ key: Ed25519PrivateKey) -> VerifierKey {
        let verifierKey = NoteSigner(name: name, privateKey: key).verifierKey
        keys.withLock { $0[verifierKey] = key }
        return verifierKey
    }

    /// Loses a key, or puts another one in its place.
    package func replace(_ verifierKey: VerifierKey, by key: Ed25519PrivateKey?) {
        keys.withLock { $0[verifierKey] = key }
    }

    /// The private key of a verifier key.
    func key(_ verifierKey: VerifierKey) throws -> Ed25519PrivateKey {
        guard let key = keys.withLock({ $0[verifierKey] }) else {
            throw StartupRefusal("The private key of the log's key \(verifierKey.vkey) is not here.", .logKey)
        }
        return key
    }
}
