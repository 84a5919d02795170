import Issuance
import Storage

/// The one row that every transaction changes first, and that therefore orders the transactions of all processes.
struct HeadRow: Record {
    /// Always 1.
    var one: Int64 = 1
    /// How many transactions there were.
    var generation: Int64 = 0
    /// How many migrations the tables have had.
    var migrations: Int64 = 0
    /// Who made the last transactions, the last one first: each a name of `nameBytes`.
    var writers: [UInt8] = []

    static let table = Table(
        "store_head", key: [.integer("one")],
        [
            .integer("generation"), .integer("migrations"), .blob("writers"),
        ])

    var values: [ColumnValue] { [.integer(one), .integer(generation), .integer(migrations), .blob(writers)] }

    init() {}

    init(row: inout RowReader) throws(StoreError) {
        one = try row.integer()
        generation = try row.integer()
        migrations = try row.integer()
        writers = try row.blob()
    }

    /// The name of a process, as the server invents it.
    static let nameBytes = 16
    /// How many transactions are remembered: more than other processes make while one finds its connection lost.
    static let rememberedWriters = 64

    /// Takes the row for a transaction: it is the next one, of the writer that the parameter names. Waits for whoever
    /// has it.
    static let take = """
        UPDATE "store_head" SET "generation" = "generation" + 1, \
        "writers" = substr($1 || "writers", 1, \(nameBytes * rememberedWriters)) WHERE "one" = 1 \
        RETURNING "one", "generation", "migrations", "writers"
        """

    /// Reads the row when nobody has it any more.
    static let await = """
        SELECT "one", "generation", "migrations", "writers" FROM "store_head" WHERE "one" = 1 FOR UPDATE
        """

    /// Ends whoever has the row and has been silent for longer than the server lets a transaction wait. The server does
    /// that itself, but not between two statements that were sent without waiting for the answer.
    static let endWhoStandsStill = """
        SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity, "store_head" \
        WHERE backend_xid = "store_head".xmax AND pid <> pg_backend_pid() AND wait_event = 'ClientRead' \
        AND state_change < clock_timestamp() - interval '\(Session.writing.idleMilliseconds) milliseconds'
        """

    /// Whether this writer made a transaction; nil when it is longer ago than is remembered.
    func isWriter(_ name: [UInt8], of generation: Int64) -> Bool? {
        guard generation <= self.generation else { return false }
        let start = (self.generation - generation) * Int64(Self.nameBytes)
        guard start + Int64(Self.nameBytes) <= Int64(writers.count) else { return nil }
        return writers.dropFirst(Int(start)).prefix(Self.nameBytes).elementsEqual(name)
    }
}
