/// Which entries say something of one person of the staff: when they came, when their roles last changed, when they
/// left. Who they are and what they may do is read from these entries.
package struct StaffRecord: Record {
    package var id: String
    package var seq: Int64
    package var changedSeq: Int64?
    package var removedSeq: Int64?

    package static let table = Table(
        "staff", key: [.text("id")],
        [.integer("seq"), .integer("changed_seq").optional, .integer("removed_seq").optional])

    package init(id: String, seq: Int64) {
        self.id = id
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        id = try row.text()
        seq = try row.integer()
        changedSeq = try row.optionalInteger()
        removedSeq = try row.optionalInteger()
    }

    package var values: [ColumnValue] { [.text(id), .integer(seq), .optional(changedSeq), .optional(removedSeq)] }
}

extension Tables {
    /// What follows from entries about claims.
    static let claimsProjections: [any Record.Type] = [ClaimRecord.self, CaseActorRecord.self, OfferRecord.self]

    /// What claims and the staff who decide them add to the fifth migration.
    static let claimsChanges: [Table.Change] = [
        .create(StaffRecord.table), .create(ClaimRecord.table), .create(CaseActorRecord.table),
        .create(OfferRecord.table),
    ]
}
