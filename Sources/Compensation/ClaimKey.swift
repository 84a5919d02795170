import CanonicalJSON
import Cryptography
package import ServiceLevels

/// The identity of one posting: this benefit of this tier of this policy for this promise to this request (rule 7). It
/// occurs once in the log, for ever; never made from an incident or an instant, which merge, split and move.
package struct ClaimKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    package let text: String

    /// The key of one posting.
    ///
    /// - Parameters:
    ///   - tenant: the tenant of the request.
    ///   - request: the `rid` of the request.
    ///   - policy: the hash of the compensation policy.
    ///   - tier: the index of the tier in the policy.
    ///   - benefit: the index of the benefit in its tier.
    ///   - revision: how often it was posted before for less.
    package init(
        tenant: String, request: String, objective: Objective.Metric, policy: PolicyHash, tier: Int, benefit: Int,
        revision: Int = 0, ordinal: Int = 0
    ) {
        var identity: JSONObject = [
            "benefit": .integer(Int64(benefit)), "objective": .string(objective.rawValue),
            "policy": .string(policy.text), "request": .string(request), "tenant": .string(tenant),
            "tier": .integer(Int64(tier)),
        ]
        if ordinal > 0 { identity["ordinal"] = .integer(Int64(ordinal)) }
        if revision > 0 { identity["revision"] = .integer(Int64(revision)) }
        text = SHA256.hash(JSON.object(identity).canonicalBytes).description
    }

    /// Reads the text form; nil when it is not one.
    package init?(_ text: String) {
        guard text.utf8.count == 64, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = text
    }

    /// The text form.
    package var description: String { text }

    /// By the digits.
    package static func < (left: ClaimKey, right: ClaimKey) -> Bool { left.text < right.text }
}
