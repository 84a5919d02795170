import CanonicalJSON
import Temporal

/// The rules by which incidents open and are weighed, as the page "Incidents" writes them; read here again, on purpose.
struct IncidentTerms: Sendable {
    /// Points for more than `numerator` of `denominator`.
    struct Share: Sendable {
        let numerator: Int64
        let denominator: Int64
        let points: Int64
    }

    /// Points for more than so many milliseconds.
    struct Length: Sendable {
        let over: Int64
        let points: Int64
    }

    let openRequests: Int64
    /// These three in milliseconds.
    let openWithin: Int64
    let quiet: Int64
    let freezeWithin: Int64
    /// By the id of the service level.
    let burnRates: [String: BurnTerms]
    private let shares: [Share]
    private let lengths: [Length]
    private let criticality: [String: Int64]
    private let levels: [(from: Int64, severity: IncidentSeverity)]

    init(_ json: JSON) throws(JSONShapeError) {
        var rules = try ObjectReader(json)
        var open = try rules.object("open")
        openRequests = try open.integer("requests")
        openWithin = try open.span("within")
        try open.finish()
        quiet = try rules.span("quiet")
        freezeWithin = try rules.span("freezeWithin")
        var severity = try rules.object("severity")
        shares = try Self.list("share", &severity) { (step) throws(JSONShapeError) in
            var over = try step.object("over")
            let share = Share(
                numerator: try over.integer("num"), denominator: try over.integer("den"),
                points: try step.integer("points"))
            try over.finish()
            return share
        }
        lengths = try Self.list("duration", &severity) { (step) throws(JSONShapeError) in
            Length(over: try step.span("over"), points: try step.integer("points"))
        }
        let critical = try Self.list("criticality", &severity) { (step) throws(JSONShapeError) in
            (try step.string("serviceLevel"), try step.integer("points"))
        }
        criticality = Dictionary(critical) { max($0, $1) }
        levels = try Self.list("levels", &severity) { (step) throws(JSONShapeError) in
            let place = step.pointer(to: "severity")
            guard let severity = IncidentSeverity(rawValue: try step.string("severity")) else {
                throw JSONShapeError(pointer: place, problem: "not a severity that the page knows")
            }
            return (try step.integer("from"), severity)
        }
        try severity.finish()
        var rates: [String: BurnTerms] = [:]
        for (json, pointer) in try rules.optionalArray("burnRate") ?? [] {
            var rate = try ObjectReader(json, at: pointer)
            let terms = try BurnTerms(&rate)
            try rate.finish()
            rates[terms.serviceLevel] = terms
        }
        burnRates = rates
        try rules.finish()
    }

    private static func list<Step>(
        _ name: String, _ reader: inout ObjectReader, _ read: (inout ObjectReader) throws(JSONShapeError) -> Step
    ) throws(JSONShapeError) -> [Step] {
        var steps: [Step] = []
        for (json, pointer) in try reader.array(name) {
            var step = try ObjectReader(json, at: pointer)
            steps.append(try read(&step))
            try step.finish()
        }
        return steps
    }

    /// Rule 43: how bad an incident of `count` in `total` requests is that is `length` milliseconds long.
    func severity(count: Int64, of total: Int64, length: Int64, serviceLevels: Set<String>) -> IncidentSeverity {
        var points: Int64 = 0
        for share in shares.reversed()
        where Int128(count) * Int128(share.denominator) > Int128(share.numerator) * Int128(total) {
            points += share.points
            break
        }
        for step in lengths.reversed() where length > step.over {
            points += step.points
            break
        }
        points += serviceLevels.compactMap { criticality[$0] }.max() ?? 0
        var severity = IncidentSeverity.minor
        for level in levels where level.from <= points { severity = level.severity }
        return severity
    }

    /// The document of the page, for incidents that name no other.
    static let page: IncidentTerms = {
        let text = """
            {"open":{"requests":20,"within":{"elapsed":"PT5M"}},"quiet":{"elapsed":"PT15M"},\
            "freezeWithin":{"elapsed":"PT10M"},\
            "severity":{"share":[{"over":{"num":1,"den":100},"points":1},{"over":{"num":1,"den":10},"points":2}],\
            "duration":[{"over":{"elapsed":"PT4H"},"points":1},{"over":{"elapsed":"PT24H"},"points":2}],\
            "criticality":[],"levels":[{"from":2,"severity":"major"},{"from":4,"severity":"critical"}]}}
            """
        do {
            return try IncidentTerms(JSON(parsing: Array(text.utf8)))
        } catch {
            preconditionFailure("the rules of the page do not read: \(error)")
        }
    }()
}

/// How bad an incident is.
enum IncidentSeverity: String, Comparable, Sendable, CaseIterable {
    case minor, major, critical

    static func < (a: Self, b: Self) -> Bool {
        guard let first = allCases.firstIndex(of: a), let second = allCases.firstIndex(of: b) else { return false }
        return first < second
    }
}
