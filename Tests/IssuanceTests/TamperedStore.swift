import Issuance

/// What somebody changed in a store: rows as they are read, table by table.
struct Tampering: Sendable {
    let table: String
    /// The rows of a scan as they are found now, in the order of the key.
    let change: @Sendable ([[ColumnValue]]) -> [[ColumnValue]]

    /// One column of one row.
    static func value(
        of table: String, _ key: [ColumnValue], column: Int, _ change: @escaping @Sendable (ColumnValue) -> ColumnValue
    ) -> Tampering {
        Tampering(table: table) { rows in
            rows.map { row in
                guard row.starts(with: key) else { return row }
                var row = row
                row[column] = change(row[column])
                return row
            }
        }
    }
}

/// A store in which somebody changed something: it is read as a process finds it that opens the changed database.
struct TamperedStore: Store {
    let store: any Store
    let tampering: Tampering

    func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result { try store.write(body) }

    func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        try store.read { try body(TamperedReader(reader: $0, tampering: tampering)) }
    }
}

/// A snapshot with the changes.
struct TamperedReader: StoreReader {
    let reader: any StoreReader
    let tampering: Tampering

    func record<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) -> R? {
        guard R.table.name == tampering.table else { return try reader.record(type, key: key) }
        return try changed(type).first { $0.key == key }
    }

    func records<R: Record>(_ scan: Scan<R>) throws(StoreError) -> [R] {
        guard R.table.name == tampering.table, scan.index == nil else { return try reader.records(scan) }
        var rows = try changed(R.self)
        let path = scan.equals.count
        func bound(_ row: R) -> ArraySlice<ColumnValue> { row.key.dropFirst(path) }
        rows = rows.filter { row in
            row.key.starts(with: scan.equals)
                && (scan.above.isEmpty || scan.above.lexicographicallyPrecedes(bound(row).prefix(scan.above.count)))
                && (scan.below.isEmpty || bound(row).prefix(scan.below.count).lexicographicallyPrecedes(scan.below))
        }
        if scan.isDescending { rows.reverse() }
        return Array(rows.prefix(scan.limit))
    }

    /// All rows of the changed table: the tables of a test are small.
    private func changed<R: Record>(_ type: R.Type) throws(StoreError) -> [R] {
        let rows = try reader.records(Scan(type, limit: 4096)).map(\.values)
        var records: [R] = []
        for row in tampering.change(rows) {
            var reader = RowReader(R.self, TamperedRow(values: row))
            let record = try R(row: &reader)
            // A row that is filed under a key which its type cannot have is never found.
            if record.key.elementsEqual(row.prefix(R.table.keyCount)) { records.append(record) }
        }
        return records.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }
}

private struct TamperedRow: StoredRow {
    let values: [ColumnValue]

    func value(at column: Int) -> ColumnValue? { column < values.count ? values[column] : nil }
}
