/// The rows that batches have decided and the store may not have yet, above what the store has: what is decided next
/// sees both as one.
///
/// A row that is pending hides that of the store, whichever of the two is newer on the disk; so it does not matter
/// whether a batch has become durable before or after the store is read. Used by the thread that decides, and no other.
package final class PendingRows: StoreWriter {
    private var tables: [ObjectIdentifier: PendingTable] = [:]
    /// What the store has, while a batch is decided.
    private var reader: (any StoreReader)?
    /// The batch that is decided now.
    private var batch = 0

    package init() {}

    /// Decides a batch: what `body` writes is kept here, and given back to be written to the store.
    ///
    /// - Parameter batch: its number, higher than any before.
    package func decide<Result>(
        _ batch: Int, above reader: any StoreReader, _ body: () throws -> Result
    ) throws -> (Result, changes: [RowChanges]) {
        self.batch = batch
        self.reader = reader
        defer { self.reader = nil }
        let result = try body()
        return (result, tables.values.compactMap { $0.end(batch) })
    }

    /// Forgets what the store has: the rows of the batches up to that one.
    package func forget(upTo batch: Int) { for table in tables.values { table.forget(upTo: batch) } }

    /// A pending row, or else the store's.
    package func record<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) -> R? {
        guard let pending = try table(type).find(key) else { return try store.record(type, key: key) }
        return try pending.values.map { values throws(StoreError) in try R(reading: values) }
    }

    /// What a scan finds in the store, with the pending rows in place of the store's.
    package func records<R: Record>(_ scan: Scan<R>) throws(StoreError) -> [R] {
        let table = table(R.self)
        guard !table.isEmpty else { return try store.records(scan) }
        try scan.check()
        let pending = try table.rows(scan)
        var wanted = scan
        while true {
            let found = try store.records(wanted)
            let visible = found.filter { !table.hides($0.key) }
            if visible.count >= scan.limit || found.count < wanted.limit {
                return try merge(visible, pending, scan, along: table.path(of: scan.index))
            }
            // Pending rows hid some of them.
            wanted.limit = wanted.limit * 2 + 16
        }
    }

    private func merge<R: Record>(
        _ stored: [R], _ pending: [[ColumnValue]], _ scan: Scan<R>, along path: TablePath
    ) throws(StoreError) -> [R] {
        guard !pending.isEmpty else { return Array(stored.prefix(scan.limit)) }
        var all = stored.map(\.values) + pending
        all.sort { scan.isDescending ? path.precedes($1, $0) : path.precedes($0, $1) }
        return try all.prefix(scan.limit).map { values throws(StoreError) in try R(reading: values) }
    }

    /// A row of that key among the pending ones is found when one of the table is asked for, and one in the store when
    /// the batch is written.
    package func insert<R: Record>(_ record: R) throws(StoreError) { table(R.self).insert(record.values, in: batch) }

    /// Whether the store has the row is found when the batch is written.
    package func update<R: Record>(_ record: R) throws(StoreError) {
        try table(R.self).update(record.values, from: nil, in: batch)
    }

    /// Likewise.
    package func update<R: Record>(_ record: R, from old: R) throws(StoreError) {
        try table(R.self).update(record.values, from: old.values, in: batch)
    }

    /// Likewise.
    package func delete<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) {
        try table(type).delete(key, in: batch)
    }

    /// Nothing is undone: a batch that fails here is decided anew, in a transaction.
    package func savepoint<Result>(_ body: () throws -> Result) throws -> Result { try body() }

    private var store: any StoreReader {
        guard let reader else { preconditionFailure("rows are asked for while no batch is decided") }
        return reader
    }

    private func table<R: Record>(_ type: R.Type) -> PendingTable {
        if let known = tables[ObjectIdentifier(type)] { return known }
        let new = PendingTable(type)
        tables[ObjectIdentifier(type)] = new
        return new
    }
}

/// What a batch changes in one table: each row once, however often the batch changed it. Rows are whole.
package struct RowChanges: Sendable {
    /// Writes changes of rows of this type.
    typealias Writing = @Sendable (RowChanges, any StoreWriter) throws -> Void

    /// Keys.
    package internal(set) var deleted: [[ColumnValue]] = []
    /// With what the row was before, where that is known.
    package internal(set) var updated: [(new: [ColumnValue], old: [ColumnValue]?)] = []
    package internal(set) var inserted: [[ColumnValue]] = []
    private let writing: Writing

    init(_ writing: @escaping Writing) { self.writing = writing }

    var isEmpty: Bool { deleted.isEmpty && updated.isEmpty && inserted.isEmpty }

    /// Writes them inside a transaction.
    package func write(to writer: any StoreWriter) throws { try writing(self, writer) }
}

extension Record {
    /// A row that was put together elsewhere.
    package init(reading values: [ColumnValue]) throws(StoreError) {
        var reader = RowReader(Self.self, RowInMemory(values: values))
        self = try Self(row: &reader)
    }
}

private struct RowInMemory: StoredRow {
    let values: [ColumnValue]

    func value(at column: Int) -> ColumnValue? { column < values.count ? values[column] : nil }
}
