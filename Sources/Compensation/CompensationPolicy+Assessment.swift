package import ServiceLevels
package import Temporal

extension CompensationPolicy {
    /// What is owed and not posted yet, by tier and then by benefit (rules 6 and 25 to 27).
    ///
    /// In this order: eligibility, the cause, the model with what was reached, stacking, the caps of the request, and
    /// rounding once at the end. Pure: the same facts give the same awards, and what was posted is not given again.
    package func assess(_ facts: AssessmentFacts) throws(AssessmentError) -> [Award] {
        let treatment = eligibility.treatment(of: facts.incident.cause)
        guard let factor = treatment.factor, isPaid(facts) else { return [] }
        var posted = facts.posted
        var entitled: [BenefitType: Amount] = [:]
        var awards: [Award] = []
        for place in places(reachedBy: facts) {
            let benefit = tiers[place.tier].benefits[place.benefit]
            guard let step = entitlement(benefit, times: factor, facts.request.price) else { continue }
            let so = max(left(of: step.amount, as: benefit.type, facts), entitled[benefit.type]?.minor ?? 0)
            let sum = Amount(so, step.amount.unit)
            entitled[benefit.type] = sum
            let before = posted.sum(of: benefit.type, in: sum.unit)
            guard sum.minor > before.minor else { continue }
            let (claimKey, revision) = try identity(of: place, facts, posted)
            let award = Award(
                claimKey: claimKey, objective: facts.objective, tier: place.tier, benefit: place.benefit,
                revision: revision, type: benefit.type, class: benefit.class, amount: sum - before,
                expires: benefit.expires, isHeld: treatment == .holdForReview,
                trail: trail(of: place, facts, treatment, step, before: before, sum: sum), ordinal: facts.ordinal)
            posted.add(award)
            awards.append(award)
        }
        return awards
    }

    /// What these facts come to when nothing was posted before: what a calculator shows.
    package func calculate(_ facts: AssessmentFacts) throws(AssessmentError) -> [Award] {
        try assess(facts.withoutPostings)
    }

    /// What the cap of the request leaves of it, where other promises of the request were given something.
    private func left(of amount: Amount, as type: BenefitType, _ facts: AssessmentFacts) -> Int64 {
        guard let cap = cap(of: amount.unit) else { return amount.minor }
        return min(amount.minor, max(cap.minor - facts.others.sum(of: type, in: amount.unit).minor, 0))
    }

    /// Whether anything is paid: the conditions of the policy, and what its model waits for.
    private func isPaid(_ facts: AssessmentFacts) -> Bool {
        guard facts.delay > .zero, eligibility.require.holds(for: facts.forConditions) else { return false }
        if measure.whenUnresolved == .onResolution, !facts.isResolved { return false }
        if stacking.withinRequest == .once, !facts.posted.isEmpty { return false }
        switch model {
        case .flatRefund(.onClaim): return facts.human.hasVerifiedClaim
        case .personalised: return !facts.human.hasDecidedOffer
        case .flatRefund(.automatic), .pocketFit, .tiered, .apologyOnly: return true
        }
    }

    /// One benefit of one tier.
    struct Place: Hashable {
        let tier: Int
        let benefit: Int
    }

    /// The benefits of the reached tiers, in the order of the policy. Where a request is paid once, of each type only
    /// the place that gives the most: the last, because tiers never give less than those before them.
    private func places(reachedBy facts: AssessmentFacts) -> [Place] {
        let places = tiers.indices.filter { isReached($0, by: facts) }.flatMap { tier in
            tiers[tier].benefits.indices.map { Place(tier: tier, benefit: $0) }
        }
        guard stacking.withinRequest == .once else { return places }
        return places.filter { place in
            !places.contains { $0.tier > place.tier && type(at: $0) == type(at: place) && isMore(at: $0, than: place) }
        }
    }

    private func type(at place: Place) -> BenefitType { tiers[place.tier].benefits[place.benefit].type }

    private func isMore(at place: Place, than other: Place) -> Bool {
        !tiers[place.tier].benefits[place.benefit].gives(lessThan: tiers[other.tier].benefits[other.benefit])
    }

    /// Whether a tier is reached (rules 5 and 26). Equal is not greater.
    package func isReached(_ tier: Int, by facts: AssessmentFacts) -> Bool {
        guard tiers[tier].isReached(by: facts.incident.severity) else { return false }
        return threshold(of: tier, due: facts.due, facts.calendar)
            < (tiers[tier].counts == .delay ? facts.until : facts.now)
    }

    /// The last instant that has not reached a tier by its delay: the end of time where the calendar knows none.
    package func threshold(of tier: Int, due: Instant, _ calendar: WorkingCalendar) -> Instant {
        let origin = tiers[tier].counts == .delay ? measure.grace.map { calendar.end(of: $0, from: due) } : nil
        return tiers[tier].span.map { calendar.end(of: $0, from: origin ?? due) } ?? origin ?? due
    }

    /// The identity of the next posting of a benefit: the first that is free.
    private func identity(
        of place: Place, _ facts: AssessmentFacts, _ posted: Posted
    ) throws(AssessmentError) -> (ClaimKey, revision: Int) {
        var revision = 0
        while true {
            let claimKey = ClaimKey(
                tenant: facts.request.tenant, request: facts.request.id, objective: facts.objective, policy: hash,
                tier: place.tier, benefit: place.benefit, revision: revision, ordinal: facts.ordinal)
            if !posted.contains(claimKey) { return (claimKey, revision) }
            // Without a fact that changed, a benefit that was posted has brought the sum to what it gives.
            guard !isPlain, revision < Self.mostRevisions else { throw .contradiction(claimKey) }
            revision += 1
        }
    }

    /// How often what one benefit gives can grow after it was posted: for every change of a cause or of a severity that
    /// anybody will want to make.
    static let mostRevisions = 64
}

extension AssessmentFacts {
    /// The facts as conditions ask for them that know no calendar.
    package var forConditions: Facts {
        var facts = Facts(tenant: request.tenant, tier: request.tier, type: request.type ?? "")
        facts.add(.pricePaid, request.price?.minor)
        facts.add(.cause, incident.cause.rawValue)
        facts.add(.severity, incident.severity.rank)
        facts.add(.affectedCount, incident.affectedCount)
        facts.add(.affectedShare, incident.affectedShare)
        facts.add(.delaySeconds, delay.count / 1000)
        facts.add(.isResolved, isResolved)
        return facts
    }
}
