import Foundation
import Issuance
import SQLiteStorage
import Storage
import Testing

@Suite("SQLite backup")
struct SQLiteBackupTests {
    typealias Entry = Sample.Entry
    typealias Tile = Sample.Tile

    @Test("is of one moment, also while every step of the copy is followed by a transaction and a checkpoint")
    func oneMoment() throws {
        try withFolder { folder in
            let store = try SQLiteStore(path: folder + "/store.db", schema: .sample, create: true)
            func append(_ seq: Int64) throws {
                try store.write { writer in
                    try writer.insert(Entry(seq, [UInt8](repeating: UInt8(seq & 0xff), count: 6_000)))
                    let count = [UInt8](repeating: 0, count: Int(seq))
                    if seq == 1 { try writer.insert(Tile(0, 0, count)) } else { try writer.update(Tile(0, 0, count)) }
                }
            }
            for seq in 1...1_200 { try append(Int64(seq)) }
            try store.checkpointIfDue()
            var next: Int64 = 1_201
            var steps: [Int] = []
            var failure: (any Error)?
            try SQLiteBackup.copy(folder + "/store.db", to: folder + "/copy.db") { left, _ in
                steps.append(left)
                do {
                    for _ in 0..<20 {
                        try append(next)
                        next += 1
                    }
                    try store.checkpointIfDue()
                } catch { failure = error }
            }
            #expect(failure == nil)
            #expect(steps.count > 3 && steps.last == 0 && steps == steps.sorted(by: >))
            #expect(try store.all(Entry.self).count == Int(next) - 1)
            let copy = try SQLiteReader(path: folder + "/copy.db", schema: .sample)
            let entries = try copy.read { try $0.records(Scan(Entry.self, limit: 5_000)) }
            let tile = try copy.read { try $0.record(Tile.self, .integer(0), .integer(0)) }
            #expect(entries.count == 1_200 && tile?.hashes.count == 1_200)
        }
    }

    @Test("holds what is only in the write-ahead log, refuses to write over a file, and copies no damaged one")
    func refusals() throws {
        try withFolder { folder in
            let path = folder + "/store.db"
            let store = try SQLiteStore(path: path, schema: .sample, create: true)
            try store.insert([Entry(1, [1])])
            try SQLiteBackup.copy(path, to: folder + "/copy.db")
            let copy = try SQLiteReader(path: folder + "/copy.db", schema: .sample)
            #expect(try copy.read { try $0.records(Scan(Entry.self, limit: 9)).count } == 1)
            let mode = try FileManager.default.attributesOfItem(atPath: folder + "/copy.db")[.posixPermissions] as? Int
            #expect(mode == 0o600)
            func isRefused(_ source: String, _ copy: String) -> Bool {
                do {
                    try SQLiteBackup.copy(source, to: folder + "/" + copy)
                    return false
                } catch {
                    return true
                }
            }
            try Data(repeating: 7, count: 50_000).write(to: URL(filePath: folder + "/noise.db"))
            #expect(isRefused(path, "copy.db"))
            #expect(isRefused(folder + "/none.db", "other.db"))
            #expect(isRefused(folder + "/noise.db", "third.db"))
        }
    }
}
