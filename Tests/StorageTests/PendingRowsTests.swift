import Issuance
import Simulation
import TestSupport
import Testing

/// What is decided ahead of the store sees what the store will have.
@Suite("Rows decided ahead of the store")
struct PendingRowsTests {
    /// A store, and the batches above it that it does not have yet.
    private struct Ahead {
        let store: any Store
        let rows = PendingRows()
        var unwritten: [(number: Int, changes: [RowChanges])] = []
        var number = 0

        mutating func decide(_ body: (PendingRows) throws -> Void) throws {
            number += 1
            let changes = try store.readAhead { reader in
                try rows.decide(number, above: reader) { try body(rows) }.changes
            }
            unwritten.append((number, changes))
        }

        /// Writes the oldest batch. Whether those above hear of it at once makes no difference.
        mutating func write(andTell isTold: Bool) throws {
            guard !unwritten.isEmpty else { return }
            let batch = unwritten.removeFirst()
            try store.write { writer in
                for changes in batch.changes { try changes.write(to: writer) }
            }
            if isTold { rows.forget(upTo: batch.number) }
        }
    }

    @Test(
        "answer as the naive model does, however much of them is written", arguments: StoreKind.allCases, UInt64(1)...8)
    func random(kind: StoreKind, seed: UInt64) throws {
        try kind.withStore { store in
            var random = SeededRandom(seed: seed)
            var model = NaiveModel()
            var ahead = Ahead(store: store)
            var reads = 0
            for _ in 0..<150 {
                try ahead.decide { rows in
                    for _ in 0..<Int.random(in: 1...20, using: &random) {
                        let operation = NaiveModel.Operation.random(using: &random)
                        var next = model
                        let expected = next.apply(operation)
                        // What the store alone can refuse, it refuses when the batch is written.
                        guard expected != .conflict, expected != .missing else { continue }
                        model = next
                        if case .rows = expected { reads += 1 }
                        try #require(try operation.outcome(rows) == expected, "\(operation)")
                    }
                }
                while ahead.unwritten.count > Int.random(in: 0...3, using: &random) {
                    try ahead.write(andTell: Bool.random(using: &random))
                }
            }
            while !ahead.unwritten.isEmpty { try ahead.write(andTell: true) }
            let rows = try store.all(Sample.Session.self)
            try #require(NaiveModel.Outcome(rows) == model.apply(.records(Scan(limit: 100))))
            #expect(rows.count > 10 && reads > 300)
        }
    }

    @Test("are written once each, as they are at the end of their batch")
    func coalesced() throws {
        var ahead = Ahead(store: MemoryStore(Sample.tables))
        let first = Sample.Session("a")
        var second = first
        second.owner = "bob"
        try ahead.decide { rows in
            try rows.insert(first)
            try rows.update(second, from: first)
            try rows.insert(Sample.Session("gone"))
            try rows.delete(Sample.Session.self, key: [.text("gone")])
        }
        #expect(ahead.unwritten[0].changes.map(\.inserted) == [[second.values]])
        #expect(ahead.unwritten[0].changes.allSatisfy { $0.updated.isEmpty && $0.deleted.isEmpty })
        var third = second
        third.state = .closed
        try ahead.decide { rows in
            try rows.update(third)
            try rows.update(third, from: third)
        }
        // What it was is known from the batch before, which is not written yet.
        let changes = try #require(ahead.unwritten[1].changes.first)
        #expect(changes.updated.map(\.new) == [third.values] && changes.updated.map(\.old) == [second.values])
        try ahead.write(andTell: false)
        try ahead.write(andTell: true)
        #expect(try ahead.store.all(Sample.Session.self) == [third])
    }

    @Test("refuse what contradicts other pending rows, and what may never change")
    func refused() throws {
        var ahead = Ahead(store: MemoryStore(Sample.tables))
        try ahead.decide { rows in
            try rows.insert(Sample.Session("a"))
            try rows.delete(Sample.Session.self, key: [.text("a")])
            #expect(throws: StoreError.missing(table: "order")) { try rows.update(Sample.Session("a")) }
            #expect(throws: StoreError.missing(table: "order")) {
                try rows.delete(Sample.Session.self, key: [.text("a")])
            }
            try rows.insert(Sample.Entry(1))
            #expect(throws: StoreError.appendOnly(table: "entry")) { try rows.update(Sample.Entry(1, [1])) }
            #expect(throws: StoreError.appendOnly(table: "entry")) {
                try rows.delete(Sample.Entry.self, key: [.integer(1)])
            }
            try rows.insert(Sample.Tag("twice"))
            try rows.insert(Sample.Tag("twice"))
            #expect(throws: StoreError.conflict(table: "tag")) {
                try rows.record(Sample.Tag.self, .text("twice"), .blob([]))
            }
        }
    }
}
