import COpenSSL

/// The chain from a token's signer to a root, verified at an instant.
///
/// OpenSSL verifies the chain again with the token and its answer is the one that counts; this is to know why it is
/// refused, when it ends, and who signed.
struct TimestampChain {
    let expiresMilliseconds: Int64
    let authority: String

    init(
        of response: TimestampResponseHandle, roots: TrustedRoots, atSeconds seconds: Int
    ) throws(TimestampError) {
        defer { LibraryErrors.clear() }
        guard let token = unsafe response.token, let signers = unsafe PKCS7_get0_signers(token, nil, 0) else {
            throw .malformed("it does not carry the certificate of its signer")
        }
        defer { unsafe OPENSSL_sk_free(signers) }
        guard unsafe OPENSSL_sk_num(signers) == 1, let signer = unsafe OPENSSL_sk_value(signers, 0) else {
            throw .malformed("it must have one signer")
        }
        try unsafe Self.checkDigest(of: token)
        let store = unsafe try roots.makeStore(atSeconds: seconds)
        let context = unsafe X509_STORE_CTX_new()
        defer {
            unsafe X509_STORE_CTX_free(context)
            unsafe X509_STORE_free(store)
        }
        let untrusted = unsafe token.pointee.d.sign.pointee.cert
        guard unsafe context != nil, unsafe X509_STORE_CTX_init(context, store, OpaquePointer(signer), untrusted) == 1,
            unsafe X509_STORE_CTX_set_purpose(context, X509_PURPOSE_TIMESTAMP_SIGN) == 1
        else { throw .malformed("out of memory") }
        guard unsafe X509_verify_cert(context) == 1 else {
            throw Self.failure(unsafe X509_STORE_CTX_get_error(context))
        }
        expiresMilliseconds = try unsafe Self.end(of: X509_STORE_CTX_get0_chain(context))
        authority = unsafe Self.subject(of: OpaquePointer(signer))
    }

    /// The signature is over a hash of the token's attributes; SHA-1 and MD5 can be made to collide.
    private static func checkDigest(of token: UnsafeMutablePointer<PKCS7>) throws(TimestampError) {
        let infos = unsafe PKCS7_get_signer_info(token)
        guard let info = unsafe OPENSSL_sk_value(infos, 0) else { throw .malformed("it must have one signer") }
        let digest = unsafe info.assumingMemoryBound(to: PKCS7_SIGNER_INFO.self).pointee.digest_alg
        let name = unsafe OBJ_obj2nid(digest?.pointee.algorithm)
        guard [NID_sha256, NID_sha384, NID_sha512].contains(name) else {
            throw .weakDigest(unsafe OBJ_nid2sn(name).map { unsafe String(cString: $0) } ?? "an unknown function")
        }
    }

    private static func failure(_ code: Int32) -> TimestampError {
        let reason = unsafe String(cString: X509_verify_cert_error_string(Int(code)))
        return switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: .outsideValidity(reason)
        case X509_V_ERR_INVALID_PURPOSE: .notATimestampingCertificate
        default: .untrustedChain(reason)
        }
    }

    private static func end(of chain: OpaquePointer?) throws(TimestampError) -> Int64 {
        var end = Int64.max
        for index in 0..<max(0, unsafe OPENSSL_sk_num(chain)) {
            let certificate = unsafe OPENSSL_sk_value(chain, index).map { OpaquePointer($0) }
            guard let last = unsafe TimestampResponseHandle.milliseconds(X509_get0_notAfter(certificate)) else {
                throw .malformed("a certificate's end cannot be read")
            }
            end = min(end, last)
        }
        return end
    }

    private static func subject(of certificate: OpaquePointer) -> String {
        let output = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(output) }
        unsafe X509_NAME_print_ex(output, X509_get_subject_name(certificate), 0, name_as_rfc2253)
        var start: UnsafeMutableRawPointer?
        let count = unsafe BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
        return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: max(0, count)), as: UTF8.self)
    }
}
