/// Which entries say what became of a policy after its publication; what they say is read from them.
package struct PolicyEntryRecord: Record {
    package var seq: Int64

    package static let table = Table("policy_entry", key: [.integer("seq")], isAppendOnly: true)

    package init(seq: Int64) { self.seq = seq }

    package init(row: inout RowReader) throws(StoreError) { self.init(seq: try row.integer()) }

    package var values: [ColumnValue] { [.integer(seq)] }
}

extension Tables {
    /// What the publication of policies adds to the database.
    static let policiesChanges: [Table.Change] = [.create(PolicyEntryRecord.table)]
}
