/// An ECDSA signing key on one of the curves ([FIPS 186-5, 6](https://doi.org/10.6028/NIST.FIPS.186-5)).
///
/// The secret lives in OpenSSL's memory and is wiped there at the end; no description shows it.
package final class ECDSAPrivateKey: Sendable {
    /// A draw of a secret number misses the range once in 2^32 on P-256, and more rarely on P-384: after this many
    /// misses in a row it is the random source that is broken.
    private static let maximumDraws = 8

    /// The key that verifies what this one signs.
    package let publicKey: ECDSAPublicKey
    let handle: KeyHandle

    /// The curve of both halves.
    package var curve: Curve { publicKey.curve }

    /// The key with this secret number, big-endian, in as many bytes as the curve has.
    ///
    /// - Throws: ``CryptographyError`` if the length is not the curve's, or the number is 0 or not below the curve's
    ///   order.
    package convenience init(curve: Curve, scalar: [UInt8]) throws(CryptographyError) {
        guard scalar.count == curve.scalarByteCount else {
            throw .wrongLength(
                of: "a secret number on \(curve)", expected: curve.scalarByteCount, actual: scalar.count)
        }
        guard let handle = Self.handle(curve, scalar) else {
            throw .invalidKey("the secret number is not between 1 and the order of \(curve)")
        }
        try self.init(handle, curve)
    }

    /// A new key from `random`, which for a key that is to be kept must be ``SecureRandom``.
    package convenience init(
        curve: Curve, using random: inout some RandomNumberGenerator
    ) throws(CryptographyError) {
        var handle: KeyHandle?
        for _ in 0..<Self.maximumDraws where handle == nil {
            var scalar = random.bytes(count: curve.scalarByteCount)
            defer { scalar.wipe() }
            handle = Self.handle(curve, scalar)
        }
        guard let handle else {
            throw .invalidKey("the random source gives no number below the order of \(curve)")
        }
        try self.init(handle, curve)
    }

    /// A key that the caller knows to be sound and on `curve`.
    init(_ handle: KeyHandle, _ curve: Curve) throws(CryptographyError) {
        publicKey = try ECDSAPublicKey(handle, curve)
        self.handle = handle
    }

    /// The secret number, big-endian, in as many bytes as the curve has. A copy is the caller's to guard.
    package var scalar: [UInt8] {
        guard let scalar = handle.number("priv", count: curve.scalarByteCount) else {
            preconditionFailure("an ECDSA private key always has its secret number")
        }
        return scalar
    }

    /// A signature `r || s` (IEEE P1363) over `message`, another one at each call: OpenSSL draws the nonce.
    package func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let encoded = try unsafe handle.sign(
            message, digest: curve.digest, capacity: ECDSASignature.maximumByteCount(on: curve))
        return try ECDSASignature.decode(encoded, on: curve)
    }

    /// The key in OpenSSL's hands, or nil if `scalar` is out of range.
    private static func handle(_ curve: Curve, _ scalar: [UInt8]) -> KeyHandle? {
        // RFC 5915 without the public key, which OpenSSL then derives. The secret comes last in it, so it is set into
        // an array that exists already: the only copy that is ours, and wiped.
        let zeros = [UInt8](repeating: 0, count: scalar.count)
        let secret = DER.sequence([DER.integer([1]), DER.octetString(zeros)])
        var info = DER.sequence([DER.integer([0]), curve.algorithmIdentifier, DER.octetString(secret)])
        info.replaceSubrange((info.count - scalar.count)..., with: scalar)
        defer { info.wipe() }
        guard let handle = KeyHandle(privateKeyInfo: info), handle.isSound else { return nil }
        return handle
    }
}
