package import CanonicalJSON
package import ServiceLevels
package import Temporal

/// When an incident opens, when it is over, and how bad it is: a published document, bound to each incident by its hash
/// (page "Incidents" of the room `Issuance`). Pure; integers only; every boundary is strict, what is equal is not over.
package struct IncidentRules: Hashable, Sendable {
    /// So many requests of one stage that wait together, late and in no incident, open one.
    package let openRequests: Int64
    /// How long after that it may take.
    package let openWithin: Milliseconds
    /// How long after the last stop an incident is over by itself.
    package let quiet: Milliseconds
    /// How long a change may wait to be frozen.
    package let freezeWithin: Milliseconds
    /// By the share of requests that are affected, ascending.
    package let shares: [ShareStep]
    /// By length, ascending.
    package let durations: [DurationStep]
    /// By what the credentials are for.
    package let criticality: [Criticality]
    /// From how many points on it is how bad, ascending.
    package let levels: [Level]
    /// Which service levels open one by being broken too often; each once.
    package let burnRates: [BurnRate]
    /// The document.
    package let json: JSON
    /// The identity of the document.
    package let hash: PolicyHash

    /// Points for more than a share.
    package struct ShareStep: Hashable, Sendable {
        package let numerator: Int64
        package let denominator: Int64
        package let points: Int64
    }

    /// Points for more than a length.
    package struct DurationStep: Hashable, Sendable {
        package let over: Milliseconds
        package let points: Int64
    }

    /// Points for credentials that were promised under a service level.
    package struct Criticality: Hashable, Sendable {
        package let serviceLevel: String
        package let points: Int64
    }

    /// What so many points mean.
    package struct Level: Hashable, Sendable {
        package let from: Int64
        package let severity: Severity
    }

    /// How bad an incident is.
    ///
    /// - Parameters:
    ///   - count: how many requests it made late.
    ///   - total: of how many; not less than `count`.
    ///   - serviceLevels: the ids of those that bind its requests.
    package func severity(
        count: Int64, of total: Int64, lasting length: Milliseconds, serviceLevels: Set<String>
    ) -> Severity {
        let share = shares.last { step in
            let (left, right) = (
                count.multipliedFullWidth(by: step.denominator), step.numerator.multipliedFullWidth(by: total)
            )
            return (left.high, left.low) > (right.high, right.low)
        }
        let duration = durations.last { length > $0.over }
        let critical = criticality.filter { serviceLevels.contains($0.serviceLevel) }.map(\.points).max()
        let points = (share?.points ?? 0) + (duration?.points ?? 0) + (critical ?? 0)
        return levels.last { $0.from <= points }?.severity ?? .minor
    }

    /// What binds where nothing was published: the document of the page.
    package static let standard: IncidentRules = {
        let document: JSON = [
            "open": ["requests": 20, "within": ["elapsed": "PT5M"]], "quiet": ["elapsed": "PT15M"],
            "freezeWithin": ["elapsed": "PT10M"],
            "severity": [
                "share": [
                    ["over": ["num": 1, "den": 100], "points": 1], ["over": ["num": 1, "den": 10], "points": 2],
                ],
                "duration": [
                    ["over": ["elapsed": "PT4H"], "points": 1], ["over": ["elapsed": "PT24H"], "points": 2],
                ],
                "criticality": [],
                "levels": [["from": 2, "severity": "major"], ["from": 4, "severity": "critical"]],
            ],
        ]
        do {
            return try IncidentRules(document)
        } catch {
            preconditionFailure("the rules of incidents of the page do not read: \(error)")
        }
    }()
}
