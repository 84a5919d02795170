import Issuance
import Testing

/// The contract of every store: single rows.
@Suite("Rows")
struct RowTests {
    typealias Entry = Sample.Entry
    typealias Session = Sample.Session
    typealias Tag = Sample.Tag
    typealias Tile = Sample.Tile

    static let sessions = [
        Session("plain"),
        Session("full", owner: "bob", state: .closed, dueAt: 5, token: [1, 2, 3], remark: "note"),
        Session("empty but there", token: [], remark: ""),
        Session("zero", dueAt: 0, token: [0], remark: "\0"),
        Session("least", dueAt: .min),
        Session("most", dueAt: .max),
        Session("a\0b", remark: "a\0\0c"),
        Session("\u{10FFFF}\u{1F980}", remark: "\u{1F1E9}\u{1F1EA} ß \u{FFFD}"),
        Session("", token: [0, 0, 0]),
        Session("caf\u{E9}"),
        Session("cafe\u{301}"),
        Session("';DROP TABLE \"order\"--", remark: "?1"),
    ]

    @Test("A row reads back byte for byte", arguments: StoreKind.allCases, sessions)
    func roundTrip(kind: StoreKind, session: Session) throws {
        try kind.withStore { store in
            try store.insert([session])
            let found = try store.record(Session.self, .text(session.id))
            #expect(found?.values == session.values)
        }
    }

    @Test("What no index has may be large", arguments: StoreKind.allCases)
    func large(kind: StoreKind) throws {
        try kind.withStore { store in
            let text = String(repeating: "\0ü", count: 1 << 18)
            let row = Sample.Lossy([.integer(1), .text(text), .blob([UInt8](repeating: 0xA5, count: 3 << 20))])
            try store.insert([row])
            #expect(try store.all(Sample.Lossy.self).map(\.values) == [row.values])
        }
    }

    @Test("Any integer can be a key", arguments: StoreKind.allCases, [Int64.min, -1, 0, 1, .max])
    func integerKeys(kind: StoreKind, seq: Int64) throws {
        try kind.withStore { store in
            try store.insert([Entry(seq, [7])])
            #expect(try store.all() == [Entry(seq, [7])])
        }
    }

