import Issuance

/// One table of a `MemoryStore`: its rows in the order of the key, and again in the order of each index.
struct MemoryStoreTable: Sendable {
    let table: Table
    private var rows: MemoryStoreRows
    private var indexes: [(index: Table.Index, rows: MemoryStoreRows)]

    init(_ table: Table) {
        self.table = table
        rows = MemoryStoreRows(order: Array(0..<table.keyCount))
        indexes = table.indexes.map { index in
            let path = table.path(index.name).map { column in table.columns.firstIndex(of: column)! }
            return (index, MemoryStoreRows(order: path))
        }
    }

    func row(_ key: [ColumnValue]) -> [ColumnValue]? { rows.first(startingWith: key) }

    func rows<R>(_ scan: Scan<R>) -> [[ColumnValue]] {
        guard let name = scan.index else { return rows.rows(scan) }
        return indexes.first { $0.index.name == name }!.rows.rows(scan)
    }

    mutating func insert(_ row: [ColumnValue]) throws(StoreError) {
        guard self.row(key(row)) == nil, isUnique(row) else { throw .conflict(table: table.name) }
        add(row)
    }

    mutating func update(_ row: [ColumnValue]) throws(StoreError) {
        let old = try changeable(key(row))
        guard isUnique(row) else { throw .conflict(table: table.name) }
        remove(old)
        add(row)
    }

    mutating func delete(_ key: [ColumnValue]) throws(StoreError) {
        remove(try changeable(key))
    }

    private func key(_ row: [ColumnValue]) -> [ColumnValue] { Array(row.prefix(table.keyCount)) }

    private func changeable(_ key: [ColumnValue]) throws(StoreError) -> [ColumnValue] {
        guard let row = row(key) else { throw .missing(table: table.name) }
        guard !table.isAppendOnly else { throw .appendOnly(table: table.name) }
        return row
    }

    /// Whether no other row holds what this one holds in the columns of a unique index.
    private func isUnique(_ row: [ColumnValue]) -> Bool {
        indexes.allSatisfy { index, rows in
            let indexed = rows.order.prefix(index.columns.count).map { row[$0] }
            guard index.isUnique, !indexed.contains(.null), let other = rows.first(startingWith: indexed) else {
                return true
            }
            return key(other) == key(row)
        }
    }

    private mutating func add(_ row: [ColumnValue]) {
        rows.insert(row)
        for position in indexes.indices where isHeld(row, at: position) { indexes[position].rows.insert(row) }
    }

    private mutating func remove(_ row: [ColumnValue]) {
        rows.remove(row)
        for position in indexes.indices where isHeld(row, at: position) { indexes[position].rows.remove(row) }
    }

    /// An index does not hold the rows whose first column is empty.
    private func isHeld(_ row: [ColumnValue], at index: Int) -> Bool { row[indexes[index].rows.order[0]] != .null }
}
