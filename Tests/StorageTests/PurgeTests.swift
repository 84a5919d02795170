import Foundation
import Issuance
import SQLiteStorage
import Storage
import Testing

/// What deleted rows leave behind in the files, and that it goes.
@Suite("Purging a SQLite store")
struct PurgeTests {
    private typealias Session = Sample.Session

    private func files(_ folder: String) throws -> Data {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().reduce(into: Data()) { all, name in
            all += try Data(contentsOf: URL(filePath: folder + "/" + name))
        }
    }

    private func secret(_ number: Int) -> String { "secret-\(number)-of-somebody" }

    /// Rows of many sizes, in an order that splits pages; every third is to be deleted.
    private func fill(_ store: SQLiteStore) throws {
        // Some to a transaction: 1,200 syncs take minutes on a disk that others use.
        for first in stride(from: 0, to: 1200, by: 40) {
            try store.insert(
                (first..<first + 40).map { number in
                    let place = (number * 7919) % 1200
                    let filler = String(repeating: "x", count: (place * 37) % 4000)
                    return Session("id-\(place)-" + secret(place), owner: secret(place), remark: filler + secret(place))
                })
        }
    }

    @Test("leaves not one byte of what was deleted, and all of the rest")
    func purged() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            try fill(store)
            for first in stride(from: 0, to: 1200, by: 60) {
                try store.write { writer in
                    for number in stride(from: first, to: first + 60, by: 3) {
                        try writer.delete(Session.self, key: [.text("id-\(number)-" + secret(number))])
                    }
                }
            }
            let before = try files(folder)
            #expect(before.range(of: Data(secret(3).utf8)) != nil, "a search that finds nothing proves nothing")
            #expect(try store.purge())
            let bytes = try files(folder)
            for number in stride(from: 0, to: 1200, by: 3) {
                #expect(bytes.range(of: Data(secret(number).utf8)) == nil, "\(number)")
            }
            #expect(bytes.range(of: Data(secret(1).utf8)) != nil)
            #expect(try Data(contentsOf: URL(filePath: folder + "/store.db-wal")).isEmpty)
            #expect(try store.all(Session.self).count == 800)
            try store.insert([Session("after")])
            #expect(try store.purge())
            #expect(try store.all(Session.self).count == 801)
        }
    }

    @Test("waits for whoever still reads what was there, and does it when they have gone")
    func reading() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            try store.insert([Session("a", remark: secret(1)), Session("b")])
            let reader = try SQLiteReader(path: folder + "/store.db", schema: .sample)
            try reader.read { snapshot in
                try store.write { try $0.delete(Session.self, key: [.text("a")]) }
                #expect(try !store.purge())
                #expect(try snapshot.record(Session.self, .text("a"))?.remark == secret(1))
            }
            #expect(try store.purge())
            #expect(try files(folder).range(of: Data(secret(1).utf8)) == nil)
            #expect(try store.all(Session.self).map(\.id) == ["b"])
        }
    }
}
