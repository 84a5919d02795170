import Issuance
import Storage

extension Connection {
    /// Makes the tables that every store has, where there is none of them.
    func create() throws {
        try control("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        try control(Self.lock)
        let names = [HeadRow.table, AppliedMigration.table].map { "'\($0.name)'" }.joined(separator: ", ")
        let count = try row(
            of: """
                SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace \
                AND relname IN (\(names))
                """, [.integer("count")])
        guard count == [.integer(0)] else {
            throw StoreError.unavailable("there is a store in this schema already; nothing was changed")
        }
        for table in [AppliedMigration.table, HeadRow.table] {
            for statement in Dialect.postgresql.definition(of: table) { try control(statement) }
        }
        try insert(HeadRow())
        try commit()
    }

    /// Whether the tables that every store has are there.
    func isStore() throws(StoreError) -> Bool {
        let found = try row(
            of: """
                SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace \
                AND relname = '\(HeadRow.table.name)'
                """, [.integer("count")])
        return found == [.integer(1)]
    }

    /// Applies one migration, and writes the row about it, inside a transaction.
    func apply(_ migration: AppliedMigration, _ statements: [String], _ head: HeadRow) throws {
        try control(Session.patience)
        for statement in statements { try control(statement) }
        try insert(migration)
        var next = head
        next.migrations = migration.number
        try update(next)
    }

    /// What the database lacks. Asked under the lock, because several processes may start at once.
    func pendingMigrations() throws(StoreError) -> [AppliedMigration] {
        // One more than we know, to notice a newer program.
        let applied = try records(Scan(AppliedMigration.self, limit: schema.migrations.count + 1))
        return try schema.pending(after: applied, in: .postgresql)
    }

    /// Refuses columns of texts that are not ordered by their bytes: scans would be in another order than ours.
    func checkCollations() throws(StoreError) {
        let names = schema.tables.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
        let found = try row(
            of: """
                SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema() \
                AND table_name IN (\(names)) AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
                """, [.integer("count")])
        guard found == [.integer(0)] else {
            throw .corrupt("a column of texts is not ordered by bytes (COLLATE \"C\")")
        }
    }

    /// One at a time makes or changes tables; the number stands for this store and nothing else in the database.
    static let lock = "SELECT pg_advisory_xact_lock(8103215709122746625)"
}
