package import Issuance

/// The statements that make tables. The texts are recorded in every database (`AppliedMigration`), so what is
/// generated for a given table must never change.
extension Dialect {
    /// The statements that make a table, its indexes and its guards.
    package func definition(of table: Table) -> [String] {
        let columns = table.columns.map(definition(of:)) + ["PRIMARY KEY (\(identifiers(table.key)))"]
        let body = columns.joined(separator: ", ")
        return ["CREATE TABLE \(identifier(table.name)) (\(body))\(tableOptions(table))"]
            + table.indexes.map { definition(of: $0, on: table) }
            + (table.isAppendOnly ? appendOnly(table) : [])
    }

    /// The statement that makes an index: without the rows whose first column is empty, as the port promises.
    func definition(of index: Table.Index, on table: Table) -> String {
        let path = table.path(index.name)
        let columns = path.prefix(index.isUnique || indexesEndWithKey ? index.columns.count : path.count)
            .map { identifier($0.name) + order($0, isDescending: false) }.joined(separator: ", ")
        let head = "CREATE \(index.isUnique ? "UNIQUE " : "")INDEX \(identifier(indexName(index.name, of: table)))"
        let condition = path[0].isOptional ? " WHERE \(identifier(index.columns[0])) IS NOT NULL" : ""
        return "\(head) ON \(identifier(table.name)) (\(columns))\(condition)"
    }

    func definition(of column: Table.Column) -> String {
        "\(identifier(column.name)) \(type(column.kind))\(column.isOptional ? "" : " NOT NULL")"
    }

    /// What follows a column in an order of rows.
    func order(_ column: Table.Column, isDescending: Bool) -> String {
        guard column.isOptional else { return isDescending ? " DESC" : "" }
        return isDescending ? " DESC" + emptyFirst.descending : emptyFirst.ascending
    }

    /// Tables share one set of index names in SQL.
    func indexName(_ index: String, of table: Table) -> String { "\(table.name)_\(index)" }
}
