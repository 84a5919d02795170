import CanonicalJSON

/// One compiled schema. Schemas refer to each other by their number.
struct Subschema: Sendable {
    /// Where it stands.
    let location: SchemaLocation

    /// The keyword that applies it: a schema `false` has no keyword of its own to report.
    let appliedBy: String

    /// The number of its resource, for the dynamic scope.
    let resource: Int

    /// What it demands, in the order in which it is asked.
    let rules: [Rule]

    /// Whether it asks which members and elements were not evaluated.
    let needsEvaluated: Bool
}

/// What one keyword demands, or a few that only make sense together. A weight is what asking costs, in steps; words are
/// values of the schema as a sentence quotes them.
enum Rule: Sendable {
    /// The schema `false`.
    case never

    // Validation, section 6.
    case type(TypeSet)
    case const(JSON, weight: Int, words: String)
    case enumeration([JSON], weight: Int, words: String)
    case multipleOf(DecimalNumber, words: String)
    case bound(NumberBound, Double, words: String)
    case size(SizeBound, Int)
    case pattern(Pattern, source: String)
    case uniqueItems
    case required([String], weight: Int)
    case dependentRequired([(name: String, required: [String])], weight: Int)
    case format(Format)

    // Core, section 10.3: schemas for children.
    case members(MemberRule)
    case propertyNames(Int)
    case elements(prefix: [Int], rest: Int?)
    case contains(Int, minimum: Int, maximum: Int?)

    // Core, sections 8.2.3 and 10.2: schemas for the same value.
    case reference(Int)
    case dynamicReference(Int, anchor: ExactString)
    case all([Int])
    case any([Int])
    case one([Int])
    case not(Int)
    case condition(if: Int, then: Int?, else: Int?)
    case dependentSchemas([(name: String, schema: Int)], weight: Int)

    // Core, section 11.
    case unevaluatedItems(Int)
    case unevaluatedProperties(Int)

    /// Whether this asks for the results of the others.
    var asksForUnevaluated: Bool {
        switch self {
        case .unevaluatedItems, .unevaluatedProperties: true
        default: false
        }
    }
}

/// `properties`, `patternProperties` and `additionalProperties`: each member belongs to the last only if it belongs to
/// none of the others.
struct MemberRule: Sendable {
    let named: [ExactString: Int]
    let matching: [(pattern: Pattern, schema: Int)]
    let additional: Int?

    var isEmpty: Bool { named.isEmpty && matching.isEmpty && additional == nil }
}

/// The keywords that bound a number: Validation sections 6.2.2 to 6.2.5.
enum NumberBound: String, CaseIterable, Sendable {
    case maximum
    case exclusiveMaximum
    case minimum
    case exclusiveMinimum

    /// What is demanded, as a sentence says it.
    var words: String {
        switch self {
        case .maximum: "at most"
        case .exclusiveMaximum: "less than"
        case .minimum: "at least"
        case .exclusiveMinimum: "greater than"
        }
    }

    func holds(_ value: Double, _ limit: Double) -> Bool {
        switch self {
        case .maximum: value <= limit
        case .exclusiveMaximum: value < limit
        case .minimum: value >= limit
        case .exclusiveMinimum: value > limit
        }
    }
}

/// The keywords that bound how long or how many: Validation sections 6.3 to 6.5.
enum SizeBound: String, CaseIterable, Sendable {
    case maxLength
    case minLength
    case maxItems
    case minItems
    case maxProperties
    case minProperties

    private var isMaximum: Bool { self == .maxLength || self == .maxItems || self == .maxProperties }

    /// What is demanded, as a sentence says it.
    func words(_ limit: Int) -> String {
        let unit =
            switch self {
            case .maxLength, .minLength: "character"
            case .maxItems, .minItems: "element"
            case .maxProperties, .minProperties: "member"
            }
        return "\(isMaximum ? "at most" : "at least") \(limit) \(unit)\(limit == 1 ? "" : "s")"
    }

    /// The size that this keyword is about; nil when the value has none of the kind.
    func size(of json: JSON) -> Int? {
        switch (self, json) {
        case (.maxLength, .string(let text)), (.minLength, .string(let text)): text.unicodeScalars.count
        case (.maxItems, .array(let elements)), (.minItems, .array(let elements)): elements.count
        case (.maxProperties, .object(let object)), (.minProperties, .object(let object)): object.count
        default: nil
        }
    }

    func holds(_ size: Int, _ limit: Int) -> Bool { isMaximum ? size <= limit : size >= limit }
}
