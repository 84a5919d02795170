import COpenSSL

/// The certificates that a verifier trusts to vouch for timestamp authorities. They come from the verifier, never from
/// what is verified.
@safe package final class TrustedRoots: @unchecked Sendable {
    // Sendable although it holds C pointers: the certificates are read only, and OpenSSL counts references to them
    // and fills their caches under locks of its own.

    /// 256 KiB of PEM: more than all the roots that a browser trusts for timestamps.
    package static let maximumByteCount = 262_144

    /// How many certificates were read.
    package let count: Int
    /// A `STACK_OF(X509)` that owns its certificates.
    private let certificates: OpaquePointer

    /// Every certificate of a PEM file, one or more.
    ///
    /// - Throws: ``TimestampError/unusableRoots(_:)`` when there is none, one cannot be read, or there is too much.
    package init(pem: [UInt8]) throws(TimestampError) {
        guard pem.count <= Self.maximumByteCount else {
            throw .unusableRoots("there are more than \(Self.maximumByteCount) bytes")
        }
        defer { LibraryErrors.clear() }
        guard let certificates = unsafe OPENSSL_sk_new_null() else { throw .unusableRoots("out of memory") }
        unsafe self.certificates = unsafe certificates
        let input = unsafe BIO_new_mem_buf(pem, Int32(pem.count))
        defer { unsafe BIO_free(input) }
        while let certificate = unsafe PEM_read_bio_X509(input, nil, nil, nil) {
            unsafe OPENSSL_sk_push(certificates, UnsafeRawPointer(certificate))
        }
        count = unsafe Int(OPENSSL_sk_num(certificates))
        // Reading ends with one particular error; any other means a certificate that cannot be read.
        let code = ERR_peek_last_error()
        guard ERR_GET_LIB(code) == ERR_LIB_PEM, ERR_GET_REASON(code) == PEM_R_NO_START_LINE else {
            throw .unusableRoots("certificate \(count + 1) of the PEM file cannot be read")
        }
        guard count > 0 else { throw .unusableRoots("there is no certificate in PEM form") }
    }

    deinit {
        while let certificate = unsafe OPENSSL_sk_pop(certificates) { unsafe X509_free(OpaquePointer(certificate)) }
        unsafe OPENSSL_sk_free(certificates)
    }

    /// A new store of these certificates that judges validity at that instant, in seconds since 1970. The caller frees
    /// it.
    func makeStore(atSeconds seconds: Int) throws(TimestampError) -> OpaquePointer {
        guard let store = unsafe X509_STORE_new() else { throw .malformed("out of memory") }
        for index in 0..<Int32(count) {
            unsafe X509_STORE_add_cert(store, OPENSSL_sk_value(certificates, index).map { OpaquePointer($0) })
        }
        let parameters = unsafe X509_STORE_get0_param(store)
        unsafe X509_VERIFY_PARAM_set_time(parameters, seconds)
        // 112 bits: no RSA key under 2048 bits, and no SHA-1 below the root.
        unsafe X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        return unsafe store
    }
}
