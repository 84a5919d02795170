/// Objects: [RFC 8259 section 4](https://www.rfc-editor.org/rfc/rfc8259#section-4), each name once
/// ([RFC 7493 section 2.3](https://www.rfc-editor.org/rfc/rfc7493#section-2.3)).
extension JSONParser {
    /// Up to this many members, a name out of order is put in its place at once, which reads a credential a third
    /// faster than sorting afterwards; beyond, moving what comes after it could take quadratic time.
    private static let largestOrderedOnArrival = 64

    /// Reads an object at `offset`, which stands on its opening brace.
    mutating func object(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONObject {
        let start = offset
        try enter()
        defer { leave() }
        skipWhitespace(bytes)
        var members: [JSONObject.Element] = []
        guard !take(UInt8(ascii: "}"), bytes) else { return JSONObject() }
        var isOrdered = true
        while true {
            try member(&members, &isOrdered, bytes)
            skipWhitespace(bytes)
            if take(UInt8(ascii: "}"), bytes) { break }
            try expect(UInt8(ascii: ","), "a comma or '}'", bytes)
            skipWhitespace(bytes)
        }
        if !isOrdered { try order(&members, ofObjectAt: start, bytes) }
        return JSONObject(ordered: members)
    }

    /// Reads one member into its place, or to the end once the members are out of order.
    private mutating func member(
        _ members: inout [JSONObject.Element], _ isOrdered: inout Bool, _ bytes: Span<UInt8>
    ) throws(JSONFailure) {
        let nameOffset = offset
        let key = try name(bytes)
        var place = members.count
        if isOrdered, let last = members.last, !CodeUnitOrder.isBefore(last.key, key) {
            if members.count < Self.largestOrderedOnArrival {
                place = JSONObject.place(of: key, in: members)
                if CodeUnitOrder.areEqual(members[place].key, key) {
                    throw JSONFailure(reason: .duplicateName(key), offset: nameOffset)
                }
            } else {
                isOrdered = false
            }
        }
        skipWhitespace(bytes)
        let value = try value(bytes)
        if place == members.count { members.append((key, value)) } else { members.insert((key, value), at: place) }
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
        _ members: inout [JSONObject.Element], ofObjectAt start: Int, _ bytes: Span<UInt8>
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
            let nameOffset = offset
            if CodeUnitOrder.areEqual(try name(bytes), key) { uses += 1 }
            if uses == 2 { return JSONFailure(reason: .duplicateName(key), offset: nameOffset) }
            skipWhitespace(bytes)
            _ = try value(bytes)
            skipWhitespace(bytes)
        }
    }
}
