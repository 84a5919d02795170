import CanonicalJSON

/// What all requests were paid, are owed and were not given: what a coverage statement must say (rules 60 and 61).
///
/// Movements wait in the order of the log until a statement covers them, or so long that none can.
struct CoverageBook: Sendable {
    /// The most entries that may stand between what a statement covers and the statement.
    static let maximumLag: Int64 = 1 << 20

    enum Kind { case request, breach, paid, owed, waived }

    private struct Step {
        let seq: Int64
        let kind: Kind
        let unit: Int
        let minor: Int64
    }

    /// In the order of ``units``.
    struct Sums: Hashable, Sendable {
        var paid: Int64 = 0
        var owed: Int64 = 0
        var waived: Int64 = 0

        /// - Returns: whether it fits.
        mutating func add(_ kind: Kind, _ minor: Int64) -> Bool {
            let overflow: Bool
            switch kind {
            case .paid: (paid, overflow) = paid.addingReportingOverflow(minor)
            case .owed: (owed, overflow) = owed.addingReportingOverflow(minor)
            case .waived: (waived, overflow) = waived.addingReportingOverflow(minor)
            case .request, .breach: overflow = false
            }
            return !overflow
        }
    }

    private var waiting: [Step] = []
    private var places: [CanonicalText: Int] = [:]
    private var units: [CanonicalText] = []
    /// By the place of the unit; nil before its first movement counts.
    private var sums: [Sums?] = []
    private var requests: Int64 = 0
    private var breached: Int64 = 0
    private var fits = true
    /// What the newest statement covers.
    private(set) var stated: Int64 = 0
    /// Statements whose roots nobody could judge.
    var unjudged = 0
    /// Those whose roots were.
    var judged = 0
    /// The leaves, where the caller has what is needed to hash them.
    var leaves: CoverageLeaves?

    mutating func note(_ kind: Kind, _ event: Event, _ unit: CanonicalText? = nil, _ minor: Int64 = 0) {
        let place = unit.map { index(of: $0) } ?? -1
        let seq = Int64(event.seq)
        waiting.append(Step(seq: seq, kind: kind, unit: place, minor: minor))
        leaves?.note(kind, event, unit, minor)
        if waiting.count > Self.maximumLag + Self.maximumLag / 4 { count(before: seq - Self.maximumLag) }
    }

    private mutating func index(of unit: CanonicalText) -> Int {
        if let place = places[unit] { return place }
        places[unit] = units.count
        units.append(unit)
        sums.append(nil)
        return units.count - 1
    }

    private mutating func count(before size: Int64) {
        let ready = waiting.prefix { $0.seq < size }
        for step in ready {
            switch step.kind {
            case .request: requests += 1
            case .breach: breached += 1
            case .paid, .owed, .waived:
                var sum = sums[step.unit] ?? Sums()
                if !sum.add(step.kind, step.minor) { fits = false }
                sums[step.unit] = sum
            }
        }
        waiting.removeFirst(ready.count)
    }

    /// What a statement of a size must say: the counts, and `sums` as it stands in the entry; nil when they do not fit.
    mutating func statement(of size: Int64) -> (requests: Int64, breached: Int64, sums: String)? {
        count(before: size)
        stated = size
        let numbers = sums.compactMap(\.self).flatMap { [$0.paid, $0.owed, $0.waived] }
        guard fits, numbers.allSatisfy({ $0 <= JSON.largestInteger }) else { return nil }
        let sorted = zip(units, sums).sorted { $0.0.plain.utf8.lexicographicallyPrecedes($1.0.plain.utf8) }
        let texts = sorted.compactMap { unit, sums in
            sums.map { "{\"owed\":\($0.owed),\"paid\":\($0.paid),\"unit\":\(unit),\"waived\":\($0.waived)}" }
        }
        return (requests, breached, "[\(texts.joined(separator: ","))]")
    }
}

/// The facts of `coverage.stated`.
struct CoverageFacts {
    let breached: Int64
    let requests: Int64
    let root: Range<Int>
    let size: Int64
    let sums: Range<Int>

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        breached = try facts.integer("breached")
        requests = try facts.integer("requests")
        root = try facts.text("root")
        size = try facts.integer("size")
        sums = try facts.value("sums")
        try facts.finish()
    }
}
