/// A base that is no power of two (multibase base10, base36, base58): the bytes are one big-endian number, written in
/// that radix, and each leading zero byte is one leading zero symbol.
///
/// The work grows with the square of the length, so the length is bounded. Several digits are handled at once: a limb
/// holds as many as fit 32 bits, and a product of limbs fits 64.
struct RadixCodec: Sendable {
    let base: Multibase.Base
    let alphabet: Alphabet
    /// Digits in a limb: the most for which `radix` to this power fits 32 bits.
    private let limbDigits: Int
    /// `radix` to the power of 0 to `limbDigits`.
    private let powers: [UInt64]

    /// The most bytes that are encoded or decoded: eight times a signature by ECDSA on P-521, the longest thing that
    /// anybody writes in these bases, and short enough that one text costs the time of a few signatures.
    static let maximumByteCount = 1024

    /// No text of ``maximumByteCount`` bytes is longer, so that a longer one is refused unread.
    private let maximumCharacterCount: Int

    init(base: Multibase.Base, alphabet: Alphabet) {
        self.base = base
        self.alphabet = alphabet
        let radix = UInt64(alphabet.symbols.count)
        var powers: [UInt64] = [1]
        while powers[powers.count - 1] * radix <= UInt64(UInt32.max) {
            powers.append(powers[powers.count - 1] * radix)
        }
        self.powers = powers
        limbDigits = powers.count - 1
        // A limb holds at least `bits` bits, so this many limbs hold every byte.
        let bits = UInt64.bitWidth - powers[limbDigits].leadingZeroBitCount - 1
        maximumCharacterCount = (Self.maximumByteCount * 8 / bits + 1) * limbDigits
    }

    /// Traps on more than ``maximumByteCount`` bytes.
    func encode(_ bytes: [UInt8]) -> String {
        precondition(bytes.count <= Self.maximumByteCount, "\(base) is for keys and signatures, not for long texts")
        let zeroCount = bytes.prefix { $0 == 0 }.count
        let limbs = limbs(of: bytes[zeroCount...])
        return unsafe String(unsafeUninitializedCapacity: zeroCount + limbs.count * limbDigits) { text in
            for index in 0..<zeroCount {
                unsafe text[index] = alphabet.symbols[0]
            }
            var end = zeroCount
            for limb in limbs.reversed() {
                var divisor = powers[limbDigits]
                for _ in 0..<limbDigits {
                    divisor /= powers[1]
                    let digit = limb / divisor % powers[1]
                    if digit == 0, end == zeroCount { continue }
                    unsafe text[end] = alphabet.symbols[Int(digit)]
                    end += 1
                }
            }
            return end
        }
    }

    /// The number in limbs, the least significant first.
    private func limbs(of bytes: ArraySlice<UInt8>) -> [UInt64] {
        let limbRadix = powers[limbDigits]
        var limbs: [UInt64] = []
        limbs.reserveCapacity(bytes.count / 3 + 1)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let width = (bytes.endIndex - index - 1) % 4 + 1
            var carry = bytes[index..<(index + width)].reduce(0) { $0 << 8 | UInt64($1) }
            for position in limbs.indices {
                let (quotient, remainder) = (limbs[position] << UInt64(8 * width) + carry)
                    .quotientAndRemainder(dividingBy: limbRadix)
                (limbs[position], carry) = (remainder, quotient)
            }
            while carry > 0 {
                limbs.append(carry % limbRadix)
                carry /= limbRadix
            }
            index += width
        }
        return limbs
    }

    func decode(_ text: Span<UInt8>) throws(MultiformatsError) -> [UInt8] {
        guard text.count <= maximumCharacterCount else {
            throw .tooLong(base, maximumByteCount: Self.maximumByteCount)
        }
        var zeroCount = 0
        while zeroCount < text.count, text[zeroCount] == alphabet.symbols[0] { zeroCount += 1 }
        // 32 bits of the number in each, the least significant first.
        var words: [UInt64] = []
        words.reserveCapacity(text.count / limbDigits + 1)
        var offset = zeroCount
        while offset < text.count {
            let width = (text.count - offset - 1) % limbDigits + 1
            var carry = try number(text, from: offset, digits: width)
            for position in words.indices {
                let product = words[position] * powers[width] + carry
                (words[position], carry) = (product & 0xFFFF_FFFF, product >> 32)
            }
            if carry > 0 { words.append(carry) }
            offset += width
        }
        var bytes = [UInt8](repeating: 0, count: zeroCount)
        bytes.reserveCapacity(zeroCount + words.count * 4)
        for word in words.reversed() {
            for shift in [24, 16, 8, 0] as [UInt64] {
                let byte = UInt8(truncatingIfNeeded: word >> shift)
                if byte != 0 || bytes.count > zeroCount { bytes.append(byte) }
            }
        }
        guard bytes.count <= Self.maximumByteCount else {
            throw .tooLong(base, maximumByteCount: Self.maximumByteCount)
        }
        return bytes
    }

    private func number(_ text: Span<UInt8>, from start: Int, digits: Int) throws(MultiformatsError) -> UInt64 {
        var number: UInt64 = 0
        for offset in start..<(start + digits) {
            let value = alphabet.values[Int(text[offset])]
            guard value != Alphabet.notASymbol else { throw .unexpectedCharacter(base, offset: offset) }
            number = number * powers[1] + UInt64(value)
        }
        return number
    }
}
