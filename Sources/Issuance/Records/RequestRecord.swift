import ServiceLevels
import Temporal

/// Where one request stands.
package struct RequestRecord: Record {
    package var id: String
    package var tenant: String
    package var holder: String
    package var tier: Tier
    package var review: Review
    package var state: RequestState
    package var objective: String
    package var acceptedAt: Int64
    /// The deadline with every pause so far taken into account; nil while a pause without a maximum is open.
    package var dueAt: Int64?
    package var serviceLevel: String
    package var compensation: String
    /// The first instant at which a promise may be broken, or a higher tier reached; nil when nothing more can be owed.
    package var assessAt: Int64?
    package var breachedAt: Int64?
    /// When the clock stopped: at the first issue, or at the cancellation.
    package var stoppedAt: Int64?
    package var issuedAt: Int64?
    /// How many entries the request has, and the leaf hash of the last: what its next entry continues.
    package var entryCount: Int64
    package var lastLeafHash: [UInt8]
    package var acceptedSeq: Int64
    package var issuedSeq: Int64?
    /// The URL of the key that signed the credential.
    package var issuedKey: String?
    /// When its person was erased; the holder is empty then.
    package var erasedAt: Int64?

    package static let table = Table(
        "request", key: [.text("id")],
        [
            .text("tenant"), .text("holder"), .text("tier"), .text("review"), .text("state"), .text("objective"),
            .integer("accepted_at"), .integer("due_at").optional, .text("service_level"), .text("compensation"),
            .integer("assess_at").optional, .integer("breached_at").optional, .integer("stopped_at").optional,
            .integer("issued_at").optional, .integer("entry_count"), .blob("last_leaf_hash"),
            .integer("accepted_seq"), .integer("issued_seq").optional, .text("issued_key").optional,
            .integer("erased_at").optional,
        ],
        indexes: [
            .init("request_by_tenant", ["tenant", "id"]),
            .init("request_by_state", ["tenant", "state", "id"]),
            .init("request_by_holder", ["tenant", "holder", "id"]),
            .init("request_by_assessment", ["assess_at"]),
            .init("request_by_issue", ["tenant", "review", "issued_at"]),
            .init("request_by_key", ["issued_key", "id"]),
        ])

    package var values: [ColumnValue] {
        [
            .text(id), .text(tenant), .text(holder), .text(tier.rawValue), .text(review.rawValue),
            .text(state.rawValue), .text(objective), .integer(acceptedAt), .optional(dueAt), .text(serviceLevel),
            .text(compensation), .optional(assessAt), .optional(breachedAt), .optional(stoppedAt),
            .optional(issuedAt), .integer(entryCount), .blob(lastLeafHash), .integer(acceptedSeq),
            .optional(issuedSeq), .optional(issuedKey), .optional(erasedAt),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        id = try row.text()
        tenant = try row.text()
        holder = try row.text()
        tier = try row.choice()
        review = try row.choice()
        state = try row.choice()
        objective = try row.text()
        acceptedAt = try row.integer()
        dueAt = try row.optionalInteger()
        serviceLevel = try row.text()
        compensation = try row.text()
        assessAt = try row.optionalInteger()
        breachedAt = try row.optionalInteger()
        stoppedAt = try row.optionalInteger()
        issuedAt = try row.optionalInteger()
        entryCount = try row.integer()
        lastLeafHash = try row.blob()
        acceptedSeq = try row.integer()
        issuedSeq = try row.optionalInteger()
        issuedKey = try row.optionalText()
        erasedAt = try row.optionalInteger()
    }

    /// The row that acceptance makes.
    init(_ event: RequestAccepted, id: RequestID, seq: Int64) {
        self.id = id.text
        tenant = event.tenant.text
        holder = event.holder.id
        tier = event.tier
        review = event.review
        state = .processing
        objective = event.objective
        acceptedAt = event.acceptedAt.milliseconds
        dueAt = event.dueAt.milliseconds
        serviceLevel = event.serviceLevel.text
        compensation = event.compensation.text
        assessAt = event.dueAt.milliseconds + 1
        entryCount = 0
        lastLeafHash = []
        acceptedSeq = seq
    }
}

/// One pause of a request's clock.
package struct PauseRecord: Record {
    package var request: String
    package var ordinal: Int64
    package var reason: String
    package var from: Int64
    /// The latest end, when the policy sets a maximum.
    package var limit: Int64?
    /// When it was ended by a person or by the stop of the clock; nil while it is open or has run to its limit.
    package var until: Int64?

    package static let table = Table(
        "pause", key: [.text("request"), .integer("ordinal")],
        [.text("reason"), .integer("starts"), .integer("limit_at").optional, .integer("ends").optional])

    package init(request: String, ordinal: Int64, reason: String, from: Int64, limit: Int64?, until: Int64?) {
        self.request = request
        self.ordinal = ordinal
        self.reason = reason
        self.from = from
        self.limit = limit
        self.until = until
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            request: try row.text(), ordinal: try row.integer(), reason: try row.text(), from: try row.integer(),
            limit: try row.optionalInteger(), until: try row.optionalInteger())
    }

    package var values: [ColumnValue] {
        [
            .text(request), .integer(ordinal), .text(reason), .integer(from), .optional(limit), .optional(until),
        ]
    }
}
