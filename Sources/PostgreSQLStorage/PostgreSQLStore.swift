import Glibc
package import Issuance
package import Storage
import Synchronization

/// The store in one schema of a PostgreSQL database, which other processes may write too: their transactions and ours
/// follow one another.
package final class PostgreSQLStore: Store {
    let address: ServerAddress
    let schema: Schema
    private let reader: PostgreSQLReader
    private let seen = Seen()
    /// The writer's lock: only the thread that has it uses what is in it.
    private let writer: Mutex<Writer>
    /// Whatever must live as long as the store.
    private let held: (any Sendable)?
    /// What makes it wrong to go on: a commit that left its outcome open, or an older database.
    private let unknown = Mutex<StoreError?>(nil)

    private struct Writer {
        /// nil when it was lost.
        var connection: Connection?
        /// What the head calls us, as the server has invented it.
        let name: [UInt8]
        /// The last transaction that we made.
        var last: Int64?
    }

    /// How often, and after how many milliseconds, a server that does not answer is asked for the outcome of a commit:
    /// as long as one takes to start again after it has fallen.
    private static let inquiries = (count: 60, milliseconds: Int32(500))

    /// Opens the store and brings its tables up to date.
    ///
    /// - Parameters:
    ///   - url: `postgres://…`, as libpq reads it; the tables are in the first schema of the search path.
    ///   - create: true makes the tables and refuses where there is a store, false refuses where there is none: a
    ///     store is never made or replaced by accident.
    ///   - held: kept as long as the store is; a lock, for whoever has one.
    /// - Throws: `StoreError.unavailable` when the server cannot be reached or does not keep what it promises,
    ///   `.corrupt` when there is a store with another past, `.full` when there is no space for the tables.
    package init(url: String, schema: Schema, create: Bool, holding held: (any Sendable)? = nil) throws {
        address = try ServerAddress(url)
        self.held = held
        self.schema = schema
        let connection = try Connection(address, schema: schema, .writing)
        if create { try connection.create() }
        guard try connection.isStore() else {
            throw StoreError.unavailable("\(address): there is no store in this schema")
        }
        let name = try connection.row(of: "SELECT uuid_send(gen_random_uuid())", [.blob("name")])
        guard case .blob(let name) = name[0], name.count == HeadRow.nameBytes else {
            throw StoreError.unavailable("\(address): the server gives no name")
        }
        try PostgreSQLStore.migrate(connection, as: name)
        writer = Mutex(Writer(connection: connection, name: name))
        reader = try PostgreSQLReader(address, schema, seen)
    }

    /// Other processes write the same schema.
    package var isShared: Bool { true }

    /// Runs `body` in the one writing transaction of all processes, as the port says. A transaction inside a
    /// transaction stops the program.
    package func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
        var result: Result!
        try writer.withLock { writer in
            try throwUnknown()
            do {
                result = try transaction(&writer, body)
            } catch let error as StoreError {
                if case .outcomeUnknown = error { unknown.withLock { $0 = error } }
                throw error
            }
        }
        return result
    }

    /// Runs `body` on a snapshot, as the port says, also while a transaction runs.
    package func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        try throwUnknown()
        return try reader.read(body)
    }

    /// Ends the connection that writes. Whatever is asked of the store afterwards is refused.
    ///
    /// - Returns: true, because nobody keeps it from that.
    @discardableResult
    package func close() -> Bool {
        writer.withLock { writer in
            writer.connection = nil
            unknown.withLock { $0 = $0 ?? .unavailable("it is closed") }
        }
        return true
    }

    private func throwUnknown() throws(StoreError) {
        if let error = unknown.withLock({ $0 }) { throw error }
    }
}

/// Transactions.
extension PostgreSQLStore {
    private func transaction<Result>(
        _ writer: inout Writer, _ body: (any StoreWriter) throws -> Result
    ) throws -> Result {
        let (connection, head) = try begin(&writer)
        let result: Result
        do {
            try check(head, writer)
            result = try body(connection)
            try connection.settle()
        } catch {
            let cause = connection.failure ?? error
            drop(connection, &writer)
            throw cause
        }
        guard connection.hasWritten else {
            drop(connection, &writer)
            return result
        }
        do {
            try connection.commit()
        } catch {
            drop(connection, &writer)
            guard connection.isLost, try wasCommitted(head, &writer, because: error) else { throw error }
        }
        writer.last = head.generation
        seen.take(head.generation)
        return result
    }

    /// Ends the transaction without its changes.
    private func drop(_ connection: Connection, _ writer: inout Writer) {
        connection.rollback()
        if connection.isLost { writer.connection = nil }
    }

