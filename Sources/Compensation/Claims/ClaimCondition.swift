import CanonicalJSON
import ServiceLevels

/// A published condition on a claim: what it is about, and how much is asked for.
package indirect enum ClaimCondition: Hashable, Sendable {
    case all([ClaimCondition])
    case any([ClaimCondition])
    case not(ClaimCondition)
    /// `claim.category` is one of these.
    case category([ClaimCategory])
    /// `claim.requested`, in minor units, compares so; never when no amount is asked for.
    case requested(Comparison, Int64)

    /// How two numbers compare.
    package enum Comparison: String, Hashable, Sendable, CaseIterable { case lt, le, gt, ge, eq }

    /// The most conditions of a list, as in other conditions.
    private static let mostConditions = 32

    /// Whether it holds for a claim.
    package func holds(category: ClaimCategory, requested: Int64?) -> Bool {
        switch self {
        case .all(let conditions): conditions.allSatisfy { $0.holds(category: category, requested: requested) }
        case .any(let conditions): conditions.contains { $0.holds(category: category, requested: requested) }
        case .not(let condition): !condition.holds(category: category, requested: requested)
        case .category(let categories): categories.contains(category)
        case .requested(let comparison, let value): requested.map { comparison.holds($0, value) } ?? false
        }
    }

    init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        if let all = try reader.optionalArray("all") {
            self = .all(try Self.list(all, at: reader.pointer(to: "all")))
        } else if let any = try reader.optionalArray("any") {
            self = .any(try Self.list(any, at: reader.pointer(to: "any")))
        } else if let not = reader.optionalValue("not") {
            self = .not(try ClaimCondition(not, at: reader.pointer(to: "not")))
        } else {
            self = try Self.comparison(&reader)
        }
        try reader.finish()
    }

    private static func list(
        _ elements: [(JSON, JSONPointer)], at pointer: JSONPointer
    ) throws(JSONShapeError) -> [ClaimCondition] {
        guard elements.count <= mostConditions else {
            throw JSONShapeError(pointer: pointer, problem: "expected at most \(mostConditions) conditions")
        }
        return try elements.map { (json, pointer) throws(JSONShapeError) in try ClaimCondition(json, at: pointer) }
    }

    private enum Fact: String, CaseIterable {
        case category = "claim.category"
        case requested = "claim.requested"
    }

    private static func comparison(_ reader: inout ObjectReader) throws(JSONShapeError) -> ClaimCondition {
        switch try reader.choice("fact", Fact.self) {
        case .requested:
            let comparison: Comparison = try reader.choice("op")
            return .requested(comparison, try reader.integer("value", in: 0...JSON.largestInteger))
        case .category:
            try reader.constant("op", "in")
            return .category(
                try reader.array("value").map { (json, place) throws(JSONShapeError) in
                    guard let category = json.stringValue.flatMap({ ClaimCategory(rawValue: $0) }) else {
                        let known = ClaimCategory.allCases.map(\.rawValue).joined(separator: ", ")
                        throw JSONShapeError(pointer: place, problem: "expected one of \(known)")
                    }
                    return category
                })
        }
    }
}

extension ClaimCondition.Comparison {
    fileprivate func holds(_ left: Int64, _ right: Int64) -> Bool {
        switch self {
        case .lt: left < right
        case .le: left <= right
        case .gt: left > right
        case .ge: left >= right
        case .eq: left == right
        }
    }

    fileprivate var inWords: String {
        switch self {
        case .lt: "less than"
        case .le: "at most"
        case .gt: "more than"
        case .ge: "at least"
        case .eq: "exactly"
        }
    }
}

extension ClaimCondition {
    /// The end of a sentence about claims: `that ask for at least 50000`.
    var inWords: String {
        switch self {
        case .all(let conditions): Self.joined(conditions, "and", none: "of every kind")
        case .any(let conditions): Self.joined(conditions, "or", none: "of no kind")
        case .not(let condition): "not (\(condition.inWords))"
        case .category(let categories): "about \(categories.map(\.inWords).joined(separator: " or "))"
        case .requested(let comparison, let value): "that ask for \(comparison.inWords) \(value) minor units"
        }
    }

    private static func joined(_ conditions: [ClaimCondition], _ word: String, none: String) -> String {
        conditions.isEmpty ? none : conditions.map(\.inWords).joined(separator: " \(word) ")
    }
}
