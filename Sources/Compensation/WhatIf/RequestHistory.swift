package import ServiceLevels
package import Temporal

/// Everything that what one request is given depends on, as it was known over time, and what it was given: a value, so
/// that the same history always gives the same sums. The page "What if" of Issuance says where it comes from.
package struct RequestHistory: Hashable, Sendable {
    /// The request, as its acceptance tells of it.
    package var subject: AssessmentFacts.Subject
    /// The same number for the same person; nil of somebody who was erased.
    package var person: UInt64?
    /// The last incident that it stood in; nil when it stood in none.
    package var incident: String?
    /// That of its institution; empty where it has none.
    package var region = ""
    /// What it was promised.
    package var terms: Terms
    /// The acceptance.
    package var start: Instant
    /// As they were entered.
    package var pauses: [PromiseClock.Pause]
    /// What stopped the clock.
    package var stop: PromiseClock.Stop?
    /// The sequence number of the entry that says so.
    package var stopSeq: Int64 = 0
    /// When the service found the promise broken.
    package var brokenAt: Instant?
    /// The end of what is looked at: that of the log, or the erasure of the person.
    package var end: Instant
    /// What was known of its incident, from each change on, in order.
    package var incidents: [Change]
    /// What its policy gave it, in order: posted, owed, or taken by caps, each whole.
    package var awards: [Award]
    /// What people gave it.
    package var grants: [Grant]
    /// When a claim for the delay was found right.
    package var claimVerifiedAt: Instant?

    /// A history in which nothing has happened yet.
    package init(of subject: AssessmentFacts.Subject, under terms: Terms, from start: Instant, until end: Instant) {
        self.subject = subject
        self.terms = terms
        self.start = start
        self.end = end
        (pauses, incidents, awards, grants) = ([], [], [], [])
    }

    /// What a request is promised, and by what its spans are counted.
    package struct Terms: Hashable, Sendable {
        /// The promise.
        package var serviceLevel: ServiceLevel
        /// UTC, day and night, where it names none.
        package var calendar: WorkingCalendar
        /// What a delay gives.
        package var compensation: CompensationPolicy

        /// What a request is promised.
        package init(_ serviceLevel: ServiceLevel, calendar: WorkingCalendar, _ compensation: CompensationPolicy) {
            self.serviceLevel = serviceLevel
            self.calendar = calendar
            self.compensation = compensation
        }
    }

    /// An entry's place: times may be equal, numbers never are.
    package struct Place: Hashable, Sendable, Comparable {
        /// The `t` of the entry.
        package let at: Instant
        /// Its sequence number.
        package let seq: Int64

        /// The place of an entry.
        package init(at: Instant, seq: Int64) {
            self.at = at
            self.seq = seq
        }

        /// Whether the left entry was written first.
        package static func < (left: Place, right: Place) -> Bool { (left.at, left.seq) < (right.at, right.seq) }
    }

    /// What is known of the incident from an entry on.
    package struct Change: Hashable, Sendable {
        /// The entry.
        package let place: Place
        /// What is known.
        package let facts: IncidentFacts

        /// A change.
        package init(_ facts: IncidentFacts, from place: Place) {
            self.place = place
            self.facts = facts
        }
    }

    /// What the ledger says that a tier gave.
    package struct Award: Hashable, Sendable {
        /// Its identity.
        package let claimKey: ClaimKey
        /// What it is.
        package let type: BenefitType
        /// How much, with what caps took of it.
        package let amount: Amount
        /// The first entry about it.
        package let place: Place

        /// A line of the ledger.
        package init(_ claimKey: ClaimKey, _ type: BenefitType, _ amount: Amount, at place: Place) {
            self.claimKey = claimKey
            self.type = type
            self.amount = amount
            self.place = place
        }
    }

    /// What a person gave.
    package struct Grant: Hashable, Sendable {
        /// What it is, how much, and where it was given.
        package let award: Award
        /// Whether it was chosen from the menu of its policy, so that silence gives nothing any more.
        package let isChoice: Bool

        /// Something that a person gave.
        package init(_ award: Award, isChoice: Bool) {
            self.award = award
            self.isChoice = isChoice
        }
    }
}
