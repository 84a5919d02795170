extension JSON {
    /// Reads one document: RFC 8259 grammar, I-JSON (RFC 7493) rules, UTF-8 only.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        self = try JSONParser.parse(bytes.span, limits: limits)
    }

    /// Reads one document from any collection of bytes, in place when they are contiguous.
    package init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = .standard) throws(JSONError) {
        let inPlace = bytes.withContiguousStorageIfAvailable { buffer in
            Result { () throws(JSONError) in try JSONParser.parse(unsafe buffer.span, limits: limits) }
        }
        guard let inPlace else {
            self = try JSON(parsing: Array(bytes), limits: limits)
            return
        }
        self = try inPlace.get()
    }
}

/// One pass over a document: values and arrays here, objects, strings and numbers in the extensions.
struct JSONParser: ~Copyable {
    /// The next byte to read.
    var offset = 0
    private var remainingDepth: Int
    private let limits: JSONLimits

    private init(limits: JSONLimits) {
        self.limits = limits
        remainingDepth = limits.maximumDepth
    }

    static func parse(_ bytes: Span<UInt8>, limits: JSONLimits) throws(JSONError) -> JSON {
        var parser = JSONParser(limits: limits)
        do {
            return try parser.document(bytes)
        } catch {
            throw JSONError(error, in: bytes)
        }
    }

    private mutating func document(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSON {
        guard bytes.count <= limits.maximumBytes else {
            throw JSONFailure(reason: .tooManyBytes(limit: limits.maximumBytes), offset: limits.maximumBytes)
        }
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            throw JSONFailure(reason: .byteOrderMark, offset: 0)
        }
        skipWhitespace(bytes)
        let result = try value(bytes)
        skipWhitespace(bytes)
        guard offset == bytes.count else { throw failure(.trailingContent) }
        return result
    }

    /// Reads one value at `offset`, which stands on its first byte.
    mutating func value(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSON {
        guard offset < bytes.count else { throw failure(.unexpectedEnd(expected: "a value")) }
        switch bytes[offset] {
        case UInt8(ascii: "\""): return .string(try string(bytes))
        case UInt8(ascii: "{"): return .object(try object(bytes))
        case UInt8(ascii: "["): return .array(try array(bytes))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(bytes)
        case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
        case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
        case UInt8(ascii: "n"): return try word("null", .null, bytes)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): throw failure(.unknownWord)
        case let byte: throw failure(.unexpected(byte, expected: "a value"))
        }
    }

    private mutating func array(_ bytes: Span<UInt8>) throws(JSONFailure) -> [JSON] {
        try enter()
        defer { leave() }
        skipWhitespace(bytes)
        var elements: [JSON] = []
        guard !take(UInt8(ascii: "]"), bytes) else { return elements }
        while true {
            elements.append(try value(bytes))
            skipWhitespace(bytes)
            if take(UInt8(ascii: "]"), bytes) { return elements }
            try expect(UInt8(ascii: ","), "a comma or ']'", bytes)
            skipWhitespace(bytes)
        }
    }

    /// Steps over an opening bracket; whoever closes it calls ``leave()``.
    mutating func enter() throws(JSONFailure) {
        guard remainingDepth > 0 else { throw failure(.tooDeep(limit: limits.maximumDepth)) }
        remainingDepth -= 1
        offset += 1
    }

    mutating func leave() { remainingDepth += 1 }

    /// Steps over a word that has a meaning.
    private mutating func word(_ word: String, _ meaning: JSON, _ bytes: Span<UInt8>) throws(JSONFailure) -> JSON {
        var place = offset
        for byte in word.utf8 {
            guard place < bytes.count, bytes[place] == byte else { throw failure(.unknownWord) }
            place += 1
        }
        offset = place
        return meaning
    }

    mutating func skipWhitespace(_ bytes: Span<UInt8>) {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ words: String, _ bytes: Span<UInt8>) throws(JSONFailure) {
        guard offset < bytes.count else { throw failure(.unexpectedEnd(expected: words)) }
        guard bytes[offset] == byte else { throw failure(.unexpected(bytes[offset], expected: words)) }
        offset += 1
    }

    func failure(_ reason: JSONError.Reason) -> JSONFailure { JSONFailure(reason: reason, offset: offset) }
}
