import CanonicalJSON
import ServiceLevels
package import Temporal

/// Which minimums are in force, and that each agrees with what it is a minimum of (rule 86).
extension PolicyTimeline {
    /// What pays for a request of an institution in a region: a policy, or the minimum that raises it.
    func raised(_ policy: CompensationPolicy, in region: String, at instant: Instant) -> CompensationPolicy {
        guard !region.isEmpty else { return policy }
        return minimums(at: instant).first { $0.isFor(policy, in: region) && $0.raises(policy) } ?? policy
    }

    /// Refuses that a minimum takes something, or stands beside another of the same region, from an instant on.
    func requireMinimums(from instant: Instant, at pointer: JSONPointer) throws(PolicyError) {
        for begin in begins where begin >= instant {
            let minimums = minimums(at: begin)
            guard !minimums.isEmpty else { continue }
            for (index, one) in minimums.enumerated() {
                if let other = minimums[..<index].first(where: { $0.overlaps(one) }) {
                    throw PolicyError(
                        pointer: pointer,
                        problem: "from \(begin) on, \(other.metadata.id) and \(one.metadata.id) would be minimums for "
                            + "the same region; let one of them end before")
                }
                try one.requireAgreement(with: inForce(.compensation, at: begin), from: begin, at: pointer)
            }
        }
    }

    /// The minimums in force, by id.
    func minimums(at instant: Instant) -> [CompensationPolicy] {
        inForce(.compensation, at: instant).compactMap { policy in
            if case .compensation(let one) = policy, one.minimum != nil { one } else { nil }
        }
    }
}

extension CompensationPolicy {
    fileprivate func isFor(_ policy: CompensationPolicy, in region: String) -> Bool {
        minimum.map { $0.of == policy.metadata.id && $0.regions.contains { $0.rawValue == region } } ?? false
    }

    fileprivate func overlaps(_ other: CompensationPolicy) -> Bool {
        guard let minimum, let another = other.minimum else { return false }
        return minimum.of == another.of && !Set(minimum.regions).isDisjoint(with: another.regions)
    }

    fileprivate func requireAgreement(
        with policies: [Policy], from begin: Instant, at pointer: JSONPointer
    ) throws(PolicyError) {
        for case .compensation(let policy) in policies where policy.metadata.id == minimum?.of {
            guard policy.minimum == nil else {
                throw PolicyError(
                    pointer: pointer,
                    problem: "\(policy.metadata.id) is itself a minimum; name the policy that it is of")
            }
            guard let clause = disagreement(with: policy) else { continue }
            throw PolicyError(
                pointer: pointer,
                problem: "from \(begin) on, the mandatory minimum \(metadata.id) would not agree with "
                    + "\(policy.metadata.id), which it may only raise: \(clause)")
        }
    }
}

extension PolicyBook {
    /// What pays in place of a policy for a request of an institution in that region, accepted then: a mandatory
    /// minimum that raises it, or the policy.
    package func raised(
        _ policy: CompensationPolicy, in region: String, at instant: Instant
    ) -> CompensationPolicy {
        timeline(of: policy.metadata.tenant)?.raised(policy, in: region, at: instant) ?? policy
    }

    /// The regions that a tenant's minimums in force ask about.
    func regionsOfMinimums(of tenant: String, at instant: Instant) -> [String] {
        (timeline(of: tenant)?.minimums(at: instant) ?? []).flatMap { $0.minimum?.regions.map(\.rawValue) ?? [] }
    }
}
