package import ServiceLevels
package import Temporal

/// When to look.
extension CompensationPolicy {
    /// Whether a tier posts something: under a cap it may give no more than those before it.
    func givesMore(atTier index: Int) -> Bool {
        tiers[index].benefits.contains { benefit in
            guard let amount = capped(benefit) else { return true }
            let earlier = tiers[..<index].compactMap { $0.benefit(of: benefit.type)?.1 }
            return earlier.allSatisfy { (capped($0) ?? 0) < amount }
        }
    }

    /// Nil for a share, whose amount only a request knows.
    private func capped(_ benefit: Benefit) -> Int64? {
        benefit.amount.map { min($0.minor, cap(of: $0.unit)?.minor ?? $0.minor) }
    }

    /// The first instant, from `facts.now` on, at which something is owed that was not posted, as far as these facts
    /// go; nil when nothing will be until they change. Somebody who changes them asks again.
    package func nextInstantToAssess(_ facts: AssessmentFacts) -> Instant? {
        let instants = tiers.indices.map { threshold(of: $0, due: facts.due, facts.calendar) + Milliseconds(1) }
        return ([facts.now] + instants.filter { $0 > facts.now }.sorted()).first { instant in
            let awards = try? assess(facts.looked(at: instant))
            return awards.map { !$0.isEmpty } ?? false
        }
    }

    /// The next instant at which something may be owed that was not at the last assessment; nil when there is none, or
    /// while nothing is due. The first such instant is that of the breach, also when the first tier comes later.
    ///
    /// - Parameter lastAssessed: the instant of the last assessment; nil before the first.
    package func nextInstantToAssess(_ clock: PromiseClock, lastAssessed: Instant?) -> Instant? {
        guard let broken = clock.nextInstantToAssess else { return nil }
        let delay = lastAssessed.map { clock.delay(at: $0) } ?? .zero
        guard delay > .zero, let lastAssessed, let due = clock.due else { return broken }
        guard let reached = nextTier(due: due, after: min(lastAssessed, clock.stop?.at ?? lastAssessed), clock.calendar)
        else { return nil }
        if let stop = clock.stop, stop.at < reached { return nil }
        return reached
    }
}
