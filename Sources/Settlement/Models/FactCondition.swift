import CanonicalJSON

/// A condition of rule 25: as those of rule 1, and on numbers too. Read once, so that a member which the page does not
/// know is met when the policy is published and not when somebody waits.
indirect enum FactCondition: Sendable {
    case all([FactCondition])
    case any([FactCondition])
    case not(FactCondition)
    /// The fact is one of these values, each in canonical form.
    case isIn(String, [CanonicalText])
    /// The number is to that one as the operator says.
    case compares(String, String, Int64)

    private static let texts: Set<String> = ["request.tenant", "request.tier", "request.type", "incident.cause"]
    private static let numbers: Set<String> = [
        "request.pricePaid", "incident.severity", "incident.affectedCount", "incident.affectedShare",
    ]

    init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        if let parts = try reader.optionalArray("all") {
            self = .all(try Self.parts(parts))
        } else if let parts = try reader.optionalArray("any") {
            self = .any(try Self.parts(parts))
        } else if let part = reader.optionalValue("not") {
            self = .not(try FactCondition(part, at: reader.pointer(to: "not")))
        } else {
            self = try Self.comparison(&reader)
        }
        try reader.finish()
    }

    private static func parts(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [FactCondition] {
        var parts: [FactCondition] = []
        for (json, pointer) in elements { parts.append(try FactCondition(json, at: pointer)) }
        return parts
    }

    private static func comparison(_ reader: inout ObjectReader) throws(JSONShapeError) -> FactCondition {
        let (fact, op, value) = (try reader.string("fact"), try reader.string("op"), try reader.value("value"))
        guard texts.contains(fact) || numbers.contains(fact) else {
            throw JSONShapeError(pointer: reader.pointer(to: "fact"), problem: "rule 25 does not know \(fact)")
        }
        let place = reader.pointer(to: "value")
        switch op {
        case "eq": return .isIn(fact, [try text(value, of: fact, at: place)])
        case "ne": return .not(.isIn(fact, [try text(value, of: fact, at: place)]))
        case "in", "notIn":
            guard let values = value.arrayValue else {
                throw JSONShapeError(pointer: place, problem: "expected an array")
            }
            var known: [CanonicalText] = []
            for value in values { known.append(try text(value, of: fact, at: place)) }
            return op == "in" ? .isIn(fact, known) : .not(.isIn(fact, known))
        case "lt", "le", "gt", "ge":
            guard numbers.contains(fact), let number = number(value, of: fact) else {
                throw JSONShapeError(pointer: place, problem: "\(fact) has no order with this")
            }
            return .compares(fact, op, number)
        default: throw JSONShapeError(pointer: reader.pointer(to: "op"), problem: "what \(op) means is not on the page")
        }
    }

    private static func number(_ json: JSON, of fact: String) -> Int64? {
        fact == "incident.severity"
            ? json.stringValue.flatMap { ["minor", "major", "critical"].firstIndex(of: $0) }.map { Int64($0) }
            : json.integerValue
    }

    /// Numbers are compared as texts where only equality is asked: canonical form has one spelling of each.
    private static func text(_ json: JSON, of fact: String, at pointer: JSONPointer) throws(JSONShapeError)
        -> CanonicalText
    {
        if texts.contains(fact) { return CanonicalText(json) }
        guard let number = number(json, of: fact) else {
            throw JSONShapeError(pointer: pointer, problem: "expected a number of \(fact)")
        }
        return CanonicalText(.integer(number))
    }

    func holds(for facts: ModelFacts) -> Bool {
        switch self {
        case .all(let parts): return parts.allSatisfy { $0.holds(for: facts) }
        case .any(let parts): return parts.contains { $0.holds(for: facts) }
        case .not(let part): return !part.holds(for: facts)
        case .isIn(let fact, let values): return facts.text(fact).map { values.contains($0) } ?? false
        case .compares(let fact, let op, let right):
            guard let left = facts.number(fact) else { return false }
            switch op {
            case "lt": return left < right
            case "le": return left <= right
            case "gt": return left > right
            default: return left >= right
            }
        }
    }
}

/// What a policy of any model asks of one broken promise at one instant.
struct ModelFacts: Sendable {
    let tenant: CanonicalText
    let tier: CanonicalText
    let type: CanonicalText?
    let price: (unit: CanonicalText, minor: Int64)?
    let cause: String
    /// 0 to 2.
    let severity: Int64
    let count: Int64
    /// In millionths.
    let share: Int64
    let due: Int64
    /// Now, or the stop before it.
    let until: Int64
    let now: Int64
    let isStopped: Bool
    /// By what its spans are counted.
    let counting: Counting

    func text(_ fact: String) -> CanonicalText? {
        switch fact {
        case "request.tenant": tenant
        case "request.tier": tier
        case "request.type": type
        case "incident.cause": CanonicalText(cause)
        default: number(fact).map { CanonicalText(.integer($0)) }
        }
    }

    func number(_ fact: String) -> Int64? {
        switch fact {
        case "request.pricePaid": price?.minor
        case "incident.severity": severity
        case "incident.affectedCount": count
        case "incident.affectedShare": share
        default: nil
        }
    }
}
