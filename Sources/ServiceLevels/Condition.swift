/// A published condition on facts. Always ends, never fails: no patterns, no scripts, no arithmetic.
package indirect enum Condition: Hashable, Sendable {
    /// Each of them holds; also when there is none.
    case all([Condition])
    /// At least one of them holds.
    case any([Condition])
    /// It does not hold.
    case not(Condition)
    /// The fact is one of these texts, byte by byte.
    case fact(Fact, isOneOf: [String])
    /// The number compares so with that one. A number that is not known compares with nothing.
    case number(Fact, Comparison, Int64)

    /// How numbers are compared.
    package enum Comparison: String, Hashable, Sendable, CaseIterable {
        case equal = "eq"
        case less = "lt"
        case atMost = "le"
        case more = "gt"
        case atLeast = "ge"

        func holds(_ left: Int64, _ right: Int64) -> Bool {
            switch self {
            case .equal: left == right
            case .less: left < right
            case .atMost: left <= right
            case .more: left > right
            case .atLeast: left >= right
            }
        }
    }

    /// Whether the condition holds.
    package func holds(for facts: Facts) -> Bool {
        switch self {
        case .all(let conditions): conditions.allSatisfy { $0.holds(for: facts) }
        case .any(let conditions): conditions.contains { $0.holds(for: facts) }
        case .not(let condition): !condition.holds(for: facts)
        case .fact(let fact, let values):
            // Swift's equality would also join texts that Unicode only calls equivalent; outsiders compare bytes.
            values.contains { $0.utf8.elementsEqual(facts[fact].utf8) }
        case .number(let fact, let comparison, let right):
            facts.number(fact).map { comparison.holds($0, right) } ?? false
        }
    }
}

extension Condition {
    /// Every text that the condition compares that fact with.
    package func values(of asked: Fact) -> [String] {
        switch self {
        case .all(let conditions), .any(let conditions): conditions.flatMap { $0.values(of: asked) }
        case .not(let condition): condition.values(of: asked)
        case .fact(let fact, let values): fact == asked ? values : []
        case .number: []
        }
    }
}

extension Condition {
    /// The condition as the end of a sentence about requests: `whose tier is standard or premium`.
    package var inWords: String {
        switch self {
        case .all(let conditions): Self.joined(conditions, by: "and", ifNone: "of every kind")
        case .any(let conditions): Self.joined(conditions, by: "or", ifNone: "of no kind")
        case .not(let condition): "not (\(condition.inWords))"
        case .fact(let fact, let values): "whose \(fact.inWords) is \(values.joined(separator: " or "))"
        case .number(.isResolved, _, let truth): truth == 1 ? "whose delay has ended" : "whose delay goes on"
        case .number(.severity, let comparison, let rank):
            "whose \(Fact.severity.inWords) is \(comparison.inWords)\(SeverityName.allCases[Int(rank)].rawValue)"
        case .number(let fact, let comparison, let number):
            "whose \(fact.inWords) is \(comparison.inWords)\(number)"
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

extension Condition.Comparison {
    fileprivate var inWords: String {
        switch self {
        case .equal: ""
        case .less: "less than "
        case .atMost: "at most "
        case .more: "more than "
        case .atLeast: "at least "
        }
    }
}

extension Fact {
    fileprivate var inWords: String {
        switch self {
        case .tenant, .tier, .type: String(rawValue.split(separator: ".")[1])
        case .region: "region of the institution"
        case .pricePaid: "price"
        case .cause: "cause of delay"
        case .severity: "severity"
        case .affectedCount: "number of late requests in the same incident"
        case .affectedShare: "share of late requests of that time, in millionths,"
        case .delaySeconds: "delay in seconds"
        case .delayBusinessSeconds: "delay in seconds of working time"
        case .delayCalendarDays: "delay in calendar days"
        case .isResolved: "delay"
        case .benefitTotal: "payment"
        case .claimRequested: "claimed amount"
        case .claimCategory: "kind of claim"
        }
    }
}

/// The names of severities, from the mildest on; room `Compensation` has the type.
enum SeverityName: String, CaseIterable { case minor, major, critical }
