/// One ordered walk along a path: the rows whose first columns equal `equals`, and whose next columns lie between
/// `above` and `below`. The path is that of an index or of the key (`Table.path`).
package struct Scan<R: Record>: Sendable {
    /// The name of an index of the table, or nil for the primary key.
    package var index: String?
    /// What the first columns of the path hold; `.null` selects the rows where that column is empty.
    package var equals: [ColumnValue]
    /// An exclusive lower bound on the next columns, compared one after the other until one differs. A row is out of
    /// bounds where the column that decides is empty. To go on after a full page, put here what its last row has in the
    /// columns of the path.
    package var above: [ColumnValue]
    /// An exclusive upper bound, compared in the same way; a descending walk is continued with it.
    package var below: [ColumnValue]
    /// Whether the walk goes from the highest row to the lowest.
    package var isDescending: Bool
    /// The most rows to return; every caller says how many it can hold.
    package var limit: Int

    /// The walk along a path, without conditions but those that are given.
    package init(
        _ type: R.Type = R.self, index: String? = nil, equals: [ColumnValue] = [], above: [ColumnValue] = [],
        below: [ColumnValue] = [], isDescending: Bool = false, limit: Int
    ) {
        self.index = index
        self.equals = equals
        self.above = above
        self.below = below
        self.isDescending = isDescending
        self.limit = limit
    }
}
