/// A base whose symbols carry a whole number of bits (RFC 4648, sections 3 to 8): the bytes are read as one string of
/// bits, most significant first, cut into symbols, and the last symbol is filled with zero bits.
///
/// Base 16 and base 64, which long texts are in, go by groups: the fewest whole bytes that are whole symbols. What
/// is left after the last group, and every other base, goes symbol by symbol.
struct BitCodec: Sendable {
    let base: Multibase.Base
    let alphabet: Alphabet
    /// 1 to 6.
    let bitsPerSymbol: Int
    /// The symbols of a group that `=` completes; nil when the base has no padding.
    let paddedGroup: Int?

    init(base: Multibase.Base, alphabet: Alphabet, bitsPerSymbol: Int, paddedGroup: Int? = nil) {
        self.base = base
        self.alphabet = alphabet
        self.bitsPerSymbol = bitsPerSymbol
        self.paddedGroup = paddedGroup
    }

    func encode(_ bytes: [UInt8]) -> String {
        let symbolCount = (bytes.count * 8 + bitsPerSymbol - 1) / bitsPerSymbol
        let characterCount = symbolCount + paddingCount(afterSymbols: symbolCount)
        return unsafe String(unsafeUninitializedCapacity: characterCount) { text in
            unsafe writeSymbols(of: bytes.span, to: text)
            for index in symbolCount..<characterCount {
                unsafe text[index] = UInt8(ascii: "=")
            }
            return characterCount
        }
    }

    private func writeSymbols(of bytes: Span<UInt8>, to text: UnsafeMutableBufferPointer<UInt8>) {
        let mask = UInt64(1) << UInt64(bitsPerSymbol) - 1
        let groupCount = unsafe writeGroups(of: bytes, to: text)
        var end = groupCount * Self.symbolsPerGroup(bitsPerSymbol)
        var (pending, bitCount) = (UInt64(0), 0)
        for index in (groupCount * Self.bytesPerGroup(bitsPerSymbol))..<bytes.count {
            pending = pending << 8 | UInt64(bytes[index])
            bitCount += 8
            while bitCount >= bitsPerSymbol {
                bitCount -= bitsPerSymbol
                unsafe text[end] = alphabet.symbols[Int(pending >> UInt64(bitCount) & mask)]
                end += 1
            }
        }
        if bitCount > 0 {
            unsafe text[end] = alphabet.symbols[Int(pending << UInt64(bitsPerSymbol - bitCount) & mask)]
        }
    }

    func decode(_ text: Span<UInt8>) throws(MultiformatsError) -> [UInt8] {
        var symbolCount = text.count
        if paddedGroup != nil {
            while symbolCount > 0, text[symbolCount - 1] == UInt8(ascii: "=") { symbolCount -= 1 }
        }
        var bytes = [UInt8](repeating: 0, count: symbolCount * bitsPerSymbol / 8)
        let groupCount = readGroups(of: text.extracting(first: symbolCount), into: &bytes)
        var end = groupCount * Self.bytesPerGroup(bitsPerSymbol)
        var (pending, bitCount) = (UInt64(0), 0)
        for offset in (groupCount * Self.symbolsPerGroup(bitsPerSymbol))..<symbolCount {
            let value = alphabet.values[Int(text[offset])]
            guard value != Alphabet.notASymbol else { throw .unexpectedCharacter(base, offset: offset) }
            pending = pending << UInt64(bitsPerSymbol) | UInt64(value)
            bitCount += bitsPerSymbol
            if bitCount >= 8 {
                bitCount -= 8
                bytes[end] = UInt8(truncatingIfNeeded: pending >> UInt64(bitCount))
                end += 1
            }
        }
        guard text.count - symbolCount == paddingCount(afterSymbols: symbolCount) else { throw .wrongPadding(base) }
        guard bitCount < bitsPerSymbol else { throw .impossibleLength(base, characterCount: symbolCount) }
        guard pending & (UInt64(1) << UInt64(bitCount) - 1) == 0 else { throw .nonZeroTrailingBits(base) }
        return bytes
    }

    private func paddingCount(afterSymbols symbolCount: Int) -> Int {
        guard let paddedGroup, !symbolCount.isMultiple(of: paddedGroup) else { return 0 }
        return paddedGroup - symbolCount % paddedGroup
    }
}
