/// The port to durable state. Four verbs on rows, one durable transaction, one snapshot: small enough that every store
/// (memory, SQLite, PostgreSQL) is held to it by one contract suite.
package protocol Store: Sendable {
    /// Whether other processes may write between two transactions of this one.
    var isShared: Bool { get }

    /// Runs `body` in the one writing transaction and makes everything it wrote durable before returning.
    ///
    /// When `body` throws, nothing of it remains and its error is rethrown. `StoreError.full` and
    /// `StoreError.unavailable` also mean that nothing remains. `StoreError.outcomeUnknown` means that the caller must
    /// stop the process: the commit may or may not be found after a restart.
    /// Called from one thread at a time.
    func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result

    /// Runs `body` on an unchanging snapshot that holds every transaction committed before the call.
    func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result

    /// As ``read(_:)``, for whoever reads again and again while others write: the store may keep it waiting for what it
    /// must do while nobody reads.
    func readAhead<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result

    /// Removes what deleted and replaced rows left behind in the store's files: afterwards they hold what is stored and
    /// nothing else. May take as long as writing everything anew.
    ///
    /// - Returns: false when a snapshot that is still read keeps some of it; call again later.
    func purge() throws -> Bool
}

extension Store {
    /// A store that nobody else writes while it is open.
    package var isShared: Bool { false }

    /// A store that need do nothing while nobody reads.
    package func readAhead<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result { try read(body) }

    /// A store without files leaves nothing behind.
    package func purge() throws -> Bool { true }
}

/// Reading rows, inside a transaction or a snapshot. Valid only until the closure that received it returns.
package protocol StoreReader {
    /// The row with this primary key.
    func record<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) -> R?

    /// The rows that a scan selects, in its order.
    func records<R: Record>(_ scan: Scan<R>) throws(StoreError) -> [R]
}

extension StoreReader {
    /// The row with this primary key.
    package func record<R: Record>(_ type: R.Type, _ key: ColumnValue...) throws(StoreError) -> R? {
        try record(type, key: key)
    }

    /// Calls `body` with every row of a table in the order of its key, holding at most `batch` rows at a time.
    package func forEach<R: Record>(_ type: R.Type = R.self, batch: Int = 256, _ body: (R) throws -> Void) throws {
        var scan = Scan(type, limit: batch)
        while true {
            let rows = try records(scan)
            for row in rows { try body(row) }
            guard rows.count == batch, let last = rows.last else { return }
            scan.above = last.key
        }
    }
}

/// Writing rows inside the transaction.
package protocol StoreWriter: StoreReader {
    /// Adds a row. `StoreError.conflict` when its key, or a unique index, is taken.
    func insert<R: Record>(_ record: R) throws(StoreError)

    /// Replaces the row with the same key. `StoreError.missing` when there is none, `.appendOnly` when rows of the
    /// table may not change.
    func update<R: Record>(_ record: R) throws(StoreError)

    /// Replaces a row that the caller has just read, or written, as `old`: a store need only touch what differs. The
    /// two have the same key. Errors as for `update`.
    func update<R: Record>(_ record: R, from old: R) throws(StoreError)

    /// Removes the row with this key. `StoreError.missing` when there is none, `.appendOnly` as above.
    func delete<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError)

    /// Writes what was decided ahead, as the verbs above would.
    func write<R: Record>(_ changes: RowChanges, of type: R.Type) throws(StoreError)

    /// Runs `body`; when it throws, only what it wrote is undone, and its error is rethrown. May be nested.
    func savepoint<Result>(_ body: () throws -> Result) throws -> Result

    /// Runs `body`, in which a store may send changes later than they are made. What one of them is refused for may
    /// then come out of any later call, and spoils the transaction: it is the error of `Store.write`, whatever else was
    /// caught. For changes that are not expected to be refused, and for a store to which each answer is a journey.
    func together<Result>(_ body: () throws -> Result) throws -> Result
}

extension StoreWriter {
    /// A store that is near answers each change as it comes.
    package func together<Result>(_ body: () throws -> Result) throws -> Result { try body() }
}

extension StoreWriter {
    /// Row by row.
    package func write<R: Record>(_ changes: RowChanges, of type: R.Type) throws(StoreError) {
        for key in changes.deleted { try delete(type, key: key) }
        for (new, old) in changes.updated {
            if let old { try update(R(reading: new), from: R(reading: old)) } else { try update(R(reading: new)) }
        }
        for row in changes.inserted { try insert(R(reading: row)) }
    }
}

/// Why a store refused. Cases say what the caller can do.
package enum StoreError: Error, Hashable, Sendable {
    /// The key or a unique index is taken; the transaction goes on.
    case conflict(table: String)
    /// There is no row to change; the transaction goes on.
    case missing(table: String)
    /// A row that may never change would have been changed: a mistake of ours.
    case appendOnly(table: String)
    /// What was asked does not fit the table, or the store lacks the table: a mistake of ours; the transaction goes on.
    case unfit(table: String, why: String)
    /// The disk is full: nothing was written; try again when there is space.
    case full
    /// Another process holds the store, or it could not be opened: nothing was written.
    case unavailable(String)
    /// What is stored is not what this program writes.
    case corrupt(String)
    /// The commit failed in a way that leaves open whether it happened: stop the process and start again.
    case outcomeUnknown(String)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .conflict(let table): "a row with this key exists already in table \(table)"
        case .missing(let table): "there is no row with this key in table \(table)"
        case .appendOnly(let table): "rows of table \(table) never change"
        case .unfit(let table, let why): "table \(table): \(why)"
        case .full: "the disk is full; nothing was written"
        case .unavailable(let why): "the store cannot be used: \(why)"
        case .corrupt(let what): "the store is damaged: \(what)"
        case .outcomeUnknown(let why): "the last commit may or may not have happened (\(why)); restart to find out"
        }
    }
}
