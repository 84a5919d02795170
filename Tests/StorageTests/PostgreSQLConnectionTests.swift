import Foundation
import Issuance
import PostgreSQLStorage
import Storage
import Synchronization
import TestSupport
import Testing

/// A connection that breaks, at each moment of a transaction; and several processes on one database.
@Suite("PostgreSQL connections", .enabled(if: DatabaseServer.isExpected, DatabaseServer.absence))
struct PostgreSQLConnectionTests {
    typealias Entry = Sample.Entry
    typealias Tile = Sample.Tile

    private let server: DatabaseServer

    init() throws { server = try DatabaseServer.shared.get() }

    /// Runs `body` with a new store behind a proxy, and another one that goes straight to the server.
    private func withProxy(_ body: (PostgreSQLStore, Proxy, PostgreSQLStore) throws -> Void) throws {
        try server.withSchema { url in
            try withFolder { folder in
                let proxy = try Proxy(to: server.folder + "/.s.PGSQL.5432", in: folder)
                defer { proxy.stop() }
                let near = try PostgreSQLStore(url: url, schema: .sample, create: true)
                let far = url.replacing("host=\(server.folder)", with: "host=\(folder)")
                try body(PostgreSQLStore(url: far, schema: .sample, create: false), proxy, near)
            }
        }
    }

    private func isUnavailable(_ error: StoreError?) -> Bool {
        if case .unavailable? = error { true } else { false }
    }

    private func leavesOpen(_ error: StoreError?) -> Bool {
        if case .outcomeUnknown? = error { true } else { false }
    }

    @Test(
        "A connection that breaks before a transaction has asked for anything is replaced",
        arguments: Proxy.Place.allCases)
    func beforeBegin(place: Proxy.Place) throws {
        try withProxy { store, proxy, _ in
            try store.insert([Entry(1)])
            proxy.cut(at: "BEGIN", place)
            try store.insert([Entry(2)])
            proxy.cut(at: "BEGIN", place)
            #expect(try store.all() == [Entry(1), Entry(2)])
        }
    }

