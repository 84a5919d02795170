import Issuance
import Storage

extension Connection {
    /// Makes the table that says which migrations were applied, in a new file.
    func createMigrationTable() throws {
        try transaction { _ in
            for statement in Dialect.sqlite.definition(of: AppliedMigration.table) { try execute(statement) }
        }
    }

    /// Applies what the database lacks, each migration and the row about it in one transaction.
    func migrate() throws {
        for migration in try pendingMigrations() {
            try transaction { writer in
                try execute(migration.statements)
                try writer.insert(migration)
            }
        }
    }

    func pendingMigrations() throws(StoreError) -> [AppliedMigration] {
        // One more than we know, to notice a newer program.
        let applied = try records(Scan(AppliedMigration.self, limit: schema.migrations.count + 1))
        return try schema.pending(after: applied, in: .sqlite)
    }
}
