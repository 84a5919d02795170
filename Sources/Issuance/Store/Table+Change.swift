extension Table {
    /// One thing that a migration does to the tables of a store.
    package enum Change: Hashable, Sendable {
        /// Makes a table with its indexes and guards.
        case create(Table)
        /// Adds a column, which is empty in the rows that are there already.
        case addColumn(Table.Column, to: String)
        /// Fails when the index is unique and the rows that are there already are not.
        case addIndex(Table.Index, to: String)
        /// Rows of a table that was append-only may be changed and removed from now on.
        case allowChanges(to: String)
        /// Removes a table, which is for those that are made again from the log.
        case drop(String)
    }

    /// The table as it was made first: before its last columns and indexes came to it.
    func asFirstMade(lacking columns: Int = 0, indexes: Int = 0, isAppendOnly: Bool = true) -> Table {
        Table(
            name, key: Array(key), Array(self.columns.dropFirst(keyCount).dropLast(columns)),
            indexes: Array(self.indexes.dropLast(indexes)), isAppendOnly: isAppendOnly)
    }
}
