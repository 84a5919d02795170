import COpenSSL

/// Whether two byte strings are equal, in a time that depends on their lengths but not on where they differ.
/// The lengths are taken to be public.
package func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    unsafe a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}

extension [UInt8] {
    /// Overwrites the bytes with zeros in a way that the optimiser may not leave out. Copies made before (an array
    /// that was shared, or grew) are not reached.
    package mutating func wipe() {
        unsafe withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}
