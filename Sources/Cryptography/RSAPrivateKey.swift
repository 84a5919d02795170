import COpenSSL

/// An RSA key that signs RS256 ([RFC 7518, 3.3](https://www.rfc-editor.org/rfc/rfc7518#section-3.3)), which Open
/// Badges asks for. It comes from a file (``KeyFile``); we make none.
///
/// The secret lives in OpenSSL's memory and is wiped there at the end; no description shows it.
package final class RSAPrivateKey: Sendable {
    /// The key that verifies what this one signs.
    package let publicKey: RSAPublicKey
    let handle: KeyHandle

    /// A key that the caller knows to be a sound RSA key.
    ///
    /// - Throws: ``CryptographyError/invalidKey(_:)`` if its size is not in ``RSAPublicKey/modulusBits``.
    init(_ handle: KeyHandle) throws(CryptographyError) {
        publicKey = try RSAPublicKey(handle)
        self.handle = handle
    }

    /// The signature over `message`, as long as the modulus; the same message always gives the same signature.
    package func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try unsafe handle.sign(message, digest: EVP_sha256(), capacity: publicKey.modulus.count)
    }
}
