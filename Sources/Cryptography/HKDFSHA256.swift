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
        var derivedCount = count
        let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe context != nil,
            unsafe EVP_PKEY_derive_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1,
            unsafe EVP_PKEY_CTX_set1_hkdf_key(context, secret, Int32(secret.count)) == 1,
            unsafe EVP_PKEY_CTX_set1_hkdf_salt(context, salt, Int32(salt.count)) == 1,
            unsafe EVP_PKEY_CTX_add1_hkdf_info(context, info, Int32(info.count)) == 1,
            unsafe EVP_PKEY_derive(context, &derived, &derivedCount) == 1
        else { fatalError("\(LibraryErrors.take(during: "derive a key"))") }
        return derived
    }
}
