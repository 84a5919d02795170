import CanonicalJSON

/// What the compiler found in one schema: keywords with values of the right shape, and what it made of them.
struct SchemaParts {
    /// Whether the schema is `false`.
    let isNever: Bool
    var values: [String: JSON] = [:]
    /// The numbers of the schemas inside each keyword, with their names where they have some.
    var schemas: [String: [(name: String, number: Int)]] = [:]
    var patterns: [String: [Pattern]] = [:]
    var references: [Rule] = []
    var format: Format?

    init(isNever: Bool) { self.isNever = isNever }

    /// Everything the schema demands. What is cheap and says most comes first; what asks for the results of the others
    /// comes last.
    var rules: [Rule] {
        isNever ? [.never] : valueRules + boundRules + objectRules + arrayRules + inPlaceRules + unevaluatedRules
    }

    /// Whether one of the rules asks what the others evaluated.
    var needsEvaluated: Bool { schemas["unevaluatedItems"] != nil || schemas["unevaluatedProperties"] != nil }

    private var valueRules: [Rule] {
        var rules: [Rule] = []
        if let types = values["type"].flatMap({ TypeSet($0) }) { rules.append(.type(types)) }
        if let value = values["const"] { rules.append(.const(value, weight: value.weight, words: value.excerpt)) }
        if let choices = values["enum"]?.arrayValue {
            let words = choices.prefix(8).map(\.excerpt).joined(separator: ", ")
            let more = choices.count > 8 ? " and \(choices.count - 8) more" : ""
            rules.append(.enumeration(choices, weight: JSON.array(choices).weight, words: words + more))
        }
        if let pattern = patterns["pattern"]?.first, let source = values["pattern"]?.stringValue {
            rules.append(.pattern(pattern, source: source))
        }
        if let format { rules.append(.format(format)) }
        return rules
    }

    private var boundRules: [Rule] {
        var rules: [Rule] = []
        for bound in NumberBound.allCases {
            guard let json = values[bound.rawValue], let limit = json.doubleValue else { continue }
            rules.append(.bound(bound, limit, words: json.canonicalString))
        }
        if let json = values["multipleOf"], let divisor = DecimalNumber(json) {
            rules.append(.multipleOf(divisor, words: json.canonicalString))
        }
        for bound in SizeBound.allCases {
            if let limit = values[bound.rawValue]?.countValue { rules.append(.size(bound, limit)) }
        }
        return rules
    }

    private var objectRules: [Rule] {
        var rules: [Rule] = []
        if let json = values["required"], let names = json.strings {
            rules.append(.required(names, weight: json.weight))
        }
        if let json = values["dependentRequired"], let dependent = json.objectValue {
            let names = dependent.map { ($0.key, $0.value.strings ?? []) }
            rules.append(.dependentRequired(names, weight: json.weight))
        }
        if let number = single("propertyNames") { rules.append(.propertyNames(number)) }
        let named = (schemas["properties"] ?? []).map { (ExactString($0.name), $0.number) }
        let matching = zip(patterns["patternProperties"] ?? [], numbers("patternProperties"))
        let members = MemberRule(
            named: Dictionary(named) { first, _ in first }, matching: matching.map { ($0, $1) },
            additional: single("additionalProperties"))
        if !members.isEmpty { rules.append(.members(members)) }
        return rules
    }

    private var arrayRules: [Rule] {
        var rules: [Rule] = []
        if values["uniqueItems"] == true { rules.append(.uniqueItems) }
        let (prefix, rest) = (numbers("prefixItems"), single("items"))
        if !prefix.isEmpty || rest != nil { rules.append(.elements(prefix: prefix, rest: rest)) }
        if let number = single("contains") {
            let minimum = values["minContains"]?.countValue ?? 1
            rules.append(.contains(number, minimum: minimum, maximum: values["maxContains"]?.countValue))
        }
        return rules
    }

    private var inPlaceRules: [Rule] {
        var rules = references
        if let numbers = schemas["allOf"] { rules.append(.all(numbers.map(\.number))) }
        if let numbers = schemas["anyOf"] { rules.append(.any(numbers.map(\.number))) }
        if let numbers = schemas["oneOf"] { rules.append(.one(numbers.map(\.number))) }
        if let number = single("not") { rules.append(.not(number)) }
        if let number = single("if") {
            rules.append(.condition(if: number, then: single("then"), else: single("else")))
        }
        if let dependent = schemas["dependentSchemas"] {
            let weight = dependent.reduce(0) { $0 + JSON.string($1.name).weight }
            rules.append(.dependentSchemas(dependent.map { ($0.name, $0.number) }, weight: weight))
        }
        return rules
    }

    private var unevaluatedRules: [Rule] {
        var rules: [Rule] = []
        if let number = single("unevaluatedItems") { rules.append(.unevaluatedItems(number)) }
        if let number = single("unevaluatedProperties") { rules.append(.unevaluatedProperties(number)) }
        return rules
    }

    private func single(_ keyword: String) -> Int? { schemas[keyword]?.first?.number }

    private func numbers(_ keyword: String) -> [Int] { (schemas[keyword] ?? []).map(\.number) }
}

extension JSON {
    fileprivate var strings: [String]? { arrayValue?.compactMap(\.stringValue) }

    /// The beginning of a value from a schema, safe to print.
    fileprivate var excerpt: String {
        let text = canonicalString
        return text.utf8.count <= 80 ? text : String(text.unicodeScalars.prefix(79)) + "…"
    }

    /// What it costs to compare with this value, in steps.
    fileprivate var weight: Int {
        switch self {
        case .null, .bool, .integer, .number: 1
        case .string(let text): 1 + text.utf8.count / 8
        case .array(let elements): elements.reduce(1) { $0 + $1.weight }
        case .object(let object): object.reduce(1) { $0 + 1 + $1.key.utf8.count / 8 + $1.value.weight }
        }
    }
}
