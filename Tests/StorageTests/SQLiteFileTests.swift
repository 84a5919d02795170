import Foundation
import Issuance
import SQLiteStorage
import Storage
import Testing

/// What only a file has: it outlives the process, and others can reach it.
@Suite("SQLite files")
struct SQLiteFileTests {
    typealias Entry = Sample.Entry
    typealias Tile = Sample.Tile

    @Test("A store is made on purpose only, and never over a file that is there")
    func creation() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            expectUnavailable("No such file") { try SQLiteStore(path: path, schema: .sample, create: false) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            expectUnavailable("No such file") {
                try SQLiteStore(path: folder + "/none/store.db", schema: .sample, create: true)
            }
            try SQLiteStore(path: path, schema: .sample, create: true).insert([Entry(1)])
            let bytes = try Data(contentsOf: URL(filePath: path))
            expectUnavailable("File exists") { try SQLiteStore(path: path, schema: .sample, create: true) }
            #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        }
    }

    @Test("Only the owner of the process may read what it stores")
    func permissions() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(names == ["store.db", "store.db-shm", "store.db-wal", "store.db.lock"])
            for name in names {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            }
            withExtendedLifetime(store) {}
        }
    }

    @Test("A store that is opened again holds everything, in one file without a log")
    func reopening() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            try SQLiteStore(path: path, schema: .sample, create: true).insert(RowTests.sessions)
            #expect(try Data(contentsOf: URL(filePath: path + "-wal")).isEmpty)
            let store = try SQLiteStore(path: path, schema: .sample, create: false)
            #expect(try store.all(Sample.Session.self).count == RowTests.sessions.count)
            try store.insert([Entry(1)])
            #expect(try store.all() == [Entry(1)])
        }
    }

    @Test("A second writer is refused, and let in when the first has gone")
    func secondWriter() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            var store: SQLiteStore? = try SQLiteStore(path: path, schema: .sample, create: true)
            try store?.insert([Entry(1)])
            expectUnavailable("another process writes to this store") {
                try SQLiteStore(path: path, schema: .sample, create: false)
            }
            try store?.insert([Entry(2)])
            store = nil
            let next = try SQLiteStore(path: path, schema: .sample, create: false)
            try next.insert([Entry(3)])
            #expect(try next.all() == [Entry(1), Entry(2), Entry(3)])
        }
    }

    @Test("A child process does not inherit the lock")
    func lockIsClosedOnExec() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            let lock = try OpenFile(folder + "/store.db.lock")
            #expect(lock.isClosedOnExec)
            withExtendedLifetime(store) {}
        }
    }

    /// The files of a store that somebody still writes to: what a killed process leaves. The shared memory file is left
    /// out, as after a restart of the machine.
    private func killedStore(_ folder: String, _ write: (SQLiteStore) throws -> Void) throws -> String {
        let store = try SQLiteStore(path: folder + "/live.db", schema: .sample, create: true)
        try write(store)
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder + "/live.db" + suffix, toPath: folder + "/dead.db" + suffix)
        }
        withExtendedLifetime(store) {}
        return folder + "/dead.db"
    }

    @Test("After a kill every acknowledged transaction is there, for writers and for readers")
    func kill() throws {
        try withFolder { folder in
            let path = try killedStore(folder) { store in
                for seq in 1...20 { try store.insert([Entry(Int64(seq), [UInt8](repeating: 7, count: 900))]) }
            }
            let audit = try SQLiteReader(path: path, schema: .sample)
            #expect(try audit.read { try $0.all(Entry.self) }.map(\.seq) == Array(1...20))
            let store = try SQLiteStore(path: path, schema: .sample, create: false)
            #expect(try store.all(Entry.self).map(\.seq) == Array(1...20))
            try store.insert([Entry(21)])
            #expect(try audit.read { try $0.all(Entry.self) }.count == 21)
        }
    }

    @Test("A transaction whose last bytes did not reach the disk is gone as a whole, and none before it")
    func tornLog() throws {
        try withFolder { folder in
            let path = try killedStore(folder) { store in
                for seq in 1...5 { try store.insert([Entry(Int64(seq)), Entry(Int64(seq + 100))]) }
            }
            let log = try FileHandle(forUpdating: URL(filePath: path + "-wal"))
            try log.truncate(atOffset: try log.seekToEnd() - 1)
            let store = try SQLiteStore(path: path, schema: .sample, create: false)
            #expect(try store.all(Entry.self).map(\.seq) == [1, 2, 3, 4, 101, 102, 103, 104])
        }
    }

    @Test("A store that is opened, looked at or refused, and closed leaves its files as they were")
    func evidence() throws {
        try withFolder { folder in
            let path = try killedStore(folder) { try $0.insert([Entry(1)]) }
            func bytes() throws -> [Data] {
                try ["", "-wal"].map { try Data(contentsOf: URL(filePath: path + $0)) }
            }
            let before = try bytes()
            var store: SQLiteStore? = try SQLiteStore(path: path, schema: .sample, create: false)
            #expect(try store?.all() == [Entry(1)])
            #expect(try bytes() == before)
            store = nil
            #expect(try bytes() == before)
            #expect(throws: StoreError.self) { try SQLiteStore(path: path, schema: Schema([]), create: false) }
            #expect(try bytes() == before)
        }
    }

    @Test("A file that is no database, or a damaged one, is reported", arguments: [0, 20, 100, 8_192, 16_384])
    func damage(offset: Int) throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            try SQLiteStore(path: path, schema: .sample, create: true).insert([Entry(1)])
            let file = try FileHandle(forUpdating: URL(filePath: path))
            try file.seek(toOffset: UInt64(offset))
            try file.write(contentsOf: Data(repeating: 0xFF, count: 64))
            try file.close()
            let error = #expect(throws: StoreError.self) {
                try SQLiteStore(path: path, schema: .sample, create: false).all(Entry.self)
            }
            guard case .corrupt = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(throws: StoreError.self) {
                try SQLiteReader(path: path, schema: .sample).read { try $0.all(Entry.self) }
            }
        }
    }

    @Test("An empty file is what an interrupted creation leaves, and is reported")
    func emptyFile() throws {
        try withFolder { folder in
            _ = FileManager.default.createFile(atPath: folder + "/store.db", contents: nil)
            let error = #expect(throws: StoreError.self) {
                try SQLiteStore(path: folder + "/store.db", schema: .sample, create: false)
            }
            #expect(
                error
                    == .corrupt(
                        "not the tables of this program: \(folder)/store.db: no such table: schema_migration"))
        }
    }

    @Test("A row that somebody else changed is seen as changed; one that we cannot have written is reported")
    func foreignRows() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            try store.insert([Tile(1, 1), Tile(1, 2)])
            try store.insert([Sample.Session("a")])
            let raw = try RawDatabase(folder + "/store.db")
            try raw.run("UPDATE tile SET hashes = x'09' WHERE n = 2")
            #expect(try store.all() == [Tile(1, 1), Tile(1, 2, [9])])
            try raw.run("UPDATE \"order\" SET state = 'lost'")
            let damage = StoreError.corrupt("table order, column state: a value that this program never writes")
            #expect(throws: damage) { try store.all(Sample.Session.self) }
            try raw.run("UPDATE \"order\" SET state = CAST(x'FF' AS TEXT)")
            #expect(throws: damage) { try store.all(Sample.Session.self) }
        }
    }

    @Test(
        "The database itself refuses what our types refuse",
        arguments: [
            "UPDATE entry SET body = x'' WHERE seq = 1", "DELETE FROM entry", "INSERT INTO entry VALUES (2, 'text')",
            "INSERT INTO entry VALUES (2, NULL)", "INSERT INTO entry VALUES (1, x'')",
            "INSERT INTO tile VALUES (NULL, 1, x'')",
            "DELETE FROM schema_migration", "UPDATE schema_migration SET statements = ''",
        ])
    func seatBelt(statement: String) throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            try store.insert([Entry(1, [1])])
            let raw = try RawDatabase(folder + "/store.db")
            #expect(throws: RawDatabase.Refusal.self) { try raw.run(statement) }
            #expect(try store.all() == [Entry(1, [1])])
        }
    }

    @Test("Another writer that does not keep to the lock makes us refuse, not wait for ever or fail")
    func foreignWriter() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            let raw = try RawDatabase(folder + "/store.db")
            try raw.run("BEGIN IMMEDIATE")
            expectUnavailable("database is locked") { try store.insert([Entry(1)]) }
            try raw.run("ROLLBACK")
            try store.insert([Entry(1)])
            #expect(try store.all() == [Entry(1)])
        }
    }

    private func expectUnavailable(_ why: String, _ body: () throws -> some Any) {
        let error = #expect(throws: StoreError.self) { _ = try body() }
        guard case .unavailable(let text) = error, text.contains(why) else {
            Issue.record("\(String(describing: error)) does not say: \(why)")
            return
        }
    }
}
