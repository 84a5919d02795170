package import Issuance
package import Storage
import Synchronization

/// Reads a database file without being the process that writes it: a running service's, a stopped one's, or the one of
/// a service that was killed and left its write-ahead log behind. Changes nothing in the two, and only makes the file
/// of shared memory beside them where it is missing.
package final class SQLiteReader: Sendable {
    private let path: String
    private let schema: Schema
    private let pool: Mutex<Pool>

    private struct Pool {
        var idle: [Connection] = []
        var busyCount = 0
    }

    /// As many connections stay open as a small machine has use for; each holds two descriptors and its own cache.
    private static let idleLimit = 8
    /// More snapshots at once than any caller has threads: a loop that reads inside a read is stopped here.
    private static let busyLimit = 64

    /// - Throws: `StoreError.unavailable` when the file cannot be opened or was made by a newer or older program,
    ///   `.corrupt` when it is no database, or one with another past.
    package init(path: String, schema: Schema) throws(StoreError) {
        self.path = path
        self.schema = schema
        let connection = try Connection(path, schema: schema, lock: nil)
        guard try connection.pendingMigrations().isEmpty else {
            throw .unavailable("\(path) is older than this program; the service brings it up to date when it starts")
        }
        pool = Mutex(Pool(idle: [connection]))
    }

    /// Runs `body` on an unchanging snapshot that holds every transaction committed before the call.
    package func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        let connection = try take()
        defer { giveBack(connection) }
        defer { connection.rollback() }
        try connection.beginReading()
        return try body(connection)
    }

    private func take() throws(StoreError) -> Connection {
        let idle = try pool.withLock { pool throws(StoreError) in
            guard pool.busyCount < SQLiteReader.busyLimit else {
                throw .unavailable("\(pool.busyCount) snapshots are being read already")
            }
            pool.busyCount += 1
            return pool.idle.popLast()
        }
        if let idle { return idle }
        do {
            return try Connection(path, schema: schema, lock: nil)
        } catch {
            pool.withLock { $0.busyCount -= 1 }
            throw error
        }
    }

    private func giveBack(_ connection: Connection) {
        pool.withLock { pool in
            pool.busyCount -= 1
            if pool.idle.count < SQLiteReader.idleLimit { pool.idle.append(connection) }
        }
    }
}
