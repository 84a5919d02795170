import CanonicalJSON
import Compensation
import Cryptography
import Multiformats
import Temporal
package import TransparencyLog

/// Adds up what the entries of a log say of one month: a pure fold, without clock, store or openings (rule 72).
///
/// Keeps one small record for each request that runs or was late, and for each survey that ends in the month or later.
package struct ReviewFold: Sendable {
    private let month: ReviewMonth
    private let from: Int64
    private let until: Int64
    private var origin = ""
    private var tree = CompactRange()
    /// The models of compensation policies, and the least numbers of answers, by hash.
    private var models: [String: String] = [:]
    private var minimums: [String: Int64] = [:]
    var requests: [String: Request] = [:]
    var incidents: [String: Incident] = [:]
    private var actions: [String: Int64] = [:]
    private var awards: [String: Award] = [:]
    var surveys: [String: Survey] = [:]
    var counts = ReviewCounts()
    private var consistency = ReviewConsistency()

    /// One request, as far as a review asks.
    struct Request: Sendable {
        var due: Int64
        let policy: String
        let tenant: String
        var stop: Int64?
        /// Whether the promise to issue is broken.
        var isLate = false
        /// The deadline of its first breach.
        var brokenDue: Int64?
        var isPaused = false
        var isCancelled = false
        /// The highest tier that was posted for its delay.
        var tier: Int64?
    }

    /// One incident.
    struct Incident: Sendable {
        let at: Int64
        var cause = "unknown"
        var mergedInto: String?
        /// Whether a person or the rules opened it, and it is not a part of another.
        var isOpened = true
    }

    /// What is owed and not paid yet.
    private struct Award: Sendable {
        let unit: String
        let minor: Int64
        let tier: Int64?
    }

    /// One survey.
    struct Survey: Sendable {
        let request: Request?
        let minimum: Int64
        let incident: String?
        let until: Int64
        var answer: SurveyScores.Answer?
        var isWithdrawn = false
    }

    /// How long after the deadline nobody need have noticed yet, in milliseconds.
    static let noticeTime: Int64 = 60_000

    package init(of month: ReviewMonth) {
        self.month = month
        from = month.range.lowerBound.milliseconds
        until = month.range.upperBound.milliseconds
    }

    /// Of how many entries it is so far.
    package var size: Int64 { Int64(tree.size) }

    /// Takes the next entry of the log, from the first on.
    ///
    /// - Returns: false for the first entry after the month, which is not taken, as no other is that follows.
    @discardableResult
    package mutating func read(_ entry: LogEntry) -> Bool {
        let t = entry.t.milliseconds
        guard t < until else { return false }
        origin = entry.origin
        tree.append(entry.leafHash)
        take(entry.type, entry.request?.rid ?? "", entry.facts, seq: entry.seq, at: t)
        return true
    }

    private func isIn(_ t: Int64) -> Bool { t >= from && t < until }

    private mutating func take(_ type: String, _ rid: String, _ facts: JSONObject, seq: UInt64, at t: Int64) {
        switch type {
        case "policy.published": publish(facts)
        case "request.accepted":
            requests[rid] = Request(
                due: facts.number("dueAt"), policy: facts.text("compensation"), tenant: facts.text("tenant"))
            if isIn(t) { counts.accepted += 1 }
        case "request.held": requests[rid]?.isPaused = true
        case "request.resumed":
            requests[rid]?.due = facts.number("dueAt")
            requests[rid]?.isPaused = false
        case "credential.issued": stop(rid, \.issued, at: t)
        case "request.cancelled": stop(rid, \.cancelled, at: t)
        case "request.denied": stop(rid, \.deniedRequests, at: t)
        case "sla.breach": breach(rid, facts, at: t)
        case "subject.erased":
            surveys[rid]?.isWithdrawn = true
            requests[rid] = nil
        case "compensation.post", "compensation.owed", "compensation.paid", "compensation.declined":
            pay(type, rid, facts, at: t)
        case _ where type.hasPrefix("incident."): takeIncident(type, facts, seq: seq, at: t)
        case _ where type.hasPrefix("claim."):
            if isIn(t) { counts.takeClaim(type, facts) }
            consistency.take(type, rid, facts, of: requests[rid], isCounted: isIn(t))
        case _ where type.hasPrefix("offer."):
            consistency.take(type, rid, facts, of: requests[rid], isCounted: isIn(t))
        case _ where type.hasPrefix("survey."): takeSurvey(type, rid, facts, at: t)
        default: break
        }
    }

    private mutating func publish(_ facts: JSONObject) {
        let (hash, document) = (facts.text("hash"), facts["document"])
        switch document?["kind"]?.stringValue {
        case "Compensation": models[hash] = document?["spec"]?["model"]?["kind"]?.stringValue
        case "Review": minimums[hash] = document?["spec"]?["minAnswers"]?.integerValue
        default: break
        }
    }

    private mutating func stop(_ rid: String, _ count: WritableKeyPath<ReviewCounts, Int64>, at t: Int64) {
        guard var request = requests[rid], request.stop == nil else { return }
        request.stop = t
        request.isCancelled = count == \.cancelled
        let isKept = t <= request.due
        if isIn(t) {
            counts[keyPath: count] += 1
            if isKept { counts.kept += 1 }
        }
        requests[rid] = isKept && request.brokenDue == nil ? nil : request
    }

    private mutating func breach(_ rid: String, _ facts: JSONObject, at t: Int64) {
        if isIn(t) { counts.broken[facts.text("objective"), default: 0] += 1 }
        if facts.text("objective") == "issue" { requests[rid]?.isLate = true }
        guard requests[rid]?.brokenDue == nil else { return }
        requests[rid]?.brokenDue = facts.number("dueAt")
        if isIn(t) { counts.affected += 1 }
    }

    private mutating func pay(_ type: String, _ rid: String, _ facts: JSONObject, at t: Int64) {
        let key = facts.text("claimKey")
        if type == "compensation.declined" {
            awards[key] = nil
            return
        }
        let award: Award
        if type == "compensation.paid" {
            guard let owed = awards.removeValue(forKey: key) else { return }
            award = owed
        } else {
            let isOfDelay = facts.text("objective") == "issue"
            award = Award(
                unit: facts.text("unit"), minor: facts.number("minor"), tier: isOfDelay ? facts.number("tier") : nil)
        }
        if type == "compensation.owed" {
            awards[key] = award
            return
        }
        if let tier = award.tier, let request = requests[rid] { requests[rid]?.tier = max(tier, request.tier ?? tier) }
        guard isIn(t) else { return }
        let request = requests[rid]
        let model = request.flatMap { models[$0.policy] } ?? "unknown"
        counts.pay(award.unit, award.minor, model: model, after: request?.brokenDue.map { t - $0 })
    }

    private mutating func takeIncident(_ type: String, _ facts: JSONObject, seq: UInt64, at t: Int64) {
        let id = facts.text("incident")
        switch type {
        case "incident.opened": incidents[id] = Incident(at: t)
        case "incident.split":
            incidents[id] = Incident(at: t, cause: cause(of: facts.text("parent")), isOpened: false)
        case "incident.classified": incidents[id]?.cause = facts.text("cause")
        case "incident.merged":
            let other = facts.text("other")
            for (part, incident) in incidents where part == other || incident.mergedInto == other {
                incidents[part]?.mergedInto = id
            }
        case "incident.resolved": if isIn(t) { counts.resolved += 1 }
        case "incident.action": actions["\(id) \(facts.number("action"))"] = facts.number("dueAt")
        case "incident.done": actions["\(id) \(facts.number("action"))"] = nil
        default: break
        }
    }

    private mutating func takeSurvey(_ type: String, _ rid: String, _ facts: JSONObject, at t: Int64) {
        switch type {
        case "survey.asked":
            let end = facts.number("until")
            guard end >= from else { return }
            surveys[rid] = Survey(
                request: requests[rid], minimum: minimums[facts.text("policy")] ?? 1,
                incident: facts["incident"]?.stringValue, until: end)
        case "survey.spared": if isIn(t) { counts.spared += 1 }
        default:
            surveys[rid]?.answer = SurveyScores.Answer(csat: facts.number("csat"), nps: facts.number("nps"))
        }
    }

    /// What the incident says now, or the one that it was merged into.
    func cause(of incident: String) -> String {
        let root = incidents[incident]?.mergedInto ?? incident
        return incidents[root]?.cause ?? "unknown"
    }

    /// Everything that was counted, as it is published.
    package func finish() -> MonthlyReview {
        let missed = requests.values.count { request in
            guard !request.isPaused, !request.isCancelled, request.brokenDue == nil else { return false }
            return min(request.stop ?? until, until) - request.due > Self.noticeTime
        }
        let open = actions.values
        var document: JSONObject = [
            "month": .string(month.description), "origin": .string(origin), "size": .integer(size),
            "root": .string(Base64.encode(tree.root.bytes)), "missed": .integer(Int64(missed)),
            "actions": [
                "open": .integer(Int64(open.count)), "overdue": .integer(Int64(open.count { $0 < until })),
            ],
            "incidents": incidentCounts(from: from, until: until),
            "surveys": .object(SurveyTable(self, from: from, until: until).json),
            "consistency": consistency.json,
        ]
        counts.write(to: &document)
        return MonthlyReview(month: month, size: size, document: .object(document))
    }
}

extension JSONObject {
    /// A fact that every entry of the type has; an entry without it was never ours.
    func text(_ name: String) -> String { self[name]?.stringValue ?? "" }
    func number(_ name: String) -> Int64 { self[name]?.integerValue ?? 0 }
}
