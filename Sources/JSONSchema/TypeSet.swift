import CanonicalJSON

/// The value of `type`: JSON Schema Validation section 6.1.1.
struct TypeSet: OptionSet, Hashable, Sendable {
    let rawValue: Int

    init(rawValue: Int) { self.rawValue = rawValue }

    static let null = TypeSet(rawValue: 1)
    static let boolean = TypeSet(rawValue: 2)
    static let object = TypeSet(rawValue: 4)
    static let array = TypeSet(rawValue: 8)
    static let number = TypeSet(rawValue: 16)
    static let string = TypeSet(rawValue: 32)
    static let integer = TypeSet(rawValue: 64)

    private static let names: [(name: String, type: TypeSet, words: String)] = [
        ("null", .null, "null"), ("boolean", .boolean, "true or false"), ("object", .object, "an object"),
        ("array", .array, "an array"), ("number", .number, "a number"), ("string", .string, "a string"),
        ("integer", .integer, "an integer"),
    ]

    /// The names, as a sentence would list them.
    static let choices = names.map { "\"\($0.name)\"" }.joined(separator: ", ")

    /// The names, as JSON.
    static let allNames = JSON.array(names.map { .string($0.name) })

    /// The value of the keyword; nil when it is none.
    init?(_ json: JSON) {
        self = []
        let elements = json.stringValue.map { [JSON.string($0)] } ?? json.arrayValue ?? []
        for element in elements {
            let entry = Self.names.first { $0.name == element.stringValue }
            guard let entry, insert(entry.type).inserted else { return nil }
        }
        if isEmpty { return nil }
    }

    /// Whether a value is of one of the types. A number is an integer when it has no fraction, however it was spelled;
    /// a Double beyond 2^53 never has one.
    func includes(_ json: JSON) -> Bool {
        switch json {
        case .null: contains(.null)
        case .bool: contains(.boolean)
        case .object: contains(.object)
        case .array: contains(.array)
        case .string: contains(.string)
        case .integer: !isDisjoint(with: [.number, .integer])
        case .number(let value): contains(.number) || contains(.integer) && value.rounded() == value
        }
    }

    /// The types as a sentence says them: "a string or null".
    var words: String { Self.names.filter { contains($0.type) }.map(\.words).joined(separator: " or ") }

    /// The type of a value as a sentence says it.
    static func words(for json: JSON) -> String {
        switch json {
        case .null: "null"
        case .bool: "a boolean"
        case .object: "an object"
        case .array: "an array"
        case .integer: "an integer"
        case .number(let value): value.rounded() == value ? "an integer" : "a number with a fraction"
        case .string: "a string"
        }
    }
}
