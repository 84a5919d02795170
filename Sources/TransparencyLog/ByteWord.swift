/// Eight bytes of a text at once.
///
/// Each question is answered with the highest bit of a byte: set in the first byte where the answer is yes, and not to
/// be trusted above it, because a carry runs upwards.
struct ByteWord {
    private let bytes: UInt64

    static let count = 8
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits = ones &* 0x80

    /// The bytes from `position` on, of which there must be eight.
    init(_ text: Span<UInt8>, at position: Int) {
        assert(position >= 0 && position + Self.count <= text.count)
        bytes = unsafe text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self).littleEndian
    }

    /// Four bytes from one position on, and four from another.
    init(_ text: Span<UInt8>, at low: Int, and high: Int) {
        assert(low >= 0 && high >= 0 && max(low, high) + Self.count / 2 <= text.count)
        let lowHalf = unsafe text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: low, as: UInt32.self)
        let highHalf = unsafe text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: high, as: UInt32.self)
        bytes = UInt64(highHalf.littleEndian) << 32 | UInt64(lowHalf.littleEndian)
    }

    /// Where a byte is anything but visible ASCII that stands in a JSON string as it is.
    var notToken: UInt64 {
        let below = (bytes &- Self.ones &* 0x21) & ~bytes
        let above = (bytes &+ Self.ones) | bytes
        return (below | above | equal(UInt8(ascii: "\"")) | equal(UInt8(ascii: "\\"))) & Self.highBits
    }

    /// Where a byte is anything but ASCII that stands in a JSON string as it is.
    var notPlainASCII: UInt64 {
        let controls = (bytes &- Self.ones &* 0x20) & ~bytes
        return (controls | bytes | equal(UInt8(ascii: "\"")) | equal(UInt8(ascii: "\\"))) & Self.highBits
    }

    /// The number that the decimal digits before anything else stand for, how many they are, and ten to that power.
    @inline(__always)
    var leadingDigits: (value: UInt64, count: Int, scale: UInt64) {
        let isDigit = atLeast(0x30) & ~atLeast(0x3A) & ~bytes
        let count = (~isDigit & Self.highBits).trailingZeroBitCount / 8
        // The digits go to the top, so that zeros stand before them; then pairs, fours and eights are joined.
        let digits = (bytes & (Self.ones &* 0x0F)) << UInt64(64 - 8 * count)
        let pairs = (digits &* 10 &+ digits >> 8) & 0x00FF_00FF_00FF_00FF
        let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
        let value = (fours &* 10_000 &+ fours >> 32) & 0xFFFF_FFFF
        return (value, count, Self.powersOfTen[count])
    }

    private static let powersOfTen: [UInt64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

    /// Where a byte is none of `0123456789abcdef`; here all answers can be trusted.
    var notHexadecimal: UInt64 {
        let isDigit = atLeast(0x30) & ~atLeast(0x3A)
        let isLetter = atLeast(0x61) & ~atLeast(0x67)
        return (~(isDigit | isLetter) | bytes) & Self.highBits
    }

    /// In each byte the number that the hexadecimal digit stands for.
    var hexadecimal: UInt64 {
        let isLetter = atLeast(0x61) & Self.highBits
        return (bytes & (Self.ones &* 0x0F)) + (isLetter >> 7) * 9
    }

    private func equal(_ byte: UInt8) -> UInt64 {
        let different = bytes ^ (Self.ones &* UInt64(byte))
        return (different &- Self.ones) & ~different
    }

    /// For ASCII, where nothing is carried.
    private func atLeast(_ byte: UInt8) -> UInt64 { (bytes & ~Self.highBits) &+ Self.ones &* UInt64(0x80 - byte) }
}

extension Span<UInt8> {
    /// Whether the bytes of `other` stand here from `position` on.
    @inline(__always)
    func holds(_ other: RawSpan, at position: Int) -> Bool {
        guard count - position >= other.byteCount else { return false }
        var offset = 0
        while other.byteCount - offset >= MemoryLayout<UInt64>.size {
            guard isEqual(other, UInt64.self, position, offset) else { return false }
            offset += MemoryLayout<UInt64>.size
        }
        if other.byteCount - offset >= MemoryLayout<UInt32>.size {
            guard isEqual(other, UInt32.self, position, offset) else { return false }
            offset += MemoryLayout<UInt32>.size
        }
        while offset < other.byteCount {
            guard isEqual(other, UInt8.self, position, offset) else { return false }
            offset += 1
        }
        return true
    }

    @inline(__always)
    private func isEqual<Word: FixedWidthInteger & BitwiseCopyable>(
        _ other: RawSpan, _ type: Word.Type, _ position: Int, _ offset: Int
    ) -> Bool {
        unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position + offset, as: Word.self)
            == other.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Word.self)
    }
}
