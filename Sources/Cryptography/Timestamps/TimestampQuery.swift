import COpenSSL

/// A question to a timestamp authority: a SHA-256 imprint, a nonce, and the wish for the certificate in the answer
/// ([RFC 3161, 2.4.1](https://www.rfc-editor.org/rfc/rfc3161#section-2.4.1)).
package struct TimestampQuery: Hashable, Sendable {
    /// 16 bytes of chance cannot be guessed and do not come twice.
    package static let nonceByteCount = 16

    /// The hash of what is to be stamped.
    package let imprint: SHA256Digest
    /// A number, big-endian; leading zeros do not count.
    package let nonce: [UInt8]
    /// What is sent, as `application/timestamp-query`.
    package let der: [UInt8]

    /// A query; `nonce` is the caller's chance.
    ///
    /// - Throws: ``CryptographyError/library(operation:reason:)`` when OpenSSL is out of memory.
    package init(imprint: SHA256Digest, nonce: [UInt8]) throws(CryptographyError) {
        self.imprint = imprint
        self.nonce = nonce
        let request = try TimestampRequestHandle(imprint: imprint, nonce: nonce)
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_TS_REQ(request.pointer, &start)
        guard count > 0, let start = unsafe start else { throw LibraryErrors.take(during: "encode a timestamp query") }
        defer { unsafe CRYPTO_free(start, #file, #line) }
        der = unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(count)))
    }
}

/// Owns one `TS_REQ`: what is asked, and equally what an answer is compared with.
@safe final class TimestampRequestHandle {
    let pointer: OpaquePointer

    /// Without a nonce, an answer with any nonce or none will do.
    init(imprint: SHA256Digest, nonce: [UInt8]?) throws(CryptographyError) {
        guard let request = unsafe TS_REQ_new() else { throw LibraryErrors.take(during: "make a timestamp query") }
        unsafe pointer = request
        guard unsafe TS_REQ_set_version(request, 1) == 1, unsafe TS_REQ_set_cert_req(request, 1) == 1,
            unsafe Self.set(imprint, in: request)
        else { throw LibraryErrors.take(during: "make a timestamp query") }
        guard let nonce else { return }
        let number = unsafe BN_bin2bn(nonce, Int32(nonce.count), nil)
        let integer = unsafe BN_to_ASN1_INTEGER(number, nil)
        defer {
            unsafe BN_free(number)
            unsafe ASN1_INTEGER_free(integer)
        }
        guard unsafe integer != nil, unsafe TS_REQ_set_nonce(request, integer) == 1 else {
            throw LibraryErrors.take(during: "make a timestamp query")
        }
    }

    deinit { unsafe TS_REQ_free(pointer) }

    /// OpenSSL copies what it is given.
    private static func set(_ imprint: SHA256Digest, in request: OpaquePointer) -> Bool {
        let stamped = unsafe TS_MSG_IMPRINT_new()
        let algorithm = unsafe X509_ALGOR_new()
        defer {
            unsafe TS_MSG_IMPRINT_free(stamped)
            unsafe X509_ALGOR_free(algorithm)
        }
        guard unsafe stamped != nil, unsafe algorithm != nil else { return false }
        var bytes = imprint.bytes
        unsafe X509_ALGOR_set_md(algorithm, EVP_sha256())
        // The parameters are NULL, which OpenSSL compares as they are and most authorities repeat.
        return unsafe X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nil) == 1
            && TS_MSG_IMPRINT_set_algo(stamped, algorithm) == 1
            && TS_MSG_IMPRINT_set_msg(stamped, &bytes, Int32(bytes.count)) == 1
            && TS_REQ_set_msg_imprint(request, stamped) == 1
    }
}
