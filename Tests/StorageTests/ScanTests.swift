import Issuance
import Testing

/// The contract of every store: ordered walks.
@Suite("Scans")
struct ScanTests {
    typealias Session = Sample.Session
    typealias Tile = Sample.Tile

    static let sessions = [
        Session("a", owner: "ann", dueAt: 30),
        Session("b", owner: "bob", dueAt: 10),
        Session("c", owner: "ann", dueAt: nil, remark: "r"),
        Session("d", owner: "ann", dueAt: 10, token: [2]),
        Session("e", owner: "bob", dueAt: nil, token: []),
        Session("f", owner: "ann", dueAt: -5, token: [1, 0]),
        Session("g", owner: "ann", dueAt: 10, token: [1]),
        Session("h", owner: "", dueAt: .max, token: [1, 0, 0]),
    ]

    static let scans: [(Scan<Session>, String)] = [
        (Scan(limit: 100), "abcdefgh"),
        (Scan(limit: 3), "abc"),
        (Scan(limit: 0), ""),
        (Scan(isDescending: true, limit: 2), "hg"),
        (Scan(equals: [.text("d")], limit: 9), "d"),
        (Scan(equals: [.text("dd")], limit: 9), ""),
        (Scan(above: [.text("d")], limit: 9), "efgh"),
        (Scan(above: [.text("d")], limit: 2), "ef"),
        (Scan(above: [.text("cc")], below: [.text("f")], limit: 9), "de"),
        (Scan(above: [.text("c")], below: [.text("f")], isDescending: true, limit: 1), "e"),
        (Scan(above: [.text("f")], below: [.text("c")], limit: 9), ""),
        (Scan(above: [.text("c")], below: [.text("c")], limit: 9), ""),
        (Scan(index: "due", limit: 9), "fbdgah"),
        (Scan(index: "due", isDescending: true, limit: 9), "hagdbf"),
        (Scan(index: "due", equals: [.integer(10)], limit: 9), "bdg"),
        (Scan(index: "due", equals: [.integer(10)], isDescending: true, limit: 9), "gdb"),
        (Scan(index: "due", equals: [.integer(10), .text("d")], limit: 9), "d"),
        (Scan(index: "due", equals: [.integer(10)], above: [.text("b")], limit: 9), "dg"),
        (Scan(index: "due", below: [.integer(11)], limit: 9), "fbdg"),
        (Scan(index: "due", below: [.integer(11)], limit: 2), "fb"),
        (Scan(index: "due", above: [.integer(10)], limit: 9), "ah"),
        (Scan(index: "due", above: [.integer(10), .text("b")], limit: 9), "dgah"),
        (Scan(index: "due", above: [.integer(10), .text("b")], below: [.integer(30), .text("a")], limit: 9), "dg"),
        (Scan(index: "due", below: [.integer(10), .text("d")], isDescending: true, limit: 9), "bf"),
        (Scan(index: "due", above: [.integer(.max)], limit: 9), ""),
        (Scan(index: "due", above: [.integer(.min)], below: [.integer(.max)], limit: 9), "fbdga"),
        (Scan(index: "group", limit: 9), "hcfdgaeb"),
        (Scan(index: "group", equals: [.text("ann")], limit: 9), "cfdga"),
        (Scan(index: "group", equals: [.text("ann")], isDescending: true, limit: 9), "agdfc"),
        (Scan(index: "group", equals: [.text("ann"), .null], limit: 9), "c"),
        (Scan(index: "group", equals: [.text("ann"), .null], above: [.text("c")], limit: 9), ""),
        (Scan(index: "group", equals: [.text("ann"), .null, .text("c")], limit: 9), "c"),
        (Scan(index: "group", equals: [.text("ann")], below: [.integer(11)], limit: 9), "fdg"),
        (Scan(index: "group", equals: [.text("ann")], above: [.integer(-5), .text("e")], limit: 9), "fdga"),
        (Scan(index: "group", equals: [.text("ann")], above: [.integer(10), .text("d")], limit: 9), "ga"),
        (Scan(index: "group", above: [.text("ann")], limit: 9), "eb"),
        (Scan(index: "group", above: [.text("ann"), .integer(10)], limit: 9), "aeb"),
        (Scan(index: "group", below: [.text("bob"), .integer(10)], limit: 9), "hcfdga"),
        (Scan(index: "group", below: [.text("bob"), .integer(10)], isDescending: true, limit: 3), "agd"),
        (Scan(index: "group", equals: [.text("")], limit: 9), "h"),
        (Scan(index: "token", limit: 9), "egfhd"),
        (Scan(index: "token", equals: [.blob([])], limit: 9), "e"),
        (Scan(index: "token", above: [.blob([])], below: [.blob([1, 0, 0])], limit: 9), "gf"),
        (Scan(index: "remark", equals: [.text("open"), .text("r")], limit: 9), "c"),
        (Scan(index: "remark", equals: [.text("open"), .null], isDescending: true, limit: 3), "hgf"),
    ]

