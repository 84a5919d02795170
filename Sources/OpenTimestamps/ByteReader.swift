/// Reads the primitive parts of the format from bytes, front to back.
struct ByteReader {
    private let bytes: [UInt8]
    private let offset: Int
    private(set) var position = 0

    /// - Parameter offset: where these bytes begin in the file, for the words of an error.
    init(_ bytes: [UInt8], offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    /// The next byte.
    mutating func byte() throws(OpenTimestampsError) -> UInt8 {
        guard position < bytes.count else { throw failure("it ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    /// The next `count` bytes.
    mutating func bytes(_ count: Int) throws(OpenTimestampsError) -> [UInt8] {
        guard count <= bytes.count - position else { throw failure("it ends too early") }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// A number in groups of 7 bits, the lowest first (LEB128). Written in as few bytes as it needs, so that one number
    /// has one form.
    mutating func number() throws(OpenTimestampsError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 63, by: 7) {
            let byte = try byte()
            value |= UInt64(byte & 0x7F) << shift
            guard byte & 0x80 == 0 else { continue }
            guard byte != 0 || shift == 0 else { throw failure("a number with a zero too many") }
            return value
        }
        throw failure("a number beyond 63 bits")
    }

    /// A number, and as many bytes.
    mutating func counted(_ counts: ClosedRange<Int>) throws(OpenTimestampsError) -> [UInt8] {
        let count = try number()
        guard count <= UInt64(counts.upperBound), counts.contains(Int(count)) else {
            throw failure("\(count) bytes where \(counts.lowerBound) to \(counts.upperBound) may stand")
        }
        return try bytes(Int(count))
    }

    /// Nothing may follow.
    func expectEnd() throws(OpenTimestampsError) {
        guard position == bytes.count else { throw failure("bytes that do not belong to it") }
    }

    func failure(_ problem: String) -> OpenTimestampsError { .malformed(problem, at: offset + position) }
}

extension [UInt8] {
    /// The other direction of ``ByteReader/number()``.
    mutating func append(number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}
