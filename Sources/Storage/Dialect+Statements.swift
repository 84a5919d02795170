package import Issuance

/// The statements that work on rows. Values are never part of a text: each is a numbered parameter.
extension Dialect {
    /// The text of the one statement that does this operation on this table.
    package func statement(_ operation: Operation, on table: Table) -> String {
        let name = identifier(table.name)
        switch operation {
        case .insert:
            let values = (1...table.columns.count).map(parameter).joined(separator: ", ")
            return "INSERT INTO \(name) (\(identifiers(table.columns))) VALUES (\(values)) ON CONFLICT DO NOTHING"
        case .update: return "UPDATE \(name) SET \(assignments(table)) WHERE \(hasKey(table))"
        case .updateColumns(let set):
            let assigned = table.columns.indices.filter { set >> UInt64($0) & 1 == 1 }
            return "UPDATE \(name) SET \(assignments(of: assigned, table)) WHERE \(hasKey(table))"
        case .delete: return "DELETE FROM \(name) WHERE \(hasKey(table))"
        case .record: return "SELECT \(identifiers(table.columns)) FROM \(name) WHERE \(hasKey(table))"
        case .records(let shape): return scan(shape, of: table)
        }
    }

    private func hasKey(_ table: Table) -> String {
        zip(table.key, 1...).map { "\(identifier($0.name)) = \(parameter($1))" }.joined(separator: " AND ")
    }

    /// A table that is all key still needs one assignment, which then changes nothing.
    private func assignments(_ table: Table) -> String {
        assignments(of: table.keyCount < table.columns.count ? table.keyCount..<table.columns.count : 0..<1, table)
    }

    private func assignments(of columns: some Sequence<Int>, _ table: Table) -> String {
        columns.map { "\(identifier(table.columns[$0].name)) = \(parameter($0 + 1))" }.joined(separator: ", ")
    }

    private func scan(_ shape: ScanShape, of table: Table) -> String {
        let path = table.path(shape.index)
        let conditions = conditions(shape, path)
        let order = path.map { identifier($0.name) + self.order($0, isDescending: shape.isDescending) }
            .joined(separator: ", ")
        return "SELECT \(identifiers(table.columns)) FROM \(identifier(table.name))"
            + (shape.index.map { walking(indexName($0, of: table)) } ?? "")
            + (conditions.terms.isEmpty ? "" : " WHERE \(conditions.terms.joined(separator: " AND "))")
            + " ORDER BY \(order) LIMIT \(parameter(conditions.parameters + 1))"
    }

    private func conditions(_ shape: ScanShape, _ path: [Table.Column]) -> (terms: [String], parameters: Int) {
        var terms: [String] = []
        var parameters = 0
        func next() -> String {
            parameters += 1
            return parameter(parameters)
        }
        let isBetween = pinsByBounds && shape.equals > 0 && shape.empty == 0
        let pinned = path.prefix(isBetween ? shape.equals : 0)
        let pins = pinned.map { _ in next() }
        for (position, column) in path.prefix(shape.equals).enumerated() where !isBetween {
            let isEmpty = shape.empty >> UInt64(position) & 1 == 1
            terms.append("\(identifier(column.name)) " + (isEmpty ? "IS NULL" : "= \(next())"))
        }
        if shape.index != nil, shape.equals == 0 || isBetween, path[0].isOptional {
            // An index without empty rows may only be walked by a statement that says it does not want them.
            terms.append("\(identifier(path[0].name)) IS NOT NULL")
        }
        for (count, sign) in [(shape.above, ">"), (shape.below, "<")] where count > 0 || isBetween {
            let bounded = path.dropFirst(shape.equals).prefix(count)
            let values = (pins + bounded.map { _ in next() }).joined(separator: ", ")
            terms.append("(\(identifiers(pinned + bounded))) \(sign)\(count > 0 ? "" : "=") (\(values))")
        }
        return (terms, parameters)
    }
}
