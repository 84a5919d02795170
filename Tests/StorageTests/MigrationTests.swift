import Issuance
import SQLiteStorage
import Storage
import Testing

/// How a database follows the program.
@Suite("Migrations")
struct MigrationTests {
    typealias Tile = Sample.Tile

    /// A tile as a later program has it.
    struct MarkedTile: Record {
        var tile: Tile
        var mark: String?

        static let table = Table(
            "tile", key: [.integer("level"), .integer("n")], [.blob("hashes"), .text("mark").optional],
            indexes: [Table.Index("mark", ["mark"], isUnique: true)])
        var values: [ColumnValue] { tile.values + [.optional(mark)] }

        init(_ tile: Tile, mark: String? = nil) {
            self.tile = tile
            self.mark = mark
        }

        init(row: inout RowReader) throws(StoreError) {
            tile = try Tile(row: &row)
            mark = try row.optionalText()
        }
    }

    private static let first: [Schema.Change] = [.create(Tile.table), .create(Sample.Tag.table)]
    private static let second: [Schema.Change] = [
        .addColumn(.text("mark").optional, to: "tile"),
        .addIndex(Table.Index("mark", ["mark"], isUnique: true), to: "tile"),
        .create(Sample.Entry.table), .drop("tag"),
    ]
    private let old = Schema(migrations: [Self.first])
    private let new = Schema(migrations: [Self.first, Self.second])

    @Test("The tables of a schema are what its migrations add up to")
    func tables() {
        #expect(new.tables == ["tile": MarkedTile.table, "entry": Sample.Entry.table])
        #expect(old.tables == Schema([Tile.table, Sample.Tag.table]).tables)
    }

    @Test("A newer program brings an older database up to date and keeps its rows")
    func migrating() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            try SQLiteStore(path: path, schema: old, create: true).insert([Tile(1, 1, [7])])
            for _ in 0..<2 {
                let store = try SQLiteStore(path: path, schema: new, create: false)
                #expect(try store.all() == [MarkedTile(Tile(1, 1, [7]))])
            }
            let store = try SQLiteStore(path: path, schema: new, create: false)
            try store.insert([MarkedTile(Tile(1, 2), mark: "x"), MarkedTile(Tile(1, 3))])
            try store.insert([Sample.Entry(1)])
            #expect(throws: StoreError.conflict(table: "tile")) {
                try store.insert([MarkedTile(Tile(9, 9), mark: "x")])
            }
            #expect(try store.records(Scan(MarkedTile.self, index: "mark", limit: 9)).map(\.tile) == [Tile(1, 2)])
            let old = #expect(throws: StoreError.self) { try store.insert([Tile(2, 2)]) }
            #expect(old == .unfit(table: "tile", why: "the schema of this store has no such table"))
            #expect(try store.all(AppliedMigration.self).map(\.number) == [1, 2])
        }
    }

    @Test("Rows of a table that was append-only can be changed after a migration says so")
    func allowing() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            let first = Schema(migrations: [[.create(Sample.Entry.table)]])
            do {
                let store = try SQLiteStore(path: path, schema: first, create: true)
                try store.insert([Sample.Entry(1, [1]), Sample.Entry(2)])
                #expect(throws: StoreError.appendOnly(table: "entry")) {
                    try store.write { try $0.update(Sample.Entry(1, [2])) }
                }
            }
            let second = Schema(migrations: first.migrations + [[.allowChanges(to: "entry")]])
            let store = try SQLiteStore(path: path, schema: second, create: false)
            try store.write { writer in
                try writer.update(FreeEntry(1, [2]))
                try writer.delete(FreeEntry.self, key: [.integer(2)])
            }
            #expect(try store.all(FreeEntry.self) == [FreeEntry(1, [2])])
        }
    }

    /// An entry as a later program has it.
    struct FreeEntry: Record {
        var entry: Sample.Entry

        static let table = Table("entry", key: [.integer("seq")], [.blob("body")])
        var values: [ColumnValue] { entry.values }

        init(_ seq: Int64, _ body: [UInt8]) { entry = Sample.Entry(seq, body) }
        init(row: inout RowReader) throws(StoreError) { entry = try Sample.Entry(row: &row) }
    }

    @Test("The service's first migrations are those that databases have been made with, and add up to its tables")
    func service() {
        let schema = Schema(migrations: Tables.migrations)
        #expect(schema.tables == Dictionary(uniqueKeysWithValues: Tables.all.map { ($0.name, $0) }))
        let lengths = (1...3).map { number -> Int in
            let statements = schema.statements(of: number, in: .sqlite)
            return AppliedMigration(number: number, statements: statements).statements.utf8.count
        }
        #expect(lengths == [8574, 394, 1040])
    }

    @Test("A new database of a newer program is the same as a migrated one")
    func fresh() throws {
        try withFolder { folder in
            try SQLiteStore(path: folder + "/a.db", schema: old, create: true).insert([Tile(1, 1)])
            try SQLiteStore(path: folder + "/a.db", schema: new, create: false).insert([Sample.Entry(1)])
            try SQLiteStore(path: folder + "/b.db", schema: new, create: true).insert([Sample.Entry(1)])
            let question = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name"
            let migrated = try RawDatabase(folder + "/a.db").run(question)
            #expect(try RawDatabase(folder + "/b.db").run(question) == migrated)
            #expect(migrated.count == 8)
        }
    }

    @Test("An older program refuses the database of a newer one, and a reader one that is not up to date")
    func versions() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            try SQLiteStore(path: path, schema: old, create: true).insert([Tile(1, 1)])
            expectUnavailable { try SQLiteReader(path: path, schema: new) }
            _ = try SQLiteStore(path: path, schema: new, create: false)
            expectUnavailable { try SQLiteStore(path: path, schema: old, create: false) }
            expectUnavailable { try SQLiteReader(path: path, schema: old) }
        }
    }

    @Test("A program whose migrations are not those that were applied refuses the database")
    func anotherPast() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            _ = try SQLiteStore(path: path, schema: new, create: true)
            let other = Schema(migrations: [[.create(Tile.table)], Self.first.filter { $0 != .create(Tile.table) }])
            let error = #expect(throws: StoreError.self) { try SQLiteStore(path: path, schema: other, create: false) }
            #expect(error == .corrupt("migration 1 is recorded with other statements than this program has"))
        }
    }

    @Test("A migration that fails leaves the database as it was, with those before it applied")
    func failing() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            try SQLiteStore(path: path, schema: old, create: true).insert([Tile(1, 1, [7]), Tile(1, 2, [7])])
            let impossible = Schema(migrations: [
                Self.first, [.drop("tag")],
                [.create(Sample.Entry.table), .addIndex(Table.Index("same", ["hashes"], isUnique: true), to: "tile")],
            ])
            #expect(throws: StoreError.self) { try SQLiteStore(path: path, schema: impossible, create: false) }
            let possible = Schema(migrations: Array(impossible.migrations.prefix(2)))
            let store = try SQLiteStore(path: path, schema: possible, create: false)
            #expect(try store.all(Tile.self).count == 2)
            #expect(try store.all(AppliedMigration.self).count == 2)
        }
    }

    private func expectUnavailable(_ body: () throws -> some Any) {
        let error = #expect(throws: StoreError.self) { _ = try body() }
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
