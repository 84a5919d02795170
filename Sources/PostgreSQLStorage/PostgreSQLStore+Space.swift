import Issuance
package import Storage

/// The database around the store.
extension PostgreSQLStore {
    /// How many tables there are where the store of a URL is, or would be; and whether there is a store.
    ///
    /// - Throws: `StoreError.unavailable` when the server cannot be reached or is not good enough.
    package static func contents(at url: String) throws -> (tableCount: Int, isStore: Bool) {
        let connection = try Connection(ServerAddress(url), schema: Schema([]), .reading)
        let found = try connection.row(
            of: """
                SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace \
                AND relkind IN ('r', 'p', 'v', 'm', 'f')
                """, [.integer("count")])
        guard case .integer(let count) = found[0] else { throw StoreError.corrupt("a question has no answer") }
        return (Int(count), try connection.isStore())
    }

    /// Removes the store of a URL, with all that is in it, in one transaction.
    package static func discard(at url: String, schema: Schema) throws {
        let connection = try Connection(ServerAddress(url), schema: schema, .writing)
        let names = schema.tables.keys.sorted() + [AppliedMigration.table.name, HeadRow.table.name]
        try connection.patiently {
            try connection.control("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
            try connection.control(Session.patience)
            try connection.control(Connection.lock)
            try connection.control("DROP TABLE IF EXISTS \(names.map { "\"\($0)\"" }.joined(separator: ", "))")
            try connection.commit()
        }
    }

    /// Whether the server has so much space, or a little more. Takes it for real, in a table that is never committed
    /// and never in the write-ahead log.
    package func hasRoom(forBytes count: Int) -> Bool {
        do {
            let connection = try Connection(address, schema: schema, .writing)
            try connection.control("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
            try connection.control(#"CREATE UNLOGGED TABLE "store_room" ("bytes" BYTEA)"#)
            try connection.control(#"ALTER TABLE "store_room" ALTER "bytes" SET STORAGE EXTERNAL"#)
            try connection.control(
                """
                INSERT INTO "store_room" SELECT convert_to(repeat('x', 8000), 'UTF8') \
                FROM generate_series(1, \(count / 8000 + 1))
                """)
            try connection.run("ROLLBACK")
            return true
        } catch {
            return false
        }
    }
}
