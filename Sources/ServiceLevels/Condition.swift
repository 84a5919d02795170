package import CanonicalJSON

/// A published condition on the facts of a request. Always ends, never fails: no patterns, no scripts, no arithmetic.
package indirect enum Condition: Hashable, Sendable {
    /// Each of them holds; also when there is none.
    case all([Condition])
    /// At least one of them holds.
    case any([Condition])
    /// It does not hold.
    case not(Condition)
    /// The fact is one of these texts, byte by byte.
    case fact(Fact, isOneOf: [String])

    /// Whether the condition holds.
    package func holds(for facts: Facts) -> Bool {
        switch self {
        case .all(let conditions): conditions.allSatisfy { $0.holds(for: facts) }
        case .any(let conditions): conditions.contains { $0.holds(for: facts) }
        case .not(let condition): !condition.holds(for: facts)
        case .fact(let fact, let values):
            // Swift's equality would also join texts that Unicode only calls equivalent; outsiders compare bytes.
            values.contains { $0.utf8.elementsEqual(facts[fact].utf8) }
        }
    }
}

/// What a condition may ask about. Closed, so that no promise can depend on who a person is.
package enum Fact: String, Hashable, Sendable, CaseIterable {
    case tenant = "request.tenant"
    case tier = "request.tier"
    case type = "request.type"
}

/// The facts of one request, as its entry `request.accepted` says them.
package struct Facts: Hashable, Sendable {
    /// The institution.
    package let tenant: String
    /// `standard` or `premium`.
    package let tier: String
    /// The credential's most specific type.
    package let type: String

    /// The facts of one request.
    package init(tenant: String, tier: String, type: String) {
        self.tenant = tenant
        self.tier = tier
        self.type = type
    }

    /// One fact.
    package subscript(fact: Fact) -> String {
        switch fact {
        case .tenant: tenant
        case .tier: tier
        case .type: type
        }
    }
}

extension Condition {
    /// The most conditions in one list, and the most texts in another: enough for every type an institution issues.
    static let maximumConditions = 32
    static let maximumValues = 64

    /// Reads a condition.
    package init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        if let all = try reader.optionalArray("all") {
            self = .all(try Self.list(all, at: reader.pointer(to: "all")))
        } else if let any = try reader.optionalArray("any") {
            self = .any(try Self.list(any, at: reader.pointer(to: "any")))
        } else if let not = reader.optionalValue("not") {
            self = .not(try Condition(not, at: reader.pointer(to: "not")))
        } else {
            self = try Self.comparison(&reader)
        }
        try reader.finish()
    }

    private static func list(
        _ elements: [(JSON, JSONPointer)], at pointer: JSONPointer
    ) throws(JSONShapeError) -> [Condition] {
        guard elements.count <= maximumConditions else {
            let problem = "expected at most \(maximumConditions) conditions, found \(elements.count)"
            throw JSONShapeError(pointer: pointer, problem: problem)
        }
        return try elements.map { (json, pointer) throws(JSONShapeError) in try Condition(json, at: pointer) }
    }

    private enum Operator: String, CaseIterable { case eq, ne, `in`, notIn }

    private static func comparison(_ reader: inout ObjectReader) throws(JSONShapeError) -> Condition {
        let fact = try reader.choice("fact", Fact.self)
        let op = try reader.choice("op", Operator.self)
        let values: [String]
        switch op {
        case .eq, .ne: values = [try value(reader.value("value"), of: fact, at: reader.pointer(to: "value"))]
        case .in, .notIn: values = try list(reader.array("value"), of: fact, at: reader.pointer(to: "value"))
        }
        let isOneOf = Condition.fact(fact, isOneOf: values)
        return op == .eq || op == .in ? isOneOf : .not(isOneOf)
    }

    private static func list(
        _ elements: [(JSON, JSONPointer)], of fact: Fact, at pointer: JSONPointer
    ) throws(JSONShapeError) -> [String] {
        guard (1...maximumValues).contains(elements.count) else {
            let problem = "expected 1 to \(maximumValues) texts, found \(elements.count)"
            throw JSONShapeError(pointer: pointer, problem: problem)
        }
        return try elements.map { (json, pointer) throws(JSONShapeError) in try value(json, of: fact, at: pointer) }
    }

    /// A text that the fact can be, so that a slip of the pen does not make a condition that never holds.
    private static func value(_ json: JSON, of fact: Fact, at pointer: JSONPointer) throws(JSONShapeError) -> String {
        guard let text = json.stringValue else {
            throw JSONShapeError(pointer: pointer, problem: "expected a string; all facts of this version are texts")
        }
        let (isPossible, expected) =
            switch fact {
            case .tier: (["standard", "premium"].contains(text), "\"standard\" or \"premium\"")
            case .tenant: (PolicyText.isIdentifier(text), "the short public name of an institution")
            case .type: (PolicyText.lengths.contains(text.unicodeScalars.count), "a credential type")
            }
        guard isPossible else { throw JSONShapeError(pointer: pointer, problem: "expected \(expected)") }
        return text
    }
}

extension Condition {
    /// Every text that the condition compares that fact with.
    package func values(of asked: Fact) -> [String] {
        switch self {
        case .all(let conditions), .any(let conditions): conditions.flatMap { $0.values(of: asked) }
        case .not(let condition): condition.values(of: asked)
        case .fact(let fact, let values): fact == asked ? values : []
        }
    }
}

extension Condition {
    /// The condition as the end of a sentence about requests: `whose tier is standard or premium`.
    var inWords: String {
        switch self {
        case .all(let conditions): Self.joined(conditions, by: "and", ifNone: "of every kind")
        case .any(let conditions): Self.joined(conditions, by: "or", ifNone: "of no kind")
        case .not(let condition): "not (\(condition.inWords))"
        case .fact(let fact, let values):
            "whose \(fact.rawValue.split(separator: ".")[1]) is \(values.joined(separator: " or "))"
        }
    }

    private static func joined(_ conditions: [Condition], by word: String, ifNone: String) -> String {
        switch conditions.count {
        case 0: ifNone
        case 1: conditions[0].inWords
        default: conditions.map { "(\($0.inWords))" }.joined(separator: " \(word) ")
        }
    }
}
