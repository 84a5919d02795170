import Foundation
import Issuance
import PostgreSQLStorage
import Storage
import Synchronization
import TestSupport
import Testing

/// Another process, another server, a connection that breaks: what only a store behind a network meets.
@Suite("PostgreSQL", .enabled(if: DatabaseServer.isExpected, DatabaseServer.absence))
struct PostgreSQLServerTests {
    typealias Entry = Sample.Entry
    typealias Tile = Sample.Tile

    private let server: DatabaseServer

    init() throws { server = try DatabaseServer.shared.get() }

    /// Runs `body` with a new store and its URL.
    private func withStore(_ body: (PostgreSQLStore, String) throws -> Void) throws {
        try server.withSchema { url in
            try body(PostgreSQLStore(url: url, schema: .sample, create: true), url)
        }
    }

    @Test("A store is made once, and only on purpose")
    func creation() throws {
        try server.withSchema { url in
            expectUnavailable("there is no store") { try PostgreSQLStore(url: url, schema: .sample, create: false) }
            try PostgreSQLStore(url: url, schema: .sample, create: true).insert([Entry(1)])
            expectUnavailable("a store in this schema already") {
                try PostgreSQLStore(url: url, schema: .sample, create: true)
            }
            let store = try PostgreSQLStore(url: url, schema: .sample, create: false)
            #expect(try store.all() == [Entry(1)])
            #expect(try PostgreSQLReader(url: url, schema: .sample).read { try $0.all(Entry.self) } == [Entry(1)])
            store.close()
            expectUnavailable("closed") { try store.all(Entry.self) }
        }
    }

    static let unfit: [(String, String)] = [
        ("", "begins with postgres://"), ("mysql://root@localhost/x", "begins with postgres://"),
        ("host=localhost password=hunter2", "begins with postgres://"),
        ("postgres://u:hunter2@[::1/x", "cannot be read"), ("postgres://u:hunter2@h/x?hunter2=1", "cannot be read"),
        ("postgres://u:hunt@er2@h/x", "%40"), ("postgres://u:hunter2@/x?host=/nowhere", "/nowhere"),
        ("postgres://u:hunter2@127.0.0.1:1/x?connect_timeout=2", "127.0.0.1"),
        ("postgres://u:hunter2@hunter2.invalid:1/x?connect_timeout=2", "cannot be used"),
    ]

