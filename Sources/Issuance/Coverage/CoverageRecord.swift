/// Where the coverage statements stand in the log, by the size that each is about.
package struct CoverageRecord: Record {
    package var size: Int64
    package var seq: Int64

    package static let table = Table("coverage", key: [.integer("size")], [.integer("seq")], isAppendOnly: true)

    package init(size: Int64, seq: Int64) { (self.size, self.seq) = (size, seq) }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(size: try row.integer(), seq: try row.integer())
    }

    package var values: [ColumnValue] { [.integer(size), .integer(seq)] }

    /// The newest of a log; nil when it has none.
    static func newest(in reader: any StoreReader) throws(StoreError) -> CoverageRecord? {
        try reader.records(Scan(CoverageRecord.self, isDescending: true, limit: 1)).first
    }
}

extension Tables {
    /// What the page "Coverage" adds.
    static let coverageRecords: [any Record.Type] = [CoverageRecord.self]

    static let coverageChanges: [Table.Change] = coverageRecords.map { .create($0.table) }
}
