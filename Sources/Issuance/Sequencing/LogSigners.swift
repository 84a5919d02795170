package import Cryptography
import Synchronization
package import TransparencyLog

/// The private keys of the log that this process has. Which of them sign is what the log says.
final class LogSigners: Sendable {
    /// Under the lock: a key is put in before the entry that lets it sign is written.
    private let signers: Mutex<[VerifierKey: NoteSigner]>

    init(_ signers: [NoteSigner]) {
        self.signers = Mutex(Dictionary(uniqueKeysWithValues: signers.map { ($0.verifierKey, $0) }))
    }

    func has(_ key: VerifierKey) -> Bool { signers.withLock { $0[key] != nil } }

    func add(_ signer: NoteSigner) { signers.withLock { $0[signer.verifierKey] = signer } }

    /// Those that sign now, in the order of their lines.
    func signers(of keys: LogKeyBook) throws(StoreError) -> [NoteSigner] {
        let known = signers.withLock { $0 }
        var found: [NoteSigner] = []
        for key in keys.active {
            guard let signer = known[key] else { throw .corrupt("the private key of \(key.vkey) is not at hand") }
            found.append(signer)
        }
        return found
    }
}

/// Where the private keys of the log are.
package struct LogKeyVault: Sendable {
    /// The private key of a verifier key. Throws `StartupRefusal` when it is not there.
    package let key: @Sendable (VerifierKey) throws -> Ed25519PrivateKey

    package init(key: @escaping @Sendable (VerifierKey) throws -> Ed25519PrivateKey) { self.key = key }

    /// The signer of a key.
    ///
    /// - Throws: `StartupRefusal` when another key is in its place.
    func signer(_ key: VerifierKey) throws -> NoteSigner {
        let signer = NoteSigner(name: key.name, privateKey: try self.key(key))
        guard signer.verifierKey == key else {
            throw StartupRefusal("Another private key is in the place of the log's key \(key.vkey).", .logKey)
        }
        return signer
    }
}
