import CanonicalJSON
import ServiceLevels

/// How benefits go together.
package struct Stacking: Hashable, Sendable {
    /// Within one request.
    package let withinRequest: WithinRequest
    /// Of several requests of one holder in one incident.
    package let acrossRequests: AcrossRequests
    /// Of windows of premium access.
    package let premium: PremiumStacking
    /// Of what a claim gives with what was given without one; nil where the policy does not say.
    package let manualClaim: ManualClaim?

    /// Within one request.
    package enum WithinRequest: String, Hashable, Sendable, CaseIterable {
        /// Each tier gives what it gives more than those before it.
        case highestTierTopUp = "highest-tier-top-up"
        /// The highest tier is given, and then nothing more.
        case once
    }

    /// Of what a claim gives.
    package enum ManualClaim: String, Hashable, Sendable, CaseIterable {
        /// What is granted is set off against what comes by itself.
        case netOfAutomatic = "net-of-automatic"
    }

    init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        withinRequest = try reader.choice("withinRequest")
        acrossRequests = try reader.choice("acrossRequests")
        premium = try reader.choice("premium")
        manualClaim = try reader.optionalString("manualClaim") == nil ? nil : try reader.choice("manualClaim")
        try reader.finish()
    }
}
