import COpenSSL

/// Between the signature form of IEEE P1363 (`r || s`, what JOSE and Data Integrity write) and the DER form that
/// OpenSSL works with.
enum ECDSASignature {
    /// The most bytes of the DER form: two integers with a sign byte, their headers, and the header of the sequence.
    static func maximumByteCount(on curve: Curve) -> Int {
        2 * (curve.scalarByteCount + 3) + 3
    }

    /// The DER form of `r || s`, or nil unless both halves have the length of the curve.
    static func encode(_ signature: [UInt8], on curve: Curve) -> [UInt8]? {
        let count = curve.scalarByteCount
        guard signature.count == 2 * count else { return nil }
        return DER.sequence([DER.integer([UInt8](signature[..<count])), DER.integer([UInt8](signature[count...]))])
    }

    /// `r || s` of a signature that OpenSSL has just made.
    static func decode(_ encoded: [UInt8], on curve: Curve) throws(CryptographyError) -> [UInt8] {
        let count = curve.scalarByteCount
        var bytes = [UInt8](repeating: 0, count: 2 * count)
        let isDecoded = unsafe encoded.withUnsafeBufferPointer { encoded in
            var start = encoded.baseAddress
            guard let signature = unsafe d2i_ECDSA_SIG(nil, &start, encoded.count) else { return false }
            defer { unsafe ECDSA_SIG_free(signature) }
            return unsafe bytes.withUnsafeMutableBufferPointer { bytes in
                guard let output = bytes.baseAddress else { return false }
                return unsafe BN_bn2binpad(ECDSA_SIG_get0_r(signature), output, Int32(count)) == Int32(count)
                    && BN_bn2binpad(ECDSA_SIG_get0_s(signature), output + count, Int32(count)) == Int32(count)
            }
        }
        guard isDecoded else { throw LibraryErrors.take(during: "read its own signature") }
        return bytes
    }
}