    @Test(
        "A connection that breaks inside a transaction takes it along; the next one has another",
        arguments: Proxy.Place.allCases)
    func inside(place: Proxy.Place) throws {
        try withProxy { store, proxy, _ in
            try store.insert([Entry(1)])
            let error = #expect(throws: StoreError.self) {
                try store.write { writer in
                    try writer.insert(Tile(0, 0))
                    proxy.cut(at: "mid-batch", place)
                    try writer.together {
                        for n in Int64(1)..<500 {
                            try writer.insert(Tile(0, n, Array((n == 300 ? "mid-batch" : "").utf8)))
                        }
                    }
                }
            }
            #expect(isUnavailable(error))
            #expect(try store.all(Tile.self) == [])
            var caught = 0
            let again = #expect(throws: StoreError.self) {
                try store.write { writer in
                    proxy.cut(at: "mid-batch", place)
                    do { try writer.insert(Tile(0, 0, Array("mid-batch".utf8))) } catch { caught += 1 }
                    do { try writer.savepoint {} } catch { caught += 1 }
                    do { _ = try writer.all(Tile.self) } catch { caught += 1 }
                }
            }
            #expect(isUnavailable(again) && caught == 3, "\(caught) \(String(describing: again))")
            try store.insert([Entry(2)])
            #expect(try store.all() == [Entry(1), Entry(2)])
            #expect(try store.all(Tile.self) == [])
        }
    }

    @Test("A commit that the server never heard of was not made, and the head says so")
    func commitUnheard() throws {
        try withProxy { store, proxy, near in
            for others in [Int64(0), 1, 5] {
                proxy.cut(at: "COMMIT\0", .before) {
                    for n in 0..<others { try? near.insert([Tile(others, n)]) }
                }
                let error = #expect(throws: StoreError.self) { try store.insert([Entry(others)]) }
                #expect(isUnavailable(error))
                #expect(try store.all(Entry.self) == [])
                #expect(try near.all(Tile.self).count { $0.level == others } == Int(others))
            }
            try store.insert([Entry(9)])
            #expect(try near.all() == [Entry(9)])
        }
    }

    @Test("A commit whose answer was lost was made, and the head says so", arguments: [Int64(0), 1, 5, 60])
    func commitUnanswered(others: Int64) throws {
        try withProxy { store, proxy, near in
            proxy.cut(at: "COMMIT\0", .after) {
                for n in 0..<others { try? near.insert([Tile(0, n)]) }
            }
            try store.insert([Entry(1)])
            #expect(try near.all() == [Entry(1)])
            #expect(try store.all(Tile.self).count == Int(others))
            try store.insert([Entry(2)])
            #expect(try near.all() == [Entry(1), Entry(2)])
        }
    }

    @Test("A commit that too many others have followed leaves its outcome open, and the store refuses everything")
    func commitForgotten() throws {
        try withProxy { store, proxy, near in
            proxy.cut(at: "COMMIT\0", .after) {
                for n in Int64(0)..<70 { try? near.insert([Tile(0, n)]) }
            }
            for n in Int64(1)..<3 {
                let error = #expect(throws: StoreError.self) { try store.insert([Entry(n)]) }
                #expect(leavesOpen(error))
            }
            #expect(leavesOpen(#expect(throws: StoreError.self) { try store.all(Entry.self) }))
            let entries = try near.all(Entry.self)
            #expect(entries == [Entry(1)])
        }
    }

    @Test("An older copy of the database is noticed, and nothing is written to it or believed of it")
    func olderCopy() throws {
        try server.withSchema { url in
            let store = try PostgreSQLStore(url: url, schema: .sample, create: true)
            try store.insert([Entry(1)])
            try store.insert([Entry(2)])
            try RawConnection(url).run(#"UPDATE "store_head" SET "generation" = "generation" - 1"#)
            #expect(leavesOpen(#expect(throws: StoreError.self) { try store.all(Entry.self) }))
            #expect(leavesOpen(#expect(throws: StoreError.self) { try store.insert([Entry(3)]) }))
            try RawConnection(url).run(#"UPDATE "store_head" SET "generation" = "generation" + 1"#)
            #expect(leavesOpen(#expect(throws: StoreError.self) { try store.insert([Entry(3)]) }))
            let next = try PostgreSQLStore(url: url, schema: .sample, create: false)
            #expect(try next.all() == [Entry(1), Entry(2)])
        }
    }

    @Test("A database of as many transactions, of which the last is not ours, is another one")
    func otherCopy() throws {
        try server.withSchema { url in
            let store = try PostgreSQLStore(url: url, schema: .sample, create: true)
            try store.insert([Entry(1)])
            try RawConnection(url).run(
                #"UPDATE "store_head" SET "writers" = decode(repeat('ab', 16), 'hex') || substr("writers", 17)"#)
            #expect(leavesOpen(#expect(throws: StoreError.self) { try store.insert([Entry(2)]) }))
        }
    }

    @Test("A row that orders nothing any more is damage")
    func headless() throws {
        try server.withSchema { url in
            let store = try PostgreSQLStore(url: url, schema: .sample, create: true)
            try RawConnection(url).run(#"DELETE FROM "store_head""#)
            let corrupt = StoreError.corrupt("the row that orders the transactions is gone")
            #expect(throws: corrupt) { try store.insert([Entry(1)]) }
            #expect(throws: corrupt) { try store.all(Entry.self) }
        }
    }

    @Test("A server that falls and starts again between transactions loses nothing and is found again")
    func restart() throws {
        let server = try DatabaseServer()
        let store = try PostgreSQLStore(url: server.url("public"), schema: .sample, create: true)
        for round in Int64(0)..<3 {
            try store.insert([Entry(round)])
            try server.restart()
            #expect(try store.all() == (0...round).map { Entry($0) })
        }
        let error = #expect(throws: StoreError.self) {
            try store.write { writer in
                try writer.insert(Entry(7))
                try server.restart()
                try writer.insert(Entry(8))
            }
        }
        #expect(isUnavailable(error))
        try store.insert([Entry(9)])
        #expect(try store.all(Entry.self).map(\.seq) == [0, 1, 2, 9])
    }

    @Test("Several writers of one database follow one another: nothing is lost, nothing done twice, one order")
    func race() throws {
        try server.withSchema { url in
            _ = try PostgreSQLStore(url: url, schema: .sample, create: true)
            let failures = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 3) { number in
                do {
                    let store = try PostgreSQLStore(url: url, schema: .sample, create: false)
                    for round in 0..<60 {
                        try store.write { writer in
                            let last =
                                try writer.records(Scan(Entry.self, isDescending: true, limit: 1)).first?.seq ?? 0
                            try writer.insert(Entry(last + 1, [UInt8(number)]))
                            if round % 7 == 3 { try writer.insert(Tile(Int64(number), Int64(round))) }
                        }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock(\.self) == [])
            let entries = try PostgreSQLReader(url: url, schema: .sample).read { try $0.all(Entry.self) }
            #expect(entries.map(\.seq) == Array(1...180))
            #expect(Set(entries.map(\.body)).count == 3)
            let head = try RawConnection(url).run(#"SELECT "generation" FROM "store_head""#)
            #expect(head == [["\(180 + 1)"]])
        }
    }

    @Test("A writer that is killed in its transaction keeps nobody waiting and leaves nothing")
    func killed() throws {
        try server.withSchema { url in
            let one = try PostgreSQLStore(url: url + "&application_name=doomed", schema: .sample, create: true)
            let other = try PostgreSQLStore(url: url, schema: .sample, create: false)
            let error = #expect(throws: StoreError.self) {
                try one.write { writer in
                    try writer.insert(Entry(1))
                    let killed = try server.run(
                        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'doomed'"
                    )
                    #expect(killed.count >= 1)
                    try other.insert([Entry(1, [2])])
                    try writer.insert(Entry(2))
                }
            }
            #expect(isUnavailable(error))
            try one.insert([Entry(3)])
            #expect(try one.all() == [Entry(1, [2]), Entry(3)])
        }
    }

    @Test("A writer that stands still in the middle of sending is ended by who waits for its turn, and leaves nothing")
    func standingStill() throws {
        try server.withSchema { url in
            let one = try PostgreSQLStore(url: url, schema: .sample, create: true)
            let other = try PostgreSQLStore(url: url, schema: .sample, create: false)
            let body = [UInt8](repeating: 7, count: 200)
            let error = #expect(throws: StoreError.self) {
                try one.write { writer in
                    try writer.together {
                        // More than libpq keeps back, and fewer than are answered at once: the server has no end of it.
                        for n in Int64(0)..<200 { try writer.insert(Tile(0, n, body)) }
                        try other.insert([Entry(1)])
                    }
                }
            }
            #expect(isUnavailable(error))
            #expect(try other.all() == [Entry(1)])
            #expect(try one.all(Tile.self) == [])
            try one.insert([Entry(2)])
            #expect(try other.all() == [Entry(1), Entry(2)])
        }
    }

    @Test("A transaction without changes is none")
    func nothing() throws {
        try server.withSchema { url in
            let store = try PostgreSQLStore(url: url, schema: .sample, create: true)
            for _ in 0..<3 { try store.write { _ = try $0.all(Entry.self) } }
            #expect(try RawConnection(url).run(#"SELECT "generation" FROM "store_head""#) == [["1"]])
        }
    }

    @Test("A snapshot more than there may be is refused, and the others go on")
    func manySnapshots() throws {
        try server.withSchema { url in
            let store = try PostgreSQLStore(url: url, schema: .sample, create: true)
            func nest(_ depth: Int) throws -> Int {
                try store.read { _ in
                    do { return try nest(depth + 1) } catch { return depth }
                }
            }
            #expect(try nest(1) == 32)
            #expect(try store.all(Entry.self) == [])
        }
    }
}
