import Cryptography

/// Digests as text: always 44 bytes of padded base64 (RFC 4648, section 4), in canonical form only.
///
/// Apart from `Multiformats`, because an audit reads two or three in every entry: no string and no array between.
extension SHA256Digest {
    static let base64ByteCount = 44

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each byte in the alphabet, 64 for all others.
    private static let sextets: [UInt8] = {
        var sextets = [UInt8](repeating: 64, count: 256)
        for (value, byte) in alphabet.enumerated() { sextets[Int(byte)] = UInt8(value) }
        return sextets
    }()

    init?(base64 text: some BidirectionalCollection<UInt8>) {
        guard text.count == Self.base64ByteCount else { return nil }
        let sextets = Self.sextets
        let digest = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.byteCount) {
            bytes -> SHA256Digest? in
            var bits: UInt32 = 0
            var bitCount = 0
            var length = 0
            for byte in text.dropLast() {
                let sextet = sextets[Int(byte)]
                guard sextet < 64 else { return nil }
                bits = bits << 6 | UInt32(sextet)
                bitCount += 6
                if bitCount >= 8 {
                    bitCount -= 8
                    unsafe bytes[length] = UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
                    length += 1
                }
            }
            // 43 letters are 258 bits: the two that are left over must be zero, or two texts would mean one digest.
            guard bits & 0b11 == 0, text.last == UInt8(ascii: "=") else { return nil }
            return unsafe SHA256Digest(bytes)
        }
        guard let digest else { return nil }
        self = digest
    }

    func appendBase64(to output: inout [UInt8]) {
        let alphabet = Self.alphabet
        unsafe withUnsafeBytes { bytes in
            var bits: UInt32 = 0
            var bitCount = 0
            for unsafe byte in unsafe bytes {
                bits = bits << 8 | UInt32(byte)
                bitCount += 8
                while bitCount >= 6 {
                    bitCount -= 6
                    output.append(alphabet[Int(bits >> UInt32(bitCount) & 0x3F)])
                }
            }
            output.append(alphabet[Int(bits << 2 & 0x3F)])
        }
        output.append(UInt8(ascii: "="))
    }

    var base64: String {
        var text: [UInt8] = []
        text.reserveCapacity(Self.base64ByteCount)
        appendBase64(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
