import Issuance
import Testing

/// The contract of every store: what a transaction, a savepoint and a snapshot promise.
@Suite("Transactions")
struct TransactionTests {
    typealias Entry = Sample.Entry
    typealias Tile = Sample.Tile

    struct Refusal: Error, Equatable {}

    @Test(
        "A transaction gives what its body returns, and sees its own rows before others do",
        arguments: StoreKind.allCases)
    func ownRows(kind: StoreKind) throws {
        try kind.withStore { store in
            let count = try store.write { writer in
                try writer.insert(Tile(1, 1))
                try writer.update(Tile(1, 1, [1]))
                let outside = try store.all(Tile.self)
                #expect(outside.isEmpty)
                let inside = try writer.all(Tile.self)
                #expect(inside == [Tile(1, 1, [1])])
                return inside.count
            }
            #expect(count == 1)
            #expect(try store.all() == [Tile(1, 1, [1])])
        }
    }

    @Test("Of a transaction whose body throws, nothing remains and the error comes out", arguments: StoreKind.allCases)
    func rollback(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert([Tile(1, 1), Tile(1, 2)])
            #expect(throws: Refusal()) {
                try store.write { writer in
                    try writer.insert(Tile(2, 1))
                    try writer.update(Tile(1, 1, [9]))
                    try writer.delete(Tile.self, key: [.integer(1), .integer(2)])
                    try writer.insert(Entry(1))
                    throw Refusal()
                }
            }
            #expect(throws: StoreError.conflict(table: "tile")) {
                try store.write { writer in
                    try writer.insert(Tile(2, 1))
                    try writer.insert(Tile(1, 1))
                }
            }
            #expect(try store.all() == [Tile(1, 1), Tile(1, 2)])
            try store.insert([Entry(1, [1])])
            #expect(try store.all() == [Entry(1, [1])])
        }
    }

    @Test(
        "A snapshot does not change while transactions commit, and the next one sees them",
        arguments: StoreKind.allCases)
    func snapshots(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert([Tile(1, 1)])
            try store.read { outer in
                // Nothing has been read yet: the snapshot is of the call, not of the first row.
                try store.write { writer in
                    try writer.insert(Tile(1, 2))
                    try writer.update(Tile(1, 1, [9]))
                }
                let old = try outer.all(Tile.self)
                #expect(old == [Tile(1, 1)])
                try store.write { try $0.delete(Tile.self, key: [.integer(1), .integer(1)]) }
                let same = try outer.all(Tile.self)
                #expect(same == old)
                let inner = try store.all(Tile.self)
                #expect(inner == [Tile(1, 2)])
            }
            #expect(try store.all() == [Tile(1, 2)])
        }
    }

    @Test("Reading gives what its body returns, and lets its error out", arguments: StoreKind.allCases)
    func reading(kind: StoreKind) throws {
        try kind.withStore { store in
            let before = try store.read { _ in 7 }
            #expect(throws: Refusal()) { try store.read { _ in throw Refusal() } }
            let after = try store.read { _ in 8 }
            #expect((before, after) == (7, 8))
        }
    }

    @Test("A savepoint undoes its own writes and no others", arguments: StoreKind.allCases)
    func savepoints(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.write { writer in
                try writer.insert(Tile(0, 0))
                let kept = try writer.savepoint {
                    try writer.insert(Tile(1, 0))
                    return 5
                }
                #expect(kept == 5)
                #expect(throws: Refusal()) {
                    try writer.savepoint {
                        try writer.insert(Tile(2, 0))
                        try writer.update(Tile(0, 0, [9]))
                        try writer.delete(Tile.self, key: [.integer(1), .integer(0)])
                        throw Refusal()
                    }
                }
                try writer.insert(Tile(2, 0, [2]))
            }
            #expect(try store.all() == [Tile(0, 0), Tile(1, 0), Tile(2, 0, [2])])
        }
    }

    @Test(
        "Savepoints nest: an inner one may fail alone, an outer one takes the inner ones along",
        arguments: StoreKind.allCases)
    func nestedSavepoints(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.write { writer in
                try writer.savepoint {
                    try writer.insert(Tile(0, 0))
                    #expect(throws: Refusal()) {
                        try writer.savepoint {
                            try writer.insert(Tile(0, 1))
                            try writer.savepoint { try writer.insert(Tile(0, 2)) }
                            throw Refusal()
                        }
                    }
                    try writer.insert(Tile(0, 3))
                }
                #expect(throws: StoreError.conflict(table: "tile")) {
                    try writer.savepoint {
                        try writer.savepoint { try writer.insert(Tile(1, 0)) }
                        try writer.savepoint { try writer.insert(Tile(0, 0)) }
                    }
                }
            }
            #expect(try store.all() == [Tile(0, 0), Tile(0, 3)])
        }
    }

    @Test("Changes that are made together are as those that are made one by one", arguments: StoreKind.allCases)
    func together(kind: StoreKind) throws {
        try kind.withStore { store in
            let count = try store.write { writer in
                try writer.insert(Tile(0, 0))
                return try writer.together {
                    for n in Int64(1)..<600 { try writer.insert(Tile(0, n)) }
                    try writer.update(Tile(0, 7, [7]))
                    try writer.savepoint { try writer.delete(Tile.self, key: [.integer(0), .integer(8)]) }
                    #expect(throws: Refusal()) {
                        try writer.savepoint {
                            try writer.delete(Tile.self, key: [.integer(0), .integer(9)])
                            throw Refusal()
                        }
                    }
                    #expect(throws: StoreError.conflict(table: "tile")) {
                        try writer.savepoint { try writer.insert(Tile(0, 9)) }
                    }
                    return try writer.all(Tile.self).count
                }
            }
            #expect(count == 599)
            let tiles = try store.all(Tile.self)
            #expect(tiles.map(\.n) == (0..<600).filter { $0 != 8 })
            #expect(tiles[7] == Tile(0, 7, [7]))
        }
    }

    @Test("What is refused together with others leaves nothing of them", arguments: StoreKind.allCases, 0..<5)
    func refusedTogether(kind: StoreKind, which: Int) throws {
        let refusals: [(StoreError, (any StoreWriter) throws -> Void)] = [
            (.conflict(table: "tile"), { try $0.insert(Tile(1, 1, [9])) }),
            (.missing(table: "tile"), { try $0.update(Tile(3, 3)) }),
            (.missing(table: "tile"), { try $0.delete(Tile.self, key: [.integer(3), .integer(3)]) }),
            (.appendOnly(table: "entry"), { try $0.update(Entry(1, [9])) }),
            (.conflict(table: "order"), { try $0.update(Sample.Session("b", token: [1])) }),
        ]
        try kind.withStore { store in
            try store.insert([Tile(1, 1)])
            try store.insert([Entry(1)])
            try store.insert([Sample.Session("a", token: [1]), Sample.Session("b")])
            #expect(throws: refusals[which].0) {
                try store.write { writer in
                    try writer.together {
                        try writer.insert(Tile(2, 2))
                        try refusals[which].1(writer)
                        for n in Int64(10)..<20 { try writer.insert(Tile(2, n)) }
                    }
                }
            }
            #expect(try store.all() == [Tile(1, 1)])
            #expect(try store.all() == [Entry(1)])
            try store.insert([Tile(2, 2)])
        }
    }

    @Test("A kept savepoint goes with its transaction", arguments: StoreKind.allCases)
    func savepointInRollback(kind: StoreKind) throws {
        try kind.withStore { store in
            #expect(throws: Refusal()) {
                try store.write { writer in
                    try writer.savepoint { try writer.insert(Tile(0, 0)) }
                    throw Refusal()
                }
            }
            let rest = try store.all(Tile.self)
            #expect(rest.isEmpty)
        }
    }
}
