package import Issuance
package import Storage
import Synchronization

/// Reads a database without writing to it: a running service's, or a stopped one's. Each snapshot has a connection for
/// itself; some stay open for the next.
package final class PostgreSQLReader: Sendable {
    private let address: ServerAddress
    private let schema: Schema
    private let seen: Seen
    private let pool: Mutex<Pool>

    private struct Pool {
        var idle: [Connection] = []
        var busyCount = 0
    }

    /// As many connections stay open as a small machine has use for; each is a process of the server.
    private static let idleLimit = 8
    /// More snapshots at once than any caller has threads, and fewer than the hundred connections that a server usually
    /// takes: a loop that reads inside a read is stopped here.
    private static let busyLimit = 32

    /// - Throws: `StoreError.unavailable` when the server cannot be reached or is not good enough, holds no store, or
    ///   one of a newer or older program; `.corrupt` when it is one with another past.
    package convenience init(url: String, schema: Schema) throws(StoreError) {
        try self.init(ServerAddress(url), schema, Seen())
    }

    init(_ address: ServerAddress, _ schema: Schema, _ seen: Seen) throws(StoreError) {
        self.address = address
        self.schema = schema
        self.seen = seen
        let connection = try Connection(address, schema: schema, .reading)
        guard try connection.isStore() else { throw .unavailable("\(address): there is no store in this schema") }
        guard try connection.pendingMigrations().isEmpty else {
            throw .unavailable("\(address) is older than this program; the service brings it up to date when it starts")
        }
        try connection.checkCollations()
        pool = Mutex(Pool(idle: [connection]))
    }

    /// Runs `body` on an unchanging snapshot that holds every transaction committed before the call.
    package func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        let connection = try take()
        defer { giveBack(connection) }
        return try body(connection)
    }

    /// A connection with a snapshot. One that was left open and has been lost since is replaced by a new one.
    private func take() throws(StoreError) -> Connection {
        try pool.withLock { pool throws(StoreError) in
            guard pool.busyCount < Self.busyLimit else {
                throw .unavailable("\(pool.busyCount) snapshots are being read already")
            }
            pool.busyCount += 1
        }
        do {
            while let idle = pool.withLock({ $0.idle.popLast() }) {
                do {
                    return try begin(idle)
                } catch where idle.isLost {
                    continue
                }
            }
            return try begin(Connection(address, schema: schema, .reading))
        } catch {
            pool.withLock { $0.busyCount -= 1 }
            throw error
        }
    }

    private func begin(_ connection: Connection) throws(StoreError) -> Connection {
        // Before the snapshot: what is committed meanwhile may be in it or not.
        let least = seen.generation
        let head = try connection.beginReading()
        guard head.generation >= least else { throw Seen.older(head, than: least) }
        seen.take(head.generation)
        return connection
    }

    private func giveBack(_ connection: Connection) {
        connection.rollback()
        pool.withLock { pool in
            pool.busyCount -= 1
            if !connection.isLost, pool.idle.count < Self.idleLimit { pool.idle.append(connection) }
        }
    }
}

/// The newest transaction that this process has made or met: a server that has fewer is an older copy.
final class Seen: Sendable {
    private let newest = Mutex<Int64>(0)

    var generation: Int64 { newest.withLock(\.self) }

    func take(_ generation: Int64) { newest.withLock { $0 = max($0, generation) } }

    static func older(_ head: HeadRow, than least: Int64) -> StoreError {
        .outcomeUnknown(
            "the database has had \(head.generation) transactions, and this process has seen \(least): an older copy "
                + "has taken its place")
    }
}
