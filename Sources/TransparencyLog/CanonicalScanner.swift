import CanonicalJSON

/// Recognises canonical JSON (RFC 8785) whose numbers are all integers, in one pass over bytes, building nothing. When
/// it met bytes that are not ASCII, the caller finds out whether they are UTF-8.
///
/// The same bytes as `CanonicalJSON` parses and prints unchanged, less two things that entries do not have: numbers
/// with a fraction or beyond 2^53 - 1, and names that need an escape. The bytes are given to each call, because a value
/// cannot keep a span.
struct CanonicalScanner {
    private let maximumDepth: Int
    private(set) var position = 0

    init(maximumDepth: Int) {
        self.maximumDepth = maximumDepth
    }

    /// Steps over `text` if it stands here. Always part of its caller, where the text is known and compared by words.
    @inline(__always)
    mutating func take(_ text: StaticString, _ bytes: Span<UInt8>) -> Bool {
        let expected = unsafe UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard unsafe bytes.holds(expected.bytes, at: position) else { return false }
        position += expected.count
        return true
    }

    /// Steps over `text`, which must stand here.
    @inline(__always)
    mutating func expect(_ text: StaticString, _ bytes: Span<UInt8>) throws(TransparencyLogError) {
        guard take(text, bytes) else { throw missing(text) }
    }

    /// Steps over a value of any kind.
    mutating func value(depth: Int, _ bytes: Span<UInt8>) throws(TransparencyLogError) {
        guard position < bytes.count else { throw failure("expected a value") }
        switch bytes[position] {
        case UInt8(ascii: "{"): try object(depth: depth, bytes)
        case UInt8(ascii: "["): try array(depth: depth, bytes)
        case UInt8(ascii: "\""): try string(bytes)
        case UInt8(ascii: "t"): try expect("true", bytes)
        case UInt8(ascii: "f"): try expect("false", bytes)
        case UInt8(ascii: "n"): try expect("null", bytes)
        default: _ = try integer(bytes)
        }
    }

    /// Steps over an object; its names must ascend.
    /// - Returns: where it lies.
    @discardableResult
    mutating func object(depth: Int, _ bytes: Span<UInt8>) throws(TransparencyLogError) -> Range<Int> {
        let start = position
        try open("{", depth: depth, bytes)
        var previous: Range<Int>?
        var isMore = !take("}", bytes)
        while isMore {
            let name = try name(bytes)
            if let previous { try requireOrder(previous, name, bytes) }
            previous = name
            try expect(":", bytes)
            try value(depth: depth + 1, bytes)
            isMore = take(",", bytes)
            if !isMore { try expect("}", bytes) }
        }
        return start..<position
    }

    private mutating func array(depth: Int, _ bytes: Span<UInt8>) throws(TransparencyLogError) {
        try open("[", depth: depth, bytes)
        var isMore = !take("]", bytes)
        while isMore {
            try value(depth: depth + 1, bytes)
            isMore = take(",", bytes)
            if !isMore { try expect("]", bytes) }
        }
    }

    @inline(__always)
    private mutating func open(
        _ bracket: StaticString, depth: Int, _ bytes: Span<UInt8>
    ) throws(TransparencyLogError) {
        guard depth < maximumDepth else { throw failure("nested deeper than \(maximumDepth)") }
        try expect(bracket, bytes)
    }

    /// Steps over an integer of at most 2^53 - 1 either way.
    @inline(__always)
    mutating func integer(_ bytes: Span<UInt8>) throws(TransparencyLogError) -> Int64 {
        if bytes.count - position > 1 {
            let (first, second) = (bytes[position] &- UInt8(ascii: "0"), bytes[position + 1] &- UInt8(ascii: "0"))
            if first < 10, second >= 10 {
                position += 1
                return Int64(first)
            }
        }
        return try longInteger(bytes)
    }

    private mutating func longInteger(_ bytes: Span<UInt8>) throws(TransparencyLogError) -> Int64 {
        let isNegative = take("-", bytes)
        let start = position
        var end = start
        var magnitude: UInt64 = 0
        // 2^53 - 1 has 16 digits; the rest is for what is longer, or near the end of the text.
        for _ in 0..<2 where end == start || end == start + ByteWord.count {
            guard bytes.count - end >= ByteWord.count else { break }
            let (value, count, scale) = ByteWord(bytes, at: end).leadingDigits
            magnitude = magnitude &* scale &+ value
            end += count
        }
        while end < bytes.count, magnitude <= Self.largestInteger {
            let digit = bytes[end] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            magnitude = magnitude &* 10 &+ UInt64(digit)
            end += 1
        }
        position = end
        let hasSurplusZero =
            position > start && bytes[start] == UInt8(ascii: "0") && (position > start + 1 || isNegative)
        guard position > start, !hasSurplusZero, magnitude <= Self.largestInteger else {
            position = start
            throw failure("expected a value; a number must be an integer, without leading zeros, of at most 2^53 - 1")
        }
        return isNegative ? -Int64(magnitude) : Int64(magnitude)
    }

    private static let largestInteger: UInt64 = 1 << 53 - 1

