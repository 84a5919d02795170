import ServiceLevels
import Temporal

extension Tables {
    static let objectivesRecords: [any Record.Type] = [PromiseRecord.self, PromiseAwardRecord.self]

    /// The tables of the promises beside the credential.
    static let objectivesChanges: [Table.Change] = objectivesRecords.map { .create($0.table) }
}

/// One promise of a request beside that of the credential itself, as rules 56 to 58 have it.
package struct PromiseRecord: Record {
    package var request: String
    package var objective: String
    package var ordinal: Int64
    /// The hash of the compensation policy that pays for it, where there is one.
    package var policy: String?
    /// From when its time counts.
    package var start: Int64
    /// The deadline without the pause that runs.
    package var base: Int64?
    /// The deadline as it stands; nil while nothing is due.
    package var due: Int64?
    /// From where the pause that runs counts for it.
    package var pausedFrom: Int64?
    package var stoppedAt: Int64?
    package var breachedAt: Int64?
    /// When it has to be looked at next.
    package var assessAt: Int64?
    package var seq: Int64

    package static let table = Table(
        "promise", key: [.text("request"), .text("objective"), .integer("ordinal")],
        [
            .text("policy").optional, .integer("starts"), .integer("base").optional, .integer("due_at").optional,
            .integer("paused_from").optional, .integer("stopped_at").optional, .integer("breached_at").optional,
            .integer("assess_at").optional, .integer("seq"),
        ],
        indexes: [.init("promise_by_assessment", ["assess_at"])])

    /// The most that one request has: two decisions of each claim, and every update that can be missed.
    static let mostOfRequest = 4 + Int(SidePromise.mostBreaches) + 2 * (1 + Int(ClaimID.maximumNumber))

    init(
        request: String, objective: Objective.Metric, ordinal: Int64 = 0, policy: String?, start: Instant,
        due: Instant?, seq: Int64
    ) {
        self.request = request
        self.objective = objective.rawValue
        self.ordinal = ordinal
        self.policy = policy
        self.start = start.milliseconds
        self.seq = seq
        base = due?.milliseconds
        expect(base)
    }

    package init(row: inout RowReader) throws(StoreError) {
        request = try row.text()
        objective = try row.text()
        ordinal = try row.integer()
        policy = try row.optionalText()
        start = try row.integer()
        base = try row.optionalInteger()
        due = try row.optionalInteger()
        pausedFrom = try row.optionalInteger()
        stoppedAt = try row.optionalInteger()
        breachedAt = try row.optionalInteger()
        assessAt = try row.optionalInteger()
        seq = try row.integer()
    }

    package var values: [ColumnValue] {
        [
            .text(request), .text(objective), .integer(ordinal), .optional(policy), .integer(start), .optional(base),
            .optional(due), .optional(pausedFrom), .optional(stoppedAt), .optional(breachedAt), .optional(assessAt),
            .integer(seq),
        ]
    }
}

extension PromiseRecord {
    /// What is promised.
    var metric: Objective.Metric? { Objective.Metric(rawValue: objective) }

    /// Whether its time still counts and its deadline had not passed at an instant.
    func isOpen(at instant: Instant) -> Bool {
        stoppedAt == nil && breachedAt == nil && due.map { instant.milliseconds <= $0 } ?? true
    }

    /// Whether it is broken at an instant, be that written or not (rule 58).
    func isBroken(at now: Instant) -> Bool {
        due.map { min(now.milliseconds, stoppedAt ?? .max) > $0 } ?? false
    }

    /// Takes another deadline, at which it has to be looked at.
    mutating func expect(_ deadline: Int64?) {
        due = deadline
        assessAt = deadline.map { $0 + 1 }
    }

    /// Stops its time. What is broken by then and not written yet is looked at still.
    mutating func stop(at instant: Instant) {
        guard stoppedAt == nil else { return }
        stoppedAt = instant.milliseconds
        pausedFrom = nil
        if breachedAt != nil || !isBroken(at: instant) { assessAt = nil }
    }
}

/// What a promise beside the credential was given, owed, or lost to a cap, under one claim key.
package struct PromiseAwardRecord: Record {
    package var claimKey: String
    package var request: String
    package var policy: String
    package var objective: String
    package var ordinal: Int64
    package var benefitType: String
    package var unit: String
    package var minor: Int64
    package var seq: Int64

    package static let table = Table(
        "promise_award", key: [.text("claim_key")],
        [
            .text("request"), .text("policy"), .text("objective"), .integer("ordinal"), .text("benefit_type"),
            .text("unit"), .integer("minor"), .integer("seq"),
        ],
        indexes: [.init("promise_award_by_request", ["request", "seq"])])

    init(_ award: AwardFacts, of request: RequestRecord, seq: Int64) {
        claimKey = award.claimKey
        self.request = request.id
        policy = award.compensation.text
        objective = award.objective
        ordinal = award.ordinal
        benefitType = award.benefitType
        unit = award.unit
        minor = award.minor
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        claimKey = try row.text()
        request = try row.text()
        policy = try row.text()
        objective = try row.text()
        ordinal = try row.integer()
        benefitType = try row.text()
        unit = try row.text()
        minor = try row.integer()
        seq = try row.integer()
    }

    package var values: [ColumnValue] {
        [
            .text(claimKey), .text(request), .text(policy), .text(objective), .integer(ordinal), .text(benefitType),
            .text(unit), .integer(minor), .integer(seq),
        ]
    }
}

extension StoreReader {
    /// The promises of a request beside the credential, by objective and ordinal.
    func sidePromises(of request: String) throws -> [PromiseRecord] {
        try records(Scan(PromiseRecord.self, equals: [.text(request)], limit: PromiseRecord.mostOfRequest))
    }

    /// What they were given.
    func sideAwards(of request: String) throws -> [PromiseAwardRecord] {
        try records(
            Scan(
                PromiseAwardRecord.self, index: "promise_award_by_request", equals: [.text(request)],
                limit: Promise.maximumPayments))
    }
}

extension AwardFacts {
    /// The award that was posted at once, for a promise beside the credential.
    init(_ posted: CompensationPosted, _ ordinal: Int64) {
        self.init(
            claimKey: posted.claimKey, objective: posted.objective, compensation: posted.compensation,
            tier: posted.tier, benefit: posted.benefit, revision: posted.revision, benefitType: posted.benefitType,
            unit: posted.unit, minor: posted.minor, ordinal: ordinal)
    }
}
