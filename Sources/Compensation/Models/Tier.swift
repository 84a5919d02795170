import ServiceLevels
package import Temporal

extension CompensationPolicy {
    /// What is given for a delay greater than a threshold. Every model comes down to a list of these.
    package struct Tier: Hashable, Sendable {
        /// The threshold; zero for `deadline`. A delay that equals it has not reached the tier.
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
            over: Milliseconds, severityAtLeast: Severity? = nil, counts: Counts = .delay, benefits: [Benefit]
        ) {
            self.over = over
            self.severityAtLeast = severityAtLeast
            self.counts = counts
            self.benefits = benefits
        }

        /// Whether incidents of that severity reach it.
        package func isReached(by severity: Severity) -> Bool { severityAtLeast.map { severity >= $0 } ?? true }

        /// Whether it is never later than another, whatever the incident.
        func isReachedBefore(_ later: Tier) -> Bool {
            over <= later.over && (severityAtLeast ?? .minor) <= (later.severityAtLeast ?? .minor)
        }

        /// The benefit of that type, with its place.
        func benefit(of type: BenefitType) -> (index: Int, Benefit)? {
            benefits.firstIndex { $0.type == type }.map { ($0, benefits[$0]) }
        }
    }
}
