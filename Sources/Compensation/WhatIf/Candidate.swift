import CanonicalJSON
package import ServiceLevels
package import Temporal

/// Policies that are run over histories in place of those that bound the requests.
package struct Candidate: Hashable, Sendable {
    /// For people.
    package let name: String
    /// What a delay would give; nil to keep what was promised.
    package let compensation: CompensationPolicy?
    /// What would be promised; nil to keep it.
    package let serviceLevel: ServiceLevel?
    /// For whose requests it stands in.
    package let reach: Reach

    /// For whose requests a candidate stands in.
    package enum Reach: Hashable, Sendable {
        /// Those bound to a policy of its own tenant: for the same service level, or of the same id.
        case succession
        /// Every one: a model is compared with others as if everybody had been promised it.
        case everybody
    }

    /// A candidate; at least one of the two is given.
    package init(
        _ name: String, compensation: CompensationPolicy? = nil, serviceLevel: ServiceLevel? = nil,
        reach: Reach = .succession
    ) {
        self.name = name
        self.compensation = compensation
        self.serviceLevel = serviceLevel
        self.reach = reach
    }

    /// The terms in which it stands in for those of a request; nil when the request keeps its own.
    ///
    /// - Parameter region: that of the request's institution; empty where it has none.
    /// - Throws: ``PolicyError`` when no calendar of the name that the service level has was in force then.
    package func terms(
        for terms: RequestHistory.Terms, from start: Instant, region: String = "", in book: PolicyBook
    ) throws(PolicyError) -> RequestHistory.Terms? {
        var other = terms
        var stands = false
        if let serviceLevel, replaces(terms.serviceLevel, by: serviceLevel) {
            other.serviceLevel = serviceLevel
            other.calendar = try calendar(of: serviceLevel, at: start, in: book)
            stands = true
        }
        if let compensation, replaces(terms.compensation, by: compensation),
            let paying = paying(compensation, for: terms.compensation, in: region, at: start, book)
        {
            other.compensation = paying
            stands = true
        }
        return stands ? other : nil
    }

    private func replaces(_ bound: ServiceLevel, by level: ServiceLevel) -> Bool {
        reach == .everybody || bound.metadata.tenant == level.metadata.tenant && bound.metadata.id == level.metadata.id
    }

    private func replaces(_ bound: CompensationPolicy, by policy: CompensationPolicy) -> Bool {
        guard bound.objective == policy.objective else { return false }
        return reach == .everybody || bound.metadata.tenant == policy.metadata.tenant && bound.slaRef == policy.slaRef
    }

    /// What would have bound a request of that region, with the candidate among what was published (rule 86); nil when
    /// the same as did.
    private func paying(
        _ candidate: CompensationPolicy, for bound: CompensationPolicy, in region: String, at start: Instant,
        _ book: PolicyBook
    ) -> CompensationPolicy? {
        guard reach == .succession else { return candidate }
        guard let minimum = candidate.minimum else { return book.raised(candidate, in: region, at: start) }
        let policies = book.inForce(.compensation, of: bound.metadata.tenant, at: start)
        for case .compensation(let policy) in policies where policy.metadata.id == minimum.of {
            let isThere = minimum.regions.contains { $0.rawValue == region }
            if isThere, candidate.raises(policy) { return candidate }
            return bound.metadata.id == candidate.metadata.id ? policy : nil
        }
        return nil
    }

    private func calendar(
        of level: ServiceLevel, at instant: Instant, in book: PolicyBook
    ) throws(PolicyError) -> WorkingCalendar {
        guard let id = level.calendarRef else { return .utc }
        let tenant = level.metadata.tenant
        for case .businessCalendar(let calendar) in book.inForce(.businessCalendar, of: tenant, at: instant)
        where calendar.metadata.id == id {
            if let hours = book.calendars.calendar(calendar.hash) { return hours }
        }
        throw PolicyError(
            pointer: JSONPointer().appending("spec").appending("calendarRef"),
            problem: "no calendar \(id) of \(tenant) was in force at \(instant.shortRFC3339); publish it first")
    }
}

extension CompensationPolicy {
    /// Whether it makes a difference by what an incident was.
    var asksForCause: Bool { !eligibility.causes.isEmpty || !eligibility.require.values(of: .cause).isEmpty }
}
