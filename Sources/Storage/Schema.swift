package import Issuance

/// All tables of a store and how they came to be: numbered migrations, to which one only ever appends.
///
/// The tables are what the migrations add up to, so there is no second description that could disagree.
package struct Schema: Sendable {
    /// Migration number n is at position n - 1.
    package let migrations: [[Change]]
    /// The tables by name, as they are after the last migration.
    package let tables: [String: Table]

    /// One thing that a migration does.
    package typealias Change = Table.Change

    /// A schema with these migrations, the oldest first. Changes that contradict each other stop the program.
    package init(migrations: [[Change]]) {
        self.migrations = migrations
        self.tables = Schema.tables(after: migrations[...])
    }

    /// A schema with one migration, which creates these tables.
    package init(_ tables: [Table]) {
        self.init(migrations: [tables.map(Change.create)])
    }

    /// The statements of one migration.
    /// - Parameter number: counted from 1.
    package func statements(of number: Int, in dialect: Dialect) -> [String] {
        var tables = Schema.tables(after: migrations.prefix(number - 1))
        return migrations[number - 1].flatMap { change in
            change.apply(to: &tables)
            return change.statements(in: dialect, tables)
        }
    }

    private static func tables(after migrations: ArraySlice<[Change]>) -> [String: Table] {
        migrations.joined().reduce(into: [:]) { tables, change in change.apply(to: &tables) }
    }
}

extension Table.Change {
    fileprivate func apply(to tables: inout [String: Table]) {
        switch self {
        case .create(let table):
            precondition(tables.updateValue(table, forKey: table.name) == nil, "table \(table.name) exists already")
        case .addColumn(let column, let name):
            precondition(column.isOptional, "column \(column.name): rows that exist already have no value for it")
            tables[name] = known(name, tables).adding(column: column)
        case .addIndex(let index, let name):
            tables[name] = known(name, tables).adding(index: index)
        case .allowChanges(let name):
            precondition(known(name, tables).isAppendOnly, "rows of table \(name) may be changed already")
            tables[name] = known(name, tables).adding(isAppendOnly: false)
        case .drop(let name):
            precondition(tables.removeValue(forKey: name) != nil, "there is no table \(name) to drop")
        }
    }

    /// - Parameter tables: the tables after this change.
    fileprivate func statements(in dialect: Dialect, _ tables: [String: Table]) -> [String] {
        switch self {
        case .create(let table): dialect.definition(of: table)
        case .addColumn(let column, let name):
            ["ALTER TABLE \(identifier(name)) ADD COLUMN \(dialect.definition(of: column))"]
        case .addIndex(let index, let name): [dialect.definition(of: index, on: known(name, tables))]
        case .allowChanges(let name): dialect.changeable(known(name, tables))
        case .drop(let name): ["DROP TABLE \(identifier(name))"]
        }
    }

    private func known(_ name: String, _ tables: [String: Table]) -> Table {
        guard let table = tables[name] else { preconditionFailure("there is no table \(name) to change") }
        return table
    }
}

extension Table {
    fileprivate func adding(column: Column? = nil, index: Index? = nil, isAppendOnly: Bool? = nil) -> Table {
        Table(
            name, key: Array(key), columns.dropFirst(keyCount) + (column.map { [$0] } ?? []),
            indexes: indexes + (index.map { [$0] } ?? []), isAppendOnly: isAppendOnly ?? self.isAppendOnly)
    }
}
