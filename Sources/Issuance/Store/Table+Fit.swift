/// What a table takes. Every store asks here first, so that none guesses, converts or fills in what another refuses.
extension Table {
    /// Refuses values that are not a whole row of this table.
    package func check(row values: [ColumnValue]) throws(StoreError) {
        try check(values, against: columns[...], "a row")
    }

    /// Refuses values that are not a whole primary key of this table.
    package func check(key values: [ColumnValue]) throws(StoreError) {
        try check(values, against: key, "a key")
    }

    /// The columns of an access path in order: those of the index, then those of the key that it lacks, so that the
    /// order is total; without an index those of the key.
    package func path(_ index: String?) -> [Column] {
        guard let index else { return Array(key) }
        guard let found = indexes.first(where: { $0.name == index }) else {
            preconditionFailure("table \(name) has no index \(index)")
        }
        let names = found.columns + key.map(\.name).filter { !found.columns.contains($0) }
        return names.compactMap { name in columns.first { $0.name == name } }
    }

    private func check(
        _ values: [ColumnValue], against columns: ArraySlice<Column>, _ what: String
    ) throws(StoreError) {
        guard values.count == columns.count else {
            throw .unfit(table: name, why: "\(what) has \(columns.count) values, not \(values.count)")
        }
        for position in values.indices where !columns[columns.startIndex + position].accepts(values[position]) {
            let column = columns[columns.startIndex + position].name
            throw .unfit(table: name, why: "column \(column) does not take the value of \(what)")
        }
    }
}

extension Scan {
    /// Refuses values that the columns of the path do not take, bounds that are empty, a negative limit, and the rows
    /// that an index does not hold.
    package func check() throws(StoreError) {
        let path = R.table.path(index)
        let rest = path.dropFirst(equals.count)
        guard equals.count + max(above.count, below.count) <= path.count, limit >= 0 else {
            throw .unfit(table: R.table.name, why: "a scan compares more columns than its path has, or has no limit")
        }
        guard index == nil || equals.first != .null else {
            throw .unfit(table: R.table.name, why: "an index does not hold the rows whose first column is empty")
        }
        let isFit =
            zip(path, equals).allSatisfy { $0.accepts($1) }
            && zip(rest, above).allSatisfy { $0.accepts($1) && $1 != .null }
            && zip(rest, below).allSatisfy { $0.accepts($1) && $1 != .null }
        guard isFit else {
            throw .unfit(table: R.table.name, why: "a scan compares a column with a value that it does not take")
        }
    }
}
