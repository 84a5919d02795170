import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TransparencyLog

/// What becomes public as a promise, and what ends or suspends one.
extension Situation {
    /// What is left of an entry's 16 KiB when the rest of it is written.
    static let maximumPolicyBytes = 15_000

    /// The levels of an entry, less those of the entry itself and of its facts.
    static let maximumPolicyDepth = LogEntry.maximumDepth - 2

    /// - Parameter zone: is pinned before, unless it is already.
    func publish(_ document: PolicyDocument, pinning zone: ZonePinned? = nil) throws -> Decision {
        guard document.canonicalBytes.count <= Self.maximumPolicyBytes else {
            throw Refusal(
                .invalidPolicy,
                "The document has more than \(Self.maximumPolicyBytes) bytes; it must fit into one entry.")
        }
        let limits = JSONLimits(maximumBytes: Self.maximumPolicyBytes, maximumDepth: Self.maximumPolicyDepth)
        guard (try? JSON(parsing: document.canonicalBytes, limits: limits)) != nil else {
            throw Refusal(
                .invalidPolicy, "The document is nested deeper than the \(Self.maximumPolicyDepth) levels of an entry.")
        }
        var policies = policies
        var events: [LogEvent] = []
        if let zone, !policies.calendars.hasZone(zone.rules.pin) {
            policies = policies.pinning(zone.rules)
            events.append(LogEvent(.zonePinned(zone)))
        }
        let book = policies
        let publication = try refusing { () throws(PolicyError) in
            try book.publishing(document, at: now, isReliedOn: directory.hasInstitution)
        }
        let published = publication.policy
        try requireCouponKey(for: publication.book.compensation(published.document.hash))
        return Decision(
            events + [
                LogEvent(
                    .policyPublished(
                        PolicyPublished(
                            hash: published.document.hash, document: published.document.json,
                            effectiveAt: published.effectiveAt)))
            ])
    }

    /// What gives coupons is not promised while nobody can mint one.
    private func requireCouponKey(for policy: CompensationPolicy?) throws(Refusal) {
        guard let policy, policy.givesCoupons, (try? couponKeys.key(directory.coupons.version)) == nil else { return }
        throw Refusal(
            .invalidPolicy, "It gives coupons, and no key signs their codes. Add one: punctual coupon rotate-key.",
            at: "/spec/model")
    }

    /// - Parameter from: the wish of who withdraws it; from now when that has passed or there is none.
    func withdraw(_ hash: PolicyHash, from: Instant?) throws -> Decision {
        let from = max(from ?? now, now)
        _ = try refusing { () throws(PolicyError) in
            try policies.withdrawing(hash, from: from, at: now, isReliedOn: directory.hasInstitution)
        }
        return Decision([LogEvent(.policy(.withdrawn(PolicyWithdrawn(hash: hash, from: from))))])
    }

    func approve(_ hash: PolicyHash, by staff: StaffID) throws -> Decision {
        try requireStaff(staff, in: [.policyApprover])
        _ = try refusing { () throws(PolicyError) in try policies.approving(hash, by: staff.text, at: now) }
        return Decision([LogEvent(.policy(.approved(PolicyApproved(hash: hash, by: staff))))])
    }

    private func refusing<Value>(_ body: () throws(PolicyError) -> Value) throws(Refusal) -> Value {
        do throws(PolicyError) {
            return try body()
        } catch {
            throw Refusal(.invalidPolicy, error.problem, at: error.pointer.description)
        }
    }
}
