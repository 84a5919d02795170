import COpenSSL

/// Owns one `EVP_PKEY` of OpenSSL; no other type frees one.
///
/// Sendable although it holds a C pointer, because the key is never changed after creation: OpenSSL lets any number of
/// threads read one key (its reference count is atomic, its cache of provider keys has a lock of its own).
@safe final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes ownership of a key that nothing changes any more.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    /// OpenSSL wipes the secret part as it frees the key.
    deinit { unsafe EVP_PKEY_free(pointer) }

    /// A signature over `message`, at most `capacity` bytes, in the form the library produces.
    /// `digest` is null for Ed25519, which hashes as part of the signature.
    func sign(_ message: [UInt8], digest: OpaquePointer?, capacity: Int) throws(CryptographyError) -> [UInt8] {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: capacity)
        var count = capacity
        guard unsafe context != nil,
            unsafe EVP_DigestSignInit(context, nil, digest, nil, pointer) == 1,
            unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1
        else { throw LibraryErrors.take(during: "sign") }
        signature.removeLast(capacity - count)
        return signature
    }

    /// True only if the library accepts `signature`; every failure, also one of the library itself, is false.
    func verify(_ signature: [UInt8], for message: [UInt8], digest: OpaquePointer?) -> Bool {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe context != nil,
            unsafe EVP_DigestVerifyInit(context, nil, digest, nil, pointer) == 1,
            unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        else {
            LibraryErrors.clear()
            return false
        }
        return true
    }
}

extension KeyHandle {
    /// Whether the key is of the algorithm that OpenSSL calls `name`.
    func isKind(_ name: String) -> Bool {
        unsafe EVP_PKEY_is_a(pointer, name) == 1
    }
}
