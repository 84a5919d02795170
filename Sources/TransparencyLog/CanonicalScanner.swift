/// Recognises canonical JSON (RFC 8785) whose numbers are all integers, in one pass over bytes that are valid UTF-8,
/// building nothing.
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

    /// Steps over `text` if it stands here.
    mutating func take(_ text: StaticString, _ bytes: Span<UInt8>) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        let expected = unsafe UnsafeBufferPointer(start: text.utf8Start, count: count)
        for index in 0..<count where unsafe expected[index] != bytes[position + index] { return false }
        position += count
        return true
    }

    /// Steps over `text`, which must stand here.
    mutating func expect(_ text: StaticString, _ bytes: Span<UInt8>) throws(TransparencyLogError) {
        guard take(text, bytes) else { throw failure("expected \(text)") }
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

    private mutating func open(
        _ bracket: StaticString, depth: Int, _ bytes: Span<UInt8>
    ) throws(TransparencyLogError) {
        guard depth < maximumDepth else { throw failure("nested deeper than \(maximumDepth)") }
        try expect(bracket, bytes)
    }

    /// Steps over an integer of at most 2^53 - 1 either way.
    mutating func integer(_ bytes: Span<UInt8>) throws(TransparencyLogError) -> Int64 {
        let isNegative = take("-", bytes)
        let start = position
        var magnitude: UInt64 = 0
        while position < bytes.count, let digit = bytes[position].decimalDigit, magnitude <= Self.largestInteger {
            magnitude = magnitude * 10 + digit
            position += 1
        }
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
    mutating func token(
        _ counts: ClosedRange<Int>, _ bytes: Span<UInt8>
    ) throws(TransparencyLogError) -> Range<Int> {
        try expect("\"", bytes)
        let start = position
        while position < bytes.count, 0x21...0x7E ~= bytes[position], !Self.needsEscape(bytes[position]) {
            position += 1
        }
        let token = start..<position
        guard counts.contains(token.count), take("\"", bytes) else {
            position = start
            throw failure("expected \(counts.lowerBound) to \(counts.upperBound) visible ASCII characters and a quote")
        }
        return token
    }

    /// Steps over bytes that the caller has read.
    mutating func skip(to position: Int) {
        self.position = position
    }

    func failure(_ problem: String) -> TransparencyLogError {
        .malformed(.entry, problem: "\(problem) at byte \(position)")
    }
}

/// Strings: [RFC 8785, 3.2.2.2](https://www.rfc-editor.org/rfc/rfc8785#section-3.2.2.2).
extension CanonicalScanner {
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func string(_ bytes: Span<UInt8>) throws(TransparencyLogError) {
        try expect("\"", bytes)
        while true {
            while position < bytes.count, !Self.needsEscape(bytes[position]) { position += 1 }
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

    private mutating func name(_ bytes: Span<UInt8>) throws(TransparencyLogError) -> Range<Int> {
        try expect("\"", bytes)
        let start = position
        while position < bytes.count, !Self.needsEscape(bytes[position]) { position += 1 }
        let name = start..<position
        guard take("\"", bytes) else { throw failure("a name that does not end or needs an escape") }
        return name
    }

    /// RFC 8785 orders names by UTF-16 code units; that is the order of the bytes except that what needs a surrogate
    /// pair (lead bytes from F0) comes before U+E000 to U+FFFF (lead bytes EE and EF).
    func requireOrder(
        _ first: Range<Int>, _ second: Range<Int>, _ bytes: Span<UInt8>
    ) throws(TransparencyLogError) {
        func rank(_ byte: UInt8) -> UInt8 { byte >= 0xF0 ? byte - 2 : byte >= 0xEE ? byte + 5 : byte }
        var isOrdered = first.count < second.count
        for (left, right) in zip(first, second) where bytes[left] != bytes[right] {
            isOrdered = rank(bytes[left]) < rank(bytes[right])
            break
        }
        guard isOrdered else { throw failure("a name that is used twice or not in order, before this,") }
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
