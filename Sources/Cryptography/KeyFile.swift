import Glibc

/// Private keys in files: PKCS#8 in PEM form, for the owner alone.
///
/// A file is made once and never overwritten, and it is on the disk when `write` returns. A file that group or others
/// have any right on is refused, because its key may be known already.
package enum KeyFile {
    /// A key file is a few kilobytes at most (RSA, 16384 bits); more is another file given by mistake.
    private static let maximumByteCount = 64 * 1024

    /// Writes `key` to a new file at `path`, encrypted with AES-256-CBC under PBKDF2 if there is a passphrase.
    package static func write(
        _ key: Ed25519PrivateKey, to path: String, passphrase: [UInt8]?
    ) throws(CryptographyError) {
        try write(key.handle, to: path, passphrase: passphrase)
    }

    /// The Ed25519 key in the file at `path`.
    package static func read(path: String, passphrase: [UInt8]?) throws(CryptographyError) -> Ed25519PrivateKey {
        let handle = try handle(path: path, passphrase: passphrase)
        guard handle.isKind("ED25519") else { throw .keyFile(path: path, .otherKeyType(expected: "Ed25519")) }
        return try Ed25519PrivateKey(handle)
    }

    private static func write(_ key: KeyHandle, to path: String, passphrase: [UInt8]?) throws(CryptographyError) {
        if let passphrase, passphrase.isEmpty { throw .keyFile(path: path, .emptyPassphrase) }
        var text = try PrivateKeyPEM.encode(key, passphrase: passphrase)
        defer { text.wipe() }
        do {
            try PrivateFile.create(path, holding: text)
        } catch {
            throw .keyFile(path: path, error)
        }
    }

    private static func handle(path: String, passphrase: [UInt8]?) throws(CryptographyError) -> KeyHandle {
        do throws(KeyFileProblem) {
            var text = try PrivateFile.contents(path, maximumByteCount: maximumByteCount)
            defer { text.wipe() }
            return try PrivateKeyPEM.decode(text, passphrase: passphrase)
        } catch {
            throw .keyFile(path: path, error)
        }
    }
}
