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

/// One pass over a document: this file is the grammar's structure, the extensions are strings and numbers.
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
    private mutating func value(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSON {
        guard offset < bytes.count else { throw failure(.unexpectedEnd(expected: "a value")) }
        switch bytes[offset] {
        case UInt8(ascii: "\""): return .string(try string(bytes))
        case UInt8(ascii: "{"): return .object(try object(bytes))
        case UInt8(ascii: "["): return .array(try array(bytes))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(bytes)
        case UInt8(ascii: "t"):
            try literal("true", bytes)
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false", bytes)
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null", bytes)
            return .null
        case let byte: throw failure(.unexpected(byte, expected: "a value"))
        }
    }

    private mutating func array(_ bytes: Span<UInt8>) throws(JSONFailure) -> [JSON] {
        try enter()
        skipWhitespace(bytes)
        var elements: [JSON] = []
        guard !take(UInt8(ascii: "]"), bytes) else { return leave(elements) }
        while true {
            elements.append(try value(bytes))
            skipWhitespace(bytes)
            if take(UInt8(ascii: "]"), bytes) { return leave(elements) }
            try expect(UInt8(ascii: ","), "a comma or ']'", bytes)
            skipWhitespace(bytes)
        }
    }

    private mutating func object(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONObject {
        let start = offset
        try enter()
        skipWhitespace(bytes)
        var members: [(key: String, value: JSON)] = []
        guard !take(UInt8(ascii: "}"), bytes) else { return leave(JSONObject()) }
        var isOrdered = true
        while true {
            let key = try name(bytes)
            if isOrdered, let last = members.last, !CodeUnitOrder.isBefore(last.key, key) { isOrdered = false }
            skipWhitespace(bytes)
            members.append((key, try value(bytes)))
            skipWhitespace(bytes)
            if take(UInt8(ascii: "}"), bytes) { break }
            try expect(UInt8(ascii: ","), "a comma or '}'", bytes)
            skipWhitespace(bytes)
        }
        if !isOrdered { try order(&members, ofObjectAt: start, bytes) }
        return leave(JSONObject(ordered: members))
    }

    /// Reads a name and the colon after it.
    private mutating func name(_ bytes: Span<UInt8>) throws(JSONFailure) -> String {
        guard offset < bytes.count else { throw failure(.unexpectedEnd(expected: "a name in quotes")) }
        guard bytes[offset] == UInt8(ascii: "\"") else {
            throw failure(.unexpected(bytes[offset], expected: "a name in quotes"))
        }
        let name = try string(bytes)
        skipWhitespace(bytes)
        try expect(UInt8(ascii: ":"), "a colon", bytes)
        return name
    }

    private mutating func order(
        _ members: inout [(key: String, value: JSON)], ofObjectAt start: Int, _ bytes: Span<UInt8>
    ) throws(JSONFailure) {
        members.sort { CodeUnitOrder.isBefore($0.key, $1.key) }
        for index in members.indices.dropFirst()
        where CodeUnitOrder.areEqual(members[index - 1].key, members[index].key) {
            throw try secondUse(of: members[index].key, inObjectAt: start, bytes)
        }
    }

    /// Reads an object again, known to be well formed, for the place of a name's second use.
    private mutating func secondUse(
        of key: String, inObjectAt start: Int, _ bytes: Span<UInt8>
    ) throws(JSONFailure) -> JSONFailure {
        offset = start
        var uses = 0
        while true {
            offset += 1
            skipWhitespace(bytes)
            let place = offset
            if CodeUnitOrder.areEqual(try name(bytes), key) { uses += 1 }
            if uses == 2 { return JSONFailure(reason: .duplicateName(key), offset: place) }
            skipWhitespace(bytes)
            _ = try value(bytes)
            skipWhitespace(bytes)
        }
    }

    /// Steps over an opening bracket.
    private mutating func enter() throws(JSONFailure) {
        guard remainingDepth > 0 else { throw failure(.tooDeep(limit: limits.maximumDepth)) }
        remainingDepth -= 1
        offset += 1
    }

    private mutating func leave<Value>(_ value: Value) -> Value {
        remainingDepth += 1
        return value
    }

    private mutating func literal(_ text: StaticString, _ bytes: Span<UInt8>) throws(JSONFailure) {
        let isThere = text.withUTF8Buffer { expected in
            bytes.count - offset >= expected.count
                && expected.indices.allSatisfy { unsafe bytes[offset + $0] == expected[$0] }
        }
        guard isThere else { throw failure(.unexpected(bytes[offset], expected: "a value")) }
        offset += text.utf8CodeUnitCount
    }

    private mutating func skipWhitespace(_ bytes: Span<UInt8>) {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func expect(_ byte: UInt8, _ words: String, _ bytes: Span<UInt8>) throws(JSONFailure) {
        guard offset < bytes.count else { throw failure(.unexpectedEnd(expected: words)) }
        guard bytes[offset] == byte else { throw failure(.unexpected(bytes[offset], expected: words)) }
        offset += 1
    }

    func failure(_ reason: JSONError.Reason) -> JSONFailure { JSONFailure(reason: reason, offset: offset) }
}
