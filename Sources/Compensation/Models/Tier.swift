import ServiceLevels
package import Temporal

extension CompensationPolicy {
    /// What is given for a delay greater than a threshold. Every model comes down to a list of these.
    package struct Tier: Hashable, Sendable {
        /// The threshold as published; nil for `deadline`. A delay that equals it has not reached the tier.
        package let span: TimeSpan?
        /// Its length for comparing tiers, a day, working or not, as 24 hours; zero for `deadline`.
        package let over: Milliseconds
        /// The mildest incident that reaches it; nil where severity makes no difference.
        package let severityAtLeast: Severity?
        /// From what the threshold is counted.
        package let counts: Counts
        /// What is given in all, each type once; never empty.
        package let benefits: [Benefit]

        /// From what a threshold is counted.
        package enum Counts: Hashable, Sendable {
            /// Lateness, which ends with the stop of the clock.
            case delay
            /// Time since the deadline, which goes on after the stop: how long somebody has to decide.
            case timeSinceDue
        }

        init(
            over span: TimeSpan?, severityAtLeast: Severity? = nil, counts: Counts = .delay, benefits: [Benefit]
        ) {
            self.span = span
            over = span?.nominal ?? .zero
            self.severityAtLeast = severityAtLeast
            self.counts = counts
            self.benefits = benefits
        }

        /// The same with one benefit more.
        func adding(_ benefit: Benefit) -> Tier { Tier(self, benefits: benefits + [benefit]) }

        private init(_ tier: Tier, benefits: [Benefit]) {
            (span, over, severityAtLeast, counts) = (tier.span, tier.over, tier.severityAtLeast, tier.counts)
            self.benefits = benefits
        }

        /// Whether incidents of that severity reach it.
        package func isReached(by severity: Severity) -> Bool { severityAtLeast.map { severity >= $0 } ?? true }

        /// Whether it is never later than another, whatever the incident.
        func isReachedBefore(_ later: Tier) -> Bool {
            over <= later.over && (severityAtLeast ?? .minor) <= (later.severityAtLeast ?? .minor)
        }

        /// Whether its threshold is longer than another's. Spans of two kinds must be a day apart: dates are longer and
        /// shorter than 24 hours.
        func isLater(than other: Tier) -> Bool {
            switch (span, other.span) {
            case (.calendarDays, .elapsed), (.elapsed, .calendarDays): over - other.over > .days(1)
            default: over > other.over
            }
        }

        /// The threshold for people.
        var overInWords: String {
            if span == .calendarDays(1) { over.inWords } else { span?.inWords ?? over.inWords }
        }

        /// The benefit of that type, with its place.
        func benefit(of type: BenefitType) -> (index: Int, Benefit)? {
            benefits.firstIndex { $0.type == type }.map { ($0, benefits[$0]) }
        }
    }
}
