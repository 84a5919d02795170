/// That an idempotency key was used for something that was erased. The key itself is gone: its name here is a keyed
/// hash of it (`ErasedNames`).
package struct ErasedAnswerRecord: Record {
    package var tenant: String
    package var name: [UInt8]
    /// For the command that erased: a hash of what it asked, keyed with its idempotency key. Nil for what was erased.
    package var asked: [UInt8]?
    /// The entry of the erasure.
    package var seq: Int64

    package static let table = Table(
        "erased_answer", key: [.text("tenant"), .blob("name")], [.blob("asked").optional, .integer("seq")],
        isAppendOnly: true)

    package init(tenant: String, name: [UInt8], asked: [UInt8]?, seq: Int64) {
        self.tenant = tenant
        self.name = name
        self.asked = asked
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            tenant: try row.text(), name: try row.blob(), asked: try row.optionalBlob(), seq: try row.integer())
    }

    package var values: [ColumnValue] { [.text(tenant), .blob(name), .optional(asked), .integer(seq)] }
}

/// The mark that bytes of erased rows may still be in the store's files: one row while there is something to do, none
/// else. Says nothing about the log, so nothing makes it again.
package struct PurgeRecord: Record {
    /// The last entry of the newest erasure.
    package var seq: Int64

    package static let table = Table("purge_due", key: [.integer("one")], [.integer("seq")])

    package init(seq: Int64) { self.seq = seq }

    package init(row: inout RowReader) throws(StoreError) {
        _ = try row.integer()
        self.init(seq: try row.integer())
    }

    package var values: [ColumnValue] { [.integer(1), .integer(seq)] }
}
