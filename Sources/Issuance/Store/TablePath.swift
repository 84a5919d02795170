/// An access path of a table: the columns that it compares, as positions in a row.
struct TablePath {
    let columns: [Int]
    /// Whether it is that of an index, which does not hold the rows whose first column is empty.
    private let isIndex: Bool

    init(_ table: Table, _ index: String?) {
        isIndex = index != nil
        guard index != nil else {
            columns = Array(0..<table.keyCount)
            return
        }
        columns = table.path(index).compactMap { column in table.columns.firstIndex { $0.name == column.name } }
    }

    /// What a row has in the first columns.
    func first(_ count: Int, of row: [ColumnValue]) -> [ColumnValue] { columns.prefix(count).map { row[$0] } }

    /// Whether one row comes before the other.
    func precedes(_ a: [ColumnValue], _ b: [ColumnValue]) -> Bool {
        for column in columns where a[column] != b[column] { return a[column] < b[column] }
        return false
    }

    /// Whether a scan along this path selects a row.
    func holds(_ row: [ColumnValue], _ scan: ScanBounds) -> Bool {
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

/// What a scan asks for, whatever its rows are.
struct ScanBounds {
    let index: String?
    let equals: [ColumnValue]
    let above: [ColumnValue]
    let below: [ColumnValue]

    init<R: Record>(_ scan: Scan<R>) {
        (index, equals, above, below) = (scan.index, scan.equals, scan.above, scan.below)
    }
}
