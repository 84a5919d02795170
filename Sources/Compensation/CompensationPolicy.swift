import CanonicalJSON
package import ServiceLevels
package import Temporal

/// A published promise of what a delay pays: model `pocket-fit`.
package struct CompensationPolicy: Hashable, Sendable {
    /// Name, owner, version and begin.
    package let metadata: PolicyDocument.Metadata
    /// The identity that requests are bound to.
    package let hash: PolicyHash
    /// The id of the service level, of the same tenant, whose delays it pays for.
    package let slaRef: String
    /// An aim that is published and not yet measured.
    package let fastResponse: FastResponse
    /// What is given for which delay, by growing delay; never empty.
    package let tiers: [Tier]
    /// The way from what it gives to what is in the wallet.
    package let settling: SettlingTerms

    /// Within what time after a tier is reached its benefits are posted.
    package var payoutWithin: FixedSpan { settling.payout.within }

    /// How soon we mean to answer, and how often to send news.
    package struct FastResponse: Hashable, Sendable {
        /// From the request to the first answer.
        package let acknowledgeWithin: FixedSpan
        /// From one message to the next while the request is late.
        package let updateEvery: FixedSpan
    }

    /// What is given for a delay greater than a threshold.
    package struct Tier: Hashable, Sendable {
        /// The threshold; zero for `deadline`. A delay that equals it has not reached the tier.
        package let over: Milliseconds
        /// What is given in all, each type once; never empty.
        package let benefits: [Benefit]

        /// Whether a delay is longer than the threshold.
        package func isReached(by delay: Milliseconds) -> Bool { delay > over }
    }

    /// Reads the promise of a document of kind `Compensation`, and refuses one that contradicts itself.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        metadata = document.metadata
        hash = document.hash
        do throws(JSONShapeError) {
            guard document.kind == .compensation else {
                throw JSONShapeError(pointer: JSONPointer().appending("kind"), problem: "expected a Compensation")
            }
            var spec = try document.spec
            slaRef = try spec.identifier("slaRef")
            var model = try spec.model()
            fastResponse = try model.fastResponse()
            tiers = try model.tiers()
            try model.finish()
            let acrossRequests = try spec.fixedTerms()
            settling = try SettlingTerms(&spec, acrossRequests: acrossRequests)
            try spec.finish()
            try requireConsistency()
        } catch {
            throw PolicyError(error)
        }
    }

    /// The request cap of a unit, where the policy has one.
    package func cap(of unit: UnitOfAccount) -> Amount? {
        settling.caps.first { $0.scope == .request && $0.limit.unit == unit }?.limit
    }
}
