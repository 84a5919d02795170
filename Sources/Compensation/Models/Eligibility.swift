import CanonicalJSON
package import ServiceLevels

/// Whether a delay is paid, and how much of it by its cause. What is not said is paid in full: a cause that is not
/// named or not known never costs the person who waited.
package struct Eligibility: Hashable, Sendable {
    /// Nothing is owed unless it holds.
    package let require: Condition
    /// What the named causes do, each once.
    package let causes: [CauseRule]

    /// What one cause does.
    package struct CauseRule: Hashable, Sendable {
        /// The cause.
        package let cause: Cause
        /// How a delay by it is paid.
        package let treat: Treatment
        /// Why, by language tag; empty when it is paid in full.
        package let reason: [String: String]
    }

    /// How a delay is paid.
    package enum Treatment: Hashable, Sendable {
        case full
        case none
        /// In full, after a person has looked at it.
        case holdForReview
        /// A part, greater than nothing.
        case part(Ratio)

        /// The part of an amount that is owed.
        package var factor: Ratio? {
            switch self {
            case .full, .holdForReview: .whole
            case .none: nil
            case .part(let ratio): ratio
            }
        }

        /// The words of the rule trail.
        var inWords: String {
            switch self {
            case .full: "in full"
            case .none: "not paid"
            case .holdForReview: "in full, after a review"
            case .part(let ratio): ratio.description
            }
        }
    }

    /// How a delay by that cause is paid.
    package func treatment(of cause: Cause) -> Treatment { causes.first { $0.cause == cause }?.treat ?? .full }

    /// Whether every delay is paid in full, whatever is known of it.
    package var paysAll: Bool { require == .all([]) && causes.allSatisfy { $0.treat == .full } }

    init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        let place = reader.pointer(to: "require")
        require = try Condition(reader.value("require"), at: place, allowing: Fact.ofEligibility)
        if let other = require.values(of: .cause).first(where: { Cause(rawValue: $0) == nil }) {
            throw JSONShapeError(pointer: place, problem: "\(other) is no cause")
        }
        var causes: [CauseRule] = []
        for (json, place) in try reader.array("causes") {
            let rule = try CauseRule(json, at: place)
            guard !causes.contains(where: { $0.cause == rule.cause }) else {
                throw JSONShapeError(pointer: place, problem: "the cause stands here twice; keep one")
            }
            causes.append(rule)
        }
        self.causes = causes
        try reader.constant("otherwise", "full")
        try reader.finish()
    }
}

extension Eligibility.CauseRule {
    init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        cause = try reader.choice("cause")
        treat = try Self.treatment(reader.value("treat"), at: reader.pointer(to: "treat"))
        reason = try reader.optionalObject("reason") == nil ? [:] : try reader.texts("reason")
        try reader.finish()
        if cause == .unknown, treat != .full {
            let problem = "a cause that nobody knows is paid in full; expected \"full\""
            throw JSONShapeError(pointer: reader.pointer(to: "treat"), problem: problem)
        }
        switch treat {
        case .none, .part:
            guard reason.isEmpty else { return }
            let problem = "a person who is given less must be told why; say the reason, by language"
            throw JSONShapeError(pointer: reader.pointer(to: "reason"), problem: problem)
        case .full, .holdForReview: break
        }
    }

    private static func treatment(
        _ json: JSON, at pointer: JSONPointer
    ) throws(JSONShapeError) -> Eligibility.Treatment {
        guard let name = json.stringValue else {
            let ratio = try Ratio(json, at: pointer)
            guard !ratio.isZero else {
                throw JSONShapeError(pointer: pointer, problem: "nothing of it is \"none\"; say that")
            }
            return ratio.isAtLeast(.whole) ? .full : .part(ratio)
        }
        switch name {
        case "full": return .full
        case "none": return .none
        case "hold-for-review": return .holdForReview
        default:
            let problem = "expected \"full\", \"none\", \"hold-for-review\" or a ratio like {\"num\": 1, \"den\": 2}"
            throw JSONShapeError(pointer: pointer, problem: problem)
        }
    }
}
