import COpenSSL

/// HMAC with SHA-256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)).
package enum HMACSHA256 {
    /// The 32-byte code of `message` under `key`, which may have any length. Compare codes with
    /// ``constantTimeEqual(_:_:)``.
    package static func authenticate(key: [UInt8], _ message: [UInt8]) -> SHA256Digest {
        unsafe SHA256Digest { output in
            let written = unsafe HMAC(
                EVP_sha256(), key, Int32(key.count), message, message.count,
                output.assumingMemoryBound(to: UInt8.self), nil)
            if unsafe written == nil { fatalError("\(LibraryErrors.take(during: "compute an HMAC"))") }
        }
    }
}
