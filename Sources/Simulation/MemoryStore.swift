package import Issuance
import Synchronization

/// A store in memory, for tests: it keeps nothing, forgives nothing, and fails when it is told to.
///
/// It holds to the port like the others and to more: a row must read back as it was written, a transaction may not be
/// used after its closure has returned, and a table must be known as it is described.
package final class MemoryStore: Store {
    private let faults: @Sendable (Int) -> MemoryStoreFault?
    private let committed: Mutex<Committed>
    /// The writer's lock, and how many transactions were begun.
    private let transactions = Mutex(0)

    private struct Committed {
        var tables: [String: MemoryStoreTable]
        var unknown: StoreError?
    }

    /// An empty store.
    /// - Parameter faults: what goes wrong at the commit of a transaction; the transactions are counted from 1.
    package convenience init(_ tables: [Table], faults: @escaping @Sendable (Int) -> MemoryStoreFault? = { _ in nil }) {
        let empty = tables.map { ($0.name, MemoryStoreTable($0)) }
        self.init(Dictionary(uniqueKeysWithValues: empty), faults)
    }

    private init(_ tables: [String: MemoryStoreTable], _ faults: @escaping @Sendable (Int) -> MemoryStoreFault?) {
        committed = Mutex(Committed(tables: tables))
        self.faults = faults
    }

    /// What a new process finds: everything that was persisted. Transactions are counted from 1 again.
    package func restarted(faults: @escaping @Sendable (Int) -> MemoryStoreFault? = { _ in nil }) -> MemoryStore {
        MemoryStore(committed.withLock(\.tables), faults)
    }

    /// Runs `body` in the one writing transaction, as the port says, and then what `faults` plans for it.
    package func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
        var result: Result!
        try transactions.withLock { count in
            count += 1
            let transaction = MemoryStoreTransaction(try snapshot())
            defer { transaction.close() }
            result = try body(transaction)
            try commit(transaction.tables, faults(count))
        }
        return result
    }

    /// Runs `body` on a snapshot, as the port says.
    package func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        let transaction = MemoryStoreTransaction(try snapshot())
        defer { transaction.close() }
        return try body(transaction)
    }

    private func snapshot() throws(StoreError) -> [String: MemoryStoreTable] {
        try committed.withLock { committed throws(StoreError) in
            if let unknown = committed.unknown { throw unknown }
            return committed.tables
        }
    }

    private func commit(_ tables: [String: MemoryStoreTable], _ fault: MemoryStoreFault?) throws(StoreError) {
        try committed.withLock { committed throws(StoreError) in
            switch fault {
            case .full: throw .full
            case .lost, .persisted: committed.unknown = .outcomeUnknown("a fault of the simulation")
            case nil: break
            }
            if fault != .lost { committed.tables = tables }
            if let unknown = committed.unknown { throw unknown }
        }
    }
}

/// What goes wrong at a commit of a `MemoryStore`.
package enum MemoryStoreFault: Hashable, Sendable {
    /// The disk is full: nothing is persisted, `StoreError.full` says so, and the store goes on.
    case full
    /// Nothing is persisted, and `StoreError.outcomeUnknown` does not say so; everything is refused from here on.
    case lost
    /// All is persisted, and `StoreError.outcomeUnknown` does not say so; everything is refused from here on.
    case persisted
}
