/// The order of lines by code point, which in UTF-8 is the order of their bytes.
enum LineOrder {
    /// Sorts what stands for parts of `bytes` by those parts.
    @inline(__always)
    static func sort<Line>(_ lines: inout [Line], by part: (Line) -> Range<Int>, in bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { bytes in
            lines.sort { unsafe compare(bytes, part($0), part($1)) < 0 }
        }
    }

    /// Whether two parts of `bytes` are the same.
    static func areEqual(_ left: Range<Int>, _ right: Range<Int>, in bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { unsafe compare($0, left, right) == 0 }
    }

    /// Less than, equal to or more than zero, as `left` comes before, is or comes after `right`. Eight bytes at once:
    /// lines share long beginnings.
    private static func compare(_ bytes: UnsafeRawBufferPointer, _ left: Range<Int>, _ right: Range<Int>) -> Int {
        let common = min(left.count, right.count)
        var offset = 0
        while offset + 8 <= common {
            let (leftPlace, rightPlace) = (left.lowerBound + offset, right.lowerBound + offset)
            let leftEight = unsafe bytes.loadUnaligned(fromByteOffset: leftPlace, as: UInt64.self).bigEndian
            let rightEight = unsafe bytes.loadUnaligned(fromByteOffset: rightPlace, as: UInt64.self).bigEndian
            if leftEight != rightEight { return leftEight < rightEight ? -1 : 1 }
            offset += 8
        }
        while offset < common {
            let leftByte = unsafe bytes[left.lowerBound + offset]
            let rightByte = unsafe bytes[right.lowerBound + offset]
            if leftByte != rightByte { return leftByte < rightByte ? -1 : 1 }
            offset += 1
        }
        return left.count - right.count
    }
}
