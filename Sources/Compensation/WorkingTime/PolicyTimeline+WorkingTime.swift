import CanonicalJSON
import ServiceLevels
package import Temporal

/// What a tenant's documents say about time to each other (rules 77 and 79).
extension PolicyTimeline {
    /// Refuses working time that no calendar would count: in a document about a service level without one, and a
    /// service level without one where such documents are in force.
    func requireHours(for policy: Policy, at instant: Instant) throws(PolicyError) {
        let levels = levels(at: instant)
        switch policy {
        case .compensation(let compensation) where compensation.countsWorkingTime:
            let bare = levels.first { $0.metadata.id == compensation.slaRef && $0.calendarRef == nil }
            if let bare { throw Self.uncounted(by: bare, at: "slaRef") }
        case .claims(let claims) where claims.countsWorkingTime:
            if let bare = levels.first(where: { $0.calendarRef == nil }) { throw Self.uncounted(by: bare, at: nil) }
        case .serviceLevel(let level) where level.calendarRef == nil:
            guard let other = counting(level, at: instant) else { return }
            throw PolicyError(
                pointer: JSONPointer().appending("spec"),
                problem: "the \(other.kind.inWords) \(other.metadata.id) counts working time by its calendar; name one "
                    + "in calendarRef")
        default: return
        }
    }

    /// Refuses a version that would help nobody who is bound to the one before.
    func requireHelp(of policy: Policy) throws(PolicyError) {
        guard case .compensation(let compensation) = policy, compensation.helpsEarlierRequests else { return }
        let place = JSONPointer().appending("spec").appending("earlierRequests")
        guard case .compensation(let before)? = versions[Name(policy)]?.last?.policy else {
            throw PolicyError(pointer: place, problem: "there is no earlier version that anybody could be bound to")
        }
        guard compensation.objective == .issue else {
            throw PolicyError(pointer: place, problem: "only what a late credential gives is compared; remove it")
        }
        guard let problem = compensation.incomparability(with: before) else { return }
        throw PolicyError(
            pointer: place, problem: "\(problem), so it would help nobody; remove it, or change only tiers")
    }

    /// The version that a promise is kept by which was broken at a deadline: of the one that it was bound to and the
    /// later ones that say so, the best.
    func best(for bound: CompensationPolicy, due: Instant, _ calendar: WorkingCalendar) -> CompensationPolicy {
        var best = bound
        for term in versions[Name(.compensation(bound))] ?? [] where term.from <= due {
            guard case .compensation(let later) = term.policy, later.helpsEarlierRequests,
                later.metadata.version > bound.metadata.version, later.isBetter(than: best, due: due, calendar)
            else { continue }
            best = later
        }
        return best
    }

    private func levels(at instant: Instant) -> [ServiceLevel] {
        inForce(.serviceLevel, at: instant).compactMap { if case .serviceLevel(let level) = $0 { level } else { nil } }
    }

    private func counting(_ level: ServiceLevel, at instant: Instant) -> Policy? {
        (inForce(.compensation, at: instant) + inForce(.claims, at: instant)).first { policy in
            switch policy {
            case .compensation(let other): other.slaRef == level.metadata.id && other.countsWorkingTime
            case .claims(let claims): claims.countsWorkingTime
            default: false
            }
        }
    }

    private static func uncounted(by level: ServiceLevel, at member: String?) -> PolicyError {
        let spec = JSONPointer().appending("spec")
        return PolicyError(
            pointer: member.map { spec.appending($0) } ?? spec,
            problem: "it counts working time, and the service level \(level.metadata.id) names no calendar; publish a "
                + "version of that with calendarRef first")
    }
}

extension PolicyBook {
    /// The version that pays for a promise which was broken at a deadline (rule 79): the one that it was bound to,
    /// unless a later one helps.
    package func best(
        for bound: CompensationPolicy, due: Instant, _ calendar: WorkingCalendar
    ) -> CompensationPolicy {
        timeline(of: bound.metadata.tenant)?.best(for: bound, due: due, calendar) ?? bound
    }
}
