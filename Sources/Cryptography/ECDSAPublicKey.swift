/// An ECDSA verification key: a point of ``Curve`` other than infinity, known to lie on it.
package final class ECDSAPublicKey: Sendable {
    /// The curve, and with it the hash.
    package let curve: Curve
    /// The first coordinate, as many bytes as the curve has (`x` of a JSON Web Key).
    package let x: [UInt8]
    /// The second coordinate, as many bytes as the curve has (`y` of a JSON Web Key).
    package let y: [UInt8]
    private let handle: KeyHandle

    /// A point in the compressed or the uncompressed form of SEC 1, 2.3.3; the hybrid form is refused.
    ///
    /// - Throws: ``CryptographyError/invalidKey(_:)`` if the form is another or the point is not on the curve.
    package convenience init(curve: Curve, point: [UInt8]) throws(CryptographyError) {
        let count = curve.scalarByteCount
        switch (point.first, point.count) {
        case (2, 1 + count), (3, 1 + count), (4, 1 + 2 * count): break
        default:
            throw .invalidKey("not a compressed or uncompressed point of \(curve)")
        }
        guard let handle = KeyHandle(point: point, on: curve) else { throw .invalidKey("the point is not on \(curve)") }
        let x = [UInt8](point[1...count])
        let isCompressed = point.count == 1 + count
        guard let y = isCompressed ? handle.number("qy", count: count) : [UInt8](point[(1 + count)...]) else {
            throw LibraryErrors.take(during: "read the point of a key")
        }
        self.init(handle, curve, x, y)
    }

    /// The point with these coordinates.
    ///
    /// - Throws: ``CryptographyError`` if a coordinate has the wrong length or the point is not on the curve.
    package convenience init(curve: Curve, x: [UInt8], y: [UInt8]) throws(CryptographyError) {
        for coordinate in [x, y] where coordinate.count != curve.scalarByteCount {
            throw .wrongLength(
                of: "a coordinate on \(curve)", expected: curve.scalarByteCount, actual: coordinate.count)
        }
        try self.init(curve: curve, point: [4] + x + y)
    }

    /// The public half of a key that the caller knows to be on `curve`.
    convenience init(_ handle: KeyHandle, _ curve: Curve) throws(CryptographyError) {
        guard let x = handle.number("qx", count: curve.scalarByteCount),
            let y = handle.number("qy", count: curve.scalarByteCount)
        else { throw LibraryErrors.take(during: "read the point of a key") }
        self.init(handle, curve, x, y)
    }

    private init(_ handle: KeyHandle, _ curve: Curve, _ x: [UInt8], _ y: [UInt8]) {
        (self.curve, self.x, self.y, self.handle) = (curve, x, y, handle)
    }

    /// The compressed form of SEC 1, 2.3.3: one byte more than a coordinate.
    package var compressedPoint: [UInt8] {
        [y.last.map { $0 & 1 } == 1 ? 3 : 2] + x
    }

    /// The uncompressed form of SEC 1, 2.3.3.
    package var uncompressedPoint: [UInt8] {
        [4] + x + y
    }

    /// Whether `signature`, in the form `r || s` of IEEE P1363, is one of this key over `message`.
    ///
    /// Of the two signatures `(r, s)` and `(r, n - s)` that follow from each other both are accepted, as FIPS 186
    /// does: a signature is no identifier of what was signed.
    package func isValidSignature(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard let encoded = ECDSASignature.encode(signature, on: curve) else { return false }
        return unsafe handle.verify(encoded, for: message, digest: curve.digest)
    }
}

extension ECDSAPublicKey: Hashable {
    /// Equal when curve and point are.
    package static func == (left: ECDSAPublicKey, right: ECDSAPublicKey) -> Bool {
        left.curve == right.curve && left.x == right.x && left.y == right.y
    }

    /// Hashes curve and point.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(curve)
        hasher.combine(x)
        hasher.combine(y)
    }
}
