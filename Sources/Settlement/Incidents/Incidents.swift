import Cryptography
import TransparencyLog

/// The incidents of a log as rules 40 to 44 have them: who stands in which, and what each says.
struct Incidents: Sendable {
    /// One incident.
    struct Incident: Sendable {
        let seq: Int64
        let stage: String
        var from: Int64
        /// An index into ``Incidents/rules``; nil for those of the page.
        let rules: Int?
        /// When it began.
        let at: Int64
        /// How many requests had stopped then.
        let stoppedBefore: Int64
        var takes: Bool
        var parent: Int64?
        /// Of a split: whose requests move.
        var tenants: Set<CanonicalText> = []
        var mergedInto: Int64?
        var resolvedAt: Int64?
        /// Places of requests.
        var members: Set<Int> = []
        var cause = "unknown"
        var severity = IncidentSeverity.minor
        var count: Int64 = 0
        var total: Int64 = 0
        /// The first change of who stands in it that no freeze has covered.
        var unfrozenSince: Int64?
        /// What the last freeze said, in base64.
        var root: String?
        var actions: Int64 = 0
        var done: Set<Int64> = []
    }

    /// What an incident says of its requests.
    struct Facts: Hashable, Sendable {
        var cause = "unknown"
        var severity = IncidentSeverity.minor
        var count: Int64 = 0
        var total: Int64 = 0
    }

    private struct Place: Hashable {
        /// Nil for everybody's.
        let tenant: CanonicalText?
        let stage: String
    }

    private(set) var all: [Int64: Incident] = [:]
    private(set) var rules: [(hash: String, terms: IncidentTerms)] = []
    /// Ungrouped late requests by stage: those that wait, and those that have stopped.
    private(set) var waiting: [String: Set<Int>] = [:]
    private(set) var ended: [String: Set<Int>] = [:]
    /// Where each late request is stuck, and where it stands.
    private var stages: [Int: String] = [:]
    private var standing: [Int: Int64] = [:]
    private var failing: [Place: Int] = [:]
    private var reports = 0
    /// How many requests the log has accepted, and how many have stopped.
    var accepted: Int64 = 0
    var stopped: Int64 = 0
    /// Since when an incident of a stage could have been opened.
    private(set) var ripeSince: [String: Int64] = [:]
    /// What went wrong as time passed, to be reported by whoever knows the entry.
    private(set) var overripe: [String] = []

    static let stages: Set<String> = [
        "review", "signing", "ledger", "platform", "awaiting-requester", "awaiting-holder-wallet",
        "awaiting-external-verifier", "legal-hold", "scheduled-maintenance", "requester-reschedule",
    ]
    static let causes: Set<String> = [
        "platform-outage", "capacity", "deploy", "third-party-verifier", "ledger-anchor", "manual-review",
        "requester-fault", "fraud-hold", "force-majeure", "unknown",
    ]

    var currentTerms: IncidentTerms { rules.last?.terms ?? .page }

    func terms(of incident: Incident) -> IncidentTerms { incident.rules.map { rules[$0].terms } ?? .page }

    /// Itself or the one that it was merged into.
    func root(_ seq: Int64) -> Incident? {
        guard let incident = all[seq] else { return nil }
        return incident.mergedInto.flatMap { all[$0] } ?? incident
    }

    /// An incident and what was merged into it.
    func parts(of root: Incident) -> [Incident] {
        [root] + all.values.filter { $0.mergedInto == root.seq }
    }

    func taking(_ stage: String) -> Incident? { all.values.first { $0.takes && $0.stage == stage } }

    /// What the incident of a request says of it; of one in no incident, that nothing is known.
    func facts(of place: Int) -> Facts {
        guard let root = standing[place].flatMap(root) else { return Facts() }
        return Facts(cause: root.cause, severity: root.severity, count: root.count, total: root.total)
    }

    func incident(of place: Int) -> Int64? { standing[place] }

