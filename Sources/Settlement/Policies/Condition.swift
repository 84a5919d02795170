import CanonicalJSON

/// What the log says of a request that a condition may ask for, each with its quotation marks.
struct RequestFacts: Hashable {
    let tenant: CanonicalText
    let tier: CanonicalText
    /// Nil when no published service level names it.
    let credentialType: CanonicalText?
    /// That of its institution; nil where it has none.
    var region: CanonicalText?
}

/// A condition of a policy: rule 1 of the page of the log.
indirect enum Condition: Sendable {
    enum Fact: String {
        case tenant = "request.tenant"
        case tier = "request.tier"
        case type = "request.type"
        case region = "request.region"
    }

    case all([Condition])
    case any([Condition])
    case not(Condition)
    /// The fact is one of these values.
    case fact(Fact, isIn: [CanonicalText])

    /// Refuses facts and operators that the page does not know. Depth is bounded by that of a log entry.
    init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        if let parts = try reader.optionalArray("all") {
            self = .all(try Self.parts(parts))
        } else if let parts = try reader.optionalArray("any") {
            self = .any(try Self.parts(parts))
        } else if let part = reader.optionalValue("not") {
            self = .not(try Condition(part, at: reader.pointer(to: "not")))
        } else {
            self = try Self.comparison(&reader)
        }
        try reader.finish()
    }

    func holds(for facts: RequestFacts) -> Bool {
        switch self {
        case .all(let parts): return parts.allSatisfy { $0.holds(for: facts) }
        case .any(let parts): return parts.contains { $0.holds(for: facts) }
        case .not(let part): return !part.holds(for: facts)
        case .fact(let fact, let values):
            let found =
                switch fact {
                case .tenant: facts.tenant
                case .tier: facts.tier
                case .type: facts.credentialType
                case .region: facts.region
                }
            return values.contains { $0 == found }
        }
    }

    private static func parts(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [Condition] {
        var parts: [Condition] = []
        for (json, pointer) in elements { parts.append(try Condition(json, at: pointer)) }
        return parts
    }

    private static func comparison(_ reader: inout ObjectReader) throws(JSONShapeError) -> Condition {
        let name = try reader.string("fact")
        guard let fact = Fact(rawValue: name) else {
            throw JSONShapeError(pointer: reader.pointer(to: "fact"), problem: "the log does not say \(name)")
        }
        let value = try reader.value("value")
        let op = try reader.string("op")
        switch op {
        case "eq": return .fact(fact, isIn: [CanonicalText(value)])
        case "ne": return .not(.fact(fact, isIn: [CanonicalText(value)]))
        case "in", "notIn":
            guard let values = value.arrayValue else {
                throw JSONShapeError(pointer: reader.pointer(to: "value"), problem: "expected an array")
            }
            let isIn = Condition.fact(fact, isIn: values.map { CanonicalText($0) })
            return op == "in" ? isIn : .not(isIn)
        default:
            throw JSONShapeError(pointer: reader.pointer(to: "op"), problem: "what \(op) means is not on the page")
        }
    }
}
