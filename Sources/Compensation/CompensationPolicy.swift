import CanonicalJSON
package import ServiceLevels
package import Temporal

/// A published promise of what a delay pays, by one of five models.
package struct CompensationPolicy: Hashable, Sendable {
    /// Name, owner, version and begin.
    package let metadata: PolicyDocument.Metadata
    /// The identity that requests are bound to.
    package let hash: PolicyHash
    /// The id of the service level, of the same tenant, whose delays it pays for.
    package let slaRef: String
    /// Which of its promises.
    package let objective: Objective.Metric
    /// Whether a delay is paid, and what its cause does.
    package let eligibility: Eligibility
    /// How a delay is measured.
    package let measure: Measure
    /// Which model it is.
    package let model: Model
    /// What is given for which delay, by growing delay; never empty.
    package let tiers: [Tier]
    /// How benefits go together.
    package let stacking: Stacking
    /// How an amount becomes whole.
    package let rounding: Rounding
    /// What happens on the way from here to the wallet.
    package let settling: SettlingTerms
    /// Whether requests bound to an earlier version get the better of the two (rule 79).
    package let helpsEarlierRequests: Bool
    /// What the document says besides its tiers, to compare it with another version.
    let besideTiers: JSON

    /// The most that one request is given, at most one for each unit.
    package var caps: [Amount] { settling.caps.filter { $0.scope == .request }.map(\.limit) }
    /// Whether anything that it gives is a coupon.
    package var givesCoupons: Bool {
        var benefits = tiers.flatMap(\.benefits) + settling.payout.ifLate
        if case .personalised(let menu) = model { benefits += menu.benefits }
        return benefits.contains { $0.type == .coupon }
    }
    /// Within what time after a tier is reached its benefits are posted.
    package var payoutWithin: TimeSpan { settling.payout.within }

    /// Reads the promise of a document of kind `Compensation`, and refuses one that contradicts itself.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        metadata = document.metadata
        hash = document.hash
        besideTiers = Self.besideTiers(document)
        do throws(JSONShapeError) {
            var spec = try document.spec(of: .compensation)
            slaRef = try spec.identifier("slaRef")
            objective = try spec.paidObjective()
            eligibility = try Eligibility(spec.object("eligibility"))
            measure = try Measure(spec.object("measure"))
            var part = try spec.object("model")
            (model, tiers) = try part.model()
            try part.finish()
            stacking = try Stacking(spec.object("stacking"))
            rounding =
                try spec.optionalObject("rounding").map { (reader) throws(JSONShapeError) in
                    try Rounding(reader)
                } ?? .unsaid
            settling = try SettlingTerms(&spec, acrossRequests: stacking.acrossRequests)
            helpsEarlierRequests = try spec.optionalString("earlierRequests") != nil
            try spec.optionalConstant("earlierRequests", "better-of")
            try spec.finish()
            try requireConsistency()
        } catch {
            throw PolicyError(error)
        }
    }

    /// The request cap of a unit, where the policy has one.
    package func cap(of unit: UnitOfAccount) -> Amount? { caps.first { $0.unit == unit } }

    /// Whether the price or the type of a request can make a difference.
    package var asksForTerms: Bool {
        eligibility.require != .all([]) || tiers.contains { $0.benefits.contains { $0.type.isOfPrice } }
    }

    /// Whether what is owed follows from the delay alone, and is posted while it grows.
    package var isPlain: Bool {
        eligibility.paysAll && measure.grace == nil && measure.whenUnresolved == .accrue
            && stacking.withinRequest == .highestTierTopUp
            && tiers.allSatisfy { $0.severityAtLeast == nil && $0.counts == .delay }
            && model != .flatRefund(.onClaim)
    }
}
