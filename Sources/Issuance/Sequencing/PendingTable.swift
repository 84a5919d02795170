/// The pending rows of one table.
final class PendingTable<R: Record>: PendingChanges {
    /// A row as it will be.
    struct Row {
        /// Nil when it will be gone.
        var record: R?
        /// The last batch that changed it, and what it was before that batch.
        var batch: Int
        var before: Before
    }

    enum Before {
        case absent, known(R), unknown
    }

    private var rows: [[ColumnValue]: Row] = [:]
    /// The rows that each batch was the first or the next to change, in order.
    private var touched: [(batch: Int, keys: [[ColumnValue]])] = []
    private var paths = PendingPaths<R>()

    func find(_ key: [ColumnValue]) -> Row? { rows.isEmpty ? nil : rows[key] }

    func insert(_ record: R, in batch: Int) throws(StoreError) {
        let key = record.key
        if let row = rows[key], row.record != nil { throw .conflict(table: R.table.name) }
        put(record, at: key, .absent, in: batch)
    }

    func update(_ record: R, from old: R?, in batch: Int) throws(StoreError) {
        guard !R.table.isAppendOnly else { throw .appendOnly(table: R.table.name) }
        let key = record.key
        if let row = rows[key], row.record == nil { throw .missing(table: R.table.name) }
        put(record, at: key, old.map(Before.known) ?? .unknown, in: batch)
    }

    func delete(_ key: [ColumnValue], in batch: Int) throws(StoreError) {
        guard !R.table.isAppendOnly else { throw .appendOnly(table: R.table.name) }
        if let row = rows[key], row.record == nil { throw .missing(table: R.table.name) }
        put(nil, at: key, .unknown, in: batch)
    }

    /// - Parameter before: what the row was, if nothing is known of it here.
    private func put(_ record: R?, at key: [ColumnValue], _ before: Before, in batch: Int) {
        if let index = rows.index(forKey: key) {
            if rows.values[index].batch != batch {
                rows.values[index].before = rows.values[index].record.map(Before.known) ?? .absent
                rows.values[index].batch = batch
                touch(key, in: batch)
            }
            rows.values[index].record = record
        } else {
            rows[key] = Row(record: record, batch: batch, before: before)
            touch(key, in: batch)
        }
        if let record { paths.add(record, key) }
    }

    private func touch(_ key: [ColumnValue], in batch: Int) {
        if touched.last?.batch != batch { touched.append((batch, [])) }
        touched[touched.count - 1].keys.append(key)
    }

    override func end(_ batch: Int) -> (any TableChanges)? {
        guard let last = touched.last, last.batch == batch else { return nil }
        var changes = RowChanges<R>()
        for key in last.keys {
            guard let row = rows[key] else { continue }
            switch (row.before, row.record) {
            case (.absent, nil): break
            case (.absent, let new?): changes.inserted.append(new)
            case (_, nil): changes.deleted.append(key)
            case (.known(let old), let new?): changes.updated.append((new, old))
            case (.unknown, let new?): changes.updated.append((new, nil))
            }
        }
        return changes
    }

    override func forget(upTo batch: Int) {
        guard let first = touched.first, first.batch <= batch else { return }
        while let first = touched.first, first.batch <= batch {
            for key in first.keys {
                if let row = rows[key], row.batch <= batch { rows[key] = nil }
            }
            touched.removeFirst()
        }
        paths = PendingPaths()
    }

    // Scans

    /// What a scan finds in the store, with the pending rows in place of the store's.
    func records(_ scan: Scan<R>, above store: any StoreReader) throws(StoreError) -> [R] {
        guard !rows.isEmpty else { return try store.records(scan) }
        try scan.check()
        let path = paths.path(of: scan.index)
        let pending = paths.candidates(for: scan, path, rows).filter { path.holds($0.values, scan) }
        var wanted = scan
        while true {
            let found = try store.records(wanted)
            let visible = found.filter { rows[$0.key] == nil }
            if visible.count >= scan.limit || found.count < wanted.limit {
                return merge(visible, pending, path, scan)
            }
            // Pending rows hid some of them.
            wanted.limit = wanted.limit * 2 + 16
        }
    }

