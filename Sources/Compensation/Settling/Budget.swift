import CanonicalJSON
package import ServiceLevels
package import Temporal

/// How much is spent in a period on what is given: a document of kind `Budget` (rule 32). It delays, it never cancels
/// what is guaranteed.
package struct Budget: Hashable, Sendable {
    /// Name, owner, version and begin.
    package let metadata: PolicyDocument.Metadata
    /// The identity of the document.
    package let hash: PolicyHash
    /// How long it lasts until it begins anew.
    package let period: Period
    /// The zone whose clocks its periods follow; UTC when nil.
    package let zone: Zone?
    /// The most that is spent, at most one amount for each unit; never empty.
    package let limits: [Amount]
    /// The parts of a limit that are told when they are spent, as in the document.
    package let warnAt: [Ratio]
    /// Whether a favour for which there is no room waits for its turn, or is declined.
    package let queuesFavours: Bool

    /// A zone with the rules that are meant.
    package struct Zone: Hashable, Sendable {
        /// For people.
        package let name: ZoneName
        /// Which rules count, whatever later releases say.
        package let tzdata: CalendarTerms.Pin
    }

    /// How long a budget lasts.
    package enum Period: String, Hashable, Sendable, CaseIterable {
        case month = "P1M"
        case year = "P1Y"
    }

    /// A part of a whole: not more than all of it, and not nothing.
    package struct Ratio: Hashable, Sendable {
        /// How many parts.
        package let num: Int64
        /// Of how many.
        package let den: Int64

        /// All of it: what is told when the first award has to wait.
        package static let whole = Ratio(num: 1, den: 1)

        /// Whether an amount is at least this part of a whole.
        package func isReached(by amount: Int64, of whole: Int64) -> Bool {
            let (left, right) = (amount.multipliedFullWidth(by: den), whole.multipliedFullWidth(by: num))
            return (left.high, left.low) >= (right.high, right.low)
        }
    }

    /// The most limits and the most warnings of one document.
    private static let mostLimits = 16
    private static let largestPart: Int64 = 1_000_000
    /// Room for a budget of a million times the largest benefit.
    private static let largestLimit: Int64 = 1_000_000_000_000_000

    /// Reads a document of kind `Budget`, and refuses one that contradicts itself.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        metadata = document.metadata
        hash = document.hash
        do throws(JSONShapeError) {
            var spec = try document.spec(of: .budget)
            period = try spec.choice("period")
            zone = try Self.zone(&spec)
            limits = try Self.limits(&spec)
            warnAt = try Self.warnings(&spec)
            var exhausted = try spec.object("onExhausted")
            try exhausted.constant("guaranteed", "accrue-liability-and-escalate")
            queuesFavours = try exhausted.choice("discretionary", Favours.self) == .queue
            try exhausted.finish()
            try spec.finish()
        } catch {
            throw PolicyError(error)
        }
    }

    /// UTC needs no rules; another zone is nothing without them.
    private static func zone(_ spec: inout ObjectReader) throws(JSONShapeError) -> Zone? {
        let text = try spec.optionalString("timeZone") ?? "UTC"
        guard text != "UTC" else {
            try spec.notKept("tzdata")
            return nil
        }
        let name: ZoneName
        do throws(TemporalError) {
            name = try ZoneName(parsing: text)
        } catch {
            throw JSONShapeError(pointer: spec.pointer(to: "timeZone"), problem: error.description)
        }
        return Zone(name: name, tzdata: try CalendarTerms.Pin(spec.object("tzdata")))
    }

    /// The period that holds an instant, in the clocks of its zone.
    package func instants(at instant: Instant, in zone: TimeZoneRules) -> Range<Instant> {
        let today = zone.localTime(at: instant).date
        return zone.instants(of: period == .month ? today.month : today.year)
    }

    private enum Favours: String, CaseIterable {
        case queue = "queue-in-order"
        case stop
    }

    /// The budget in sentences.
    package var plainWords: [String] {
        let time = period == .month ? "month" : "year"
        return limits.map { "In a \(time) at most \($0.inWords) is paid." } + [
            "What is owed for certain and finds no room waits, is told as owed, and is paid first in the next \(time).",
            queuesFavours ? "A favour waits for its turn too." : "A favour that finds no room is declined.",
        ]
            + (zone.map {
                [
                    "A \(time) begins when a clock on a wall in \($0.name) first shows its first date, by release "
                        + "\($0.tzdata.release) of the time zone database."
                ]
            } ?? [])
    }

    /// The limit of a unit; nil when there is none.
    package func limit(of unit: UnitOfAccount) -> Int64? { limits.first { $0.unit == unit }?.minor }

    private static func limits(_ spec: inout ObjectReader) throws(JSONShapeError) -> [Amount] {
        var limits: [Amount] = []
        let elements = try spec.array("limits")
        guard (1...mostLimits).contains(elements.count) else {
            let problem = "expected 1 to \(mostLimits) limits, found \(elements.count)"
            throw JSONShapeError(pointer: spec.pointer(to: "limits"), problem: problem)
        }
        for (json, place) in elements {
            var reader = try ObjectReader(json, at: place)
            guard let unit = UnitOfAccount(rawValue: try reader.string("unit")) else {
                throw JSONShapeError(pointer: place.appending("unit"), problem: "expected a unit like PFC or EUR")
            }
            let limit = Amount(try reader.integer("minor", in: 1...largestLimit), unit)
            try reader.finish()
            guard !limits.contains(where: { $0.unit == limit.unit }) else {
                throw JSONShapeError(pointer: place, problem: "\(unit.rawValue) has another limit; keep one")
            }
            limits.append(limit)
        }
        return limits
    }

    private static func warnings(_ spec: inout ObjectReader) throws(JSONShapeError) -> [Ratio] {
        var ratios: [Ratio] = []
        for (json, place) in try spec.optionalArray("warnAt") ?? [] {
            var reader = try ObjectReader(json, at: place)
            let num = try reader.integer("num", in: 1...largestPart)
            let ratio = Ratio(num: num, den: try reader.integer("den", in: num...largestPart))
            try reader.finish()
            let isThere = ratios.contains { $0.num * ratio.den == ratio.num * $0.den }
            guard !isThere, ratios.count < mostLimits else {
                throw JSONShapeError(pointer: place, problem: "at most \(mostLimits) parts, each once")
            }
            ratios.append(ratio)
        }
        return ratios
    }
}
