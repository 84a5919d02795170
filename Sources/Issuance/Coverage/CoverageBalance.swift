import CanonicalJSON
import Coverage
import TransparencyLog

/// What the entries about one request come to, one after the other: rule 60.
struct CoverageBalance {
    private(set) var isBreached = false
    private(set) var sums: [String: Amounts] = [:]
    /// What was awarded under each claim key.
    private var awards: [String: (unit: String, minor: Int64)] = [:]

    init() {}

    mutating func add(_ entry: LogEntry) throws {
        let facts = entry.facts
        switch entry.type {
        case PromiseBroken.type: isBreached = true
        case CompensationPosted.type: try award(facts, paid: 1)
        case CompensationOwed.type: try award(facts, owed: 1)
        case CompensationCapped.type:
            let (unit, minor) = try Self.amount(facts)
            try move(unit, waived: minor)
        case CompensationPaid.type:
            let (unit, minor) = try awarded(facts)
            try move(unit, paid: minor, owed: -minor)
        case CompensationDeclined.type:
            let (unit, minor) = try awarded(facts)
            try move(unit, owed: -minor, waived: minor)
        case CompensationReversed.type:
            guard let minor = facts["minor"]?.integerValue else { throw Self.damaged }
            try move(try awarded(facts).unit, paid: -minor, waived: minor)
        default: break
        }
    }

    private mutating func award(_ facts: JSONObject, paid: Int64 = 0, owed: Int64 = 0) throws {
        let (unit, minor) = try Self.amount(facts)
        if let claimKey = facts["claimKey"]?.stringValue { awards[claimKey] = (unit, minor) }
        try move(unit, paid: paid * minor, owed: owed * minor)
    }

    private func awarded(_ facts: JSONObject) throws -> (unit: String, minor: Int64) {
        guard let claimKey = facts["claimKey"]?.stringValue, let award = awards[claimKey] else { throw Self.damaged }
        return award
    }

    private static func amount(_ facts: JSONObject) throws -> (unit: String, minor: Int64) {
        guard let unit = facts["unit"]?.stringValue, let minor = facts["minor"]?.integerValue else { throw damaged }
        return (unit, minor)
    }

    private mutating func move(_ unit: String, paid: Int64 = 0, owed: Int64 = 0, waived: Int64 = 0) throws {
        let now = sums[unit] ?? .zero
        let (a, b, c) = (
            now.paid.addingReportingOverflow(paid), now.owed.addingReportingOverflow(owed),
            now.waived.addingReportingOverflow(waived)
        )
        guard !a.overflow, !b.overflow, !c.overflow else { throw Self.damaged }
        sums[unit] = try Amounts(paid: a.partialValue, owed: b.partialValue, waived: c.partialValue)
    }

    private static var damaged: StoreError {
        .corrupt("an entry about what a request is given does not fit those before it")
    }
}
