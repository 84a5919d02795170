import COpenSSL

/// An Ed25519 signing key ([RFC 8032, 5.1.5](https://www.rfc-editor.org/rfc/rfc8032#section-5.1.5)).
///
/// The secret lives in OpenSSL's memory and is wiped there at the end; no description shows it.
package final class Ed25519PrivateKey: Sendable {
    /// The private key of RFC 8032 is this many bytes, from which everything else follows.
    package static let seedByteCount = 32

    /// The key that verifies what this one signs.
    package let publicKey: Ed25519PublicKey
    let handle: KeyHandle

    /// - Throws: ``CryptographyError/wrongLength(of:expected:actual:)`` unless `seed` has 32 bytes.
    package convenience init(seed: [UInt8]) throws(CryptographyError) {
        guard seed.count == Self.seedByteCount else {
            throw .wrongLength(of: "an Ed25519 seed", expected: Self.seedByteCount, actual: seed.count)
        }
        guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            throw LibraryErrors.take(during: "make an Ed25519 key")
        }
        try unsafe self.init(KeyHandle(owning: key))
    }

    /// A new key from 32 bytes of `random`, which for a key that is to be kept must be ``SecureRandom``.
    package convenience init(using random: inout some RandomNumberGenerator) throws(CryptographyError) {
        var seed = random.bytes(count: Self.seedByteCount)
        defer { seed.wipe() }
        try self.init(seed: seed)
    }

    /// A key read from a file; the caller has seen that it is an Ed25519 key.
    init(_ handle: KeyHandle) throws(CryptographyError) {
        var bytes = [UInt8](repeating: 0, count: Ed25519PublicKey.byteCount)
        var count = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(handle.pointer, &bytes, &count) == 1 else {
            throw LibraryErrors.take(during: "derive an Ed25519 public key")
        }
        publicKey = try Ed25519PublicKey(rawRepresentation: bytes)
        self.handle = handle
    }

    /// The 32 secret bytes. A copy is the caller's to guard.
    package var seed: [UInt8] {
        var seed = [UInt8](repeating: 0, count: Self.seedByteCount)
        var count = seed.count
        let status = unsafe EVP_PKEY_get_raw_private_key(handle.pointer, &seed, &count)
        precondition(status == 1 && count == seed.count, "an Ed25519 private key always has its seed")
        return seed
    }

    /// The 64 bytes `R || S` over `message`; the same message always gives the same signature.
    package func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try unsafe handle.sign(message, digest: nil, capacity: Ed25519PublicKey.signatureByteCount)
    }
}
