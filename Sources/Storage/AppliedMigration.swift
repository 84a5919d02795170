package import Issuance

/// The row that says that a migration was applied, and exactly how. Never changed, never removed.
package struct AppliedMigration: Record {
    /// Counted from 1.
    package let number: Int64
    /// The statements as they ran.
    package let statements: String

    /// The row about these statements.
    package init(number: Int, statements: [String]) {
        self.number = Int64(number)
        self.statements = statements.joined(separator: ";\n")
    }

    package static let table = Table(
        "schema_migration", key: [.integer("number")], [.text("statements")], isAppendOnly: true)

    package var values: [ColumnValue] { [.integer(number), .text(statements)] }

    package init(row: inout RowReader) throws(StoreError) {
        number = try row.integer()
        statements = try row.text()
    }
}

extension Schema {
    /// The migrations that a database still needs, in order; none when it is up to date.
    ///
    /// Refuses a database that a newer program made, and one whose past is not the past of this schema.
    package func pending(
        after applied: [AppliedMigration], in dialect: Dialect
    ) throws(StoreError) -> [AppliedMigration] {
        let all = (0..<migrations.count).map { index in
            AppliedMigration(number: index + 1, statements: statements(of: index + 1, in: dialect))
        }
        guard applied.count <= all.count else {
            throw .unavailable(
                "the database is newer than this program, which knows \(all.count) migrations; use a newer one")
        }
        for (stored, expected) in zip(applied, all) where stored != expected {
            throw .corrupt("migration \(expected.number) is recorded with other statements than this program has")
        }
        return Array(all.dropFirst(applied.count))
    }
}
