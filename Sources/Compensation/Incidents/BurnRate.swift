import CanonicalJSON
import ServiceLevels
import Temporal

/// How fast the promises of a service level may be broken before that opens an incident: a part of the published rules
/// of incidents (rule 88, page "Burn rates" of Issuance). Integers only.
package struct BurnRate: Hashable, Sendable {
    /// The id of the service level whose promises are counted.
    package let serviceLevel: String
    /// The part of them that is meant to be kept; less than one.
    let target: Part
    /// What is looked at when one is broken; each by itself may sound.
    package let alerts: [Alert]

    /// A positive ratio.
    struct Part: Hashable, Sendable {
        let numerator: Int64
        let denominator: Int64
    }

    /// Two windows that must both burn.
    package struct Alert: Hashable, Sendable {
        /// So many times faster than the target allows.
        let threshold: Part
        /// In minutes.
        package let lookbackMinutes: Int64
        /// In minutes; fewer.
        package let shortMinutes: Int64
        /// The fewest broken promises of the long window.
        let atLeast: Int64
    }

    /// What a window holds.
    package struct Count: Hashable, Sendable {
        /// Promises that were broken.
        package var broken: Int64
        /// Promises that were not.
        package var kept: Int64

        /// What a window holds.
        package init(broken: Int64 = 0, kept: Int64 = 0) {
            self.broken = broken
            self.kept = kept
        }
    }

    /// The longest window: three days, of which each minute is a row.
    package static let mostMinutes: Int64 = 72 * 60
    /// The most service levels, and alerts of each: a handful for every kind of promise.
    static let mostRates = 8
    private static let mostAlerts = 4
    /// So that products stay far from 128 bits.
    private static let terms: ClosedRange<Int64> = 1...1_000_000

    /// Whether an alert sounds.
    ///
    /// - Parameter count: what the last so many minutes hold; asked for the short window first.
    package func sounds<Failure: Error>(_ count: (Int64) throws(Failure) -> Count) throws(Failure) -> Bool {
        for alert in alerts {
            guard burns(try count(alert.shortMinutes), alert.threshold) else { continue }
            let long = try count(alert.lookbackMinutes)
            if long.broken >= alert.atLeast, burns(long, alert.threshold) { return true }
        }
        return false
    }

    private func burns(_ count: Count, _ threshold: Part) -> Bool {
        let burned = Int128(count.broken) * Int128(target.denominator) * Int128(threshold.denominator)
        let allowed = Int128(target.denominator - target.numerator) * Int128(threshold.numerator)
        return burned > allowed * (Int128(count.broken) + Int128(count.kept))
    }

    init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        serviceLevel = try reader.identifier("serviceLevel")
        target = try Self.part("target", &reader)
        guard target.numerator < target.denominator else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "target"), problem: "a target of one leaves no budget: num is less than den"
            )
        }
        let elements = try reader.array("alerts")
        guard (1...Self.mostAlerts).contains(elements.count) else {
            let problem = "expected 1 to \(Self.mostAlerts) alerts, found \(elements.count)"
            throw JSONShapeError(pointer: reader.pointer(to: "alerts"), problem: problem)
        }
        var alerts: [Alert] = []
        for (json, place) in elements { alerts.append(try Self.alert(json, at: place, under: target)) }
        self.alerts = alerts
    }

    private static func alert(
        _ json: JSON, at place: JSONPointer, under target: Part
    ) throws(JSONShapeError) -> Alert {
        var reader = try ObjectReader(json, at: place)
        let alert = Alert(
            threshold: try part("threshold", &reader), lookbackMinutes: try minutes("lookbackWindow", &reader),
            shortMinutes: try minutes("shortWindow", &reader), atLeast: try reader.integer("atLeast", in: terms))
        try reader.finish()
        guard alert.shortMinutes < alert.lookbackMinutes else {
            throw JSONShapeError(
                pointer: place.appending("shortWindow"), problem: "it is shorter than lookbackWindow")
        }
        let left = Int128(target.denominator - target.numerator) * Int128(alert.threshold.numerator)
        guard left < Int128(target.denominator) * Int128(alert.threshold.denominator) else {
            throw JSONShapeError(
                pointer: place.appending("threshold"), problem: "no rate is over it: not if every promise were broken")
        }
        return alert
    }

    private static func part(_ key: String, _ reader: inout ObjectReader) throws(JSONShapeError) -> Part {
        var part = try reader.object(key)
        let result = Part(
            numerator: try part.integer("num", in: terms), denominator: try part.integer("den", in: terms))
        try part.finish()
        return result
    }

    private static func minutes(_ key: String, _ reader: inout ObjectReader) throws(JSONShapeError) -> Int64 {
        let place = reader.pointer(to: key)
        let length = try reader.elapsed(key).count
        let minute = Milliseconds.minutes(1).count
        guard length % minute == 0, (1...mostMinutes).contains(length / minute) else {
            throw JSONShapeError(pointer: place, problem: "expected whole minutes, at most \(mostMinutes)")
        }
        return length / minute
    }
}
