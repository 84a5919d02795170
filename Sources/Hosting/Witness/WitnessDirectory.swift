import Cryptography
import Glibc
import SQLiteStorage
package import Storage
package import TransparencyLog
package import Witnessing

/// The folder of one witness: its key, its name, and what it cosigned.
package struct WitnessDirectory: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// What was cosigned last, and evidence. A witness without it, or with an older one, must not sign again.
    package var database: String { path + "/witness.sqlite" }
    /// The public key with the name, to hand out.
    package var verifierKey: String { path + "/witness.vkey" }
    private var key: String { path + "/witness.pem" }

    /// Makes key and database. Where one of them is, nothing is made.
    ///
    /// - Parameter name: what its signature lines begin with; it is for ever.
    /// - Returns: its public key, as C2SP writes it.
    package func create(name: String, on machine: DataDirectory.Machine) throws -> String {
        let privateKey = try Ed25519PrivateKey(seed: machine.randomBytes(32))
        guard let keyName = try? KeyName(name) else {
            throw HostingError("\(name.debugDescription) is no name for a key: it may have no space and no plus sign.")
        }
        let cosigner = Cosigner(name: keyName, privateKey: privateKey)
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw HostingError("\(path) cannot be made: \(systemError())")
        }
        guard !isThere(verifierKey), !isThere(database) else {
            throw HostingError("There is a witness in \(path) already. A new one needs another folder.")
        }
        try KeyFile.write(privateKey, to: key, passphrase: machine.passphrase)
        _ = try SQLiteStore(path: database, schema: .witness, create: true)
        // Last: without it the folder holds no witness.
        try createFile(verifierKey, holding: Array((cosigner.verifierKey.vkey + "\n").utf8), mode: 0o644)
        try syncFolder(path)
        return cosigner.verifierKey.vkey
    }

    /// Opens the witness for the logs of a policy file; one process at a time can.
    package func open(logs file: String, on machine: DataDirectory.Machine) throws -> (Witness, LogPolicy) {
        guard let logs = try DataDirectory.policy(file, isRequired: true) else { preconditionFailure("it is required") }
        guard !logs.logs.isEmpty else {
            throw HostingError("\(file) has no log line: there is nothing for a witness to do.")
        }
        let cosigner = try cosigner(machine)
        guard !logs.logs.contains(where: { $0.key.publicKey == cosigner.verifierKey.publicKey }) else {
            throw HostingError("\(file) lists a log with this witness's own key: nobody is their own witness.")
        }
        let store = try SQLiteStore(path: database, schema: .witness, create: false)
        return (Witness(cosigner, logs: logs, store: store, now: machine.now), logs)
    }

    /// What it keeps against logs, whether it runs or not.
    package func conflicts() throws -> [ConflictRecord] {
        try SQLiteReader(path: database, schema: .witness).read { try $0.conflicts() }
    }

    private func cosigner(_ machine: DataDirectory.Machine) throws -> Cosigner {
        guard let line = try contents(of: verifierKey, maximumBytes: 4_096) else {
            throw HostingError("There is no witness in \(path). Make one with `punctual witness init`.")
        }
        let text = String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard let vkey = try? VerifierKey(vkey: text) else {
            throw HostingError("\(verifierKey) holds no verifier key.")
        }
        let privateKey = try KeyFile.read(path: key, passphrase: machine.passphrase)
        let cosigner = Cosigner(name: vkey.name, privateKey: privateKey)
        guard cosigner.verifierKey == vkey else {
            throw HostingError("\(key) is not the key that \(verifierKey) names.")
        }
        return cosigner
    }
}

extension Schema {
    /// The tables of a witness.
    package static let witness = Schema(Witness.tables)
}
