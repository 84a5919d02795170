import Issuance

/// A transaction or a snapshot of a `MemoryStore`: copies of the tables, which share what is not changed.
final class MemoryStoreTransaction: StoreWriter {
    private(set) var tables: [String: MemoryStoreTable]
    private var isOpen = true

    init(_ tables: [String: MemoryStoreTable]) { self.tables = tables }

    /// From here on every use is a mistake.
    func close() { isOpen = false }

    func record<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) -> R? {
        let table = try table(of: type)
        try R.table.check(key: key)
        guard let row = table.row(key) else { return nil }
        return try decode(row)
    }

    func records<R: Record>(_ scan: Scan<R>) throws(StoreError) -> [R] {
        let table = try table(of: R.self)
        try scan.check()
        var records: [R] = []
        for row in table.rows(scan) { records.append(try decode(row)) }
        return records
    }

    func insert<R: Record>(_ record: R) throws(StoreError) {
        let row = try row(of: record)
        try change(R.self) { table throws(StoreError) in try table.insert(row) }
    }

    func update<R: Record>(_ record: R) throws(StoreError) {
        let row = try row(of: record)
        try change(R.self) { table throws(StoreError) in try table.update(row) }
    }

    func update<R: Record>(_ record: R, from old: R) throws(StoreError) {
        guard try self.record(R.self, key: old.key).map({ $0.values == old.values }) ?? true else {
            throw .unfit(table: R.table.name, why: "the row to replace is another one than the caller believes")
        }
        try update(record)
    }

    func delete<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) {
        try change(type) { table throws(StoreError) in
            try R.table.check(key: key)
            try table.delete(key)
        }
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        let saved = tables
        do {
            return try body()
        } catch {
            tables = saved
            throw error
        }
    }

    private func table<R: Record>(of type: R.Type) throws(StoreError) -> MemoryStoreTable {
        precondition(isOpen, "a transaction or snapshot was used after its closure had returned")
        guard let table = tables[R.table.name], table.table == R.table else {
            throw .unfit(table: R.table.name, why: "this store has no such table")
        }
        return table
    }

    /// Changes a table in its place, so that nothing is copied but what an older copy still shares.
    private func change<R: Record>(
        _ type: R.Type, _ body: (inout MemoryStoreTable) throws(StoreError) -> Void
    ) throws(StoreError) {
        _ = try table(of: type)
        try body(&tables[R.table.name]!)
    }

    private func row<R: Record>(of record: R) throws(StoreError) -> [ColumnValue] {
        let row = record.values
        try R.table.check(row: row)
        let decoded: R = try decode(row)
        guard decoded.values == row else {
            throw .unfit(table: R.table.name, why: "a row does not read back as it was written")
        }
        return row
    }

    private func decode<R: Record>(_ row: [ColumnValue]) throws(StoreError) -> R {
        var reader = RowReader(R.self, MemoryStoreRow(values: row))
        return try R(row: &reader)
    }
}

private struct MemoryStoreRow: StoredRow {
    let values: [ColumnValue]

    func value(at column: Int) -> ColumnValue? { column < values.count ? values[column] : nil }
}
