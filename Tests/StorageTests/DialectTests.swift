import Issuance
import SQLiteStorage
import Storage
import Testing

/// The texts themselves. Those of the definitions are in every database, so they may not change at all.
@Suite("SQL text")
struct DialectTests {
    static let definitions: [(Table, [String])] = [
        (
            Sample.Entry.table,
            [
                #"CREATE TABLE "entry" ("seq" INTEGER NOT NULL, "body" BLOB NOT NULL, PRIMARY KEY ("seq")) STRICT"#,
                #"CREATE TRIGGER "entry_no_update" BEFORE UPDATE ON "entry" "#
                    + "BEGIN SELECT RAISE(ABORT, 'append-only'); END",
                #"CREATE TRIGGER "entry_no_delete" BEFORE DELETE ON "entry" "#
                    + "BEGIN SELECT RAISE(ABORT, 'append-only'); END",
            ]
        ),
        (
            Sample.Session.table,
            [
                #"CREATE TABLE "order" ("id" TEXT NOT NULL, "group" TEXT NOT NULL, "state" TEXT NOT NULL, "#
                    + #""dueAt" INTEGER, "token" BLOB, "remark" TEXT, PRIMARY KEY ("id")) STRICT, WITHOUT ROWID"#,
                #"CREATE INDEX "order_due" ON "order" ("dueAt") WHERE "dueAt" IS NOT NULL"#,
                #"CREATE INDEX "order_group" ON "order" ("group", "dueAt")"#,
                #"CREATE UNIQUE INDEX "order_token" ON "order" ("token") WHERE "token" IS NOT NULL"#,
                #"CREATE UNIQUE INDEX "order_remark" ON "order" ("state", "remark")"#,
            ]
        ),
        (
            Sample.Tag.table,
            [
                #"CREATE TABLE "tag" ("name" TEXT NOT NULL, "about" BLOB NOT NULL, "#
                    + #"PRIMARY KEY ("name", "about")) STRICT, WITHOUT ROWID"#
            ]
        ),
    ]

    @Test("A table is defined in these words", arguments: definitions)
    func definition(table: Table, expected: [String]) {
        #expect(Dialect.sqlite.definition(of: table) == expected)
    }

    static let statements: [(Operation, Table, String)] = [
        (.insert, Sample.Entry.table, #"INSERT INTO "entry" ("seq", "body") VALUES (?1, ?2) ON CONFLICT DO NOTHING"#),
        (
            .update, Sample.Tile.table, #"UPDATE "tile" SET "hashes" = ?3 WHERE "level" = ?1 AND "n" = ?2"#
        ),
        (.update, Sample.Tag.table, #"UPDATE "tag" SET "name" = ?1 WHERE "name" = ?1 AND "about" = ?2"#),
        (
            .updateColumns(0b10_1010), Sample.Session.table,
            #"UPDATE "order" SET "group" = ?2, "dueAt" = ?4, "remark" = ?6 WHERE "id" = ?1"#
        ),
        (.delete, Sample.Tag.table, #"DELETE FROM "tag" WHERE "name" = ?1 AND "about" = ?2"#),
        (.record, Sample.Entry.table, #"SELECT "seq", "body" FROM "entry" WHERE "seq" = ?1"#),
        (
            .records(ScanShape(Scan<Sample.Tile>(limit: 1))), Sample.Tile.table,
            #"SELECT "level", "n", "hashes" FROM "tile" ORDER BY "level", "n" LIMIT ?1"#
        ),
        (
            .records(
                ScanShape(
                    Scan<Sample.Tile>(
                        above: [.integer(1), .integer(2)], below: [.integer(3)], isDescending: true, limit: 1))),
            Sample.Tile.table,
            #"SELECT "level", "n", "hashes" FROM "tile" WHERE ("level", "n") > (?1, ?2) AND ("level") < (?3) "#
                + #"ORDER BY "level" DESC, "n" DESC LIMIT ?4"#
        ),
        (
            .records(
                ScanShape(
                    Scan<Sample.Session>(
                        index: "group", equals: [.text("a"), .null], above: [.text("b")], limit: 1))),
            Sample.Session.table,
            #"SELECT "id", "group", "state", "dueAt", "token", "remark" FROM "order" INDEXED BY "order_group" "#
                + #"WHERE "group" = ?1 AND "dueAt" IS NULL AND ("id") > (?2) ORDER BY "group", "dueAt", "id" LIMIT ?3"#
        ),
        (
            .records(ScanShape(Scan<Sample.Session>(index: "due", below: [.integer(1)], limit: 1))),
            Sample.Session.table,
            #"SELECT "id", "group", "state", "dueAt", "token", "remark" FROM "order" INDEXED BY "order_due" "#
                + #"WHERE "dueAt" IS NOT NULL AND ("dueAt") < (?1) ORDER BY "dueAt", "id" LIMIT ?2"#
        ),
    ]

    @Test("An operation is done in these words", arguments: statements)
    func statement(operation: Operation, table: Table, expected: String) {
        #expect(Dialect.sqlite.statement(operation, on: table) == expected)
    }

    @Test("Every scan walks its path in order, and sorts nothing", arguments: ScanTests.scans.map(\.0))
    func plan(scan: Scan<Sample.Session>) throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            _ = try SQLiteStore(path: path, schema: .sample, create: true)
            let text = Dialect.sqlite.statement(.records(ScanShape(scan)), on: Sample.Session.table)
            let plan = try RawDatabase(path).run("EXPLAIN QUERY PLAN " + text).map { $0[3] }
            let step = try #require(plan.first)
            #expect(plan.count == 1)
            if let index = scan.index { #expect(step.contains("USING INDEX order_\(index)")) }
            if !scan.equals.isEmpty || !scan.above.isEmpty || !scan.below.isEmpty { #expect(step.hasPrefix("SEARCH")) }
            #expect(!step.contains("TEMP B-TREE"))
        }
    }

    @Test("Numbers, not values, are what two scans of one shape differ in")
    func shapes() {
        let scan = Scan(Sample.Session.self, index: "group", equals: [.text("a"), .integer(1)], limit: 5)
        var other = scan
        other.equals = [.text("b"), .integer(2)]
        other.limit = 6
        #expect(ScanShape(scan) == ScanShape(other))
        #expect(scan.parameters == [.text("a"), .integer(1), .integer(5)])
        other.equals = [.text("b"), .null]
        #expect(ScanShape(scan) != ScanShape(other))
        #expect(other.parameters == [.text("b"), .integer(6)])
    }
}
