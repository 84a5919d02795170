import CanonicalJSON

/// Which values a keyword may have.
enum KeywordShape: Sendable {
    case anything
    case boolean
    case string
    case number
    case positiveNumber
    /// A whole number, 0 or more.
    case count
    case array
    /// Strings, each once.
    case names
    case namesByName
    case types
    /// A regular expression.
    case pattern
    /// A URI reference without a fragment, but for an empty one.
    case identifier
    case anchor
    case vocabularies
    case schema
    /// One schema or more.
    case schemas
    case schemasByName
    /// Schemas by regular expression.
    case schemasByPattern
}

extension KeywordShape {
    /// Refuses a value that the keyword may not have. Schemas inside are checked when it is their turn.
    func check(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        func require(_ isRight: Bool, _ problem: String) throws(JSONShapeError) {
            if !isRight { throw JSONShapeError(pointer: pointer, problem: problem) }
        }
        switch self {
        case .anything: break
        case .boolean: try require(json.boolValue != nil, "expected true or false")
        case .string: try require(json.stringValue != nil, "expected a string")
        case .number: try require(json.doubleValue != nil, "expected a number")
        case .positiveNumber: try require((json.doubleValue ?? 0) > 0, "expected a number greater than 0")
        case .count: try require(json.countValue != nil, "expected a whole number, 0 or more")
        case .array: try require(json.arrayValue != nil, "expected an array")
        case .names: try Self.checkNames(json, at: pointer)
        case .namesByName:
            for (name, names) in try Self.members(of: json, at: pointer) {
                try Self.checkNames(names, at: pointer.appending(name))
            }
        case .types: try require(TypeSet(json) != nil, "expected \(TypeSet.choices), or an array of these, each once")
        case .pattern: try require(json.stringValue != nil, "expected a string: a regular expression")
        case .identifier:
            let fragment = json.stringValue.map { URIReference($0).fragment ?? "" }
            try require(fragment == "", "expected a URI reference without a fragment")
        case .anchor: try require(json.stringValue.map(Self.isAnchor) == true, "expected a name: \(Self.anchorInWords)")
        case .vocabularies:
            for (uri, isRequired) in try Self.members(of: json, at: pointer) {
                try KeywordShape.boolean.check(isRequired, at: pointer.appending(uri))
            }
        case .schema: try Self.checkSchema(json, at: pointer)
        case .schemas:
            try require(json.arrayValue?.isEmpty == false, "expected an array of one schema or more")
            for (index, schema) in (json.arrayValue ?? []).enumerated() {
                try Self.checkSchema(schema, at: pointer.appending(index))
            }
        case .schemasByName, .schemasByPattern:
            for (name, schema) in try Self.members(of: json, at: pointer) {
                try Self.checkSchema(schema, at: pointer.appending(name))
            }
        }
    }

    static let anchorInWords = "a letter or '_', then letters, digits, '-', '_' and '.'"

    private static func isAnchor(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || "0123456789-.".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    static func checkSchema(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        switch json {
        case .bool, .object: break
        default: throw JSONShapeError(pointer: pointer, problem: "expected a schema: an object, true or false")
        }
    }

    private static func checkNames(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        let names = json.arrayValue?.compactMap(\.stringValue)
        guard let names, names.count == json.arrayValue?.count, Set(names.map { ExactString($0) }).count == names.count
        else { throw JSONShapeError(pointer: pointer, problem: "expected an array of strings, each once") }
    }

    private static func members(of json: JSON, at pointer: JSONPointer) throws(JSONShapeError) -> JSONObject {
        guard let object = json.objectValue else {
            throw JSONShapeError(pointer: pointer, problem: "expected an object")
        }
        return object
    }
}

extension JSON {
    /// A whole number from 0, however large: beyond Int they are all the same to a count.
    var countValue: Int? {
        switch self {
        case .integer(let value) where value >= 0: Int(value)
        case .number(let value) where value > 0 && value.rounded() == value: Int(exactly: value) ?? Int.max
        default: nil
        }
    }
}
