import Issuance
import TestSupport
import Testing

/// The contract of every store: the same answers as a model that is too simple to be wrong.
@Suite("Differential")
struct DifferentialTests {
    struct GiveUp: Error {}

    @Test("Random transactions have the outcomes of the naive model", arguments: StoreKind.allCases, UInt64(1)...6)
    func random(kind: StoreKind, seed: UInt64) throws {
        try kind.withStore { store in
            var random = SeededRandom(seed: seed)
            var model = NaiveModel()
            for _ in 0..<40 {
                var attempt = model
                do {
                    try store.write { writer in
                        try run(20, on: writer, &attempt, &random, depth: 0)
                        if Int.random(in: 0..<5, using: &random) == 0 { throw GiveUp() }
                    }
                    model = attempt
                } catch is GiveUp {}
                let rows = try store.all(Sample.Session.self)
                try #require(NaiveModel.Outcome(rows) == model.apply(.records(Scan(limit: 100))))
            }
            #expect(model.rows.count > 10)
        }
    }

    /// Runs random operations on both, some of them in savepoints, of which some fail.
    private func run(
        _ count: Int, on writer: any StoreWriter, _ model: inout NaiveModel, _ random: inout SeededRandom, depth: Int
    ) throws {
        for _ in 0..<count {
            guard depth < 3, Int.random(in: 0..<10, using: &random) == 0 else {
                let operation = NaiveModel.Operation.random(using: &random)
                let outcome = try operation.outcome(writer)
                try #require(outcome == model.apply(operation), "\(operation)")
                continue
            }
            var attempt = model
            do {
                try writer.savepoint {
                    try run(6, on: writer, &attempt, &random, depth: depth + 1)
                    if Bool.random(using: &random) { throw GiveUp() }
                }
                model = attempt
            } catch is GiveUp {}
        }
    }

    @Test("Thousands of rows keep their order through random inserts and deletes", arguments: StoreKind.allCases)
    func manyRows(kind: StoreKind) throws {
        try kind.withStore { store in
            var random = SeededRandom(seed: 7)
            var expected: Set<Sample.Tile> = []
            for _ in 0..<20 {
                try store.write { writer in
                    for _ in 0..<300 {
                        let tile = Sample.Tile(
                            .random(in: 0..<9, using: &random), .random(in: 0..<900, using: &random))
                        if expected.contains(tile) {
                            try writer.delete(Sample.Tile.self, key: tile.key)
                            expected.remove(tile)
                        } else {
                            try writer.insert(tile)
                            expected.insert(tile)
                        }
                    }
                }
            }
            let rows = try store.all(Sample.Tile.self)
            #expect(rows == expected.sorted { ($0.level, $0.n) < ($1.level, $1.n) })
            #expect(rows.count > 1_500)
        }
    }
}
