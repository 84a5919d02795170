import Foundation
import Issuance
import PostgreSQLStorage
import Storage
import TestSupport
import Testing

/// Tables and statements as PostgreSQL has them: their words, their plans, their changes, and what deleted rows leave.
@Suite("PostgreSQL tables", .enabled(if: DatabaseServer.isExpected, DatabaseServer.absence))
struct PostgreSQLTableTests {
    typealias Tile = Sample.Tile

    private let server: DatabaseServer

    init() throws { server = try DatabaseServer.shared.get() }

    static let definitions: [(Table, [String])] = [
        (
            Sample.Entry.table,
            [
                #"CREATE TABLE "entry" ("seq" BIGINT NOT NULL, "body" BYTEA NOT NULL, PRIMARY KEY ("seq"))"#,
                "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION "
                    + "'append-only' USING ERRCODE = 'PU001'; END$$",
                #"CREATE TRIGGER "entry_no_change" BEFORE UPDATE OR DELETE ON "entry" "#
                    + "FOR EACH ROW EXECUTE FUNCTION append_only()",
                #"CREATE TRIGGER "entry_no_truncate" BEFORE TRUNCATE ON "entry" "#
                    + "FOR EACH STATEMENT EXECUTE FUNCTION append_only()",
            ]
        ),
        (
            Sample.Session.table,
            [
                #"CREATE TABLE "order" ("id" TEXT COLLATE "C" NOT NULL, "group" TEXT COLLATE "C" NOT NULL, "#
                    + #""state" TEXT COLLATE "C" NOT NULL, "dueAt" BIGINT, "token" BYTEA, "remark" TEXT COLLATE "C", "#
                    + #"PRIMARY KEY ("id"))"#,
                #"CREATE INDEX "order_due" ON "order" ("dueAt" NULLS FIRST, "id") WHERE "dueAt" IS NOT NULL"#,
                #"CREATE INDEX "order_group" ON "order" ("group", "dueAt" NULLS FIRST, "id")"#,
                #"CREATE UNIQUE INDEX "order_token" ON "order" ("token" NULLS FIRST) WHERE "token" IS NOT NULL"#,
                #"CREATE UNIQUE INDEX "order_remark" ON "order" ("state", "remark" NULLS FIRST)"#,
            ]
        ),
    ]

    @Test("A table is defined in these words", arguments: definitions)
    func definition(table: Table, expected: [String]) {
        #expect(Dialect.postgresql.definition(of: table) == expected)
    }