    func stage(of place: Int) -> String? { stages[place] }
}

/// What happens to it.
extension Incidents {
    mutating func report(_ stage: String, isFailing: Bool, tenant: CanonicalText?) -> Bool {
        reports += 1
        let place = Place(tenant: tenant, stage: stage)
        let changes = (failing[place] != nil) != isFailing
        failing[place] = isFailing ? reports : nil
        return changes
    }

    mutating func publish(_ hash: String, _ terms: IncidentTerms, at t: Int64) {
        rules.append((hash, terms))
        for stage in Self.stages { ripen(stage, at: t) }
    }

    /// Rule 40: a promise is broken.
    mutating func isLate(_ place: Int, tenant: CanonicalText, expired: String?, isReviewed: Bool, at t: Int64) {
        guard stages[place] == nil else { return }
        let reported = failing.filter { $0.key.tenant == nil || $0.key.tenant == tenant }.max { $0.value < $1.value }
        let stage = reported?.key.stage ?? expired ?? (isReviewed ? "review" : "signing")
        stages[place] = stage
        waiting[stage, default: []].insert(place)
        ripen(stage, at: t)
    }

    mutating func stops(_ place: Int, at t: Int64) {
        guard let stage = stages[place], waiting[stage]?.remove(place) != nil else { return }
        ended[stage, default: []].insert(place)
        ripen(stage, at: t)
    }

    mutating func erase(_ place: Int, at t: Int64) {
        guard let stage = stages[place] else { return }
        waiting[stage]?.remove(place)
        ended[stage]?.remove(place)
        ripen(stage, at: t)
    }

    mutating func begin(_ incident: Incident, at t: Int64) {
        all[incident.seq] = incident
        ripen(incident.stage, at: t)
    }

    mutating func stand(_ place: Int, in seq: Int64, at t: Int64) {
        if let before = standing[place] {
            all[before]?.members.remove(place)
            noteChange(of: before, at: t)
        }
        standing[place] = seq
        all[seq]?.members.insert(place)
        noteChange(of: seq, at: t)
        guard let stage = stages[place] else { return }
        waiting[stage]?.remove(place)
        ended[stage]?.remove(place)
        ripen(stage, at: t)
    }

    mutating func merge(_ other: Incident, into seq: Int64, at t: Int64) {
        for part in parts(of: other) { all[part.seq]?.mergedInto = seq }
        let from = all[seq]?.from ?? other.from
        all[seq]?.from = min(from, other.from)
        noteChange(of: seq, at: t)
    }

    mutating func resolve(_ root: Incident, at t: Int64) {
        for part in parts(of: root) {
            all[part.seq]?.takes = false
            ripen(part.stage, at: t)
        }
        all[root.seq]?.resolvedAt = t
    }

    mutating func change(_ seq: Int64, _ body: (inout Incident) -> Void) {
        guard var incident = all[seq] else { return }
        body(&incident)
        all[seq] = incident
    }

    private mutating func noteChange(of seq: Int64, at t: Int64) {
        guard let root = root(seq), root.unfrozenSince == nil else { return }
        all[root.seq]?.unfrozenSince = t
    }

    /// Rule 41, last sentence: since when an incident of that stage may be opened. Where none was opened in time, and
    /// it may not be any more, that is remembered.
    private mutating func ripen(_ stage: String, at t: Int64) {
        let isRipe =
            !rules.isEmpty && taking(stage) == nil
            && Int64(waiting[stage]?.count ?? 0) >= currentTerms.openRequests
        if isRipe {
            if ripeSince[stage] == nil { ripeSince[stage] = t }
        } else if let since = ripeSince.removeValue(forKey: stage), t > since + currentTerms.openWithin {
            overripe.append(stage)
        }
    }

    /// The stages of which no incident was opened in time, each once.
    mutating func takeOverripe() -> [String] {
        defer { overripe = [] }
        return overripe
    }
}
