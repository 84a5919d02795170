import Cryptography
import Multiformats

/// Digests as text: always 44 bytes of padded base64 (RFC 4648, section 4).
extension SHA256Digest {
    static let base64ByteCount = 44

    package var base64: String { Base64.encode(bytes) }

    /// Appends the same text; three or four of these are written in every entry.
    func appendBase64(to text: inout [UInt8]) {
        let alphabet = unsafe Self.alphabet.utf8Start
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.base64ByteCount) { letters in
            unsafe withUnsafeBytes { bytes in
                for group in 0..<11 {
                    let start = 3 * group
                    let third = start + 2 < Self.byteCount ? unsafe bytes[start + 2] : 0
                    let bits = unsafe UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(third)
                    for place in 0..<4 {
                        unsafe letters[4 * group + place] = alphabet[Int(bits >> UInt32(18 - 6 * place) & 0x3F)]
                    }
                }
            }
            unsafe letters[Self.base64ByteCount - 1] = UInt8(ascii: "=")
            unsafe text.append(contentsOf: letters)
        }
    }

    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// Reads the canonical form only. Not with `Multiformats`, because an audit reads two or three of these in every
    /// entry and should make no string and no array for them.
    init?(base64 text: Span<UInt8>) {
        guard text.count == Self.base64ByteCount else { return nil }
        self.init(base64: text, at: 0)
    }

    /// Reads the canonical form that stands at `position`.
    init?(base64 text: Span<UInt8>, at position: Int) {
        guard text.count - position >= Self.base64ByteCount,
            text[position + Self.base64ByteCount - 1] == UInt8(ascii: "=")
        else { return nil }
        let table = Self.letters.span
        // In a table's number the highest bit says that the byte is no letter.
        var union: UInt32 = 0
        func four(_ number: Int) -> UInt64 {
            // In bounds: 44 letters were counted, and a byte has a place in each of the four tables of 256.
            let four = unsafe text.bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: position + 4 * number, as: UInt32.self
            ).littleEndian
            // The padding counts as the letter for zero.
            let letters = number == 10 ? four & 0xFF_FFFF | UInt32(UInt8(ascii: "A")) << 24 : four
            let bits =
                unsafe table[unchecked: Int(letters & 0xFF)]
                | table[unchecked: 256 + Int(letters >> 8 & 0xFF)]
                | table[unchecked: 512 + Int(letters >> 16 & 0xFF)]
                | table[unchecked: 768 + Int(letters >> 24)]
            union |= bits
            return UInt64(bits)
        }
        let (a, b, c, d, e, f) = (four(0), four(1), four(2), four(3), four(4), four(5))
        let (g, h, i, j, k) = (four(6), four(7), four(8), four(9), four(10))
        // 43 letters are 258 bits: the two that are left over must be zero, or two texts would mean one digest.
        guard union >> 31 == 0, k & 0xFF == 0 else { return nil }
        self.init(
            bigEndianWords: (
                a << 40 | b << 16 | c >> 8, c << 56 | d << 32 | e << 8 | f >> 16, f << 48 | g << 24 | h,
                i << 40 | j << 16 | k >> 8
            ))
    }

    /// What each byte stands for as the first of four letters, as the second, the third and the fourth.
    private static let letters: [UInt32] = {
        var letters = [UInt32](repeating: 1 << 31, count: 4 * 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (sextet, byte) in alphabet.utf8.enumerated() {
            for place in 0..<4 { letters[256 * place + Int(byte)] = UInt32(sextet) << (18 - 6 * place) }
        }
        return letters
    }()
}
