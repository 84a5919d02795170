import Dispatch
import Foundation
import Issuance
import SQLiteStorage
import Storage
import Synchronization
import Testing

/// One writer, many readers, and the write-ahead log between them.
@Suite("SQLite sharing")
struct SQLiteSharingTests {
    typealias Entry = Sample.Entry
    typealias Tile = Sample.Tile

    @Test("Readers on other threads see whole transactions only, in order, while the writer goes on")
    func threads() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            try store.insert([Tile(0, 0)])
            let transactions = Int64(60)
            let failures = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 5) { thread in
                do {
                    if thread == 0 {
                        for seq in 1...transactions { try append(seq, to: store) }
                    } else {
                        var last = 0
                        for _ in 0..<150 { last = try checkSnapshot(of: store, after: last) }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            #expect(try store.all(Entry.self).count == Int(transactions) * 3)
        }
    }

    /// Three entries and the count of them, in one transaction.
    private func append(_ seq: Int64, to store: SQLiteStore) throws {
        try store.write { writer in
            for part in 0..<3 { try writer.insert(Entry(seq * 3 + Int64(part), [UInt8](repeating: 1, count: 500))) }
            let count = [UInt8](repeating: 0, count: Int(seq) * 3)
            try writer.update(Tile(0, 0, count))
        }
        if seq % 10 == 0 { try store.checkpointIfDue() }
    }

    private func checkSnapshot(of store: SQLiteStore, after last: Int) throws -> Int {
        try store.read { reader in
            let count = try reader.record(Tile.self, .integer(0), .integer(0))?.hashes.count ?? -1
            let entries = try reader.all(Entry.self).count
            guard entries == count, count >= last else { throw StoreError.corrupt("\(entries) \(count) \(last)") }
            return count
        }
    }

    @Test("Snapshots may be open at once and inside each other; a loop of them is stopped")
    func manySnapshots() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            try store.insert([Entry(1)])
            func nest(_ depth: Int) throws -> Int {
                try store.read { reader in
                    guard try reader.record(Entry.self, .integer(1)) != nil else { return 0 }
                    return depth == 0 ? 1 : try nest(depth - 1) + 1
                }
            }
            #expect(try nest(63) == 64)
            let error = #expect(throws: StoreError.self) { try nest(64) }
            #expect(error == .unavailable("64 snapshots are being read already"))
            #expect(try nest(63) == 64)
        }
    }

    @Test("A reader without the lock follows a running writer and changes nothing")
    func audit() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            let store = try SQLiteStore(path: path, schema: .sample, create: true)
            try store.insert([Entry(1)])
            func bytes() throws -> [Data] {
                try ["", "-wal"].map { try Data(contentsOf: URL(filePath: path + $0)) }
            }
            let before = try bytes()
            var audit: SQLiteReader? = try SQLiteReader(path: path, schema: .sample)
            let seen = try audit?.read { try $0.all(Entry.self) }
            #expect(seen == [Entry(1)])
            audit = nil
            #expect(try bytes() == before)
            audit = try SQLiteReader(path: path, schema: .sample)
            try store.insert([Entry(2)])
            let later = try audit?.read { try $0.all(Entry.self) }
            #expect(later == [Entry(1), Entry(2)])
        }
    }

    @Test("A reader of a stopped store, or of none")
    func auditStopped() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            #expect(throws: StoreError.self) { try SQLiteReader(path: path, schema: .sample) }
            #expect(!FileManager.default.fileExists(atPath: path))
            try SQLiteStore(path: path, schema: .sample, create: true).insert([Entry(1)])
            for suffix in ["-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            let audit = try SQLiteReader(path: path, schema: .sample)
            #expect(try audit.read { try $0.all(Entry.self) } == [Entry(1)])
            #expect(!FileManager.default.fileExists(atPath: path + ".lock"))
        }
    }

    private func size(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    }

    private let megabyte = [UInt8](repeating: 5, count: 1 << 20)

    @Test("The log is moved into the database when the store is idle, once it is worth it, and begins again")
    func idleCheckpoints() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            let store = try SQLiteStore(path: path, schema: .sample, create: true)
            let empty = try size(path)
            try store.insert([Entry(0, megabyte)])
            try store.checkpointIfDue()
            #expect(try size(path) == empty)
            for seq in 1..<20 {
                try store.insert([Entry(Int64(seq), megabyte)])
                try store.checkpointIfDue()
            }
            #expect(try size(path) > 15 << 20)
            #expect(try size(path + "-wal") < 7 << 20)
            #expect(try store.all(Entry.self).count == 20)
        }
    }

    @Test("Under load the log is moved into the database when it is full")
    func fullCheckpoints() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            let store = try SQLiteStore(path: path, schema: .sample, create: true)
            for seq in 0..<10 { try store.insert((0..<10).map { Entry(Int64(seq * 10 + $0), megabyte) }) }
            #expect(try size(path) > 60 << 20)
            #expect(try size(path + "-wal") < 80 << 20)
        }
    }

    @Test("A snapshot that stays open keeps the log from beginning again, and loses nothing")
    func pinnedLog() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            try store.insert([Entry(0, megabyte)])
            try store.read { reader in
                for seq in 1..<12 {
                    try store.insert([Entry(Int64(seq), megabyte)])
                    try store.checkpointIfDue()
                }
                let seen = try reader.all(Entry.self)
                #expect(seen.count == 1)
            }
            try store.checkpointIfDue()
            #expect(try store.all(Entry.self).map(\.seq) == Array(0..<12))
        }
    }
}
