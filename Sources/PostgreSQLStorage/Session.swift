import Issuance
import Storage

/// What a connection is told when it is made, and what the server must say of itself.
struct Session {
    /// How long a transaction may wait for us before the server ends it, so that a process that stands still holds up
    /// nobody for long.
    let idleMilliseconds: Int

    /// For the one that writes.
    static let writing = Session(idleMilliseconds: 10_000)
    /// For one that reads: a snapshot is read by people too, and blocks nobody.
    static let reading = Session(idleMilliseconds: 300_000)

    /// What a statement may take: none of ours is more than a walk along an index.
    private static let statementMilliseconds = 30_000
    /// How long to wait for another process that writes: longer than the server lets that one stand still.
    private static let lockMilliseconds = 15_000
    /// What a statement may take that makes tables, or makes them anew.
    static let patientMilliseconds: Int32 = 3_600_000

    /// The statement that makes a session ours. Every scan has its one index; the planner, which knows little about new
    /// tables, is kept from reading them whole, and plans each statement once.
    var settings: String {
        let settings = [
            ("statement_timeout", "\(Self.statementMilliseconds)"), ("lock_timeout", "\(Self.lockMilliseconds)"),
            ("idle_in_transaction_session_timeout", "\(idleMilliseconds)"), ("client_min_messages", "warning"),
            ("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off"), ("enable_bitmapscan", "off"),
            ("enable_sort", "off"), ("jit", "off"),
        ]
        let calls = settings.map { "set_config('\($0.0)', '\($0.1)', false)" }
        let durable = "CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END"
        return "SELECT \(calls.joined(separator: ", ")), set_config('synchronous_commit', \(durable), false)"
    }

    /// The settings of a transaction that makes tables.
    static let patience = "SET LOCAL statement_timeout = \(patientMilliseconds)"

    /// Asks what kind of server it is.
    static let question = """
        SELECT current_setting('server_version_num')::bigint, current_setting('fsync'), \
        current_setting('server_encoding'), pg_is_in_recovery()::int::bigint, coalesce(current_schema()::text, '')
        """
    static let answer: [Table.Column] = [
        .integer("version"), .text("fsync"), .text("encoding"), .integer("recovery"), .text("schema"),
    ]

    /// Refuses a server whose word is not good enough.
    static func check(_ values: [ColumnValue], at address: ServerAddress) throws(StoreError) {
        func refuse(_ why: String) -> StoreError { .unavailable("\(address): \(why)") }
        guard case .integer(let version) = values[0], version >= 140_000 else {
            throw refuse("the server is older than PostgreSQL 14")
        }
        guard values[1] == .text("on") else {
            throw refuse(
                "the server runs with fsync = off: what it says is committed it would lose with the power. "
                    + "Set fsync = on"
            )
        }
        guard values[2] == .text("UTF8") else {
            throw refuse("the database does not keep texts as UTF-8. Make one with ENCODING 'UTF8'")
        }
        guard values[3] == .integer(0) else { throw refuse("the server is a standby, which may be behind") }
        guard values[4] != .text("") else { throw refuse("there is no schema in the search path to keep tables in") }
    }
}