    @Test("A scan is done in these words")
    func statement() {
        let scan = Scan(
            Sample.Session.self, index: "group", equals: [.text("a")], above: [.integer(1)], isDescending: true,
            limit: 1)
        #expect(
            Dialect.postgresql.statement(.records(ScanShape(scan)), on: Sample.Session.table)
                == #"SELECT "id", "group", "state", "dueAt", "token", "remark" FROM "order" "#
                + #"WHERE ("group", "dueAt") > ($1, $2) AND ("group") <= ($1) "#
                + #"ORDER BY "group" DESC, "dueAt" DESC NULLS LAST, "id" DESC LIMIT $3"#
        )
    }

    @Test("Every name of the service's tables is one that PostgreSQL takes whole")
    func names() {
        let schema = Schema(migrations: Tables.migrations)
        for number in 1...schema.migrations.count {
            #expect(!schema.statements(of: number, in: .postgresql).isEmpty)
        }
        let lengths = (1...3).map { number in
            AppliedMigration(number: number, statements: schema.statements(of: number, in: .postgresql))
                .statements.utf8.count
        }
        #expect(lengths == [10918, 395, 1352])
    }

    @Test("Every scan walks its path in order, without statistics and without reading the table whole")
    func plans() throws {
        try server.withSchema { url in
            _ = try PostgreSQLStore(url: url, schema: .sample, create: true)
            let raw = try RawConnection(url)
            for setting in ["enable_seqscan", "enable_bitmapscan", "enable_sort"] {
                try raw.run("SET \(setting) = off")
            }
            try raw.run("SET plan_cache_mode = force_generic_plan")
            for (scan, _) in ScanTests.scans {
                let text = Dialect.postgresql.statement(.records(ScanShape(scan)), on: Sample.Session.table)
                let types = scan.parameters.map { value -> String in
                    switch value {
                    case .integer, .null: "bigint"
                    case .text: "text"
                    case .blob: "bytea"
                    }
                }
                try raw.run("PREPARE q (\(types.joined(separator: ", "))) AS " + text)
                let values = types.map { _ in "NULL" }.joined(separator: ", ")
                let plan = try raw.run("EXPLAIN EXECUTE q (\(values))").map { $0[0] }.joined(separator: "\n")
                try raw.run("DEALLOCATE q")
                let index = scan.index.map { "order_\($0)" } ?? "order_pkey"
                #expect(plan.contains("Index Scan") && plan.contains(" using \(index) "), "\(scan)\n\(plan)")
                #expect(!plan.contains("Seq Scan"), "\(plan)")
                // Where the walk is bounded, the index and not a filter bounds it.
                #expect(plan.contains("Index Cond") || scan.parameters.count == 1, "\(scan)\n\(plan)")
                #expect(!plan.contains("Filter"), "\(scan)\n\(plan)")
                // Only an index that says what is unique lacks the key, and then only rows without are sorted.
                let isUnique = ["token", "remark"].contains(scan.index)
                #expect(!plan.contains("Sort Key") || (isUnique && plan.contains("Incremental Sort")), "\(plan)")
            }
        }
    }

    private let old = Schema(migrations: [[.create(Tile.table), .create(Sample.Tag.table)]])
    private let new = Schema(migrations: [
        [.create(Tile.table), .create(Sample.Tag.table)],
        [
            .addColumn(.text("mark").optional, to: "tile"),
            .addIndex(Table.Index("mark", ["mark"], isUnique: true), to: "tile"), .create(Sample.Entry.table),
            .drop("tag"),
        ],
    ])

    @Test("A newer program brings the tables up to date and keeps their rows; an older one is refused, also at work")
    func migrating() throws {
        try server.withSchema { url in
            let before = try PostgreSQLStore(url: url, schema: old, create: true)
            try before.insert([Tile(1, 1, [7])])
            #expect(throws: StoreError.self) { try PostgreSQLReader(url: url, schema: new) }
            for _ in 0..<2 {
                let store = try PostgreSQLStore(url: url, schema: new, create: false)
                #expect(try store.all() == [MigrationTests.MarkedTile(Tile(1, 1, [7]))])
                #expect(try store.all(AppliedMigration.self).map(\.number) == [1, 2])
            }
            let error = #expect(throws: StoreError.self) { try before.insert([Tile(1, 2)]) }
            #expect(error.map { "\($0)" }?.contains("another version") == true)
            #expect(throws: StoreError.self) { try PostgreSQLStore(url: url, schema: old, create: false) }
            #expect(throws: StoreError.self) { try PostgreSQLReader(url: url, schema: old) }
            let past = Schema(migrations: [[.create(Tile.table)], [.create(Sample.Tag.table)]])
            #expect(throws: StoreError.corrupt("migration 1 is recorded with other statements than this program has")) {
                try PostgreSQLStore(url: url, schema: past, create: false)
            }
        }
    }

    @Test("A migration that fails leaves the database as it was, with those before it applied")
    func failing() throws {
        try server.withSchema { url in
            try PostgreSQLStore(url: url, schema: old, create: true).insert([Tile(1, 1, [7]), Tile(1, 2, [7])])
            let impossible = Schema(migrations: [
                old.migrations[0], [.drop("tag")],
                [.create(Sample.Entry.table), .addIndex(Table.Index("same", ["hashes"], isUnique: true), to: "tile")],
            ])
            #expect(throws: StoreError.self) { try PostgreSQLStore(url: url, schema: impossible, create: false) }
            let possible = Schema(migrations: Array(impossible.migrations.prefix(2)))
            let store = try PostgreSQLStore(url: url, schema: possible, create: false)
            #expect(try store.all(Tile.self).count == 2)
            #expect(try store.all(AppliedMigration.self).count == 2)
        }
    }

    @Test("Several programs that start at once apply each migration once")
    func startingTogether() throws {
        try server.withSchema { url in
            _ = try PostgreSQLStore(url: url, schema: old, create: true)
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                #expect(throws: Never.self) { try PostgreSQLStore(url: url, schema: new, create: false) }
            }
            let store = try PostgreSQLStore(url: url, schema: new, create: false)
            #expect(try store.all(AppliedMigration.self).map(\.number) == [1, 2])
        }
    }

    @Test("Rows of a table that was append-only can be changed after a migration says so")
    func allowing() throws {
        try server.withSchema { url in
            let first = Schema(migrations: [[.create(Sample.Entry.table)]])
            try PostgreSQLStore(url: url, schema: first, create: true).insert([Sample.Entry(1), Sample.Entry(2)])
            let second = Schema(migrations: first.migrations + [[.allowChanges(to: "entry")]])
            let store = try PostgreSQLStore(url: url, schema: second, create: false)
            try store.write { writer in
                try writer.update(MigrationTests.FreeEntry(1, [2]))
                try writer.delete(MigrationTests.FreeEntry.self, key: [.integer(2)])
            }
            #expect(try store.all(MigrationTests.FreeEntry.self) == [MigrationTests.FreeEntry(1, [2])])
        }
    }

    @Test("A column of texts in another order than that of the bytes is refused")
    func collation() throws {
        try server.withSchema { url in
            _ = try PostgreSQLStore(url: url, schema: .sample, create: true)
            try RawConnection(url).run(#"ALTER TABLE "tag" ALTER COLUMN "name" TYPE text COLLATE "default""#)
            let error = #expect(throws: StoreError.self) {
                try PostgreSQLStore(url: url, schema: .sample, create: false)
            }
            #expect(error == .corrupt("a column of texts is not ordered by bytes (COLLATE \"C\")"))
        }
    }

    @Test("Purging leaves nothing of deleted rows in the files of the tables; a snapshot that is read keeps it from it")
    func purging() throws {
        try server.withSchema { url in
            let store = try PostgreSQLStore(url: url, schema: .sample, create: true)
            try store.insert((0..<50).map { Sample.Session("id-\($0)", remark: "secret-\($0)-of-somebody") })
            try store.write { writer in
                for n in 0..<49 { try writer.delete(Sample.Session.self, key: [.text("id-\(n)")]) }
            }
            func isThere(_ secret: String) throws -> Bool {
                try server.run("CHECKPOINT")
                let path = try RawConnection(url).run(#"SELECT pg_relation_filepath('"order"')"#)[0][0]
                let data = try Data(contentsOf: URL(filePath: "\(server.folder)/data/\(path)"))
                return data.range(of: Data(secret.utf8)) != nil
            }
            #expect(try isThere("secret-1-of"), "a search that finds nothing proves nothing")
            try store.read { snapshot in
                try store.write { try $0.delete(Sample.Session.self, key: [.text("id-49")]) }
                #expect(try !store.purge())
                #expect(try snapshot.record(Sample.Session.self, .text("id-49")) != nil)
            }
            try store.insert([Sample.Session("b", remark: "stays")])
            // Somebody else's snapshot may be in the way for a while.
            #expect(try (0..<20).contains { _ in try store.purge() })
            for n in [1, 48, 49] { #expect(try !isThere("secret-\(n)-of")) }
            #expect(try isThere("stays"))
            #expect(try store.all(Sample.Session.self).map(\.id) == ["b"])
            try store.insert([Sample.Session("c")])
        }
    }
}
