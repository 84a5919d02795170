/// The rows that batches have decided and the store may not have yet, above what the store has: what is decided next
/// sees both as one.
///
/// A row that is pending hides that of the store, whichever of the two is newer on the disk; so it does not matter
/// whether a batch has become durable before or after the store is read. Used by the thread that decides, and no other.
final class PendingRows: StoreWriter {
    private var tables: [ObjectIdentifier: PendingChanges] = [:]
    /// What the store has, while a batch is decided.
    private var reader: (any StoreReader)?
    /// The batch that is decided now.
    private var batch = 0

    /// Decides a batch: what `body` writes is kept here, and given back to be written to the store.
    ///
    /// - Parameter batch: its number, higher than any before.
    func decide<Result>(
        _ batch: Int, above reader: any StoreReader, _ body: () throws -> Result
    ) throws -> (Result, changes: [any TableChanges]) {
        self.batch = batch
        self.reader = reader
        defer { self.reader = nil }
        let result = try body()
        return (result, tables.values.compactMap { $0.end(batch) })
    }

    /// Forgets what the store has: the rows of the batches up to that one.
    func forget(upTo batch: Int) { for table in tables.values { table.forget(upTo: batch) } }

    func record<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) -> R? {
        if let pending = table(type).find(key) { return pending.record }
        return try store.record(type, key: key)
    }

    func records<R: Record>(_ scan: Scan<R>) throws(StoreError) -> [R] {
        try table(R.self).records(scan, above: store)
    }

    func insert<R: Record>(_ record: R) throws(StoreError) { try table(R.self).insert(record, in: batch) }

    func update<R: Record>(_ record: R) throws(StoreError) { try table(R.self).update(record, from: nil, in: batch) }

    func update<R: Record>(_ record: R, from old: R) throws(StoreError) {
        try table(R.self).update(record, from: old, in: batch)
    }

    func delete<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) {
        try table(type).delete(key, in: batch)
    }

    /// Nothing is undone: a batch that fails here is decided anew, in a transaction.
    func savepoint<Result>(_ body: () throws -> Result) throws -> Result { try body() }

    private var store: any StoreReader {
        guard let reader else { preconditionFailure("rows are asked for while no batch is decided") }
        return reader
    }

    private func table<R: Record>(_ type: R.Type) -> PendingTable<R> {
        if let known = tables[ObjectIdentifier(type)] {
            // Only ever put there by the lines below; a checked cast is as dear as the look-up.
            return unsafe unsafeDowncast(known, to: PendingTable<R>.self)
        }
        let new = PendingTable<R>()
        tables[ObjectIdentifier(type)] = new
        return new
    }
}

/// The pending rows of some table.
class PendingChanges {
    /// What a batch changes in it; nil for nothing.
    func end(_ batch: Int) -> (any TableChanges)? { nil }
    /// Forgets what the store has.
    func forget(upTo batch: Int) {}
}

/// What a batch changes in one table.
protocol TableChanges: Sendable {
    /// Writes it inside a transaction.
    func write(to writer: any StoreWriter) throws
}

/// Each row once, however often the batch has changed it.
struct RowChanges<R: Record>: TableChanges {
    var deleted: [[ColumnValue]] = []
    /// With what the row was before, where that is known.
    var updated: [(new: R, old: R?)] = []
    var inserted: [R] = []

    func write(to writer: any StoreWriter) throws {
        for key in deleted { try writer.delete(R.self, key: key) }
        for (new, old) in updated {
            if let old { try writer.update(new, from: old) } else { try writer.update(new) }
        }
        for record in inserted { try writer.insert(record) }
    }
}
