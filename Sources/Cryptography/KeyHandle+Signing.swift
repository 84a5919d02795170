import COpenSSL

extension KeyHandle {
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
