/// Reads one object strictly: each member is asked for by name and type, and ``finish()`` refuses the ones that nobody
/// asked for.
///
/// A member whose value is `null` is present: an `optional…` method refuses it, except the one for any value.
package struct ObjectReader: Sendable {
    private let object: JSONObject
    private let pointer: JSONPointer
    /// Which members, in canonical order, have been asked for.
    private var isRead: [Bool]

    /// A reader of the object at that place; refuses any other type.
    package init(_ json: JSON, at pointer: JSONPointer = JSONPointer()) throws(JSONShapeError) {
        guard case .object(let object) = json else { throw mismatch("an object", json, at: pointer) }
        self.object = object
        self.pointer = pointer
        isRead = Array(repeating: false, count: object.count)
    }

    /// The place of a member.
    package func pointer(to key: String) -> JSONPointer { pointer.appending(key) }

    /// Refuses the first member that nobody asked for.
    package func finish() throws(JSONShapeError) {
        guard let index = isRead.firstIndex(of: false) else { return }
        throw JSONShapeError(pointer: pointer(to: object.members[index].key), problem: "unknown member")
    }
}

extension ObjectReader {
    /// A member of any type, or nil when it is absent.
    package mutating func optionalValue(_ key: String) -> JSON? {
        guard let index = object.index(of: key) else { return nil }
        isRead[index] = true
        return object.members[index].value
    }

    /// A string, or nil when the member is absent.
    package mutating func optionalString(_ key: String) throws(JSONShapeError) -> String? {
        guard let json = optionalValue(key) else { return nil }
        guard case .string(let value) = json else { throw mismatch("a string", json, at: pointer(to: key)) }
        return value
    }

    /// An integer, or nil when the member is absent.
    package mutating func optionalInteger(_ key: String) throws(JSONShapeError) -> Int64? {
        guard let json = optionalValue(key) else { return nil }
        guard case .integer(let value) = json else { throw mismatch("an integer", json, at: pointer(to: key)) }
        return value
    }

    /// A boolean, or nil when the member is absent.
    package mutating func optionalBool(_ key: String) throws(JSONShapeError) -> Bool? {
        guard let json = optionalValue(key) else { return nil }
        guard case .bool(let value) = json else { throw mismatch("a boolean", json, at: pointer(to: key)) }
        return value
    }

    /// A reader of an object, or nil when the member is absent.
    package mutating func optionalObject(_ key: String) throws(JSONShapeError) -> ObjectReader? {
        guard let json = optionalValue(key) else { return nil }
        return try ObjectReader(json, at: pointer(to: key))
    }

    /// The elements of an array with their places, or nil when the member is absent.
    package mutating func optionalArray(_ key: String) throws(JSONShapeError) -> [(JSON, JSONPointer)]? {
        guard let json = optionalValue(key) else { return nil }
        let place = pointer(to: key)
        guard case .array(let elements) = json else { throw mismatch("an array", json, at: place) }
        return elements.enumerated().map { ($1, place.appending($0)) }
    }
}

extension ObjectReader {
    /// A member of any type.
    package mutating func value(_ key: String) throws(JSONShapeError) -> JSON {
        try present(optionalValue(key), key)
    }

    /// A string.
    package mutating func string(_ key: String) throws(JSONShapeError) -> String {
        try present(optionalString(key), key)
    }

    /// An integer within ±(2^53 - 1).
    package mutating func integer(_ key: String) throws(JSONShapeError) -> Int64 {
        try present(optionalInteger(key), key)
    }

    /// A boolean.
    package mutating func bool(_ key: String) throws(JSONShapeError) -> Bool {
        try present(optionalBool(key), key)
    }

    /// A reader of an object.
    package mutating func object(_ key: String) throws(JSONShapeError) -> ObjectReader {
        try present(optionalObject(key), key)
    }

    /// The elements of an array with their places.
    package mutating func array(_ key: String) throws(JSONShapeError) -> [(JSON, JSONPointer)] {
        try present(optionalArray(key), key)
    }

    private func present<Value>(_ value: Value?, _ key: String) throws(JSONShapeError) -> Value {
        guard let value else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "required member is missing")
        }
        return value
    }
}

private func mismatch(_ expected: String, _ found: JSON, at pointer: JSONPointer) -> JSONShapeError {
    var found = found.typeInWords
    if expected == "an integer", found == "a number" { found += " that is not an integer within ±(2^53 - 1)" }
    return JSONShapeError(pointer: pointer, problem: "expected \(expected), found \(found)")
}