    /// Steps over a string of `counts` bytes, all visible ASCII but quotation mark and backslash.
    /// - Returns: where its bytes lie, between the quotation marks.
    @inline(__always)
    mutating func token(
        _ counts: ClosedRange<Int>, _ bytes: Span<UInt8>
    ) throws(TransparencyLogError) -> Range<Int> {
        try expect("\"", bytes)
        let start = position
        skipToken(bytes)
        let token = start..<position
        guard counts.contains(token.count), take("\"", bytes) else {
            position = start
            throw failure("expected \(counts.lowerBound) to \(counts.upperBound) visible ASCII characters and a quote")
        }
        return token
    }

    @inline(__always)
    private mutating func skipToken(_ bytes: Span<UInt8>) {
        while bytes.count - position >= ByteWord.count {
            let end = ByteWord(bytes, at: position).notToken
            guard end == 0 else {
                position += end.trailingZeroBitCount / 8
                return
            }
            position += ByteWord.count
        }
        while position < bytes.count, 0x21...0x7E ~= bytes[position], !StringScan.isSpecial(bytes[position]) {
            position += 1
        }
    }

    /// Steps over bytes that the caller has read.
    mutating func skip(to position: Int) {
        self.position = position
    }

    /// Whether all bytes that were stepped over are ASCII; else whoever needs UTF-8 must look.
    private(set) var isASCII = true

    @inline(never)
    private func missing(_ text: StaticString) -> TransparencyLogError { failure("expected \(text)") }

    @inline(never)
    func failure(_ problem: String) -> TransparencyLogError {
        .malformed(.entry, problem: "\(problem) at byte \(position)")
    }
}

/// Strings: [RFC 8785, 3.2.2.2](https://www.rfc-editor.org/rfc/rfc8785#section-3.2.2.2).
extension CanonicalScanner {
    /// Steps to the next byte that cannot stand in a string as it is.
    @inline(__always)
    private mutating func skipText(_ bytes: Span<UInt8>) {
        while bytes.count - position >= ByteWord.count {
            let end = ByteWord(bytes, at: position).notPlainASCII
            guard end == 0 else {
                position += end.trailingZeroBitCount / 8
                if bytes[position] < 0x80 { return }
                break
            }
            position += ByteWord.count
        }
        let end = StringScan.nextSpecial(bytes, from: position)
        while position < end {
            isASCII = isASCII && bytes[position] < 0x80
            position += 1
        }
    }

    @inline(__always)
    private mutating func string(_ bytes: Span<UInt8>) throws(TransparencyLogError) {
        try expect("\"", bytes)
        while true {
            skipText(bytes)
            if take("\"", bytes) { return }
            guard take("\\", bytes) else { throw failure("a string that does not end, or a bare control character") }
            try escape(bytes)
        }
    }

    /// Steps over what follows a backslash: the short escapes, and `\u00xx` for control characters that have none.
    private mutating func escape(_ bytes: Span<UInt8>) throws(TransparencyLogError) {
        guard position < bytes.count else { throw failure("a string that does not end") }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        default:
            guard take("u00", bytes), position + 2 <= bytes.count,
                let high = bytes[position].lowerCaseHexDigit, let low = bytes[position + 1].lowerCaseHexDigit,
                high < 2, ![0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(high << 4 | low)
            else {
                throw failure("an escape that is not canonical")
            }
            position += 2
        }
    }

    @inline(__always)
    private mutating func name(_ bytes: Span<UInt8>) throws(TransparencyLogError) -> Range<Int> {
        try expect("\"", bytes)
        let start = position
        skipText(bytes)
        let name = start..<position
        guard take("\"", bytes) else { throw failure("a name that does not end or needs an escape") }
        return name
    }

    /// RFC 8785 orders names by UTF-16 code units; that is the order of the bytes except that what needs a surrogate
    /// pair (lead bytes from F0) comes before U+E000 to U+FFFF (lead bytes EE and EF).
    func requireOrder(
        _ first: Range<Int>, _ second: Range<Int>, _ bytes: Span<UInt8>
    ) throws(TransparencyLogError) {
        let (a, b) = (bytes[first.lowerBound], bytes[second.lowerBound])
        // Most names differ in their first letter already.
        if a != b, max(a, b) < 0x80, !first.isEmpty, !second.isEmpty {
            guard a < b else { throw disorder }
            return
        }
        func rank(_ byte: UInt8) -> UInt8 { byte >= 0xF0 ? byte - 2 : byte >= 0xEE ? byte + 5 : byte }
        let common = min(first.count, second.count)
        var offset = 0
        while offset < common, bytes[first.lowerBound + offset] == bytes[second.lowerBound + offset] { offset += 1 }
        let isOrdered =
            offset == common
            ? first.count < second.count
            : rank(bytes[first.lowerBound + offset]) < rank(bytes[second.lowerBound + offset])
        guard isOrdered else { throw disorder }
    }

    private var disorder: TransparencyLogError {
        failure("a name that is used twice or not in order, before this,")
    }
}

extension UInt8 {
    fileprivate var lowerCaseHexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
