package import CanonicalJSON
package import ServiceLevels
import Temporal

extension IncidentRules {
    /// The longest document in RFC 8785 form, so that it fits into one entry.
    package static let maximumBytes = 12_000

    /// The most requests that may be asked for: as many as one command looks at.
    package static let maximumOpenRequests: Int64 = 256

    /// The most steps of one list: nobody can explain more.
    static let maximumSteps = 16

    /// Points stay small, so that their sum is far from any limit.
    private static let points: ClosedRange<Int64> = 1...100

    /// Reads the document as it was sent.
    package init(parsing bytes: [UInt8]) throws(PolicyError) {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(
                parsing: bytes, limits: JSONLimits(maximumBytes: Self.maximumBytes, maximumDepth: 8))
        } catch {
            throw PolicyError(pointer: JSONPointer(), problem: error.description)
        }
        try self.init(json)
    }

    /// Reads the document, strictly: a member that nobody acts upon is refused.
    package init(_ json: JSON) throws(PolicyError) {
        let bytes = json.canonicalBytes
        guard bytes.count <= Self.maximumBytes else {
            throw PolicyError(
                pointer: JSONPointer(), problem: "the canonical form has more than \(Self.maximumBytes) bytes")
        }
        self.json = json
        hash = PolicyHash(ofCanonical: bytes)
        do throws(JSONShapeError) {
            var rules = try ObjectReader(json)
            var open = try rules.object("open")
            openRequests = try open.integer("requests", in: 1...Self.maximumOpenRequests)
            openWithin = try open.elapsed("within")
            try open.finish()
            quiet = try rules.elapsed("quiet")
            freezeWithin = try rules.elapsed("freezeWithin")
            var severity = try rules.object("severity")
            shares = try Self.shares(&severity)
            durations = try Self.durations(&severity)
            criticality = try Self.criticality(&severity)
            levels = try Self.levels(&severity)
            try severity.finish()
            burnRates = rules.optionalValue("burnRate") == nil ? [] : try Self.burnRates(json)
            try rules.finish()
        } catch {
            throw PolicyError(error)
        }
    }

    private static func shares(_ reader: inout ObjectReader) throws(JSONShapeError) -> [ShareStep] {
        var last: ShareStep?
        return try steps("share", &reader) { (step, place) throws(JSONShapeError) in
            var over = try step.object("over")
            let numerator = try over.integer("num", in: 0...JSON.largestInteger)
            let denominator = try over.integer("den", in: 1...JSON.largestInteger)
            try over.finish()
            let next = ShareStep(
                numerator: numerator, denominator: denominator, points: try step.integer("points", in: points))
            guard numerator < denominator else {
                throw JSONShapeError(pointer: place, problem: "no share is more than one: num is less than den")
            }
            let grows = last.map { last in
                let left = next.numerator.multipliedFullWidth(by: last.denominator)
                let right = last.numerator.multipliedFullWidth(by: next.denominator)
                return (left.high, left.low) > (right.high, right.low) && next.points > last.points
            }
            guard grows ?? true else { throw notGrowing(place) }
            last = next
            return next
        }
    }

    private static func durations(_ reader: inout ObjectReader) throws(JSONShapeError) -> [DurationStep] {
        var last: DurationStep?
        return try steps("duration", &reader) { (step, place) throws(JSONShapeError) in
            let next = DurationStep(over: try step.elapsed("over"), points: try step.integer("points", in: points))
            guard last.map({ next.over > $0.over && next.points > $0.points }) ?? true else { throw notGrowing(place) }
            last = next
            return next
        }
    }

    private static func criticality(_ reader: inout ObjectReader) throws(JSONShapeError) -> [Criticality] {
        var names: Set<String> = []
        return try steps("criticality", &reader) { (step, place) throws(JSONShapeError) in
            let name = try step.identifier("serviceLevel")
            guard names.insert(name).inserted else {
                throw JSONShapeError(pointer: place, problem: "the service level \(name) stands here twice; keep one")
            }
            return Criticality(serviceLevel: name, points: try step.integer("points", in: points))
        }
    }

    private static func burnRates(_ json: JSON) throws(JSONShapeError) -> [BurnRate] {
        var rules = try ObjectReader(json)
        var names: Set<String> = []
        let rates = try steps("burnRate", &rules) { (step, place) throws(JSONShapeError) in
            let rate = try BurnRate(&step)
            guard names.insert(rate.serviceLevel).inserted else {
                let problem = "the service level \(rate.serviceLevel) stands here twice; keep one"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            return rate
        }
        guard (1...BurnRate.mostRates).contains(rates.count) else {
            let problem = "expected 1 to \(BurnRate.mostRates) service levels; leave burnRate out for none"
            throw JSONShapeError(pointer: rules.pointer(to: "burnRate"), problem: problem)
        }
        return rates
    }

    private static func levels(_ reader: inout ObjectReader) throws(JSONShapeError) -> [Level] {
        var last: Level?
        return try steps("levels", &reader) { (step, place) throws(JSONShapeError) in
            let next = Level(from: try step.integer("from", in: points), severity: try step.choice("severity"))
            let isHigher = next.severity > last?.severity ?? .minor
            guard last.map({ next.from > $0.from }) ?? true, isHigher else { throw notGrowing(place) }
            last = next
            return next
        }
    }

    private static func steps<Step>(
        _ key: String, _ reader: inout ObjectReader,
        _ read: (inout ObjectReader, JSONPointer) throws(JSONShapeError) -> Step
    ) throws(JSONShapeError) -> [Step] {
        let found = try reader.array(key)
        guard found.count <= maximumSteps else {
            throw JSONShapeError(pointer: reader.pointer(to: key), problem: "more than \(maximumSteps) steps")
        }
        var steps: [Step] = []
        for (json, place) in found {
            var step = try ObjectReader(json, at: place)
            steps.append(try read(&step, place))
            try step.finish()
        }
        return steps
    }

    private static func notGrowing(_ place: JSONPointer) -> JSONShapeError {
        JSONShapeError(pointer: place, problem: "each step is over more than the one before, and is worth more")
    }
}
