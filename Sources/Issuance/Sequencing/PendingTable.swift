/// The pending rows of one table. Rows that are only added cost no more than their place in a list, until somebody asks
/// for a row of the table.
final class PendingTable {
    /// A row as it will be.
    struct Row {
        /// Nil when it will be gone.
        var values: [ColumnValue]?
        /// The last batch that changed it, and what it was before that batch.
        var batch: Int
        var before: Before
    }

    enum Before {
        case absent, unknown
        case known([ColumnValue])
    }

    /// What one batch did.
    private struct Part {
        let batch: Int
        var inserted: [[ColumnValue]] = []
        /// How many of them are in `rows`.
        var foundCount = 0
        /// The keys of `rows` that it changed, in order.
        var keys: [[ColumnValue]] = []
    }

    private let table: Table
    private let writing: RowChanges.Writing
    private var parts: [Part] = []
    private var rows: [[ColumnValue]: Row] = [:]
    /// By path, and how many of its columns are given: the keys of the rows that have those values there, or had.
    private var places: [Shape: [[ColumnValue]: Set<[ColumnValue]>]] = [:]

    private var paths: [String?: TablePath] = [:]

    private struct Shape: Hashable {
        let index: String?
        let equals: Int
    }

    init<R: Record>(_ type: R.Type) {
        table = R.table
        writing = { changes, writer in try writer.write(changes, of: type) }
    }

    var isEmpty: Bool { parts.isEmpty }

    func insert(_ values: [ColumnValue], in batch: Int) {
        begin(batch)
        parts[parts.count - 1].inserted.append(values)
    }

    func update(_ values: [ColumnValue], from old: [ColumnValue]?, in batch: Int) throws(StoreError) {
        guard !table.isAppendOnly else { throw .appendOnly(table: table.name) }
        let key = Array(values.prefix(table.keyCount))
        if let row = try find(key), row.values == nil { throw .missing(table: table.name) }
        begin(batch)
        put(values, at: key, old.map(Before.known) ?? .unknown, in: parts.count - 1)
    }

    func delete(_ key: [ColumnValue], in batch: Int) throws(StoreError) {
        guard !table.isAppendOnly else { throw .appendOnly(table: table.name) }
        if let row = try find(key), row.values == nil { throw .missing(table: table.name) }
        begin(batch)
        put(nil, at: key, .unknown, in: parts.count - 1)
    }

    private func begin(_ batch: Int) { if parts.last?.batch != batch { parts.append(Part(batch: batch)) } }

    /// - Parameter before: what the row was, if nothing is known of it here.
    private func put(_ values: [ColumnValue]?, at key: [ColumnValue], _ before: Before, in part: Int) {
        let batch = parts[part].batch
        if let index = rows.index(forKey: key) {
            if rows.values[index].batch != batch {
                rows.values[index].before = rows.values[index].values.map(Before.known) ?? .absent
                rows.values[index].batch = batch
                parts[part].keys.append(key)
            }
            rows.values[index].values = values
        } else {
            rows[key] = Row(values: values, batch: batch, before: before)
            parts[part].keys.append(key)
        }
        if let values, !places.isEmpty { place(values, key) }
    }

    /// Puts every row where it is found by its key.
    private func findAll() throws(StoreError) {
        for part in parts.indices {
            while parts[part].foundCount < parts[part].inserted.count {
                let values = parts[part].inserted[parts[part].foundCount]
                let key = Array(values.prefix(table.keyCount))
                parts[part].foundCount += 1
                guard rows[key]?.values == nil else { throw .conflict(table: table.name) }
                put(values, at: key, .absent, in: part)
            }
        }
    }

    // What is seen above the store

    /// The pending row with that key, which may be gone; nil when the store knows.
    func find(_ key: [ColumnValue]) throws(StoreError) -> Row? {
        guard !parts.isEmpty else { return nil }
        try findAll()
        return rows[key]
    }

    /// Whether the store's row with that key is not the one that counts.
    func hides(_ key: [ColumnValue]) -> Bool { rows[key] != nil }

    /// The pending rows that a scan selects, in no order.
    func rows<R: Record>(_ scan: Scan<R>) throws(StoreError) -> [[ColumnValue]] {
        try findAll()
        let (bounds, path) = (ScanBounds(scan), path(of: scan.index))
        return candidates(bounds, path).filter { path.holds($0, bounds) }
    }

    private func candidates(_ bounds: ScanBounds, _ path: TablePath) -> [[ColumnValue]] {
        guard !bounds.equals.isEmpty else { return rows.values.compactMap(\.values) }
        let shape = Shape(index: bounds.index, equals: bounds.equals.count)
        if places[shape] == nil {
            places[shape] = [:]
            for (key, row) in rows {
                guard let values = row.values else { continue }
                places[shape]?[path.first(shape.equals, of: values), default: []].insert(key)
            }
        }
        return places[shape]?[bounds.equals]?.compactMap { rows[$0]?.values } ?? []
    }

    private func place(_ values: [ColumnValue], _ key: [ColumnValue]) {
        for shape in Array(places.keys) {
            let path = path(of: shape.index)
            places[shape]?[path.first(shape.equals, of: values), default: []].insert(key)
        }
    }

    func path(of index: String?) -> TablePath {
        if let known = paths[index] { return known }
        let path = TablePath(table, index)
        paths[index] = path
        return path
    }

    // The ends of batches

    /// What a batch changes; nil for nothing.
    func end(_ batch: Int) -> RowChanges? {
        guard let part = parts.last, part.batch == batch else { return nil }
        var changes = RowChanges(writing)
        for key in part.keys {
            guard let row = rows[key] else { continue }
            switch (row.before, row.values) {
            case (.absent, nil): break
            case (.absent, let new?): changes.inserted.append(new)
            case (_, nil): changes.deleted.append(key)
            case (.known(let old), let new?): changes.updated.append((new, old))
            case (.unknown, let new?): changes.updated.append((new, nil))
            }
        }
        changes.inserted += part.inserted[part.foundCount...]
        return changes.isEmpty ? nil : changes
    }

    /// Forgets the rows of the batches up to that one, which the store has.
    func forget(upTo batch: Int) {
        guard let first = parts.first, first.batch <= batch else { return }
        while let part = parts.first, part.batch <= batch {
            for key in part.keys {
                if let row = rows[key], row.batch <= batch { rows[key] = nil }
            }
            parts.removeFirst()
        }
        places = [:]
    }
}
