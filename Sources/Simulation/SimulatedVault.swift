package import Cryptography
import Issuance
import JOSE
import Multiformats
import Synchronization

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
