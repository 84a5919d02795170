import CanonicalJSON
import ServiceLevels
import Temporal

/// The parts of a `Compensation`, each read as far as this version keeps it.
extension ObjectReader {
    /// The most tiers, as the draft of the format has it; and one benefit of each type.
    private static let mostTiers = 16

    mutating func model() throws(JSONShapeError) -> ObjectReader {
        var model = try object("model")
        try model.constant("kind", "pocket-fit")
        try model.notKept("trust")
        return model
    }

    mutating func fastResponse() throws(JSONShapeError) -> CompensationPolicy.FastResponse {
        var reader = try object("fastResponse")
        let fastResponse = CompensationPolicy.FastResponse(
            acknowledgeWithin: try reader.fixedSpan("acknowledgeWithin"),
            updateEvery: try reader.fixedSpan("updateEvery"))
        try reader.finish()
        return fastResponse
    }

    mutating func tiers() throws(JSONShapeError) -> [CompensationPolicy.Tier] {
        let elements = try array("tiers")
        guard (1...Self.mostTiers).contains(elements.count) else {
            let problem = "expected 1 to \(Self.mostTiers) tiers, found \(elements.count)"
            throw JSONShapeError(pointer: pointer(to: "tiers"), problem: problem)
        }
        return try elements.map { (json, pointer) throws(JSONShapeError) in
            var reader = try ObjectReader(json, at: pointer)
            let tier = CompensationPolicy.Tier(over: try reader.over(), benefits: try reader.benefits())
            try reader.notKept("severityAtLeast")
            try reader.finish()
            return tier
        }
    }

    private mutating func over() throws(JSONShapeError) -> Milliseconds {
        try value("over") == "deadline" ? .zero : elapsed("over")
    }

    private mutating func benefits() throws(JSONShapeError) -> [Benefit] {
        let elements = try array("benefits")
        guard !elements.isEmpty else {
            throw JSONShapeError(pointer: pointer(to: "benefits"), problem: "expected at least one benefit")
        }
        var benefits: [Benefit] = []
        for (json, place) in elements {
            let benefit = try Benefit(json, at: place)
            guard !benefits.contains(where: { $0.type == benefit.type }) else {
                let problem = "the tier has another \(benefit.type.rawValue); say the whole amount in one"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            benefits.append(benefit)
        }
        return benefits
    }

    /// The terms of which this version keeps exactly one form: everybody who waited is paid in full, from what the
    /// clock shows, while it runs; tiers top up.
    ///
    /// - Returns: how the requests of one holder go together.
    mutating func fixedTerms() throws(JSONShapeError) -> AcrossRequests {
        try eligibility()
        try terms("measure", ["basis": "elapsed", "whenUnresolved": "accrue"], notKept: "grace")
        try notKept("rounding")
        var stacking = try object("stacking")
        try stacking.constant("withinRequest", "highest-tier-top-up")
        let acrossRequests: AcrossRequests = try stacking.choice("acrossRequests")
        try stacking.constant("premium", "append-to-end")
        try stacking.notKept("manualClaim")
        try stacking.finish()
        return acrossRequests
    }

    /// An object with exactly these members.
    private mutating func terms(
        _ key: String, _ kept: KeyValuePairs<String, JSON>, notKept: String
    ) throws(JSONShapeError) {
        var reader = try object(key)
        for (key, only) in kept { try reader.constant(key, only) }
        try reader.notKept(notKept)
        try reader.finish()
    }

    private mutating func eligibility() throws(JSONShapeError) {
        var reader = try object("eligibility")
        try reader.constant("require", ["all": []])
        var causes: Set<DelayCause> = []
        for (json, place) in try reader.array("causes") {
            var cause = try ObjectReader(json, at: place)
            guard causes.insert(try cause.choice("cause")).inserted else {
                throw JSONShapeError(pointer: place, problem: "the cause stands here twice; keep one")
            }
            try cause.constant("treat", "full")
            try cause.notKept("reason")
            try cause.finish()
        }
        try reader.constant("otherwise", "full")
        try reader.finish()
    }
}

/// The causes that the format names. This version pays all of them in full, so it keeps none.
private enum DelayCause: String, CaseIterable {
    case platformOutage = "platform-outage"
    case capacity
    case deploy
    case thirdPartyVerifier = "third-party-verifier"
    case ledgerAnchor = "ledger-anchor"
    case manualReview = "manual-review"
    case requesterFault = "requester-fault"
    case fraudHold = "fraud-hold"
    case forceMajeure = "force-majeure"
    case unknown
}
