package import Issuance

/// What a store does to one table, without the values: the same operation on the same table is the same statement.
package enum Operation: Hashable, Sendable {
    /// Parameters: the row. Changes nothing when the key or a unique index is taken.
    case insert
    /// Parameters: the row. Changes nothing when there is no row with its key.
    case update
    /// Parameters: the row, of which only the key and the columns of this set are read. Changes nothing when there is
    /// no row with its key.
    case updateColumns(ColumnSet)
    /// Parameters: the key. Changes nothing when there is no such row.
    case delete
    /// Parameters: the key. Gives the row, or nothing.
    case record
    /// Parameters: `Scan.parameters`. Gives the rows.
    case records(ScanShape)
}

/// Some of the columns of a table: bit n stands for column n.
package typealias ColumnSet = UInt64

extension Table {
    /// The columns of the key.
    package var keyColumns: ColumnSet { (1 << ColumnSet(keyCount)) - 1 }

    /// The columns in which two rows differ, those of the key left out.
    package func difference(between old: [ColumnValue], and new: [ColumnValue]) -> ColumnSet {
        precondition(columns.count <= ColumnSet.bitWidth, "table \(name) has more columns than a set can name")
        var difference: ColumnSet = 0
        for column in keyCount..<columns.count where old[column] != new[column] { difference |= 1 << column }
        return difference
    }
}

/// A scan without its values.
package struct ScanShape: Hashable, Sendable {
    let index: String?
    let equals: Int
    /// One bit for each column of `equals` that is to be empty, the first column lowest: SQL has its own word for
    /// those.
    let empty: UInt64
    let above: Int
    let below: Int
    let isDescending: Bool

    /// The shape of a scan.
    package init<R: Record>(_ scan: Scan<R>) {
        index = scan.index
        equals = scan.equals.count
        empty = scan.equals.reversed().reduce(0) { $0 << 1 | ($1 == .null ? 1 : 0) }
        above = scan.above.count
        below = scan.below.count
        isDescending = scan.isDescending
    }
}

extension Scan {
    /// What the statement of this scan's shape compares with, in the order of its parameters.
    package var parameters: [ColumnValue] {
        equals.filter { $0 != .null } + above + below + [.integer(Int64(limit))]
    }
}
