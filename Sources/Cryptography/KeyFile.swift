/// Private keys in files: PKCS#8 in PEM form, for the owner alone.
///
/// A file is made once and never overwritten, and it is on the disk when `write` returns. A file on which group or
/// others have any right is refused, because its key may be known already.
///
/// Every error is ``CryptographyError/keyFile(path:_:)`` with the path and what to do.
package enum KeyFile {
    /// A key file is a few kilobytes (an RSA key of 16384 bits: 13); more is another file given by mistake.
    package static let maximumByteCount = 64 * 1024

    /// Writes `key` to a new file at `path`, encrypted with AES-256-CBC under PBKDF2 if there is a passphrase.
    package static func write(
        _ key: Ed25519PrivateKey, to path: String, passphrase: [UInt8]?
    ) throws(CryptographyError) {
        try write(key.handle, to: path, passphrase: passphrase)
    }

    /// Writes `key` to a new file at `path`, encrypted with AES-256-CBC under PBKDF2 if there is a passphrase.
    package static func write(
        _ key: ECDSAPrivateKey, to path: String, passphrase: [UInt8]?
    ) throws(CryptographyError) {
        try write(key.handle, to: path, passphrase: passphrase)
    }

    /// Writes a key of any kind to a new file at `path`, encrypted as above if there is a passphrase.
    package static func write(
        _ key: PrivateKey, to path: String, passphrase: [UInt8]?
    ) throws(CryptographyError) {
        switch key {
        case .ed25519(let key): try write(key.handle, to: path, passphrase: passphrase)
        case .ecdsa(let key): try write(key.handle, to: path, passphrase: passphrase)
        case .rsa(let key): try write(key.handle, to: path, passphrase: passphrase)
        }
    }

    /// The key in the file at `path`, of whatever kind this room has.
    package static func readAny(path: String, passphrase: [UInt8]?) throws(CryptographyError) -> PrivateKey {
        try read(nil, path, passphrase) { handle throws(CryptographyError) in
            switch handle.kind {
            case .ed25519: .ed25519(try Ed25519PrivateKey(handle))
            case .ecdsa(let curve): .ecdsa(try ECDSAPrivateKey(handle, curve))
            case .rsa: .rsa(try RSAPrivateKey(handle))
            default: throw .invalidKey("it is of a kind that signs nothing here")
            }
        }
    }

    /// The Ed25519 key in the file at `path`.
    package static func read(path: String, passphrase: [UInt8]?) throws(CryptographyError) -> Ed25519PrivateKey {
        try read(.ed25519, path, passphrase, make: Ed25519PrivateKey.init)
    }

    /// The ECDSA key on `curve` in the file at `path`.
    package static func readECDSA(
        _ curve: Curve, path: String, passphrase: [UInt8]?
    ) throws(CryptographyError) -> ECDSAPrivateKey {
        try read(.ecdsa(curve), path, passphrase) { handle throws(CryptographyError) in
            try ECDSAPrivateKey(handle, curve)
        }
    }

    /// The RSA key in the file at `path`.
    package static func readRSA(path: String, passphrase: [UInt8]?) throws(CryptographyError) -> RSAPrivateKey {
        try read(.rsa, path, passphrase, make: RSAPrivateKey.init)
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

    private static func read<Key>(
        _ kind: KeyKind?, _ path: String, _ passphrase: [UInt8]?,
        make: (KeyHandle) throws(CryptographyError) -> Key
    ) throws(CryptographyError) -> Key {
        do throws(KeyFileProblem) {
            var text = try PrivateFile.contents(path, maximumByteCount: maximumByteCount)
            defer { text.wipe() }
            let handle = try PrivateKeyPEM.decode(text, passphrase: passphrase)
            if let kind, handle.kind != kind { throw .otherKeyType(expected: kind.description) }
            guard handle.isSound else { throw .notAPrivateKey }
            do throws(CryptographyError) { return try make(handle) } catch {
                throw .unacceptableKey(error.description)
            }
        } catch {
            throw .keyFile(path: path, error)
        }
    }
}
