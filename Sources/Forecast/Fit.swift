package import CanonicalJSON
import Cryptography
package import ServiceLevels
package import Temporal

/// What history says as of an instant: the table, how good it is, how expected times came out, and which method counts.
package struct Fit: Sendable {
    /// Nothing that happened then or later is in it.
    package let asOf: Instant
    /// The hash of its policy.
    package let policy: PolicyHash
    /// How many requests have a known outcome, and how many of them were late.
    package let requests: Int64
    package let late: Int64
    /// Made of all of them.
    package let table: SlackTable
    /// Of the table made of the earlier half, on the later.
    package let scores: Scores
    /// Nil when the policy states no times.
    package let times: ConformalTimes?
    /// Which method counts.
    package let method: Method
    /// Why: a sentence.
    package let reason: String

    /// How lateness is foreseen.
    package enum Method: String, Hashable, Sendable, CaseIterable {
        /// By the table.
        case landmarkSlack = "landmark-slack"
        /// By the share of the promised time that has passed, and nothing else.
        case consumedFraction = "consumed-fraction"
    }

    /// - Parameters:
    ///   - journeys: in any order, known until `asOf` and not beyond.
    ///   - order: the stages in the order of work.
    package init(_ journeys: [Journey], order: [String], under policy: ForecastPolicy, asOf: Instant) {
        let journeys = journeys.filter { $0.clock.start < asOf }.sorted {
            ($0.clock.start, $0.id) < ($1.clock.start, $1.id)
        }
        let moments = Self.moments(journeys, order: order, asOf: asOf)
        let outcomes = journeys.map { $0.isBroken(asOf: asOf) }
        let known = outcomes.indices.filter { outcomes[$0] != nil }
        // The first of the later half.
        let split = known.isEmpty ? 0 : known[known.count / 2]
        var (all, early) = (SlackTable(), SlackTable())
        for moment in moments {
            guard let isLate = outcomes[moment.journey] else { continue }
            let group = SlackTable.Group(type: journeys[moment.journey].type, stage: moment.stage)
            all.add(group, slack: moment.slack, isLate: isLate)
            if moment.journey < split { early.add(group, slack: moment.slack, isLate: isLate) }
        }
        self.asOf = asOf
        self.policy = policy.hash
        requests = Int64(known.count)
        late = Int64(known.count { outcomes[$0] == true })
        table = all
        scores = Self.scores(
            early, journeys, moments.filter { $0.journey >= split }, outcomes, warnAt: policy.warnAt.millionths)
        times = policy.eta.map { Self.times(journeys, moments, target: $0.quantile.millionths, asOf: asOf) }
        (method, reason) = Self.choose(requests, scores, policy)
    }

    private static func moments(_ journeys: [Journey], order: [String], asOf: Instant) -> [Moment] {
        var lines: [String: [Int]] = [:]
        for (index, journey) in journeys.enumerated() { lines[journey.line, default: []].append(index) }
        var moments: [Moment] = []
        for members in lines.values {
            var walk = LineWalk(journeys, members: members, order: order)
            walk.run(until: asOf)
            moments += walk.moments
        }
        return moments.sorted { ($0.at, $0.journey) < ($1.at, $1.journey) }
    }

    private static func scores(
        _ table: SlackTable, _ journeys: [Journey], _ moments: [Moment], _ outcomes: [Bool?], warnAt: Int64
    ) -> Scores {
        var scores = Scores()
        var warned: [Int: Instant] = [:]
        var seen: Set<Int> = []
        for moment in moments {
            let group = SlackTable.Group(type: journeys[moment.journey].type, stage: moment.stage)
            guard let isLate = outcomes[moment.journey], let base = table.mean(of: group),
                let chance = table.chance(of: group, slack: moment.slack)
            else { continue }
            scores.add(chance: chance, base: base, isLate: isLate)
            seen.insert(moment.journey)
            if chance >= warnAt, warned[moment.journey] == nil { warned[moment.journey] = moment.at }
        }
        for journey in seen.sorted() {
            let due = journeys[journey].clock.due
            let lead = warned[journey].flatMap { at in due.map { ($0 - at).count } }
            scores.add(lead: lead, isLate: outcomes[journey] == true)
        }
        return scores
    }

    private static func choose(_ requests: Int64, _ scores: Scores, _ policy: ForecastPolicy) -> (Method, String) {
        if requests < policy.minHistory {
            return (
                .consumedFraction, "the outcome of \(requests) requests is known, and \(policy.minHistory) are needed"
            )
        }
        let (error, skill) = (scores.calibrationError, scores.skill)
        if error > policy.maxECE.millionths {
            return (
                .consumedFraction,
                "the calibration error is \(error.asPercent), and may be at most \(policy.maxECE.inWords)"
            )
        }
        if skill < policy.minBrierSkill.millionths {
            return (
                .consumedFraction,
                "the Brier skill is \(skill.asPercent), and must be at least \(policy.minBrierSkill.inWords)"
            )
        }
        return (
            .landmarkSlack,
            "\(requests) requests, calibration error \(error.asPercent), Brier skill \(skill.asPercent): good enough"
        )
    }

    /// What is published, and hashed.
    package var json: JSON {
        var json: JSONObject = [
            "asOf": .integer(asOf.milliseconds), "policy": .string(policy.text), "method": .string(method.rawValue),
            "reason": .string(reason), "requests": .integer(requests), "late": .integer(late),
            "edges": .array(SlackBins.edges.map(JSON.integer)), "weight": .integer(SlackTable.weight),
            "table": table.json, "scores": scores.json,
        ]
        json["times"] = times?.json
        return .object(json)
    }

    /// `sha256:` and the digits of the canonical form of ``json``.
    package var hash: String { "sha256:\(SHA256.hash(json.canonicalBytes))" }
}