    @Test("An address that leads nowhere is refused with a sentence, which holds no password", arguments: unfit)
    func address(url: String, sentence: String) throws {
        let error = #expect(throws: StoreError.self) {
            try PostgreSQLStore(url: url, schema: .sample, create: false)
        }
        let words = error.map { "\($0)" } ?? ""
        #expect(words.contains(sentence))
        #expect(!words.contains("hunter2") && !words.contains("er2@"))
    }

    @Test("A server that does not sync, a database that is not UTF-8, and one that only reads are refused")
    func servers() throws {
        let careless = try DatabaseServer(["fsync=off"])
        expectUnavailable("fsync") {
            try PostgreSQLStore(url: careless.url("public"), schema: .sample, create: true)
        }
        try server.run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        let url = server.url("public", database: "latin")
        expectUnavailable("UTF-8") { try PostgreSQLStore(url: url, schema: .sample, create: true) }
        try server.withSchema { url in
            let url = url + "%20-cdefault_transaction_read_only%3Don"
            _ = try PostgreSQLStore(url: url, schema: .sample, create: true)
            let nowhere = url.replacing("search_path%3D", with: "search_path%3Dno")
            expectUnavailable("no schema") { try PostgreSQLStore(url: nowhere, schema: .sample, create: true) }
        }
    }

    @Test("Whoever does not go through the program cannot change or empty an append-only table either")
    func guards() throws {
        try withStore { store, url in
            try store.insert([Entry(1)])
            let raw = try RawConnection(url)
            for text in [#"UPDATE "entry" SET "seq" = 2"#, #"DELETE FROM "entry""#, #"TRUNCATE "entry""#] {
                #expect(throws: DatabaseServer.Failure.self) { try raw.run(text) }
            }
            #expect(try store.all() == [Entry(1)])
        }
    }

    @Test("What no program of ours writes is reported as damage")
    func damage() throws {
        try withStore { store, url in
            let raw = try RawConnection(url)
            try raw.run(#"INSERT INTO "order" VALUES ('a', 'g', 'neither', NULL, NULL, NULL)"#)
            try raw.run(#"INSERT INTO "lossy" VALUES (1, chr(1), NULL)"#)
            for body in [
                { _ = try store.all(Sample.Session.self) }, { _ = try store.all(Sample.Lossy.self) },
            ] as [() throws -> Void] {
                let error = #expect(throws: StoreError.self) { try body() }
                guard case .corrupt = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
            try raw.run(#"ALTER TABLE "tile" RENAME COLUMN "n" TO "m""#)
            let error = #expect(throws: StoreError.self) { try store.insert([Tile(1, 1)]) }
            #expect(error.map { "\($0)" }?.contains("not the tables of this program") == true)
            try store.insert([Entry(2)])
        }
    }

    @Test("A row that no index can hold is refused as one that does not fit")
    func longKey() throws {
        try withStore { store, _ in
            try store.write { writer in
                let error = #expect(throws: StoreError.self) {
                    try writer.insert(Sample.Session(String(repeating: "k", count: 2_601)))
                }
                guard case .unfit(table: "order", _) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                var random = SeededRandom(seed: 1)
                let noise = String(
                    decoding: (0..<2_590).map { _ in UInt8.random(in: 33..<127, using: &random) }, as: UTF8.self)
                try writer.insert(Sample.Session(noise))
            }
            #expect(try store.all(Sample.Session.self).count == 1)
        }
    }

    /// Table: the state, and what it means.
    static let states: [(String, StoreError)] = [
        ("23505", .conflict(table: "t")), ("PU001", .appendOnly(table: "t")), ("53100", .full),
        ("23502", .corrupt("the database refuses what this program writes (23502)")),
        ("22021", .corrupt("the database refuses what this program writes (22021)")),
        ("42P01", .corrupt("not the tables of this program: m (42P01)")),
        ("42703", .corrupt("not the tables of this program: m (42703)")),
        ("0A000", .corrupt("not the tables of this program: m (0A000)")),
        ("3F000", .corrupt("not the tables of this program: m (3F000)")),
        ("XX000", .corrupt("m (XX000)")), ("XX001", .corrupt("m (XX001)")), ("XX002", .corrupt("m (XX002)")),
        ("54000", .unfit(table: "t", why: "the row is larger than PostgreSQL takes (54000)")),
        ("55P03", .unavailable("another process is writing for longer than we wait (55P03)")),
        ("25006", .unavailable("the server only reads; it is a standby, or was told so (25006)")),
    ]
    static let elsewhere = [
        "08000", "08006", "25P02", "25P03", "26000", "28000", "28P01", "3D000", "40001", "40P01", "42501", "53000",
        "53200", "53300", "57000", "57014", "57P01", "57P02", "57P03", "57P05", "58000", "58030", "58P01", "",
    ]

    @Test("Each SQLSTATE means one thing to the caller")
    func sqlStates() {
        for (state, error) in Self.states {
            #expect(StoreError(state: state, message: "m", table: "t") == error)
        }
        for state in Self.elsewhere {
            #expect(StoreError(state: state, message: "m", table: "t") == .unavailable("m (\(state))"))
        }
    }

    private func expectUnavailable(_ sentence: String, _ body: () throws -> some Any) {
        let error = #expect(throws: StoreError.self) { _ = try body() }
        guard case .unavailable(let why) = error, why.contains(sentence) else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
