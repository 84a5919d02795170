import CanonicalJSON
import ServiceLevels
import Temporal

/// The parts of a model.
extension ObjectReader {
    /// The most tiers, as the draft of the format has it; and one benefit of each type.
    private static let mostTiers = 16

    /// Which model it is, and the tiers that it comes down to.
    mutating func model() throws(JSONShapeError) -> (CompensationPolicy.Model, [CompensationPolicy.Tier]) {
        switch try choice("kind", CompensationPolicy.Kind.self) {
        case .pocketFit:
            return (.pocketFit(try fastResponse()), try trust(behind: tiers()))
        case .tiered: return (.tiered, try tiers())
        case .flatRefund:
            let verification = try choice("verify", CompensationPolicy.Verification.self)
            return (.flatRefund(verification), [CompensationPolicy.Tier(over: nil, benefits: try benefits())])
        case .apologyOnly: return (.apologyOnly, [CompensationPolicy.Tier(over: nil, benefits: try apology())])
        case .personalised: return try personalised()
        }
    }

    /// Whose breach is paid: that of `issue`, also where nothing is said. A late payment has a benefit of its own.
    mutating func paidObjective() throws(JSONShapeError) -> Objective.Metric {
        guard try optionalString("objective") != nil else { return .issue }
        guard try string("objective") != Objective.Metric.compensate.rawValue else {
            throw .notKept("a late payment gives what payout.ifLate says", at: pointer(to: "objective"))
        }
        return try promisedMetric("objective")
    }

    private mutating func fastResponse() throws(JSONShapeError) -> CompensationPolicy.FastResponse {
        var reader = try object("fastResponse")
        let fastResponse = CompensationPolicy.FastResponse(
            acknowledgeWithin: try reader.fixedSpan("acknowledgeWithin"),
            updateEvery: try reader.fixedSpan("updateEvery"))
        try reader.finish()
        return fastResponse
    }

    private mutating func tiers() throws(JSONShapeError) -> [CompensationPolicy.Tier] {
        let elements = try array("tiers")
        guard (1...Self.mostTiers).contains(elements.count) else {
            let problem = "expected 1 to \(Self.mostTiers) tiers, found \(elements.count)"
            throw JSONShapeError(pointer: pointer(to: "tiers"), problem: problem)
        }
        return try elements.map { (json, pointer) throws(JSONShapeError) in
            var reader = try ObjectReader(json, at: pointer)
            let severity: Severity? =
                try reader.optionalString("severityAtLeast") == nil ? nil : try reader.choice("severityAtLeast")
            let tier = CompensationPolicy.Tier(
                over: try reader.over(), severityAtLeast: severity, benefits: try reader.benefits())
            try reader.finish()
            return tier
        }
    }

    private mutating func over() throws(JSONShapeError) -> TimeSpan? {
        try value("over") == "deadline" ? nil : timeSpan("over")
    }

    private mutating func benefits(_ key: String = "benefits") throws(JSONShapeError) -> [Benefit] {
        let elements = try array(key)
        guard !elements.isEmpty else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "expected at least one benefit")
        }
        var benefits: [Benefit] = []
        for (json, place) in elements {
            let benefit = try Benefit(json, at: place)
            guard !benefits.contains(where: { $0.type == benefit.type }) else {
                let problem = "the list has another \(benefit.type.rawValue); say the whole amount in one"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            benefits.append(benefit)
        }
        return benefits
    }

    private mutating func apology() throws(JSONShapeError) -> [Benefit] {
        let benefits = try benefits()
        guard let other = benefits.firstIndex(where: { $0.type != .apology }) else { return benefits }
        let problem = "the model apology-only gives no value; choose another model or remove this"
        throw JSONShapeError(pointer: pointer(to: "benefits").appending(other), problem: problem)
    }

    private mutating func personalised() throws(JSONShapeError) -> (
        CompensationPolicy.Model, [CompensationPolicy.Tier]
    ) {
        let benefits = try benefits("menu")
        let decideWithin = try fixedSpan("decideWithin")
        var maxOffer: [Amount] = []
        for (index, (json, place)) in try array("maxOffer").enumerated() {
            let limit = try Amount(json, at: place)
            guard !maxOffer.contains(where: { $0.unit == limit.unit }) else {
                let problem = "\(limit.unit.rawValue) has another limit; keep one"
                throw JSONShapeError(pointer: pointer(to: "maxOffer").appending(index), problem: problem)
            }
            maxOffer.append(limit)
        }
        let menu = CompensationPolicy.Menu(benefits: benefits, decideWithin: decideWithin, maxOffer: maxOffer)
        let fallback = CompensationPolicy.Tier(
            over: decideWithin.span, counts: .timeSinceDue, benefits: try self.benefits("onTimeout"))
        return (.personalised(menu), [fallback])
    }
}
