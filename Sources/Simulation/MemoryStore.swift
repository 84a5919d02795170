package import Issuance
import Synchronization

/// A store in memory, for tests: it keeps nothing, forgives nothing, and fails when it is told to.
///
/// It holds to the port like the others and to more: a row must read back as it was written, a transaction may not be
/// used after its closure has returned, and a table must be known as it is described.
package final class MemoryStore: Store {
    private let faults: @Sendable (Int) -> MemoryStoreFault?
    private let disk: Disk
    /// What was said at a commit whose outcome is open; everything is refused from then on.
    private let unknown = Mutex<StoreError?>(nil)
    /// How many transactions were begun.
    private let transactions = Mutex(0)
    /// Whether other processes write what this one writes.
    package let isShared: Bool

    /// What was persisted, by whoever wrote it.
    private final class Disk: Sendable {
        let tables: Mutex<[String: MemoryStoreTable]>
        /// The writer's lock.
        let turn = Mutex(())

        init(_ tables: [String: MemoryStoreTable]) { self.tables = Mutex(tables) }
    }

    /// An empty store.
    /// - Parameter faults: what goes wrong at the commit of a transaction; the transactions are counted from 1.
    package convenience init(_ tables: [Table], faults: @escaping @Sendable (Int) -> MemoryStoreFault? = { _ in nil }) {
        let empty = tables.map { ($0.name, MemoryStoreTable($0)) }
        self.init(Disk(Dictionary(uniqueKeysWithValues: empty)), isShared: false, faults)
    }

    private init(_ disk: Disk, isShared: Bool, _ faults: @escaping @Sendable (Int) -> MemoryStoreFault?) {
        self.disk = disk
        self.isShared = isShared
        self.faults = faults
    }

    /// What a new process finds: everything that was persisted. Transactions are counted from 1 again.
    package func restarted(faults: @escaping @Sendable (Int) -> MemoryStoreFault? = { _ in nil }) -> MemoryStore {
        MemoryStore(Disk(disk.tables.withLock { $0 }), isShared: isShared, faults)
    }

    /// What another process has that writes the same store at the same time, with faults of its own.
    package func shared(faults: @escaping @Sendable (Int) -> MemoryStoreFault? = { _ in nil }) -> MemoryStore {
        MemoryStore(disk, isShared: true, faults)
    }

    /// Puts an older copy in the place of what all processes have persisted.
    package func putBack(_ copy: MemoryStore) {
        let tables = copy.disk.tables.withLock { $0 }
        disk.tables.withLock { $0 = tables }
    }

    /// Runs `body` in the one writing transaction, as the port says, and then what `faults` plans for it.
    package func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
        var result: Result!
        try disk.turn.withLock { _ in
            let count = transactions.withLock { count in
                count += 1
                return count
            }
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
        if let unknown = unknown.withLock({ $0 }) { throw unknown }
        return disk.tables.withLock { $0 }
    }

    private func commit(_ tables: [String: MemoryStoreTable], _ fault: MemoryStoreFault?) throws(StoreError) {
        if fault == .full { throw .full }
        if fault != .lost { disk.tables.withLock { $0 = tables } }
        guard fault != nil else { return }
        let error = StoreError.outcomeUnknown("a fault of the simulation")
        unknown.withLock { $0 = error }
        throw error
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
