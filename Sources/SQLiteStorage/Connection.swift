import CSQLite
import Issuance
import Storage

/// One connection to the database file, with its prepared statements.
///
/// Not to be used by two threads at once, and its owner sees to that: the writing connection is used under the writer's
/// lock, a reading one by the thread that took it out of the pool. `@unchecked` stands on this.
@safe final class Connection: @unchecked Sendable {
    let schema: Schema
    private let handle: OpaquePointer
    private var controls: [Control: Statement] = [:]
    /// By type and not by name of the table: the table of a type is compared with the schema only once.
    private var statements: [ObjectIdentifier: TableStatements] = [:]
    /// What makes it impossible to go on with this transaction, whether or not the caller caught the error.
    private var failure: StoreError?
    /// The pages in the write-ahead log after the last commit of this connection.
    private(set) var logPages = 0
    /// Held until this connection is closed.
    private let lock: StoreLock?

    /// Opens a file that exists.
    /// - Parameter lock: shows that no other process writes; nil to open for reading only.
    init(_ path: String, schema: Schema, lock: StoreLock?) throws(StoreError) {
        _ = Connection.library
        var handle: OpaquePointer?
        let access = lock == nil ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        let code = unsafe sqlite3_open_v2(path, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let handle = unsafe handle else { throw .unavailable("no memory to open \(path)") }
        unsafe self.handle = handle
        self.schema = schema
        self.lock = lock
        guard code == SQLITE_OK else { throw error(code) }
        unsafe sqlite3_busy_timeout(handle, Connection.busyMilliseconds)
        unsafe csqlite_keep_log_on_close(handle)
        try execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0")
        if lock != nil { try prepareForWriting() }
    }

    deinit {
        controls.removeAll()
        statements.removeAll()
        unsafe sqlite3_close(handle)
    }

    private func prepareForWriting() throws(StoreError) {
        try execute("PRAGMA page_size = \(Connection.pageSize); PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON")
        try execute("PRAGMA cache_size = -\(Connection.cacheKibibytes)")
        // Takes the place of SQLite's own hook, which would checkpoint inside some commit.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                unsafe Unmanaged<Connection>.fromOpaque(context!).takeUnretainedValue().logPages = Int(pages)
                return SQLITE_OK
            }, context)
        // A file that cannot be opened for writing SQLite opens for reading: the database itself without a word, its
        // write-ahead log with one for whoever wants to write.
        guard unsafe sqlite3_db_readonly(handle, "main") == 0 else {
            throw .unavailable("the database can only be read")
        }
        try execute(.begin)
        rollback()
    }

    static let library: Void = csqlite_configure()
    /// As large as a full tile of the log.
    static let pageSize = 8_192
    /// What the writing connection keeps of the database: enough for the pages that a large transaction touches.
    private static let cacheKibibytes = 65_536
    /// How long to wait for another process that is recovering the write-ahead log; nothing else makes us wait.
    private static let busyMilliseconds: Int32 = 500

    /// Runs statements that take and give nothing.
    func execute(_ text: String) throws(StoreError) {
        let code = unsafe sqlite3_exec(handle, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// Moves the write-ahead log into the database file as far as readers allow.
    /// - Parameter truncating: whether to empty the file of the log too.
    /// - Returns: false when a reader stood in the way of some of it.
    @discardableResult
    func checkpoint(truncating: Bool) throws(StoreError) -> Bool {
        let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil)
        guard code == SQLITE_OK || code & 0xff == SQLITE_BUSY else { throw error(code) }
        if truncating, code == SQLITE_OK { logPages = 0 }
        return code == SQLITE_OK
    }

    /// Rows that the last statement added, replaced or removed.
    var changes: Int { Int(unsafe sqlite3_changes(handle)) }

    /// Whether a transaction is open. SQLite itself ends one after some failures.
    private var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }
}

