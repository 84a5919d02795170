import CanonicalJSON

/// What a document of kind `Claims` promises, as the page "Claims, reviews and offers" has it. Counted by the calendar
/// of the request (rule 77).
struct ClaimTerms: Sendable {
    let fileWithin: Span
    let decideWithin: Span
    let appealWithin: Span
    let appealDecideWithin: Span
    /// Whether silence grants what is small.
    let silenceGrants: Bool
    let evidence: Set<String>
    let fourEyesOver: (unit: String, minor: Int64)?
    let assessor: Assessor?

    struct Assessor: Sendable {
        let when: ClaimCondition
        let within: Span
    }

    init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        fileWithin = try reader.anySpan("fileWithin")
        decideWithin = try reader.anySpan("decideWithin")
        appealWithin = try reader.anySpan("appealWithin")
        appealDecideWithin = try reader.anySpan("appealDecideWithin")
        switch try reader.optionalString("onSilence") {
        case "grant": silenceGrants = true
        case "escalate", nil: silenceGrants = false
        default:
            throw JSONShapeError(pointer: reader.pointer(to: "onSilence"), problem: "not on the page")
        }
        evidence = Set(try (reader.optionalArray("evidence") ?? []).compactMap { $0.0.stringValue })
        if var amount = try reader.optionalObject("fourEyesOver") {
            fourEyesOver = (try amount.string("unit"), try amount.integer("minor"))
            try amount.finish()
        } else {
            fourEyesOver = nil
        }
        if var part = try reader.optionalObject("independentAssessor") {
            let when = try ClaimCondition(part.value("when"), at: part.pointer(to: "when"))
            assessor = Assessor(when: when, within: try part.anySpan("within"))
            try part.finish()
        } else {
            assessor = nil
        }
        try reader.finish()
    }

    /// How long a stage lasts.
    func within(_ stage: String) -> Span { stage == "decision" ? decideWithin : appealDecideWithin }

    /// Whether so much is small enough for silence, or needs only one.
    func isSmall(_ amount: ClaimAmount) -> Bool {
        fourEyesOver.map { $0.unit == amount.unit && amount.minor <= $0.minor } ?? false
    }

    /// Whether so much needs two.
    func needsTwo(_ amount: ClaimAmount) -> Bool {
        fourEyesOver.map { $0.unit == amount.unit && amount.minor > $0.minor } ?? false
    }
}

/// An amount given, as entries about claims say it.
struct ClaimAmount: Hashable, Sendable {
    let type: String
    let unit: String
    let minor: Int64

    init(type: String, unit: String, minor: Int64) {
        self.type = type
        self.unit = unit
        self.minor = minor
    }

    init(_ reader: consuming ObjectReader) throws(JSONShapeError) {
        type = try reader.string("benefitType")
        minor = try reader.integer("minor")
        unit = try reader.string("unit")
        guard minor > 0 else { throw JSONShapeError(pointer: reader.pointer(to: "minor"), problem: "not positive") }
        try reader.finish()
    }

    /// Reads it where it may be absent.
    init?(optional name: String, _ reader: inout ObjectReader) throws(JSONShapeError) {
        guard let object = try reader.optionalObject(name) else { return nil }
        self = try ClaimAmount(object)
    }

    /// Whether it is no more than another of the same sort.
    func isWithin(_ other: ClaimAmount) -> Bool { type == other.type && unit == other.unit && minor <= other.minor }
}

/// A condition over a claim.
indirect enum ClaimCondition: Sendable {
    case all([ClaimCondition])
    case any([ClaimCondition])
    case not(ClaimCondition)
    case category(Set<String>)
    case requested(String, Int64)

    init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        if let list = try reader.optionalArray("all") {
            self = .all(try list.map { (json, place) throws(JSONShapeError) in try ClaimCondition(json, at: place) })
        } else if let list = try reader.optionalArray("any") {
            self = .any(try list.map { (json, place) throws(JSONShapeError) in try ClaimCondition(json, at: place) })
        } else if let not = reader.optionalValue("not") {
            self = .not(try ClaimCondition(not, at: reader.pointer(to: "not")))
        } else if try reader.string("fact") == "claim.requested" {
            let op = try reader.string("op")
            guard ["lt", "le", "gt", "ge", "eq"].contains(op) else {
                throw JSONShapeError(pointer: reader.pointer(to: "op"), problem: "not on the page")
            }
            self = .requested(op, try reader.integer("value"))
        } else {
            try reader.expect("fact", oneOf: "claim.category")
            try reader.expect("op", oneOf: "in")
            self = .category(Set(try reader.array("value").compactMap { $0.0.stringValue }))
        }
        reader.ignore("fact", "op")
        try reader.finish()
    }

    func holds(category: String, requested: Int64?) -> Bool {
        switch self {
        case .all(let list): list.allSatisfy { $0.holds(category: category, requested: requested) }
        case .any(let list): list.contains { $0.holds(category: category, requested: requested) }
        case .not(let condition): !condition.holds(category: category, requested: requested)
        case .category(let categories): categories.contains(category)
        case .requested(let op, let value):
            switch (op, requested) {
            case (_, nil): false
            case ("lt", let requested?): requested < value
            case ("le", let requested?): requested <= value
            case ("gt", let requested?): requested > value
            case ("ge", let requested?): requested >= value
            case (_, let requested?): requested == value
            }
        }
    }
}
