package import Compensation
import ServiceLevels
import Temporal

/// Where one claim stands.
package struct ClaimRecord: Record {
    /// The text of its ``ClaimID``.
    package var id: String
    package var request: String
    package var number: Int64
    package var tenant: String
    package var category: ClaimCategory
    /// The policy that it is heard by.
    package var policy: String
    package var state: ClaimState
    package var stage: ClaimStage
    package var channel: ContactChannel
    package var seed: String
    package var requestedType: String?
    package var requestedUnit: String?
    package var requestedMinor: Int64?
    /// When the time of the running stage began, and by when it ends as it stands.
    package var startedAt: Int64
    package var dueAt: Int64
    /// Of a claim that waits for evidence: since when, and until when at the latest.
    package var askedAt: Int64?
    package var askedUntil: Int64?
    /// How often evidence was asked for in the running stage.
    package var asked: Int64
    /// Whoever was drawn last for the running task, and which task that is; nil when nobody could be.
    package var assignee: String?
    package var task: ReviewTask?
    /// How many were drawn so far.
    package var draws: Int64
    /// What the first of two would grant, and who that is.
    package var proposedMinor: Int64?
    package var proposedType: String?
    package var proposedUnit: String?
    package var proposedBy: String?
    package var outcome: ClaimOutcome?
    package var grantedType: String?
    package var grantedUnit: String?
    package var grantedMinor: Int64?
    /// Whoever decided last; nil for silence, or before.
    package var decidedBy: String?
    package var decidedAt: Int64?
    /// By when somebody from outside gives an opinion, until they have.
    package var opinionBy: Int64?
    package var escalations: Int64
    /// The first instant at which something is to be noted; nil when nothing is.
    package var assessAt: Int64?
    package var filedAt: Int64
    package var seq: Int64

    package static let table = Table(
        "claim", key: [.text("id")],
        [
            .text("request"), .integer("number"), .text("tenant"), .text("category"), .text("policy"), .text("state"),
            .text("stage"), .text("channel"), .text("seed"), .text("requested_type").optional,
            .text("requested_unit").optional, .integer("requested_minor").optional, .integer("started_at"),
            .integer("due_at"), .integer("asked_at").optional, .integer("asked_until").optional, .integer("asked"),
            .text("assignee").optional, .text("task").optional, .integer("draws"),
            .integer("proposed_minor").optional, .text("proposed_type").optional,
            .text("proposed_unit").optional, .text("proposed_by").optional,
            .text("outcome").optional, .text("granted_type").optional, .text("granted_unit").optional,
            .integer("granted_minor").optional,
            .text("decided_by").optional, .integer("decided_at").optional, .integer("opinion_by").optional,
            .integer("escalations"), .integer("assess_at").optional, .integer("filed_at"), .integer("seq"),
        ],
        indexes: [
            .init("claim_by_request", ["request", "number"]), .init("claim_by_tenant", ["tenant", "seq"]),
            .init("claim_by_assignee", ["assignee", "seq"]), .init("claim_by_state", ["state", "seq"]),
            .init("claim_by_assessment", ["assess_at"]),
        ])

    package var values: [ColumnValue] {
        [
            .text(id), .text(request), .integer(number), .text(tenant), .text(category.rawValue), .text(policy),
            .text(state.rawValue), .text(stage.rawValue), .text(channel.rawValue), .text(seed),
            .optional(requestedType), .optional(requestedUnit), .optional(requestedMinor), .integer(startedAt),
            .integer(dueAt), .optional(askedAt), .optional(askedUntil), .integer(asked), .optional(assignee),
            .optional(task?.rawValue), .integer(draws), .optional(proposedMinor), .optional(proposedType),
            .optional(proposedUnit),
            .optional(proposedBy), .optional(outcome?.rawValue), .optional(grantedType), .optional(grantedUnit),
            .optional(grantedMinor),
            .optional(decidedBy), .optional(decidedAt), .optional(opinionBy), .integer(escalations),
            .optional(assessAt), .integer(filedAt), .integer(seq),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        id = try row.text()
        request = try row.text()
        number = try row.integer()
        tenant = try row.text()
        category = try row.choice()
        policy = try row.text()
        state = try row.choice()
        stage = try row.choice()
        channel = try row.choice()
        seed = try row.text()
        requestedType = try row.optionalText()
        requestedUnit = try row.optionalText()
        requestedMinor = try row.optionalInteger()
        startedAt = try row.integer()
        dueAt = try row.integer()
        askedAt = try row.optionalInteger()
        askedUntil = try row.optionalInteger()
        asked = try row.integer()
        assignee = try row.optionalText()
        task = try row.optionalText().flatMap { ReviewTask(rawValue: $0) }
        draws = try row.integer()
        proposedMinor = try row.optionalInteger()
        proposedType = try row.optionalText()
        proposedUnit = try row.optionalText()
        proposedBy = try row.optionalText()
        outcome = try row.optionalText().flatMap { ClaimOutcome(rawValue: $0) }
        grantedType = try row.optionalText()
        grantedUnit = try row.optionalText()
        grantedMinor = try row.optionalInteger()
        decidedBy = try row.optionalText()
        decidedAt = try row.optionalInteger()
        opinionBy = try row.optionalInteger()
        escalations = try row.integer()
        assessAt = try row.optionalInteger()
        filedAt = try row.integer()
        seq = try row.integer()
    }

    init(_ event: ClaimFiled, of request: RequestRecord, at now: Instant, seq: Int64) {
        id = "\(request.id).\(event.claim)"
        self.request = request.id
        number = event.claim
        tenant = request.tenant
        category = event.category
        policy = event.policy.text
        state = .filed
        stage = .decision
        channel = event.channel
        seed = event.seed
        requestedType = event.requested?.type.rawValue
        requestedUnit = event.requested?.amount.unit.rawValue
        requestedMinor = event.requested?.amount.minor
        startedAt = now.milliseconds
        dueAt = event.dueAt.milliseconds
        asked = 0
        draws = 0
        escalations = 0
        assessAt = event.dueAt.milliseconds + 1
        filedAt = now.milliseconds
        self.seq = seq
    }
}

/// Whoever of the staff had to do with a request in a claim or an offer: they filed, spoke for the person, were drawn,
/// asked, proposed, decided. None of them is drawn for it again.
package struct CaseActorRecord: Record {
    package var request: String
    package var staff: String
    /// The first such entry.
    package var seq: Int64

    package static let table = Table(
        "case_actor", key: [.text("request"), .text("staff")], [.integer("seq")], isAppendOnly: true)

    package init(request: String, staff: String, seq: Int64) {
        self.request = request
        self.staff = staff
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(request: try row.text(), staff: try row.text(), seq: try row.integer())
    }

    package var values: [ColumnValue] { [.text(request), .text(staff), .integer(seq)] }
}
