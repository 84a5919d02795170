import Glibc
package import Issuance
package import Storage
import Synchronization

/// The store in one SQLite file, with the one connection that writes and checkpoints it.
package final class SQLiteStore: Store {
    private let connection: Connection
    private let reader: SQLiteReader
    /// The writer's lock: only the thread that has it uses `connection`. In it, the pages that the write-ahead log had
    /// at the last checkpoint.
    private let checkpointed = Mutex(0)
    /// Held while somebody reads ahead of the writer. Whoever always has a snapshot keeps the write-ahead log from ever
    /// beginning again, so a checkpoint waits for it.
    private let readingAhead = Mutex(())
    /// The commit that left its outcome open; after it nothing is done any more.
    private let unknown = Mutex<StoreError?>(nil)

    /// Small enough that a checkpoint does not keep the next command waiting, large enough that many commits share it.
    private static let idleLogBytes = 4 << 20
    /// What the write-ahead log may hold under load before a commit is followed by a checkpoint: whatever waits then
    /// waits for all of it to be copied, and a restart reads all of it.
    private static let fullLogBytes = 16 << 20

    /// Opens the store and brings its tables up to date.
    ///
    /// - Parameters:
    ///   - create: true makes a new file and refuses one that is there, false refuses to make one: a store is never
    ///     made or replaced by accident.
    ///   - maximumPages: how many pages of 8,192 bytes the database may have; beyond, writing throws `StoreError.full`.
    /// - Throws: `StoreError.unavailable` when the file cannot be opened or another process writes to it, `.corrupt`
    ///   when it is no database of this schema, `.full` when there is no space for the tables.
    package init(path: String, schema: Schema, create: Bool, maximumPages: Int? = nil) throws {
        if create { try createFile(path) }
        guard unsafe access(path, F_OK) == 0 else { throw StoreError.unavailable("\(path): \(systemError())") }
        connection = try Connection(path, schema: schema, lock: StoreLock(database: path))
        if let maximumPages { try connection.execute("PRAGMA max_page_count = \(maximumPages)") }
        if create { try connection.createMigrationTable() }
        try connection.migrate()
        if create { try syncFolder(of: path) }
        reader = try SQLiteReader(path: path, schema: schema)
    }

    /// As ``close()``, but only when this store has written, because one that was opened to be looked at, and found
    /// wrong, is evidence.
    deinit {
        guard connection.logPages > 0, unknown.withLock({ $0 == nil }) else { return }
        _ = try? connection.checkpoint(truncating: true)
    }

    /// Runs `body` in the one writing transaction, as the port says. A transaction inside a transaction stops the
    /// program.
    package func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
        var result: Result!
        try checkpointed.withLock { checkpointed in
            try throwUnknown()
            result = try transaction(body)
            // The commit is durable whatever becomes of this; `checkpointIfDue` reports what keeps failing.
            try? checkpoint(after: SQLiteStore.fullLogBytes, &checkpointed)
        }
        return result
    }

    /// Runs `body` on a snapshot, as the port says, also while a transaction runs.
    package func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        try throwUnknown()
        return try reader.read(body)
    }

    /// Runs `body` on a snapshot, as the port says: a checkpoint waits for it, and it for a checkpoint.
    package func readAhead<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        var result: Result!
        try readingAhead.withLock { _ in result = try read(body) }
        return result
    }

    /// Moves the write-ahead log into the database file, if it is worth it. To be called when no command waits.
    package func checkpointIfDue() throws {
        try checkpointed.withLock { checkpointed in
            try throwUnknown()
            try checkpoint(after: SQLiteStore.idleLogBytes, &checkpointed)
        }
    }

    /// Writes the database anew without what deleted rows left in its pages, and empties the write-ahead log. Keeps
    /// every writer waiting meanwhile.
    ///
    /// - Returns: false when a snapshot that is still read needs the write-ahead log.
    package func purge() throws -> Bool {
        try checkpointed.withLock { checkpointed in
            try throwUnknown()
            do {
                try connection.execute("VACUUM")
                checkpointed = connection.logPages
                return try connection.checkpoint(truncating: true)
            } catch StoreError.full {
                throw StoreError.full
            } catch {
                // Of a failed sync nobody can say what is on the disk, whatever was written.
                let cause = StoreError.outcomeUnknown("\(error)")
                unknown.withLock { $0 = cause }
                throw cause
            }
        }
    }

    /// Moves everything into the database file and empties the write-ahead log, as far as readers allow; on a full disk
    /// that makes room.
    ///
    /// - Returns: whether the log is empty now.
    package func emptyLog() throws -> Bool {
        try checkpointed.withLock { checkpointed in
            try throwUnknown()
            checkpointed = 0
            return try connection.checkpoint(truncating: true)
        }
    }

    /// Leaves everything in the database file and an empty write-ahead log, as somebody who copies files expects.
    /// Whatever is asked of the store afterwards is refused. After a commit of unknown outcome nothing is touched.
    ///
    /// - Returns: false when a reader still held a part of the log, so that it is not empty; nothing is lost then.
    /// - Throws: `StoreError` when the database file cannot take it; it is still in the log, and nothing is lost.
    @discardableResult
    package func close() throws -> Bool {
        try checkpointed.withLock { _ in
            if unknown.withLock({ $0 != nil }) { return true }
            defer { unknown.withLock { $0 = .unavailable("it is closed") } }
            return try connection.checkpoint(truncating: true)
        }
    }

    /// Checkpoints when the log has grown by this much since the last time. A log that has begun again is shorter.
    private func checkpoint(after bytes: Int, _ checkpointed: inout Int) throws(StoreError) {
        if connection.logPages < checkpointed { checkpointed = 0 }
        guard (connection.logPages - checkpointed) * Connection.pageSize >= bytes else { return }
        checkpointed = connection.logPages
        try readingAhead.withLock { _ throws(StoreError) in _ = try connection.checkpoint(truncating: false) }
    }

    private func transaction<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
        do {
            return try connection.transaction(body)
        } catch let error as StoreError {
            if case .outcomeUnknown = error { unknown.withLock { $0 = error } }
            throw error
        }
    }

    private func throwUnknown() throws(StoreError) {
        if let error = unknown.withLock({ $0 }) { throw error }
    }
}
