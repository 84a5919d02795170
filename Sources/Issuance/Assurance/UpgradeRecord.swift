/// What became of an upgrade that is owed.
package enum UpgradeState: String, Hashable, Sendable, CaseIterable {
    /// Nobody has checked yet.
    case open
    /// Checked, and the credential signed again.
    case done
    /// Checked and not passed, or not wanted.
    case waived
    /// No credential is left that could be upgraded, or nobody who has it.
    case void
}

/// The upgrade that one request is owed: what follows from the entries of the page "A further check".
package struct UpgradeRecord: Record {
    package var request: String
    package var tenant: String
    package var level: String
    package var state: UpgradeState
    /// Of its posting.
    package var owedAt: Int64
    package var owedSeq: Int64
    /// Of the entry that closed it.
    package var closedAt: Int64?
    package var closedSeq: Int64?
    /// Why it was waived or is void.
    package var reason: String?
    /// The entry of the new credential.
    package var upgradedSeq: Int64?

    package static let table = Table(
        "upgrade", key: [.text("request")],
        [
            .text("tenant"), .text("level"), .text("state"), .integer("owed_at"), .integer("owed_seq"),
            .integer("closed_at").optional, .integer("closed_seq").optional, .text("reason").optional,
            .integer("upgraded_seq").optional,
        ],
        indexes: [.init("upgrade_by_state", ["state", "owed_at", "request"])])

    package var values: [ColumnValue] {
        [
            .text(request), .text(tenant), .text(level), .text(state.rawValue), .integer(owedAt), .integer(owedSeq),
            .optional(closedAt), .optional(closedSeq), .optional(reason), .optional(upgradedSeq),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        request = try row.text()
        tenant = try row.text()
        level = try row.text()
        state = try row.choice()
        owedAt = try row.integer()
        owedSeq = try row.integer()
        closedAt = try row.optionalInteger()
        closedSeq = try row.optionalInteger()
        reason = try row.optionalText()
        upgradedSeq = try row.optionalInteger()
    }

    init(of request: RequestRecord, level: String, at owedAt: Int64, seq: Int64) {
        self.request = request.id
        tenant = request.tenant
        self.level = level
        state = .open
        self.owedAt = owedAt
        owedSeq = seq
    }
}

extension StatusRecord {
    /// What the row of a second credential has for its request: the first has the request's id, and no two rows of one
    /// name are.
    static func upgraded(_ request: String) -> String { request + "/upgraded" }
}

extension Tables {
    static let assuranceRecords: [any Record.Type] = [UpgradeRecord.self]

    /// The table of upgrades.
    static let assuranceChanges: [Table.Change] = [.create(UpgradeRecord.table)]
}
