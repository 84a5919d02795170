import ServiceLevels
import Temporal

/// One request lived again under some terms: the engine, asked at instants of its history with what was known then.
struct Replay {
    private let history: RequestHistory
    private let policy: CompensationPolicy
    /// The clock before anything stopped it, and the one that was stopped; the same when nothing did.
    private let running: PromiseClock
    private let stopped: PromiseClock
    /// What every incident is said to be by; nil to leave it as it was.
    private let cause: Cause?
    private let isSuspended: Bool
    private var posted = Posted()
    private var grants: ArraySlice<RequestHistory.Grant>

    /// - Throws: when the pauses and the stop cannot have been entered under the terms that bind the request.
    init(
        _ history: RequestHistory, under terms: RequestHistory.Terms, _ book: PolicyBook, cause: Cause? = nil
    ) throws(PromiseClockRefusal) {
        self.history = history
        self.cause = cause
        policy = terms.compensation
        grants = history.grants[...]
        if terms.serviceLevel == history.terms.serviceLevel {
            stopped = try PromiseClock(
                terms.serviceLevel, calendar: terms.calendar, start: history.start, pauses: history.pauses,
                stop: history.stop)
            running =
                history.stop == nil
                ? stopped
                : PromiseClock(terms.serviceLevel, calendar: terms.calendar, start: history.start, asIf: history.pauses)
        } else {
            running = PromiseClock(
                terms.serviceLevel, calendar: terms.calendar, start: history.start, asIf: history.pauses)
            var clock = running
            if let stop = history.stop { try clock.stop(at: stop.at, reason: stop.reason) }
            stopped = clock
        }
        let policy = policy
        isSuspended = stopped.due.map { book.suspension(of: policy, brokenAt: $0) != nil } ?? false
    }

    /// The deadline.
    var due: Instant? { stopped.due }

    /// Whether the promise is broken at the end of the history.
    var isBroken: Bool { stopped.delay(at: history.end) > .zero }

    /// When the engine passes a tier, by tiers.
    var thresholds: [Instant] {
        guard let due else { return [] }
        return policy.tiers.indices.map { policy.threshold(of: $0, due: due, stopped.calendar) }
    }

    /// What is known just before an entry of that place; nil while the promise is not broken.
    func facts(at place: RequestHistory.Place) -> AssessmentFacts? {
        AssessmentFacts(
            isStopped(at: place) ? stopped : running, at: place.at, of: history.subject, incident: incident(at: place),
            posted: posted, human: human(at: place))
    }

    /// Asks the engine, and remembers what it gives.
    mutating func look(at place: RequestHistory.Place) throws(AssessmentError) -> [Award] {
        while let grant = grants.first, grant.award.place < place {
            posted.addGranted(grant.award.type, grant.award.amount)
            grants.removeFirst()
        }
        guard !isSuspended, let facts = facts(at: place) else { return [] }
        let awards = try policy.assess(facts)
        for award in awards { posted.add(award) }
        return awards
    }

    /// What pays when the wait has ended is decided in the command that ends it; the breach may have been found in the
    /// same millisecond, before that.
    private func isStopped(at place: RequestHistory.Place) -> Bool {
        guard let stop = history.stop else { return false }
        if policy.measure.whenUnresolved == .onResolution {
            return stop.at < place.at || stop.at == place.at && place.seq > .min
        }
        return RequestHistory.Place(at: stop.at, seq: history.stopSeq) < place
    }

    private func incident(at place: RequestHistory.Place) -> IncidentFacts {
        guard let change = history.incidents.last(where: { $0.place < place }) else { return .none }
        let known = change.facts
        return IncidentFacts(
            cause: cause ?? known.cause, severity: known.severity, affectedCount: known.affectedCount,
            affectedShare: known.affectedShare, since: change.place.at)
    }

    /// Of terms that did not bind it nobody knows who would have claimed: all are counted, so that the sum is the most.
    private func human(at place: RequestHistory.Place) -> AssessmentFacts.Human {
        let isBound = policy.hash == history.terms.compensation.hash || policy.model == history.terms.compensation.model
        return AssessmentFacts.Human(
            hasVerifiedClaim: !isBound || history.claimVerifiedAt.map { $0 <= place.at } ?? false,
            hasDecidedOffer: isBound && history.grants.contains { $0.isChoice && $0.award.place < place })
    }
}
