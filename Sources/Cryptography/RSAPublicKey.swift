import COpenSSL

/// An RSA key that verifies RS256: RSASSA-PKCS1-v1_5 with SHA-256
/// ([RFC 7518, 3.3](https://www.rfc-editor.org/rfc/rfc7518#section-3.3)).
package final class RSAPublicKey: Sendable {
    /// From the least that RFC 7518 allows to the most that OpenSSL verifies with; a larger key would be a way to
    /// keep a verifier busy.
    package static let modulusBits = 2048...16384

    /// The usual exponent is 65537; OpenSSL takes at most this many bytes with a large modulus.
    package static let maximumExponentByteCount = 8

    /// `n` of a JSON Web Key: big-endian, no leading zero.
    package let modulus: [UInt8]
    /// `e` of a JSON Web Key: big-endian, no leading zero.
    package let exponent: [UInt8]
    private let handle: KeyHandle

    /// A key from the `n` and `e` of a JSON Web Key, decoded.
    ///
    /// - Throws: ``CryptographyError/invalidKey(_:)`` if a number begins with a zero
    ///   ([RFC 7518, 6.3.1](https://www.rfc-editor.org/rfc/rfc7518#section-6.3.1)), the modulus is even or of another
    ///   size than ``modulusBits``, or the exponent is even, 1, or longer than ``maximumExponentByteCount``.
    package convenience init(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) {
        let rsaEncryption: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
        try Self.check(modulus: modulus, exponent: exponent)
        let key = DER.sequence([DER.integer(modulus), DER.integer(exponent)])
        let info = DER.sequence([
            DER.sequence([DER.objectIdentifier(rsaEncryption), DER.null]), DER.bitString(key),
        ])
        guard let handle = KeyHandle(publicKeyInfo: info) else { throw .invalidKey("OpenSSL refuses the RSA key") }
        try self.init(handle)
    }

    /// The public half of a key that the caller knows to be an RSA key.
    init(_ handle: KeyHandle) throws(CryptographyError) {
        guard let modulus = handle.number("n"), let exponent = handle.number("e") else {
            throw LibraryErrors.take(during: "read the numbers of an RSA key")
        }
        try Self.check(modulus: modulus, exponent: exponent)
        (self.modulus, self.exponent, self.handle) = (modulus, exponent, handle)
    }

    /// Whether `signature`, exactly as long as the modulus, is one of this key over `message`.
    package func isValidSignature(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == modulus.count else { return false }
        return unsafe handle.verify(signature, for: message, digest: EVP_sha256())
    }

    private static func check(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) {
        guard let top = modulus.first, top != 0, let end = modulus.last, end & 1 == 1 else {
            throw .invalidKey("an RSA modulus is an odd number without leading zeros")
        }
        let bits = 8 * modulus.count - top.leadingZeroBitCount
        guard modulusBits.contains(bits) else {
            let (least, most) = (modulusBits.lowerBound, modulusBits.upperBound)
            throw .invalidKey("an RSA modulus has \(least) to \(most) bits, not \(bits)")
        }
        guard let top = exponent.first, top != 0, let end = exponent.last, end & 1 == 1, exponent != [1],
            exponent.count <= maximumExponentByteCount
        else {
            throw .invalidKey("an RSA exponent is an odd number from 3, of at most \(maximumExponentByteCount) bytes")
        }
        guard !RSAWeakKeys.contains(modulus: modulus) else {
            throw .invalidKey("the RSA modulus comes from a flawed generator (CVE-2017-15361) and can be factored")
        }
    }
}

extension RSAPublicKey: Hashable {
    /// Equal when both numbers are.
    package static func == (left: RSAPublicKey, right: RSAPublicKey) -> Bool {
        left.modulus == right.modulus && left.exponent == right.exponent
    }

    /// Hashes both numbers.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(modulus)
        hasher.combine(exponent)
    }
}