/// Transactions.
extension Connection {
    /// The statements around and inside transactions. Savepoints share one name: SQLite takes the innermost.
    enum Control: String {
        case begin = "BEGIN IMMEDIATE"
        case beginReading = "BEGIN DEFERRED"
        case commit = "COMMIT"
        case rollback = "ROLLBACK"
        case savepoint = "SAVEPOINT inner"
        case release = "RELEASE inner"
        case rollbackTo = "ROLLBACK TO inner"
    }

    /// Runs `body` in a transaction and makes it durable. `StoreError.full`: nothing of it remains; any other error of
    /// the commit: `StoreError.outcomeUnknown`.
    func transaction<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
        failure = nil
        try execute(.begin)
        let result: Result
        do {
            result = try body(self)
            try throwFailure()
        } catch {
            let cause = failure ?? error
            rollback()
            throw cause
        }
        try commit()
        return result
    }

    private func commit() throws(StoreError) {
        do {
            try execute(.commit)
        } catch {
            rollback()
            throw error == .full ? error : .outcomeUnknown("\(error)")
        }
    }

    /// Begins a transaction that sees nothing that is committed from here on.
    func beginReading() throws(StoreError) {
        failure = nil
        try execute(.beginReading)
        // SQLite takes the snapshot with the first row that is read.
        _ = try record(AppliedMigration.self, key: [.integer(1)])
    }

    /// Ends the transaction, if there still is one.
    func rollback() {
        guard isInTransaction else { return }
        failure = nil
        try? execute(.rollback)
    }

    func execute(_ control: Control) throws(StoreError) {
        let statement = try statement(control)
        defer { statement.reset() }
        _ = try step(statement, of: nil)
    }

    /// Refuses to go on with a transaction that has failed.
    func throwFailure() throws(StoreError) {
        if let failure { throw failure }
    }
}

/// Statements.
extension Connection {
    /// The statement for an operation, with its parameters bound.
    func statement<R: Record>(
        _ operation: Operation, on type: R.Type, with values: [ColumnValue]
    ) throws(StoreError) -> Statement {
        try throwFailure()
        let known = try statements(on: type)
        let statement: Statement
        if let prepared = known[operation] {
            statement = prepared
        } else {
            statement = try prepare(Dialect.sqlite.statement(operation, on: R.table))
            known[operation] = statement
        }
        let code =
            if case .updateColumns(let columns) = operation {
                statement.bind(values, only: columns | R.table.keyColumns)
            } else {
                statement.bind(values)
            }
        guard code == SQLITE_OK else { throw error(code, type) }
        return statement
    }

    private func statements<R: Record>(on type: R.Type) throws(StoreError) -> TableStatements {
        if let known = statements[ObjectIdentifier(type)] { return known }
        let table = R.table
        guard schema.tables[table.name] == table || table == AppliedMigration.table else {
            throw .unfit(table: table.name, why: "the schema of this store has no such table")
        }
        let new = TableStatements()
        statements[ObjectIdentifier(type)] = new
        return new
    }

    private func statement(_ control: Control) throws(StoreError) -> Statement {
        try throwFailure()
        if let statement = controls[control] { return statement }
        let statement = try prepare(control.rawValue)
        controls[control] = statement
        return statement
    }

    private func prepare(_ text: String) throws(StoreError) -> Statement {
        guard let statement = unsafe Statement(text, on: handle) else {
            throw error(unsafe sqlite3_extended_errcode(handle))
        }
        return statement
    }

    /// Goes to the next row; false when there is none.
    func step(_ statement: Statement, of type: (any Record.Type)?) throws(StoreError) -> Bool {
        let code = statement.step()
        guard code == SQLITE_ROW || code == SQLITE_DONE else { throw error(code, type) }
        return code == SQLITE_ROW
    }

    /// What a result code means to the caller. Unless the transaction can go on, every later use of it throws the same.
    private func error(_ code: Int32, _ type: (any Record.Type)? = nil) -> StoreError {
        let error = unsafe StoreError(code, on: handle, table: type?.table.name ?? "")
        switch error {
        case .conflict, .appendOnly: break
        default: failure = error
        }
        return error
    }
}