    @Test("A scan gives the rows of its range in the order of its path", arguments: StoreKind.allCases)
    func scans(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert(Self.sessions)
            for (scan, expected) in Self.scans {
                let found = try store.records(scan)
                #expect(found.map(\.id).joined() == expected, "\(scan)")
                #expect(found.allSatisfy(Self.sessions.contains))
            }
        }
    }

    @Test("Integers of a key are ordered as numbers, column by column", arguments: StoreKind.allCases)
    func compositeKey(kind: StoreKind) throws {
        try kind.withStore { store in
            let tiles = [
                Tile(.min, 3), Tile(-1, .max), Tile(0, .min), Tile(0, -1), Tile(0, 2), Tile(2, 0), Tile(10, 0),
            ]
            try store.insert(tiles.reversed())
            #expect(try store.records(Scan(limit: 99)) == tiles)
            #expect(try store.records(Scan(equals: [.integer(0)], above: [.integer(-1)], limit: 99)) == [Tile(0, 2)])
            #expect(
                try store.records(Scan(above: [.integer(0), .integer(-1)], below: [.integer(10)], limit: 99))
                    == [Tile(0, 2), Tile(2, 0)])
        }
    }

    @Test(
        "A walk over a whole table sees each row once, whatever the size of its batches", arguments: StoreKind.allCases)
    func forEach(kind: StoreKind) throws {
        try kind.withStore { store in
            let tiles = (0..<60).map { Tile(Int64($0 / 7), Int64($0 % 7)) }
            try store.insert(tiles)
            for batch in [1, 2, 7, 59, 60, 61] {
                var seen: [Tile] = []
                try store.read { try $0.forEach(batch: batch) { seen.append($0) } }
                #expect(seen == tiles)
            }
            var none: [Sample.Tag] = []
            try store.read { try $0.forEach(batch: 9) { none.append($0) } }
            #expect(none.isEmpty)
        }
    }

    @Test("A walk ends with the error of its body", arguments: StoreKind.allCases)
    func forEachThrows(kind: StoreKind) throws {
        struct Enough: Error {}
        try kind.withStore { store in
            try store.insert((0..<5).map { Tile(0, $0) })
            var count = 0
            #expect(throws: Enough.self) {
                try store.read { reader in
                    try reader.forEach(Tile.self, batch: 2) { _ in
                        count += 1
                        if count == 3 { throw Enough() }
                    }
                }
            }
            #expect(count == 3)
        }
    }

    @Test("Pages of an index join up, forwards and backwards", arguments: StoreKind.allCases)
    func pages(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert((0..<40).map { Session("s\($0)", dueAt: Int64($0 % 5)) })
            for isDescending in [false, true] {
                let whole = try store.records(Scan(Session.self, index: "due", isDescending: isDescending, limit: 99))
                var pages: [Session] = []
                var scan = Scan(Session.self, index: "due", isDescending: isDescending, limit: 7)
                while let last = try store.records(scan).last {
                    pages += try store.records(scan)
                    let place: [ColumnValue] = [.optional(last.dueAt), .text(last.id)]
                    if isDescending { scan.below = place } else { scan.above = place }
                }
                #expect(whole.count == 40)
                #expect(pages == whole)
            }
        }
    }
}
