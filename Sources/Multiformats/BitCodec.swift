/// A base whose symbols carry a whole number of bits (RFC 4648, sections 3 to 8): the bytes are read as one string of
/// bits, most significant first, cut into symbols, and the last symbol is filled with zero bits.
struct BitCodec: Sendable {
    let base: Multibase.Base
    let alphabet: Alphabet
    /// 1 to 6.
    let bitsPerSymbol: Int
    /// Symbols in the smallest whole group of bytes; texts are padded with `=` to a multiple of it. Nil: no padding.
    let paddedGroup: Int?

    init(base: Multibase.Base, alphabet: Alphabet, bitsPerSymbol: Int, paddedGroup: Int? = nil) {
        self.base = base
        self.alphabet = alphabet
        self.bitsPerSymbol = bitsPerSymbol
        self.paddedGroup = paddedGroup
    }

    func encode(_ bytes: [UInt8]) -> String {
        let symbolCount = (bytes.count * 8 + bitsPerSymbol - 1) / bitsPerSymbol
        let paddingCount = padding(symbolCount: symbolCount)
        let mask = UInt64(1) << UInt64(bitsPerSymbol) - 1
        return unsafe String(unsafeUninitializedCapacity: symbolCount + paddingCount) { text in
            var (pending, bitCount, end) = (UInt64(0), 0, 0)
            for byte in bytes {
                pending = pending << 8 | UInt64(byte)
                bitCount += 8
                while bitCount >= bitsPerSymbol {
                    bitCount -= bitsPerSymbol
                    unsafe text[end] = alphabet.symbols[Int(pending >> UInt64(bitCount) & mask)]
                    end += 1
                }
            }
            if bitCount > 0 {
                unsafe text[end] = alphabet.symbols[Int(pending << UInt64(bitsPerSymbol - bitCount) & mask)]
                end += 1
            }
            for index in end..<(end + paddingCount) {
                unsafe text[index] = UInt8(ascii: "=")
            }
            return end + paddingCount
        }
    }

    func decode(_ text: Span<UInt8>) throws(MultiformatsError) -> [UInt8] {
        let symbolCount = try unpaddedCount(of: text)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(symbolCount * bitsPerSymbol / 8)
        var (pending, bitCount) = (UInt64(0), 0)
        for offset in 0..<symbolCount {
            let value = alphabet.values[Int(text[offset])]
            guard value != Alphabet.notASymbol else { throw .unexpectedCharacter(base, offset: offset) }
            pending = pending << UInt64(bitsPerSymbol) | UInt64(value)
            bitCount += bitsPerSymbol
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt64(bitCount)))
            }
        }
        guard bitCount < bitsPerSymbol else { throw .impossibleLength(base, characterCount: symbolCount) }
        guard pending & (UInt64(1) << UInt64(bitCount) - 1) == 0 else { throw .nonZeroTrailingBits(base) }
        return bytes
    }

    private func unpaddedCount(of text: Span<UInt8>) throws(MultiformatsError) -> Int {
        guard paddedGroup != nil else { return text.count }
        var symbolCount = text.count
        while symbolCount > 0, text[symbolCount - 1] == UInt8(ascii: "=") { symbolCount -= 1 }
        guard text.count - symbolCount == padding(symbolCount: symbolCount) else { throw .wrongPadding(base) }
        return symbolCount
    }

    private func padding(symbolCount: Int) -> Int {
        guard let paddedGroup, !symbolCount.isMultiple(of: paddedGroup) else { return 0 }
        return paddedGroup - symbolCount % paddedGroup
    }
}