    /// Begins behind all other processes. Who has the turn and stands still is ended, once.
    private func begin(_ writer: inout Writer) throws -> (Connection, HeadRow) {
        do {
            return try join(&writer)
        } catch StoreError.turnIsTaken {
            let ended = try? writer.connection?.row(of: HeadRow.endWhoStandsStill, [.integer("count")])
            guard let ended, ended != [.integer(0)] else { throw StoreError.turnIsTaken }
            return try join(&writer)
        }
    }

    /// Begins behind all other processes. A connection that was lost since the last transaction is replaced: nothing
    /// was asked of it yet.
    private func join(_ writer: inout Writer) throws -> (Connection, HeadRow) {
        if let connection = writer.connection {
            do {
                return (connection, try connection.begin(as: writer.name))
            } catch {
                drop(connection, &writer)
                guard connection.isLost else { throw error }
            }
        }
        let connection = try Connection(address, schema: schema, .writing)
        writer.connection = connection
        do {
            return (connection, try connection.begin(as: writer.name))
        } catch {
            drop(connection, &writer)
            throw error
        }
    }

    /// Refuses a database that is not the one, or is older than the one, that this process has seen.
    private func check(_ head: HeadRow, _ writer: Writer) throws(StoreError) {
        let least = seen.generation
        guard head.generation > least else {
            var before = head
            before.generation -= 1
            throw Seen.older(before, than: least)
        }
        if let last = writer.last, head.isWriter(writer.name, of: last) == false {
            throw .outcomeUnknown("transaction \(last) of the database is not the one that this process has made")
        }
        guard head.migrations == Int64(schema.migrations.count) else {
            throw .unavailable(
                "a program of another version has changed the tables; start this one again in that version")
        }
        seen.take(head.generation - 1)
    }

    /// Finds out what became of a commit whose answer was lost. The head row is locked by the transaction as long as it
    /// runs, so whoever gets it sees how it ended.
    private func wasCommitted(_ head: HeadRow, _ writer: inout Writer, because lost: StoreError) throws -> Bool {
        for attempt in 1...Self.inquiries.count {
            if attempt > 1 { _ = poll(nil, 0, Self.inquiries.milliseconds) }
            guard let connection = try? Connection(address, schema: schema, .writing),
                let now = try? connection.awaitHead()
            else { continue }
            connection.rollback()
            writer.connection = connection
            guard now.generation >= seen.generation else { throw Seen.older(now, than: seen.generation) }
            guard let isOurs = now.isWriter(writer.name, of: head.generation) else { break }
            return isOurs
        }
        throw StoreError.outcomeUnknown("\(lost)")
    }

    private static func migrate(_ connection: Connection, as name: [UInt8]) throws {
        while true {
            let head = try connection.begin(as: name)
            defer { connection.rollback() }
            try connection.control(Connection.lock)
            guard let migration = try connection.pendingMigrations().first else { return }
            let statements = connection.schema.statements(of: Int(migration.number), in: .postgresql)
            try connection.patiently {
                try connection.apply(migration, statements, head)
                try connection.commit()
            }
        }
    }
}

/// Purging.
extension PostgreSQLStore {
    /// Writes the tables whose rows may change anew, without what replaced and deleted rows left in them. The
    /// write-ahead log, standbys and backups keep it as long as the server's operator has said.
    ///
    /// - Returns: false when a snapshot that is still read, by anybody, keeps some of it.
    package func purge() throws -> Bool {
        try writer.withLock { _ in
            try throwUnknown()
            let connection = try Connection(address, schema: schema, .writing)
            guard try areOldSnapshotsGone(connection) else { return false }
            try connection.patiently {
                _ = try connection.row(
                    of: "SELECT set_config('statement_timeout', '\(Session.patientMilliseconds)', false)",
                    [.text("timeout")])
                for table in schema.tables.values.sorted(by: { $0.name < $1.name }) where !table.isAppendOnly {
                    try connection.run("VACUUM (FULL) \"\(table.name)\"")
                }
            }
            return true
        }
    }

    /// Waits a while until every snapshot and every transaction in this database is newer than what was committed
    /// before the call.
    private func areOldSnapshotsGone(_ connection: Connection) throws -> Bool {
        let now = try connection.row(
            of: "SELECT pg_snapshot_xmax(pg_current_snapshot())::xid::text", [.text("now")])
        guard case .text(let now) = now[0] else { return false }
        for attempt in 1...Self.looks.count {
            if attempt > 1 { _ = poll(nil, 0, Self.looks.milliseconds) }
            let older = try connection.row(
                of: """
                    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                    AND pid <> pg_backend_pid() \
                    AND greatest(age(backend_xmin), age(backend_xid)) > age('\(now)'::xid)
                    """, [.integer("older")])
            if older == [.integer(0)] { return true }
        }
        return false
    }

    /// A snapshot of the service is over in milliseconds.
    private static let looks = (count: 20, milliseconds: Int32(50))
}
