import ServiceLevels
import Temporal

/// That a payment under a policy was late for a request: at most once.
package struct LateRecord: Record {
    package var request: String
    package var policy: String
    package var claimKey: String
    /// The deadline that it missed.
    package var dueAt: Int64
    package var seq: Int64

    package static let table = Table(
        "late_payment", key: [.text("request"), .text("policy")],
        [.text("claim_key"), .integer("due_at"), .integer("seq")], isAppendOnly: true)

    package init(request: String, policy: String, claimKey: String, dueAt: Int64, seq: Int64) {
        self.request = request
        self.policy = policy
        self.claimKey = claimKey
        self.dueAt = dueAt
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            request: try row.text(), policy: try row.text(), claimKey: try row.text(), dueAt: try row.integer(),
            seq: try row.integer())
    }

    package var values: [ColumnValue] {
        [.text(request), .text(policy), .text(claimKey), .integer(dueAt), .integer(seq)]
    }
}

/// What was taken back of a payment: at most once.
package struct ReversalRecord: Record {
    package var claimKey: String
    package var request: String
    package var reason: String
    package var minor: Int64
    package var at: Int64
    package var seq: Int64

    package static let table = Table(
        "reversal", key: [.text("claim_key")],
        [.text("request"), .text("reason"), .integer("minor"), .integer("at"), .integer("seq")], isAppendOnly: true)

    package init(claimKey: String, request: String, reason: String, minor: Int64, at: Int64, seq: Int64) {
        self.claimKey = claimKey
        self.request = request
        self.reason = reason
        self.minor = minor
        self.at = at
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            claimKey: try row.text(), request: try row.text(), reason: try row.text(), minor: try row.integer(),
            at: try row.integer(), seq: try row.integer())
    }

    package var values: [ColumnValue] {
        [.text(claimKey), .text(request), .text(reason), .integer(minor), .integer(at), .integer(seq)]
    }
}

/// A part of a budget that was told as spent, in one period.
package struct BudgetWarningRecord: Record {
    package var budget: String
    package var from: Int64
    package var unit: String
    package var num: Int64
    package var den: Int64
    package var seq: Int64

    package static let table = Table(
        "budget_warning",
        key: [.text("budget"), .integer("starts"), .text("unit"), .integer("num"), .integer("den")],
        [.integer("seq")], isAppendOnly: true)

    package init(_ event: BudgetWarned, seq: Int64) {
        budget = event.budget.text
        from = event.from.milliseconds
        unit = event.unit
        num = event.num
        den = event.den
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        budget = try row.text()
        from = try row.integer()
        unit = try row.text()
        num = try row.integer()
        den = try row.integer()
        seq = try row.integer()
    }

    package var values: [ColumnValue] {
        [.text(budget), .integer(from), .text(unit), .integer(num), .integer(den), .integer(seq)]
    }
}

extension Tables {
    /// What the page "Settling" adds.
    static let settlingProjections: [any Record.Type] = [
        OwedRecord.self, CappedRecord.self, UsageRecord.self, ApprovalRecord.self, LateRecord.self,
        ReversalRecord.self, BudgetWarningRecord.self,
    ]

    static let settlingChanges: [Table.Change] = settlingProjections.map { .create($0.table) }
}
