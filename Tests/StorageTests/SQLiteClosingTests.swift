import CSQLite
import Foundation
import Issuance
import SQLiteStorage
import Storage
import Testing

/// Who moves the write-ahead log, and what is left of it.
@Suite("SQLite checkpoints")
struct SQLiteClosingTests {
    typealias Entry = Sample.Entry

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    @Test("A store that is closed leaves everything in one file, and does nothing any more")
    func closing() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            let store = try SQLiteStore(path: path, schema: .sample, create: true)
            try store.insert((1...50).map { Entry($0, [UInt8](repeating: 1, count: 5_000)) })
            #expect(try !bytes(path + "-wal").isEmpty)
            #expect(try store.close())
            #expect(try bytes(path + "-wal").isEmpty)
            for use in [
                { try store.insert([Entry(99)]) }, { _ = try store.all(Entry.self) }, { _ = try store.emptyLog() },
            ] as [() throws -> Void] {
                let error = #expect(throws: StoreError.self) { try use() }
                #expect(error == .unavailable("it is closed"))
            }
            // A second time there is nothing to do.
            #expect(try store.close())
            try FileManager.default.copyItem(atPath: path, toPath: folder + "/copy.db")
            let copy = try SQLiteStore(path: folder + "/copy.db", schema: .sample, create: false)
            #expect(try copy.all(Entry.self).count == 50)
        }
    }

    @Test("A store that took over the log of a killed one and wrote nothing leaves it empty all the same")
    func takenOver() throws {
        try withFolder { folder in
            let live = try SQLiteStore(path: folder + "/live.db", schema: .sample, create: true)
            try live.insert([Entry(1), Entry(2)])
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(
                    atPath: folder + "/live.db" + suffix, toPath: folder + "/dead.db" + suffix)
            }
            let path = folder + "/dead.db"
            let store = try SQLiteStore(path: path, schema: .sample, create: false)
            #expect(try store.close())
            #expect(try bytes(path + "-wal").isEmpty)
            try FileManager.default.removeItem(atPath: path + "-wal")
            #expect(try SQLiteReader(path: path, schema: .sample).read { try $0.all(Entry.self).count } == 2)
            withExtendedLifetime(live) {}
        }
    }

    @Test("A snapshot that is open keeps the log from being emptied, and nothing is lost")
    func heldOpen() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            let store = try SQLiteStore(path: path, schema: .sample, create: true)
            try store.insert([Entry(1)])
            let reader = try SQLiteReader(path: path, schema: .sample)
            try reader.read { snapshot in
                try store.insert([Entry(2)])
                #expect(try !store.emptyLog())
                #expect(try snapshot.all(Entry.self).count == 1)
            }
            #expect(try store.all(Entry.self).count == 2)
            #expect(try store.emptyLog())
            #expect(try bytes(path + "-wal").isEmpty)
            try store.insert([Entry(3)])
            #expect(try store.all(Entry.self).count == 3)
        }
    }

    @Test("A reader neither writes nor checkpoints, also when it is the last to close")
    func readers() throws {
        try withFolder { folder in
            let live = try SQLiteStore(path: folder + "/live.db", schema: .sample, create: true)
            try live.insert([Entry(1), Entry(2)])
            let path = folder + "/dead.db"
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: folder + "/live.db" + suffix, toPath: path + suffix)
            }
            let before = try (bytes(path), bytes(path + "-wal"))
            var reader: SQLiteReader? = try SQLiteReader(path: path, schema: .sample)
            #expect(try reader?.read { try $0.all(Entry.self).count } == 2)
            reader = nil
            #expect(try bytes(path) == before.0)
            #expect(try bytes(path + "-wal") == before.1)
            #expect(try !bytes(path + "-wal").isEmpty)
            withExtendedLifetime(live) {}
        }
    }

    @Test("After a commit of unknown outcome closing touches nothing: the files are for the next process to read")
    func unknown() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            let store = try SQLiteStore(path: path, schema: .sample, create: true)
            try store.insert([Entry(1)])
            let log = try OpenFile(path + "-wal")
            _ = log.replaced(by: "/dev/null", flags: O_RDONLY) {
                #expect(throws: StoreError.self) { try store.insert([Entry(2)]) }
            }
            let before = try (bytes(path), bytes(path + "-wal"))
            #expect(try store.close())
            #expect(try (bytes(path), bytes(path + "-wal")) == before)
        }
    }

    @Test("Whoever asks whether the lock is held does not take it")
    func lock() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            #expect(!StoreLock.isHeld(database: path))
            var store: SQLiteStore? = try SQLiteStore(path: path, schema: .sample, create: true)
            #expect(StoreLock.isHeld(database: path))
            withExtendedLifetime(store) {}
            store = nil
            #expect(!StoreLock.isHeld(database: path))
            _ = try SQLiteStore(path: path, schema: .sample, create: false)
        }
    }

    @Test("The library's version is known, and whether it is one that needs a single writer")
    func library() {
        let version = unsafe String(cString: sqlite3_libversion())
        #expect(SQLiteLibrary.version == version)
        #expect(SQLiteLibrary.mayResetLogWrongly == (3_007_000...3_051_002).contains(sqlite3_libversion_number()))
    }
}
