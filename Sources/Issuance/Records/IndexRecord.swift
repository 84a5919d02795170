/// Where the indexes of requests stand in the log, and how many entries each covers, so that the newest is found.
package struct IndexRecord: Record {
    package var seq: Int64
    package var size: Int64

    package static let table = Table(
        "request_index", key: [.integer("seq")], [.integer("size")], isAppendOnly: true)

    package init(seq: Int64, size: Int64) {
        self.seq = seq
        self.size = size
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(seq: try row.integer(), size: try row.integer())
    }

    package var values: [ColumnValue] { [.integer(seq), .integer(size)] }

    /// The newest of a log; nil when it has none.
    static func newest(in reader: any StoreReader) throws(StoreError) -> IndexRecord? {
        try reader.records(Scan(IndexRecord.self, isDescending: true, limit: 1)).first
    }
}
