package import CanonicalJSON
import ServiceLevels
package import Temporal

/// When what is owed is paid, and what a late payment gives (rules 10 and 33).
package struct Payout: Hashable, Sendable {
    /// Within what time after a tier is reached its benefits are paid.
    package let within: TimeSpan
    /// The smallest sum of one unit that is paid to a holder; less is owed and carried forward. Nil without one.
    package let minimum: Amount?
    /// What a request is given, once, when a payment to it is late; may be empty.
    package let ifLate: [Benefit]

    /// The most late benefits of one policy.
    private static let mostLateBenefits = 8

    /// Reads the member `payout`.
    package init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        within = try reader.timeSpan("within")
        if try reader.optionalObject("minimum") != nil {
            let least = try reader.amount("minimum")
            guard least.unit != .days, !least.unit.isOfDeeds else {
                throw JSONShapeError(
                    pointer: reader.pointer(to: "minimum"), problem: "only amounts are carried forward")
            }
            minimum = least
            try reader.constant("belowMinimum", "carry-forward")
        } else {
            minimum = nil
            try reader.notKept("belowMinimum")
        }
        var ifLate: [Benefit] = []
        for (json, place) in try reader.optionalArray("ifLate") ?? [] {
            let benefit = try Benefit(json, at: place)
            guard benefit.amount != nil, benefit.class == .guaranteed else {
                let problem = "what a late payment gives is guaranteed and has an amount"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            guard ifLate.count < Self.mostLateBenefits, !ifLate.contains(where: { $0.type == benefit.type }) else {
                let problem = "at most \(Self.mostLateBenefits) benefits, each type once; say the whole amount in one"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            ifLate.append(benefit)
        }
        self.ifLate = ifLate
        try reader.finish()
    }
}