    @Test("All rows together stand in the order of the bytes of their keys", arguments: StoreKind.allCases)
    func keyOrder(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert(Self.sessions)
            let expected = Self.sessions.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
            #expect(try store.all(Session.self).map(\.values) == expected.map(\.values))
        }
    }

    @Test("A row that is not there is nil", arguments: StoreKind.allCases)
    func absent(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert([Tile(1, 2)])
            #expect(try store.record(Tile.self, .integer(1), .integer(3)) == nil)
            #expect(try store.record(Tile.self, .integer(2), .integer(1)) == nil)
            #expect(try store.record(Tile.self, .integer(1), .integer(2)) == Tile(1, 2))
            #expect(try store.record(Entry.self, .integer(1)) == nil)
        }
    }

    @Test("A taken key is a conflict, the row stays, and the transaction goes on", arguments: StoreKind.allCases)
    func keyConflict(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert([Tile(1, 1, [1])])
            try store.write { writer in
                #expect(throws: StoreError.conflict(table: "tile")) { try writer.insert(Tile(1, 1, [2])) }
                #expect(throws: StoreError.conflict(table: "tile")) { try writer.insert(Tile(1, 1, [1])) }
                try writer.insert(Tile(1, 2, [3]))
            }
            #expect(try store.all() == [Tile(1, 1, [1]), Tile(1, 2, [3])])
        }
    }

    @Test("A unique index refuses what another row holds, on insert and on update", arguments: StoreKind.allCases)
    func uniqueConflict(kind: StoreKind) throws {
        try kind.withStore { store in
            let rows = [Session("a", token: [1], remark: "x"), Session("b", token: [2], remark: "y")]
            try store.insert(rows)
            try store.write { writer in
                let conflict = StoreError.conflict(table: "order")
                #expect(throws: conflict) { try writer.insert(Session("c", token: [1])) }
                #expect(throws: conflict) { try writer.insert(Session("c", remark: "y")) }
                #expect(throws: conflict) { try writer.update(Session("b", token: [1], remark: "y")) }
                #expect(throws: conflict) { try writer.update(Session("b", token: [2], remark: "x")) }
            }
            #expect(try store.all() == rows)
        }
    }

    @Test("A unique index compares all its columns, and no row whose column is empty", arguments: StoreKind.allCases)
    func uniqueAllows(kind: StoreKind) throws {
        try kind.withStore { store in
            let rows = [
                Session("a", token: [1], remark: "x"), Session("b", state: .closed, token: [], remark: "x"),
                Session("c"), Session("d"),
            ]
            try store.insert(rows)
            // Also its own old value, and one that its row has just given up.
            try store.write { writer in
                try writer.update(Session("a", owner: "eve", token: [1], remark: "x"))
                try writer.update(Session("b"))
                try writer.update(Session("c", state: .closed, token: [], remark: "x"))
            }
            let expected = [
                Session("a", owner: "eve", token: [1], remark: "x"), Session("b"),
                Session("c", state: .closed, token: [], remark: "x"), Session("d"),
            ]
            #expect(try store.all() == expected)
        }
    }

    @Test("An update from a known row leaves what its full update would leave", arguments: StoreKind.allCases)
    func updateFromKnown(kind: StoreKind) throws {
        let rows = [
            Session("a"), Session("a", owner: "bob"), Session("a", owner: "bob", state: .closed, dueAt: 1),
            Session("a", dueAt: 2, token: [1], remark: "x"), Session("a", dueAt: 2, token: [1], remark: "x"),
            Session("a", token: [], remark: "y"),
        ]
        try kind.withStore { store in
            try store.insert([rows[0], Session("b", dueAt: 2, token: [2], remark: "z")])
            for (old, new) in zip(rows, rows.dropFirst()) {
                try store.write { try $0.update(new, from: old) }
                #expect(try store.all() == [new, Session("b", dueAt: 2, token: [2], remark: "z")])
            }
            let last = rows[5]
            #expect(throws: StoreError.missing(table: "order")) {
                try store.write { try $0.update(Session("c", owner: "eve"), from: Session("c")) }
            }
            #expect(throws: StoreError.conflict(table: "order")) {
                try store.write { try $0.update(Session("a", token: [2], remark: "y"), from: last) }
            }
            let found = try store.read { reader in
                try reader.records(Scan(Session.self, index: "token", equals: [.blob([])], limit: 2))
            }
            #expect(found == [last])
        }
    }

    @Test("An update replaces every column of its row and of no other", arguments: StoreKind.allCases)
    func update(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert([Session("a", dueAt: 1, token: [1], remark: "x"), Session("b", dueAt: 2)])
            let changed = Session("a", owner: "bob", state: .closed, dueAt: nil, token: [], remark: "y")
            try store.write { try $0.update(changed) }
            #expect(try store.all() == [changed, Session("b", dueAt: 2)])
        }
    }

    @Test("Updating and deleting need a row", arguments: StoreKind.allCases)
    func missing(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert([Tile(1, 1)])
            try store.write { writer in
                #expect(throws: StoreError.missing(table: "tile")) { try writer.update(Tile(1, 2)) }
                #expect(throws: StoreError.missing(table: "tag")) { try writer.update(Tag("a")) }
                #expect(throws: StoreError.missing(table: "entry")) { try writer.update(Entry(1)) }
                #expect(throws: StoreError.missing(table: "entry")) {
                    try writer.delete(Entry.self, key: [.integer(1)])
                }
                #expect(throws: StoreError.missing(table: "tile")) {
                    try writer.delete(Tile.self, key: [.integer(2), .integer(1)])
                }
            }
            #expect(try store.all() == [Tile(1, 1)])
        }
    }

    @Test("A deleted row is gone from every path and may come again", arguments: StoreKind.allCases)
    func delete(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert([Session("a", dueAt: 1, token: [1]), Session("b", dueAt: 1)])
            try store.write { writer in
                try writer.delete(Session.self, key: [.text("a")])
                #expect(throws: StoreError.missing(table: "order")) {
                    try writer.delete(Session.self, key: [.text("a")])
                }
            }
            #expect(try store.record(Session.self, .text("a")) == nil)
            #expect(try store.records(Scan(Session.self, index: "due", limit: 9)) == [Session("b", dueAt: 1)])
            try store.insert([Session("c", token: [1]), Session("a")])
            #expect(try store.all(Session.self).map(\.id) == ["a", "b", "c"])
        }
    }

    @Test("A table that is all key can be written, updated and deleted", arguments: StoreKind.allCases)
    func allKey(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert([Tag("a", [1]), Tag("a", []), Tag("", [1])])
            try store.write { writer in
                try writer.update(Tag("a", [1]))
                try writer.delete(Tag.self, key: [.text("a"), .blob([])])
                #expect(throws: StoreError.conflict(table: "tag")) { try writer.insert(Tag("a", [1])) }
            }
            #expect(try store.all() == [Tag("", [1]), Tag("a", [1])])
        }
    }

    @Test("A row of an append-only table is neither changed nor removed", arguments: StoreKind.allCases)
    func appendOnly(kind: StoreKind) throws {
        try kind.withStore { store in
            try store.insert([Entry(1, [1])])
            try store.write { writer in
                let refusal = StoreError.appendOnly(table: "entry")
                #expect(throws: refusal) { try writer.update(Entry(1, [2])) }
                #expect(throws: refusal) { try writer.update(Entry(1, [1])) }
                #expect(throws: refusal) { try writer.delete(Entry.self, key: [.integer(1)]) }
                #expect(throws: StoreError.conflict(table: "entry")) { try writer.insert(Entry(1, [2])) }
                try writer.insert(Entry(2, [2]))
            }
            #expect(try store.all() == [Entry(1, [1]), Entry(2, [2])])
        }
    }
}
