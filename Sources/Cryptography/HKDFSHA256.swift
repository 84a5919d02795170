import COpenSSL

/// HKDF with SHA-256 ([RFC 5869](https://www.rfc-editor.org/rfc/rfc5869)): extract, then expand.
package enum HKDFSHA256 {
    /// 255 blocks of the hash, RFC 5869, 2.3.
    package static let maximumByteCount = 255 * SHA256Digest.byteCount

    /// The most that OpenSSL takes as `info`.
    package static let maximumInfoByteCount = 32 * 1024

    /// `count` bytes (1 to ``maximumByteCount``) derived from `secret`; an empty `salt` is the salt of zeros, and
    /// `info` has at most ``maximumInfoByteCount`` bytes. Another size is a mistake of the caller and stops the
    /// process.
    package static func derive(secret: [UInt8], salt: [UInt8], info: [UInt8], count: Int) -> [UInt8] {
        precondition((1...maximumByteCount).contains(count), "HKDF gives 1 to \(maximumByteCount) bytes, not \(count)")
        precondition(info.count <= maximumInfoByteCount, "HKDF takes at most \(maximumInfoByteCount) bytes of info")
        var derived = [UInt8](repeating: 0, count: count)
        let isDone = unsafe hkdf_sha256(
            algorithm.handle, secret, secret.count, salt, salt.count, info, info.count, &derived, count)
        guard isDone == 1 else { fatalError("\(LibraryErrors.take(during: "derive a key"))") }
        return derived
    }

    private static let algorithm = Algorithm()

    /// OpenSSL's HKDF, fetched once for the life of the process.
    ///
    /// Sendable because a fetched algorithm is never changed, and OpenSSL counts its references atomically.
    @safe
    private struct Algorithm: @unchecked Sendable {
        let handle: OpaquePointer?

        init() { unsafe handle = EVP_KDF_fetch(nil, "HKDF", nil) }
    }
}
