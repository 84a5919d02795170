/// Walks over bytes that are expected to be canonical JSON, building nothing.
///
/// Strings are ranges with their quotation marks. In canonical form a text has one spelling, so two texts are the same
/// iff these bytes are.
struct ByteScanner {
    let bytes: [UInt8]
    var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    var isAtEnd: Bool { position == bytes.count }

    /// Whether `text` stands at that place.
    @inline(__always)
    func has(_ text: StaticString, at place: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - place >= count else { return false }
        for index in 0..<count where unsafe text.utf8Start[index] != bytes[place + index] { return false }
        return true
    }

    /// Steps over `text` if it stands here.
    @inline(__always)
    mutating func take(_ text: StaticString) -> Bool {
        guard has(text, at: position) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    /// Steps over `text`, which must stand here.
    @inline(__always)
    mutating func expect(_ text: StaticString) throws(EntryProblem) {
        guard take(text) else { throw failure("expected \(text)") }
    }

    /// Steps over a string.
    mutating func string() throws(EntryProblem) -> Range<Int> {
        let start = position
        guard take("\"") else { throw failure("expected a string") }
        var place = Self.firstSpecial(in: bytes, from: position)
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\"") {
                position = place + 1
                return start..<position
            }
            place = Self.firstSpecial(in: bytes, from: place + 2)
        }
        throw failure("a string does not end")
    }

    /// The first quotation mark or backslash from a place on, or a place beyond the end. Most bytes of an entry lie in
    /// strings, so eight are looked at together.
    private static func firstSpecial(in bytes: [UInt8], from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var place = start
        let raw = unsafe bytes.span.bytes
        while place + 8 <= raw.byteCount {
            let word = unsafe UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
            // A byte becomes 0 where it is the one looked for; the lowest high bit that is set marks the first 0.
            let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let slashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            let marks = ((quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes) & (ones << 7)
            if marks != 0 { return place + marks.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < bytes.count, bytes[place] != UInt8(ascii: "\""), bytes[place] != UInt8(ascii: "\\") { place += 1 }
        return place
    }

    /// Steps over a string of `count` bytes without escapes, such as a digest.
    mutating func string(count: Int) throws(EntryProblem) -> Range<Int> {
        let end = position + count + 2
        guard end <= bytes.count, bytes[position] == UInt8(ascii: "\""), bytes[end - 1] == UInt8(ascii: "\"") else {
            throw failure("expected a string of \(count) bytes")
        }
        defer { position = end }
        return position..<end
    }

    /// Steps over an integer of at most 2^53 - 1 either way.
    mutating func integer() throws(EntryProblem) -> Int64 {
        let isNegative = take("-")
        let start = position
        var magnitude: Int64 = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            magnitude = magnitude * 10 + Int64(digit)
            guard magnitude <= Self.largestInteger else { throw failure("a number beyond 2^53 - 1") }
            position += 1
        }
        guard position > start else { throw failure("expected an integer") }
        return isNegative ? -magnitude : magnitude
    }

    static let largestInteger: Int64 = (1 << 53) - 1

    /// Steps over a value of any kind. Nothing inside is looked at but where strings and brackets end.
    mutating func value() throws(EntryProblem) -> Range<Int> {
        let start = position
        var depth = 0
        repeat {
            guard position < bytes.count else { throw failure("a value does not end") }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard depth >= 0 else { throw failure("expected a value") }
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw failure("expected a value") }
                position += 1
            default:
                skipScalar()
            }
        } while depth > 0
        return start..<position
    }

    private mutating func skipScalar() {
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): return
            default: position += 1
            }
        }
    }

    func failure(_ problem: String) -> EntryProblem { EntryProblem("\(problem) at byte \(position)") }
}

extension [UInt8] {
    /// Whether the bytes in `range` are those of `other`.
    @inline(__always)
    func holds(_ other: [UInt8], in range: Range<Int>) -> Bool {
        guard range.count == other.count else { return false }
        for index in other.indices where self[range.lowerBound + index] != other[index] { return false }
        return true
    }

    /// Whether the bytes in `range` are those of `other`.
    @inline(__always)
    func holds(_ other: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == other.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where unsafe self[range.lowerBound + index] != other.utf8Start[index] {
            return false
        }
        return true
    }

    func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }
}