    private func merge(
        _ stored: [R], _ pending: [(record: R, values: [ColumnValue])], _ path: PendingPath, _ scan: Scan<R>
    ) -> [R] {
        guard !pending.isEmpty else { return Array(stored.prefix(scan.limit)) }
        var all = stored.map { (record: $0, values: $0.values) } + pending
        all.sort { scan.isDescending ? path.precedes($1.values, $0.values) : path.precedes($0.values, $1.values) }
        return all.prefix(scan.limit).map(\.record)
    }
}

/// The columns that an access path compares, as positions in a row.
struct PendingPath {
    let columns: [Int]
    /// Whether it is that of an index, which does not hold the rows whose first column is empty.
    let isIndex: Bool

    func precedes(_ a: [ColumnValue], _ b: [ColumnValue]) -> Bool {
        for column in columns where a[column] != b[column] { return a[column] < b[column] }
        return false
    }

    /// Whether a scan along this path selects a row.
    func holds<R>(_ row: [ColumnValue], _ scan: Scan<R>) -> Bool {
        if isIndex, row[columns[0]] == .null { return false }
        for (column, value) in zip(columns, scan.equals) where row[column] != value { return false }
        let rest = columns.dropFirst(scan.equals.count)
        return (scan.above.isEmpty || isPast(row, rest, scan.above, isAbove: true))
            && (scan.below.isEmpty || isPast(row, rest, scan.below, isAbove: false))
    }

    /// The first column that differs decides, and an empty one is out of bounds.
    private func isPast(
        _ row: [ColumnValue], _ columns: ArraySlice<Int>, _ bound: [ColumnValue], isAbove: Bool
    ) -> Bool {
        for (column, value) in zip(columns, bound) where row[column] != value {
            return row[column] != .null && (isAbove ? row[column] > value : row[column] < value)
        }
        return false
    }
}

/// The pending rows by what the first columns of a path hold, for the paths that were asked for.
struct PendingPaths<R: Record> {
    private struct Shape: Hashable {
        let index: String?
        let equals: Int
    }

    private var paths: [String?: PendingPath] = [:]
    private var keys: [Shape: [[ColumnValue]: [[ColumnValue]]]] = [:]

    mutating func path(of index: String?) -> PendingPath {
        if let known = paths[index] { return known }
        let columns = R.table.path(index).map { column in R.table.columns.firstIndex(of: column) ?? 0 }
        let path = PendingPath(columns: columns, isIndex: index != nil)
        paths[index] = path
        return path
    }

    /// A row changed: it is found where it is now. Where it was it is found too, and looked at in vain.
    mutating func add(_ record: R, _ key: [ColumnValue]) {
        guard !keys.isEmpty else { return }
        let values = record.values
        for shape in Array(keys.keys) {
            let place = path(of: shape.index).columns.prefix(shape.equals).map { values[$0] }
            if keys[shape]?[place]?.contains(key) != true { keys[shape]?[place, default: []].append(key) }
        }
    }

    /// The rows that a scan may select.
    mutating func candidates(
        for scan: Scan<R>, _ path: PendingPath, _ rows: [[ColumnValue]: PendingTable<R>.Row]
    ) -> [(record: R, values: [ColumnValue])] {
        guard !scan.equals.isEmpty else {
            return rows.values.compactMap(\.record).map { ($0, $0.values) }
        }
        let shape = Shape(index: scan.index, equals: scan.equals.count)
        if keys[shape] == nil {
            var places: [[ColumnValue]: [[ColumnValue]]] = [:]
            for (key, row) in rows {
                guard let values = row.record?.values else { continue }
                places[path.columns.prefix(shape.equals).map { values[$0] }, default: []].append(key)
            }
            keys[shape] = places
        }
        return (keys[shape]?[scan.equals] ?? []).compactMap { key in
            (rows[key]?.record).map { ($0, $0.values) }
        }
    }
}
