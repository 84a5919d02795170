/// Recognises canonical JSON (RFC 8785) whose numbers are all integers, in one pass over bytes that are valid UTF-8,
/// building nothing.
///
/// The same bytes as `CanonicalJSON` parses and prints unchanged, less two things that entries do not have: numbers
/// with a fraction or beyond 2^53 - 1, and names that need an escape.
struct CanonicalScanner {
    private let bytes: [UInt8]
    private let maximumDepth: Int
    private(set) var position = 0

    init(_ bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    var isAtEnd: Bool { position == bytes.count }

    /// Steps over `text` if it stands here.
    mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for index in 0..<count where unsafe text.utf8Start[index] != bytes[position + index] { return false }
        position += count
        return true
    }

    /// Steps over `text`, which must stand here.
    mutating func expect(_ text: StaticString) throws(TransparencyLogError) {
        guard take(text) else { throw failure("expected \(text)") }
    }

    /// Steps over a value of any kind.
    mutating func value(depth: Int = 0) throws(TransparencyLogError) {
        switch current {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try expect("true")
        case UInt8(ascii: "f"): try expect("false")
        case UInt8(ascii: "n"): try expect("null")
        default: _ = try integer()
        }
    }

    /// Steps over an object; its names must ascend.
    /// - Returns: where it lies.
    @discardableResult
    mutating func object(depth: Int = 0) throws(TransparencyLogError) -> Range<Int> {
        let start = position
        try open("{", depth: depth)
        var previous: Range<Int>?
        var isMore = !take("}")
        while isMore {
            let name = try name()
            if let previous { try requireOrder(previous, name) }
            previous = name
            try expect(":")
            try value(depth: depth + 1)
            isMore = take(",")
            if !isMore { try expect("}") }
        }
        return start..<position
    }

    private mutating func array(depth: Int) throws(TransparencyLogError) {
        try open("[", depth: depth)
        var isMore = !take("]")
        while isMore {
            try value(depth: depth + 1)
            isMore = take(",")
            if !isMore { try expect("]") }
        }
    }

    private mutating func open(_ bracket: StaticString, depth: Int) throws(TransparencyLogError) {
        guard depth < maximumDepth else { throw failure("nested deeper than \(maximumDepth)") }
        try expect(bracket)
    }

    /// Steps over an integer of at most 2^53 - 1 either way.
    mutating func integer() throws(TransparencyLogError) -> Int64 {
        let isNegative = take("-")
        let start = position
        var magnitude: Int64 = 0
        while let digit = current?.decimalDigit, magnitude <= Self.largestInteger {
            magnitude = magnitude * 10 + Int64(digit)
            position += 1
        }
        let isZero = bytes[start..<position].first == UInt8(ascii: "0")
        guard position > start, !isZero || position == start + 1 && !isNegative, magnitude <= Self.largestInteger else {
            position = start
            throw failure("expected a value; a number must be an integer, without leading zeros, of at most 2^53 - 1")
        }
        return isNegative ? -magnitude : magnitude
    }

    private static let largestInteger: Int64 = 1 << 53 - 1

    /// Steps over a string of `counts` bytes, all printable ASCII but space, quotation mark and backslash.
    /// - Returns: where its bytes lie, between the quotation marks.
    mutating func token(_ counts: ClosedRange<Int>) throws(TransparencyLogError) -> Range<Int> {
        try expect("\"")
        let start = position
        while let byte = current, 0x21...0x7E ~= byte, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            position += 1
        }
        let token = start..<position
        guard counts.contains(token.count), take("\"") else {
            position = start
            throw failure("expected \(counts.lowerBound) to \(counts.upperBound) visible ASCII characters and a quote")
        }
        return token
    }

    func failure(_ problem: String) -> TransparencyLogError {
        .malformed(.entry, problem: "\(problem) at byte \(position)")
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }
}

/// Strings: [RFC 8785, 3.2.2.2](https://www.rfc-editor.org/rfc/rfc8785#section-3.2.2.2).
extension CanonicalScanner {
    private mutating func string() throws(TransparencyLogError) {
        try expect("\"")
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20:
                position -= 1
                throw failure("a control character that is not escaped")
            default: break
            }
        }
        throw failure("a string that does not end")
    }

    /// Steps over what follows a backslash: the short escapes, and `\u00xx` for control characters that have none.
    private mutating func escape() throws(TransparencyLogError) {
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        default:
            guard take("u00"), position + 2 <= bytes.count,
                let code = UInt8(lowerCaseHex: bytes[position..<position + 2]), code < 0x20,
                ![0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(code)
            else {
                throw failure("an escape that is not canonical")
            }
            position += 2
        }
    }

    private mutating func name() throws(TransparencyLogError) -> Range<Int> {
        try expect("\"")
        let start = position
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20, byte != UInt8(ascii: "\\") else { throw failure("a name that needs an escape") }
            position += 1
        }
        let name = start..<position
        try expect("\"")
        return name
    }

    /// RFC 8785 orders names by UTF-16 code units; that is the order of the bytes except that what needs a surrogate
    /// pair (lead bytes from F0) comes before U+E000 to U+FFFF (lead bytes EE and EF).
    func requireOrder(_ first: Range<Int>, _ second: Range<Int>) throws(TransparencyLogError) {
        func rank(_ byte: UInt8) -> UInt8 { byte >= 0xF0 ? byte - 2 : byte >= 0xEE ? byte + 5 : byte }
        let difference = zip(bytes[first], bytes[second]).first { $0 != $1 }
        let isOrdered = difference.map { rank($0) < rank($1) } ?? (first.count < second.count)
        guard isOrdered else { throw failure("a name that is used twice or not in order") }
    }
}

extension UInt8 {
    fileprivate init?(lowerCaseHex digits: ArraySlice<UInt8>) {
        var value: UInt8 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | (digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | (digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        self = value
    }
}
