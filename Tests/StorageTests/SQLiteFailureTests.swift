import Foundation
import Issuance
import SQLiteStorage
import Storage
import Testing

/// A full disk, a failing one, and what may be believed afterwards.
@Suite("SQLite failures")
struct SQLiteFailureTests {
    typealias Entry = Sample.Entry
    typealias Tile = Sample.Tile

    private static let kilobyte = [UInt8](repeating: 1, count: 1_024)

    /// Writes transactions of five rows until one is refused; gives how many were not.
    private func fill(_ store: SQLiteStore) -> (count: Int64, error: (any Error)?) {
        for count in Int64(0)..<10_000 {
            do {
                try store.insert((0..<5).map { Tile(count, $0, Self.kilobyte) })
            } catch {
                return (count, error)
            }
        }
        return (10_000, nil)
    }

    @Test("A full store refuses a whole transaction, keeps the others and goes on when there is room")
    func full() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            var store: SQLiteStore? = try SQLiteStore(path: path, schema: .sample, create: true, maximumPages: 40)
            let (count, error) = fill(try #require(store))
            #expect(error as? StoreError == .full)
            #expect(count > 10)
            #expect(try store?.all(Tile.self).count == Int(count) * 5)
            // Room appears because rows are deleted.
            try store?.write { writer in
                for n in Int64(0)..<5 { try writer.delete(Tile.self, key: [.integer(0), .integer(n)]) }
            }
            try store?.insert([Tile(0, 0, Self.kilobyte)])
            // Room appears because the operator allows more.
            store = nil
            let larger = try SQLiteStore(path: path, schema: .sample, create: false, maximumPages: 80)
            #expect(try larger.all(Tile.self).count == Int(count) * 5 - 4)
            try larger.insert((0..<100).map { Tile(.max, $0, Self.kilobyte) })
        }
    }

    @Test("A transaction that went full is not saved by catching the error")
    func fullAndCaught() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true, maximumPages: 30)
            let large = [UInt8](repeating: 1, count: 1 << 20)
            var caught: [StoreError] = []
            func attempt(_ body: () throws -> Void) throws {
                do { try body() } catch let error as StoreError { caught.append(error) }
            }
            #expect(throws: StoreError.full) {
                try store.write { writer in
                    try writer.insert(Entry(1))
                    try attempt { try writer.savepoint { try writer.insert(Tile(1, 1, large)) } }
                    // Whether or not SQLite itself has ended the transaction by now, nothing more gets in.
                    try attempt { try writer.insert(Entry(2)) }
                    try attempt { _ = try writer.record(Entry.self, .integer(1)) }
                    try attempt { try writer.savepoint {} }
                }
            }
            #expect(caught == [.full, .full, .full, .full])
            try store.insert([Entry(3)])
            #expect(try store.all() == [Entry(3)])
        }
    }

    @Test("A disk that is full at the commit refuses the transaction; with room the store goes on")
    func fullAtCommit() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            try store.insert([Entry(1)])
            let log = try OpenFile(folder + "/store.db-wal")
            _ = log.replaced(by: "/dev/full") {
                #expect(throws: StoreError.full) { try store.insert([Entry(2)]) }
            }
            #expect(try store.all() == [Entry(1)])
            try store.insert([Entry(4)])
            #expect(try store.all() == [Entry(1), Entry(4)])
        }
    }

    /// What the file of the log leads to, and how it is opened, so that writing fails, and so that only syncing fails.
    static let failingFiles = [("/dev/null", O_RDONLY), ("/dev/null", O_RDWR)]

    @Test("After a commit that failed in any other way the store answers nothing more", arguments: failingFiles)
    func outcomeUnknown(file: String, flags: Int32) throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            var store: SQLiteStore? = try SQLiteStore(path: path, schema: .sample, create: true)
            try store?.insert([Entry(1)])
            let log = try OpenFile(path + "-wal")
            log.replaced(by: file, flags: flags) { expectUnknown { try store?.insert([Entry(2)]) } }
            expectUnknown { try store?.insert([Entry(3)]) }
            expectUnknown { _ = try store?.all(Entry.self) }
            expectUnknown { try store?.checkpointIfDue() }
            store = nil
            // Only a restart finds out.
            let next = try SQLiteStore(path: path, schema: .sample, create: false)
            #expect(try next.all() == [Entry(1)])
            try next.insert([Entry(4)])
        }
    }

    @Test("A failure before the commit leaves nothing, is not a commit of unknown outcome, and may pass")
    func failureWhileReading() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            try SQLiteStore(path: path, schema: .sample, create: true).insert([Entry(1), Entry(2)])
            let store = try SQLiteStore(path: path, schema: .sample, create: false)
            let database = try OpenFile(path)
            let error = database.replaced(by: path, flags: O_WRONLY) {
                #expect(throws: StoreError.self) { try store.write { try $0.insert(Entry(3)) } }
            }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            try store.insert([Entry(4)])
            #expect(try store.all(Entry.self).map(\.seq) == [1, 2, 4])
        }
    }

    private func expectUnknown(_ body: () throws -> Void) {
        let error = #expect(throws: StoreError.self) { try body() }
        guard case .outcomeUnknown = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
