import CSQLite

extension TestService {
    /// Runs SQL as somebody would who has the file, without the triggers that stand in the way.
    func attack(_ sql: String) throws {
        var database: OpaquePointer?
        guard unsafe sqlite3_open(data + "/punctual.sqlite", &database) == SQLITE_OK else {
            throw ServiceFailure("the database cannot be opened")
        }
        defer { unsafe sqlite3_close(database) }
        for name in unsafe triggers(database) { try unsafe execute("DROP TRIGGER \"\(name)\"", database) }
        try unsafe execute(sql, database)
        guard unsafe sqlite3_total_changes(database) > 0 else { throw ServiceFailure("nothing was changed by: \(sql)") }
        try unsafe execute("PRAGMA wal_checkpoint(TRUNCATE)", database)
    }

    private func triggers(_ database: OpaquePointer?) -> [String] {
        var statement: OpaquePointer?
        defer { unsafe sqlite3_finalize(statement) }
        unsafe sqlite3_prepare_v2(
            database, "SELECT name FROM sqlite_schema WHERE type = 'trigger'", -1, &statement, nil)
        var names: [String] = []
        while unsafe sqlite3_step(statement) == SQLITE_ROW {
            if let text = unsafe sqlite3_column_text(statement, 0) { names.append(unsafe String(cString: text)) }
        }
        return names
    }

    private func execute(_ sql: String, _ database: OpaquePointer?) throws {
        guard unsafe sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
            throw ServiceFailure("\(sql): \(unsafe String(cString: sqlite3_errmsg(database)))")
        }
    }
}
