/// The characters that a JSON string may not hold as they are: quotation mark, backslash and controls
/// ([RFC 8259 section 7](https://www.rfc-editor.org/rfc/rfc8259#section-7)). Reading and writing both skip to the next.
package enum StringScan {
    /// The offset of the next such byte, or of the end.
    package static func nextSpecial(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var offset = start
        while offset + 8 <= bytes.count {
            let eight = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
            let special = specialBytes(eight)
            if special != 0 { return offset + special.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < bytes.count, !isSpecial(bytes[offset]) { offset += 1 }
        return offset
    }

    /// Whether this is such a byte.
    package static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Eight bytes at once: the high bit of each special byte is set; above the first one, others may be too, because
    /// a borrow runs upwards.
    private static func specialBytes(_ eight: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = eight ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = eight ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let controls = (eight &- ones &* 0x20) & ~eight
        let found = controls | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
        return found & (ones &* 0x80)
    }
}
