/// One JSON value, in one representation: equal values have equal canonical bytes.
package enum JSON: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// Every number whose value is an integer within ±(2^53 - 1), the range RFC 7493 section 2.2 calls exact.
    case integer(Int64)
    /// Every other number: finite, and never a value that `.integer` holds. ``init(_:)`` chooses between the two.
    case number(Double)
    /// A string of Unicode scalar values, compared by code units.
    case string(String)
    /// An array, in its own order.
    case array([JSON])
    /// An object, its members in canonical order.
    case object(JSONObject)

    /// The largest integer that every reader of JSON holds exactly: 2^53 - 1 (RFC 7493 section 2.2).
    package static let largestInteger: Int64 = 9_007_199_254_740_991

    /// A number in its one representation, or nil when JSON cannot hold it (infinite, or not a number).
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        if value.magnitude <= Double(JSON.largestInteger), Double(Int64(value)) == value {
            self = .integer(Int64(value))
        } else {
            self = .number(value)
        }
    }
}

extension JSON {
    /// The string, or nil when this is anything else.
    package var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer, or nil when this is anything else, also a number with a fraction.
    package var integerValue: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The number, whole or not, as a Double; nil when this is anything else.
    package var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value, or nil when this is anything else.
    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, or nil when this is anything else.
    package var arrayValue: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The object, or nil when this is anything else.
    package var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The member of that name; nil when there is none, or this is not an object.
    package subscript(key: String) -> JSON? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// What this is, as a sentence would say it: "a string", "an object", "null".
    var typeInWords: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSON: Hashable {
    /// Whether both have the same canonical bytes.
    package static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): CodeUnitOrder.areEqual(left, right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Feeds the value to a hasher; strings that Swift calls equal collide, which equality then tells apart.
    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let value): hasher.combine(value)
        case .object(let value): hasher.combine(value)
        }
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// `nil` is `null`.
    package init(nilLiteral: ()) { self = .null }

    /// `true` and `false`.
    package init(booleanLiteral value: Bool) { self = .bool(value) }

    /// An integer within ±(2^53 - 1).
    package init(integerLiteral value: Int64) { self = .integer(value) }

    /// A string.
    package init(stringLiteral value: String) { self = .string(value) }

    /// An array of values.
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }

    /// An object; a name used twice stops the program.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(uniqueMembers: elements.map { (key: $0.0, value: $0.1) }))
    }
}
