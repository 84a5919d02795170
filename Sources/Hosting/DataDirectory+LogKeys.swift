import Cryptography
import Glibc
import Issuance
package import TransparencyLog

/// The private keys of the log: the first in `log.pem`, each later one in a file named by its key id; made here by the
/// operator's commands, and only read by the service.
extension DataDirectory {
    /// Where the private key is that a log was opened with.
    var firstLogKey: String { keys + "/log.pem" }

    private func laterLogKey(_ key: VerifierKey) -> String { keys + "/log-\(key.hexadecimalID).pem" }

    /// Where the private key of a log key is.
    func logKeyFile(_ key: VerifierKey) -> String {
        let later = laterLogKey(key)
        return isThere(later) ? later : firstLogKey
    }

    /// Makes a key for the log.
    ///
    /// - Parameter origin: the name of the log.
    package func makeLogKey(origin: String, on machine: Machine) throws -> VerifierKey {
        let key = try Ed25519PrivateKey(seed: machine.randomBytes(32))
        let verifierKey = NoteSigner(name: try KeyName(origin), privateKey: key).verifierKey
        try KeyFile.write(key, to: laterLogKey(verifierKey), passphrase: machine.passphrase)
        return verifierKey
    }

    /// Takes out a key that was just made, and that the log does not know.
    package func removeLogKey(_ key: VerifierKey) throws {
        guard unsafe unlink(laterLogKey(key)) == 0 else {
            throw HostingError("\(laterLogKey(key)) cannot be removed: \(systemError())")
        }
    }

    /// Writes the active keys into the file to hand out, one to a line, the oldest first.
    package func publish(_ keys: [VerifierKey]) throws {
        let text = Array(keys.map { $0.vkey + "\n" }.joined().utf8)
        if try contents(of: verifierKey, maximumBytes: 1 << 16) == text { return }
        let draft = verifierKey + ".new"
        _ = unsafe unlink(draft)
        try createFile(draft, holding: text, mode: 0o644)
        try rename(draft, to: verifierKey)
        try syncFolder(path)
    }

    /// The keys that the service finds here.
    func logVault(_ machine: Machine) -> LogKeyVault {
        LogKeyVault { key in
            let file = logKeyFile(key)
            guard isThere(file) else {
                throw StartupRefusal("The private key of the log's key \(key.vkey) is not here: \(file).", .logKey)
            }
            let found: Ed25519PrivateKey = try KeyFile.read(path: file, passphrase: machine.passphrase)
            guard NoteSigner(name: key.name, privateKey: found).verifierKey == key else {
                throw StartupRefusal(
                    file == firstLogKey
                        ? "The private key of the log's key \(key.vkey) is not here: \(file) holds another one, and "
                            + "there is no log-\(key.hexadecimalID).pem."
                        : "\(file) holds another key than the log's key \(key.vkey).", .logKey)
            }
            return found
        }
    }
}
