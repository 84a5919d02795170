package import CanonicalJSON

extension Condition {
    /// The most conditions in one list, and the most values in another: enough for every type an institution issues.
    static let maximumConditions = 32
    static let maximumValues = 64

    /// Reads a condition.
    ///
    /// - Parameter allowing: the facts that are known where the condition stands; others are refused.
    package init(
        _ json: JSON, at pointer: JSONPointer, allowing: Set<Fact> = Fact.ofRequest
    ) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        if let all = try reader.optionalArray("all") {
            self = .all(try Self.list(all, at: reader.pointer(to: "all"), allowing))
        } else if let any = try reader.optionalArray("any") {
            self = .any(try Self.list(any, at: reader.pointer(to: "any"), allowing))
        } else if let not = reader.optionalValue("not") {
            self = .not(try Condition(not, at: reader.pointer(to: "not"), allowing: allowing))
        } else {
            self = try Self.comparison(&reader, allowing)
        }
        try reader.finish()
    }

    private static func list(
        _ elements: [(JSON, JSONPointer)], at pointer: JSONPointer, _ allowing: Set<Fact>
    ) throws(JSONShapeError) -> [Condition] {
        guard elements.count <= maximumConditions else {
            let problem = "expected at most \(maximumConditions) conditions, found \(elements.count)"
            throw JSONShapeError(pointer: pointer, problem: problem)
        }
        return try elements.map { (json, pointer) throws(JSONShapeError) in
            try Condition(json, at: pointer, allowing: allowing)
        }
    }

    private enum Operator: String, CaseIterable { case eq, ne, `in`, notIn, lt, le, gt, ge }

    private static func comparison(
        _ reader: inout ObjectReader, _ allowing: Set<Fact>
    ) throws(JSONShapeError) -> Condition {
        let fact = try reader.choice("fact", Fact.self)
        guard allowing.contains(fact) else {
            let known = allowing.map(\.rawValue).sorted().joined(separator: ", ")
            throw .notKept("a condition here may ask about \(known)", at: reader.pointer(to: "fact"))
        }
        let op = try reader.choice("op", Operator.self)
        let place = reader.pointer(to: "value")
        switch op {
        case .eq: return try equality(reader.value("value"), of: fact, at: place)
        case .ne: return .not(try equality(reader.value("value"), of: fact, at: place))
        case .in: return try membership(reader.array("value"), of: fact, at: place)
        case .notIn: return .not(try membership(reader.array("value"), of: fact, at: place))
        case .lt, .le, .gt, .ge:
            guard fact.kind == .number || fact.kind == .rank, let comparison = Comparison(rawValue: op.rawValue) else {
                let problem = "\(fact.rawValue) has no order; expected eq, ne, in or notIn"
                throw JSONShapeError(pointer: reader.pointer(to: "op"), problem: problem)
            }
            return .number(fact, comparison, try number(reader.value("value"), of: fact, at: place))
        }
    }

    private static func equality(
        _ json: JSON, of fact: Fact, at pointer: JSONPointer
    ) throws(JSONShapeError) -> Condition {
        if fact.kind == .text { return .fact(fact, isOneOf: [try text(json, of: fact, at: pointer)]) }
        return .number(fact, .equal, try number(json, of: fact, at: pointer))
    }

    private static func membership(
        _ elements: [(JSON, JSONPointer)], of fact: Fact, at pointer: JSONPointer
    ) throws(JSONShapeError) -> Condition {
        guard (1...maximumValues).contains(elements.count) else {
            let problem = "expected 1 to \(maximumValues) values, found \(elements.count)"
            throw JSONShapeError(pointer: pointer, problem: problem)
        }
        if fact.kind == .text {
            let texts = try elements.map { (json, place) throws(JSONShapeError) in try text(json, of: fact, at: place) }
            return .fact(fact, isOneOf: texts)
        }
        return .any(
            try elements.map { (json, place) throws(JSONShapeError) in try equality(json, of: fact, at: place) })
    }

    /// A number that the fact can be.
    private static func number(_ json: JSON, of fact: Fact, at pointer: JSONPointer) throws(JSONShapeError) -> Int64 {
        let (number, expected): (Int64?, String) =
            switch fact.kind {
            case .truth: (json.boolValue.map { $0 ? 1 : 0 }, "true or false")
            case .rank:
                (
                    json.stringValue.flatMap(SeverityName.init).flatMap { SeverityName.allCases.firstIndex(of: $0) }
                        .map(Int64.init), "\"minor\", \"major\" or \"critical\""
                )
            default: (json.integerValue.flatMap { $0 >= 0 ? $0 : nil }, "a whole number, 0 or more")
            }
        guard let number else { throw JSONShapeError(pointer: pointer, problem: "expected \(expected)") }
        return number
    }

    /// A text that the fact can be, so that a slip of the pen does not make a condition that never holds.
    private static func text(_ json: JSON, of fact: Fact, at pointer: JSONPointer) throws(JSONShapeError) -> String {
        guard let text = json.stringValue else {
            throw JSONShapeError(pointer: pointer, problem: "expected a string; \(fact.rawValue) is a text")
        }
        let (isPossible, expected) =
            switch fact {
            case .tier: (["standard", "premium"].contains(text), "\"standard\" or \"premium\"")
            case .region: (Region(rawValue: text) != nil, "a country code of two capital letters")
            case .tenant, .cause, .claimCategory: (PolicyText.isIdentifier(text), "a short public name")
            default: (PolicyText.lengths.contains(text.unicodeScalars.count), "a credential type")
            }
        guard isPossible else { throw JSONShapeError(pointer: pointer, problem: "expected \(expected)") }
        return text
    }
}
