package import ServiceLevels
package import Temporal

/// Everything that what is owed may depend on, at one instant, for one broken promise. A value, so that the same facts
/// always give the same awards: the service, the calculator and a test all come in here.
package struct AssessmentFacts: Hashable, Sendable {
    /// Which promise was broken.
    package let objective: Objective.Metric
    /// Which promise of that kind, where a request can have several; else 0.
    package let ordinal: Int
    /// The deadline, every pause so far taken into account.
    package let due: Instant
    /// Until when the delay lasts: ``now``, or the stop of the clock if that was before.
    package let until: Instant
    /// The instant of the entry that will say what is given.
    package let now: Instant
    /// Whether the clock has stopped.
    package let isResolved: Bool
    /// By whose wall clock days are counted, and in whose hours working time: the calendar of the promise.
    package let calendar: WorkingCalendar
    /// The request.
    package let request: Subject
    /// What is known of the incident that it belongs to.
    package let incident: IncidentFacts
    /// What was posted for this promise before.
    package let posted: Posted
    /// What a person asked for or decided, under the models that wait for that.
    package let human: Human
    /// What other promises of the request were given under the same policy: its request caps count that too.
    package let others: Posted

    /// The request, as its entry `request.accepted` tells of it.
    package struct Subject: Hashable, Sendable {
        /// Its `rid`.
        package let id: String
        /// The institution.
        package let tenant: String
        /// `standard` or `premium`.
        package let tier: String
        /// The credential's most specific type, where a published condition names it.
        package let type: String?
        /// What was paid for it; nil when nothing was or nobody said so.
        package let price: Amount?

        /// A request.
        package init(id: String, tenant: String, tier: String, type: String?, price: Amount?) {
            self.id = id
            self.tenant = tenant
            self.tier = tier
            self.type = type
            self.price = price
        }
    }

    /// What waits for a person.
    package struct Human: Hashable, Sendable {
        /// A claim for the delay was found right: what a refund `on-claim` waits for.
        package let hasVerifiedClaim: Bool
        /// Somebody chose from the menu of the model `personalised`, so that its default is not given.
        package let hasDecidedOffer: Bool

        /// What a person did so far.
        package init(hasVerifiedClaim: Bool = false, hasDecidedOffer: Bool = false) {
            self.hasVerifiedClaim = hasVerifiedClaim
            self.hasDecidedOffer = hasDecidedOffer
        }
    }

    /// The facts of one promise.
    ///
    /// - Returns: nil while the promise is not broken, and when it is void.
    package init?(
        _ clock: PromiseClock, at now: Instant, of request: Subject, incident: IncidentFacts = .none,
        posted: Posted = Posted(), human: Human = Human()
    ) {
        guard let due = clock.due, clock.delay(at: now) > .zero else { return nil }
        let until = min(now, clock.stop?.at ?? now)
        self.init(
            clock.objective.metric, due: due, until: until, now: now, isResolved: clock.stop != nil,
            calendar: clock.calendar, of: request, incident: incident, posted: posted, human: human)
    }

    /// The facts of a promise that was broken at `due` and whose delay lasts until `until`.
    package init(
        _ objective: Objective.Metric = .issue, ordinal: Int = 0, due: Instant, until: Instant, now: Instant,
        isResolved: Bool,
        calendar: WorkingCalendar = .utc, of request: Subject, incident: IncidentFacts = .none,
        posted: Posted = Posted(), human: Human = Human(), others: Posted = Posted()
    ) {
        self.objective = objective
        self.ordinal = ordinal
        self.due = due
        self.until = until
        self.now = now
        self.isResolved = isResolved
        self.calendar = calendar
        self.request = request
        self.incident = incident
        self.posted = posted
        self.human = human
        self.others = others
    }

    /// How late it is, in physical time.
    package var delay: Milliseconds { max(until - due, .zero) }

    /// The same with nothing posted.
    var withoutPostings: AssessmentFacts { copy(now: now, until: until, posted: Posted()) }

    /// The same facts, seen at a later instant if nothing changes until then.
    func looked(at instant: Instant) -> AssessmentFacts {
        copy(now: instant, until: isResolved ? until : instant, posted: posted)
    }

    private func copy(now: Instant, until: Instant, posted: Posted) -> AssessmentFacts {
        AssessmentFacts(
            objective, ordinal: ordinal, due: due, until: until, now: now, isResolved: isResolved, calendar: calendar,
            of: request,
            incident: incident, posted: posted, human: human, others: others)
    }
}
