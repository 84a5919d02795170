import Issuance
import Testing

/// The contract of every store: what is a mistake of ours is refused the same way everywhere, and changes nothing.
@Suite("Misfits")
struct MisfitTests {
    typealias Lossy = Sample.Lossy
    typealias Session = Sample.Session

    static let rows: [[ColumnValue]] = [
        [], [.integer(1)], [.integer(1), .text("a")], [.integer(1), .text("a"), .null, .null],
        [.null, .text("a"), .null], [.text("1"), .text("a"), .null], [.blob([1]), .text("a"), .null],
        [.integer(1), .null, .null], [.integer(1), .integer(2), .null], [.integer(1), .blob([0x61]), .null],
        [.integer(1), .text("a"), .text("b")], [.integer(1), .text("a"), .integer(0)],
    ]

    @Test("A row that does not fit its table is not written", arguments: StoreKind.allCases, rows)
    func row(kind: StoreKind, values: [ColumnValue]) throws {
        try kind.withStore { store in
            let good = Lossy([.integer(1), .text("good"), .null])
            try store.write { writer in
                expectUnfit("lossy") { try writer.insert(Lossy(values)) }
                try writer.insert(good)
                expectUnfit("lossy") { try writer.update(Lossy(values)) }
            }
            #expect(try store.all() == [good])
        }
    }

    static let keys: [[ColumnValue]] = [
        [], [.text("a")], [.text("a"), .text("b")], [.null, .blob([])], [.text("a"), .null],
        [.blob([0x61]), .blob([])], [.text("a"), .blob([]), .integer(1)],
    ]

    @Test("A key that does not fit its table finds and removes nothing", arguments: StoreKind.allCases, keys)
    func key(kind: StoreKind, key: [ColumnValue]) throws {
        try kind.withStore { store in
            try store.insert([Sample.Tag("a"), Sample.Tag("b")])
            try store.write { writer in
                expectUnfit("tag") { _ = try writer.record(Sample.Tag.self, key: key) }
                expectUnfit("tag") { try writer.delete(Sample.Tag.self, key: key) }
            }
            #expect(try store.all(Sample.Tag.self).count == 2)
        }
    }

    static let scans: [Scan<Session>] = [
        Scan(limit: -1),
        Scan(equals: [.null], limit: 1),
        Scan(equals: [.integer(1)], limit: 1),
        Scan(equals: [.text("a"), .text("b")], limit: 1),
        Scan(equals: [.text("a")], above: [.text("b")], limit: 1),
        Scan(above: [.null], limit: 1),
        Scan(above: [.blob([])], limit: 1),
        Scan(below: [.text("a"), .text("b")], limit: 1),
        Scan(index: "due", equals: [.null], limit: 1),
        Scan(index: "due", equals: [.text("1")], limit: 1),
        Scan(index: "due", equals: [.integer(1)], above: [.integer(1)], limit: 1),
        Scan(index: "due", above: [.integer(1), .integer(1)], limit: 1),
        Scan(index: "due", below: [.integer(1), .null], limit: 1),
        Scan(index: "group", equals: [.text("a"), .integer(1), .text("b"), .text("c")], limit: 1),
        Scan(index: "group", equals: [.text("a")], below: [.text("b")], limit: 1),
    ]

    @Test("A scan that does not fit its path gives nothing", arguments: StoreKind.allCases, scans)
    func scan(kind: StoreKind, scan: Scan<Session>) throws {
        try kind.withStore { store in
            try store.insert([Session("a", dueAt: 1)])
            try store.read { reader in expectUnfit("order") { _ = try reader.records(scan) } }
        }
    }

    @Test("A table that the store does not have, or has in another shape, is refused", arguments: StoreKind.allCases)
    func unknownTable(kind: StoreKind) throws {
        struct Stranger: Record {
            static let table = Table("stranger", key: [.integer("id")])
            let values: [ColumnValue] = [.integer(1)]
            init() {}
            init(row: inout RowReader) throws(StoreError) { _ = try row.integer() }
        }
        try kind.withStore { store in
            try store.write { writer in
                expectUnfit("stranger") { try writer.insert(Stranger()) }
                expectUnfit("stranger") { try writer.update(Stranger()) }
                expectUnfit("stranger") { try writer.delete(Stranger.self, key: [.integer(1)]) }
                expectUnfit("stranger") { _ = try writer.record(Stranger.self, .integer(1)) }
                expectUnfit("stranger") { _ = try writer.records(Scan(Stranger.self, limit: 1)) }
                expectUnfit("tile") { try writer.insert(Sample.Impostor()) }
            }
        }
    }

    /// The reason is for people; the case and the table are the contract.
    private func expectUnfit(_ table: String, _ body: () throws -> Void) {
        let error = #expect(throws: StoreError.self) { try body() }
        guard case .unfit(table, _) = error else {
            Issue.record("\(String(describing: error)) is not about a misfit of table \(table)")
            return
        }
    }
}
