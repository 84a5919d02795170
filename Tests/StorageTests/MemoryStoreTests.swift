import Issuance
import Simulation
import Testing

/// What only the store for tests does: it fails when it is told to, and forgives nothing.
@Suite("Memory store")
struct MemoryStoreTests {
    typealias Entry = Sample.Entry

    private func store(_ fault: MemoryStoreFault, at transaction: Int) -> MemoryStore {
        MemoryStore(Sample.tables) { $0 == transaction ? fault : nil }
    }

    @Test("A full disk refuses the chosen transaction and no other")
    func full() throws {
        let store = store(.full, at: 2)
        try store.insert([Entry(1)])
        #expect(throws: StoreError.full) { try store.insert([Entry(2)]) }
        try store.insert([Entry(3)])
        #expect(try store.all() == [Entry(1), Entry(3)])
    }

    static let unknown: [(MemoryStoreFault, [Int64])] = [(.lost, [1]), (.persisted, [1, 2])]

    @Test("After an unknown outcome nothing is answered; a restart finds out", arguments: unknown)
    func outcomeUnknown(fault: MemoryStoreFault, expected: [Int64]) throws {
        let store = store(fault, at: 2)
        try store.insert([Entry(1)])
        let error = StoreError.outcomeUnknown("a fault of the simulation")
        #expect(throws: error) { try store.insert([Entry(2)]) }
        #expect(throws: error) { try store.insert([Entry(3)]) }
        #expect(throws: error) { try store.all(Entry.self) }
        let next = store.restarted()
        #expect(try next.all(Entry.self).map(\.seq) == expected)
        try next.insert([Entry(4)])
    }

    @Test("Transactions are counted whether or not they get as far as the commit, and from 1 after a restart")
    func counting() throws {
        let store = store(.full, at: 3)
        #expect(throws: StoreError.conflict(table: "entry")) { try store.insert([Entry(1), Entry(1)]) }
        try store.insert([Entry(1)])
        #expect(throws: StoreError.full) { try store.insert([Entry(2)]) }
        let next = store.restarted { $0 == 1 ? .full : nil }
        #expect(throws: StoreError.full) { try next.insert([Entry(2)]) }
    }

    @Test("A row that does not read back as it was written is refused")
    func readBack() throws {
        struct Forgetful: Record {
            var seq: Int64
            static let table = Sample.Entry.table
            var values: [ColumnValue] { [.integer(seq), .blob([1])] }
            init(seq: Int64) { self.seq = seq }
            init(row: inout RowReader) throws(StoreError) { seq = try row.integer() / 2 }
        }
        let store = MemoryStore(Sample.tables)
        let error = #expect(throws: StoreError.self) { try store.insert([Forgetful(seq: 3)]) }
        #expect(error == .unfit(table: "entry", why: "a row does not read back as it was written"))
        try store.insert([Forgetful(seq: 0)])
    }

    @Test("A transaction that is used after its end stops the program")
    func escaped() async {
        await #expect(processExitsWith: .failure) {
            var escaped: (any StoreWriter)?
            try MemoryStore(Sample.tables).write { escaped = $0 }
            try escaped?.insert(Sample.Entry(1))
        }
    }

    @Test("A table that contradicts itself stops the program")
    func contradictions() async {
        await #expect(processExitsWith: .failure) { _ = Table("none", key: []) }
        await #expect(processExitsWith: .failure) { _ = Table("empty", key: [.integer("id").optional]) }
        await #expect(processExitsWith: .failure) { _ = Table("twice", key: [.integer("id")], [.text("id")]) }
        await #expect(processExitsWith: .failure) {
            _ = Table("index", key: [.integer("id")], indexes: [Table.Index("other", ["other"])])
        }
    }
}
