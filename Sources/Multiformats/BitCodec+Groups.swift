/// The fast loops of base 16 and base 64. Each is written once and compiled for both: the number of bits is a constant
/// where it is called, so the loops over one group unroll.
extension BitCodec {
    static func bytesPerGroup(_ bitsPerSymbol: Int) -> Int { bitsPerSymbol == 6 ? 3 : 1 }
    static func symbolsPerGroup(_ bitsPerSymbol: Int) -> Int { bitsPerSymbol == 6 ? 4 : 2 }

    /// Writes the symbols of the whole groups and gives their number: none in other bases.
    func writeGroups(of bytes: Span<UInt8>, to text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        switch bitsPerSymbol {
        case 4: unsafe writeGroups(of: bytes, to: text, bits: 4)
        case 6: unsafe writeGroups(of: bytes, to: text, bits: 6)
        default: 0
        }
    }

    @inline(__always)
    private func writeGroups(of bytes: Span<UInt8>, to text: UnsafeMutableBufferPointer<UInt8>, bits: Int) -> Int {
        let (byteCount, symbolCount) = (Self.bytesPerGroup(bits), Self.symbolsPerGroup(bits))
        let symbols = alphabet.symbols.span
        let groupCount = bytes.count / byteCount
        for group in 0..<groupCount {
            var block = 0
            for index in 0..<byteCount {
                block = block << 8 | Int(bytes[group * byteCount + index])
            }
            for index in 0..<symbolCount {
                let value = block >> (bits * (symbolCount - 1 - index)) & (1 << bits - 1)
                unsafe text[group * symbolCount + index] = symbols[value]
            }
        }
        return groupCount
    }

    /// Reads whole groups up to the first byte that is no symbol and gives their number: none in other bases.
    func readGroups(of text: Span<UInt8>, into bytes: inout [UInt8]) -> Int {
        switch bitsPerSymbol {
        case 4: readGroups(of: text, into: &bytes, bits: 4)
        case 6: readGroups(of: text, into: &bytes, bits: 6)
        default: 0
        }
    }

    @inline(__always)
    private func readGroups(of text: Span<UInt8>, into bytes: inout [UInt8], bits: Int) -> Int {
        let (byteCount, symbolCount) = (Self.bytesPerGroup(bits), Self.symbolsPerGroup(bits))
        let values = alphabet.values.span
        var output = bytes.mutableSpan
        let groupCount = text.count / symbolCount
        for group in 0..<groupCount {
            var (block, seen) = (0, UInt8(0))
            for index in 0..<symbolCount {
                let value = values[Int(text[group * symbolCount + index])]
                seen |= value
                block = block << bits | Int(value)
            }
            // Values have at most 6 bits, so only Alphabet.notASymbol sets the highest.
            guard seen < 0x80 else { return group }
            for index in 0..<byteCount {
                output[group * byteCount + index] = UInt8(truncatingIfNeeded: block >> (8 * (byteCount - 1 - index)))
            }
        }
        return groupCount
    }
}
