import CanonicalJSON
import ServiceLevels

/// What a schema cannot say: that the parts of a policy agree with each other.
extension CompensationPolicy {
    func requireConsistency() throws(JSONShapeError) {
        try requireGrowingTiers()
        try requireFirstTierWithinCaps()
        try requireLastingCredits()
    }

    /// More delay never pays less, and is never later than itself.
    private func requireGrowingTiers() throws(JSONShapeError) {
        for index in tiers.indices.dropFirst() {
            let (earlier, later) = (tiers[index - 1], tiers[index])
            guard later.over > earlier.over else {
                let problem = "the delay must be longer than that of the tier before, \(earlier.over.inWords)"
                throw JSONShapeError(pointer: place(ofTier: index).appending("over"), problem: problem)
            }
            for benefit in earlier.benefits {
                guard let kept = later.benefits.firstIndex(where: { $0.type == benefit.type }) else {
                    let problem = "the tier before gives \(benefit.amount); say what this one gives of that, in all"
                    throw JSONShapeError(pointer: place(ofTier: index).appending("benefits"), problem: problem)
                }
                guard later.benefits[kept].amount.minor >= benefit.amount.minor else {
                    let problem = "the tier before gives \(benefit.amount); a longer delay must not give less"
                    let place = place(ofTier: index, benefit: kept).appending("amount").appending("minor")
                    throw JSONShapeError(pointer: place, problem: problem)
                }
            }
        }
    }

    /// A cap may shorten what long delays give, not what every delay gives.
    private func requireFirstTierWithinCaps() throws(JSONShapeError) {
        for (index, benefit) in tiers[0].benefits.enumerated() {
            guard let cap = cap(of: benefit.amount.unit), benefit.amount.minor > cap.minor else { continue }
            let place = place(ofTier: 0, benefit: index).appending("amount").appending("minor")
            throw JSONShapeError(pointer: place, problem: "the first tier gives more than the cap of \(cap)")
        }
    }

    /// Nobody has less time to spend a credit than we allow ourselves to give it.
    private func requireLastingCredits() throws(JSONShapeError) {
        for (index, tier) in tiers.enumerated() {
            for (position, benefit) in tier.benefits.enumerated() {
                guard let expires = benefit.expires, expires.length <= payoutWithin.length else { continue }
                let problem = "the credit may be posted \(payoutWithin) after it is due; it must last longer than that"
                let place = place(ofTier: index, benefit: position).appending("expires")
                throw JSONShapeError(pointer: place, problem: problem)
            }
        }
        for (index, benefit) in settling.payout.ifLate.enumerated() {
            guard let expires = benefit.expires, expires.length <= payoutWithin.length else { continue }
            let problem = "the credit may be posted \(payoutWithin) after it is due; it must last longer than that"
            let payout = JSONPointer().appending("spec").appending("payout")
            throw JSONShapeError(pointer: payout.appending("ifLate").appending(index), problem: problem)
        }
    }

    private func place(ofTier index: Int) -> JSONPointer {
        JSONPointer().appending("spec").appending("model").appending("tiers").appending(index)
    }

    private func place(ofTier index: Int, benefit: Int) -> JSONPointer {
        place(ofTier: index).appending("benefits").appending(benefit)
    }
}
