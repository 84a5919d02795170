import Cryptography
import Multiformats

/// Digests as text: always 44 bytes of padded base64 (RFC 4648, section 4).
extension SHA256Digest {
    static let base64ByteCount = 44

    package var base64: String { Base64.encode(bytes) }

    /// Reads the canonical form only. Not with `Multiformats`, because an audit reads two or three of these in every
    /// entry and should make no string and no array for them.
    init?(base64 text: Span<UInt8>) {
        guard text.count == Self.base64ByteCount, text[Self.base64ByteCount - 1] == UInt8(ascii: "=") else {
            return nil
        }
        let table = Self.sextets.span
        let digest = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 33) { bytes -> SHA256Digest? in
            // Bit 6 of a sextet marks a byte outside the alphabet.
            var sextets: UInt32 = 0
            for group in 0..<11 {
                var bits: UInt32 = 0
                for index in 4 * group..<4 * group + 4 {
                    let sextet = index < 43 ? UInt32(table[Int(text[index])]) : 0
                    sextets |= sextet
                    bits = bits << 6 | sextet
                }
                for byte in 0..<3 {
                    unsafe bytes[3 * group + byte] = UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * byte))
                }
            }
            // 43 letters are 258 bits: the two that are left over must be zero, or two texts would mean one digest.
            guard sextets < 64, unsafe bytes[32] == 0 else { return nil }
            return unsafe SHA256Digest(UnsafeMutableBufferPointer(rebasing: bytes[..<32]))
        }
        guard let digest else { return nil }
        self = digest
    }

    /// For each byte its place in the alphabet, 64 for those outside.
    private static let sextets: [UInt8] = {
        var sextets = [UInt8](repeating: 64, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (place, byte) in alphabet.utf8.enumerated() { sextets[Int(byte)] = UInt8(place) }
        return sextets
    }()
}
