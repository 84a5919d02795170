import ServiceLevels
import Temporal

/// An award that was not posted at once: what is owed for it, why, and what became of it.
package struct OwedRecord: Record {
    package var claimKey: String
    package var request: String
    package var tenant: String
    package var holder: String
    package var policy: String
    package var objective: String
    package var tier: Int64
    package var benefit: Int64
    package var benefitType: String
    package var unit: String
    package var minor: Int64
    package var state: State
    /// The reason of the wait; the last one where there is none any more.
    package var why: String
    package var since: Int64
    /// Where the wait ends by itself, as the log says it.
    package var until: Int64?
    /// The deadline that was broken.
    package var dueAt: Int64
    /// When it has to be paid; nil once it was, or is not any more.
    package var deadline: Int64?
    /// When it is to be looked at again.
    package var wakeAt: Int64?
    /// When its payment becomes late, while nobody has said so.
    package var lateAt: Int64?
    /// Holder and unit, while it waits until enough has come together.
    package var pot: String?
    /// Budget and unit, while it waits for its turn.
    package var queue: String?
    /// 0 for what is guaranteed, 1 for a favour.
    package var rank: Int64
    package var seq: Int64

    /// What became of it.
    package enum State: String, Hashable, Sendable { case owed, paid, declined }

    package static let table = Table(
        "owed", key: [.text("claim_key")],
        [
            .text("request"), .text("tenant"), .text("holder"), .text("policy"), .text("objective"),
            .integer("tier"), .integer("benefit"), .text("benefit_type"), .text("unit"), .integer("minor"),
            .text("state"), .text("why"), .integer("since"), .integer("until_at").optional, .integer("due_at"),
            .integer("deadline").optional, .integer("wake_at").optional, .integer("late_at").optional,
            .text("pot").optional, .text("queue").optional, .integer("rank"), .integer("seq"),
        ],
        indexes: [
            .init("owed_by_request", ["request", "seq"]),
            .init("owed_by_state", ["state", "unit", "why", "since", "claim_key"]),
            .init("owed_by_wake", ["wake_at", "claim_key"]), .init("owed_by_late", ["late_at", "claim_key"]),
            .init("owed_by_pot", ["pot", "claim_key"]),
            .init("owed_by_queue", ["queue", "rank", "due_at", "claim_key"]),
        ])

    package var values: [ColumnValue] {
        [
            .text(claimKey), .text(request), .text(tenant), .text(holder), .text(policy), .text(objective),
            .integer(tier), .integer(benefit), .text(benefitType), .text(unit), .integer(minor),
            .text(state.rawValue), .text(why), .integer(since), .optional(until), .integer(dueAt),
            .optional(deadline), .optional(wakeAt), .optional(lateAt), .optional(pot), .optional(queue),
            .integer(rank), .integer(seq),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        claimKey = try row.text()
        request = try row.text()
        tenant = try row.text()
        holder = try row.text()
        policy = try row.text()
        objective = try row.text()
        tier = try row.integer()
        benefit = try row.integer()
        benefitType = try row.text()
        unit = try row.text()
        minor = try row.integer()
        state = try row.choice()
        why = try row.text()
        since = try row.integer()
        until = try row.optionalInteger()
        dueAt = try row.integer()
        deadline = try row.optionalInteger()
        wakeAt = try row.optionalInteger()
        lateAt = try row.optionalInteger()
        pot = try row.optionalText()
        queue = try row.optionalText()
        rank = try row.integer()
        seq = try row.integer()
    }

    /// The row that an entry `compensation.owed` makes, before its wait is known.
    init(_ event: CompensationOwed, of request: RequestRecord, at: Int64, seq: Int64) {
        let award = event.award
        claimKey = award.claimKey
        self.request = request.id
        tenant = request.tenant
        holder = request.holder
        policy = award.compensation.text
        objective = award.objective
        tier = award.tier
        benefit = award.benefit
        benefitType = award.benefitType
        unit = award.unit
        minor = award.minor
        state = .owed
        why = event.why
        since = at
        until = event.until?.milliseconds
        dueAt = event.dueAt.milliseconds
        deadline = event.payBy.milliseconds
        rank = event.isDiscretionary ? 1 : 0
        self.seq = seq
    }
}

/// What published caps took of an award.
package struct CappedRecord: Record {
    package var claimKey: String
    package var request: String
    package var objective: String
    package var benefitType: String
    package var unit: String
    package var minor: Int64
    package var seq: Int64

    package static let table = Table(
        "capped", key: [.text("claim_key")],
        [
            .text("request"), .text("objective"), .text("benefit_type"), .text("unit"), .integer("minor"),
            .integer("seq"),
        ],
        indexes: [.init("capped_by_request", ["request", "seq"])], isAppendOnly: true)

    package var values: [ColumnValue] {
        [
            .text(claimKey), .text(request), .text(objective), .text(benefitType), .text(unit), .integer(minor),
            .integer(seq),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        claimKey = try row.text()
        request = try row.text()
        objective = try row.text()
        benefitType = try row.text()
        unit = try row.text()
        minor = try row.integer()
        seq = try row.integer()
    }

    init(_ award: AwardFacts, of request: RequestRecord, seq: Int64) {
        claimKey = award.claimKey
        self.request = request.id
        objective = award.objective
        benefitType = award.benefitType
        unit = award.unit
        minor = award.minor
        self.seq = seq
    }
}

/// What was given or spent in all, of one unit, in one scope, up to and with one entry: the difference of two rows is
/// the sum of a window.
package struct UsageRecord: Record {
    /// `user`, `incident`, `tenant`, `across` or `budget`.
    package var scope: String
    /// Who or what in that scope.
    package var subject: String
    package var unit: String
    package var at: Int64
    package var seq: Int64
    package var total: Int64

    package static let table = Table(
        "usage",
        key: [.text("scope"), .text("subject"), .text("unit"), .integer("at"), .integer("seq")], [.integer("total")])

    package init(scope: String, subject: String, unit: String, at: Int64, seq: Int64, total: Int64) {
        self.scope = scope
        self.subject = subject
        self.unit = unit
        self.at = at
        self.seq = seq
        self.total = total
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            scope: try row.text(), subject: try row.text(), unit: try row.text(), at: try row.integer(),
            seq: try row.integer(), total: try row.integer())
    }

    package var values: [ColumnValue] {
        [.text(scope), .text(subject), .text(unit), .integer(at), .integer(seq), .integer(total)]
    }
}

/// Whose word a payment waits for, and who gave it.
package struct ApprovalRecord: Record {
    package var claimKey: String
    package var request: String
    package var approvers: Int64
    /// With commas between them.
    package var roles: String
    package var until: Int64
    /// Who said yes, in order, with commas between them.
    package var given: String
    package var seq: Int64

    package static let table = Table(
        "approval", key: [.text("claim_key")],
        [
            .text("request"), .integer("approvers"), .text("roles"), .integer("until_at"), .text("given"),
            .integer("seq"),
        ], indexes: [.init("approval_by_request", ["request", "seq"])])

    package init(
        claimKey: String, request: String, approvers: Int64, roles: String, until: Int64, given: String, seq: Int64
    ) {
        self.claimKey = claimKey
        self.request = request
        self.approvers = approvers
        self.roles = roles
        self.until = until
        self.given = given
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            claimKey: try row.text(), request: try row.text(), approvers: try row.integer(), roles: try row.text(),
            until: try row.integer(), given: try row.text(), seq: try row.integer())
    }

    package var values: [ColumnValue] {
        [
            .text(claimKey), .text(request), .integer(approvers), .text(roles), .integer(until), .text(given),
            .integer(seq),
        ]
    }

    /// Those who said yes.
    var names: [String] { given.split(separator: ",").map(String.init) }
}
