import Foundation
import Issuance
import PostgreSQLStorage
import SQLiteStorage
import Simulation
import Storage
import TestSupport
import Testing

/// The stores that one contract holds for.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
    case memory
    case sqlite
    case postgresql

    /// Without the stores that this machine has no server for; the suite of that store says so.
    static var allCases: [StoreKind] { [.memory, .sqlite] + (DatabaseServer.isExpected ? [.postgresql] : []) }

    var testDescription: String { "\(self)" }

    /// Runs `body` on a new, empty store with the sample tables.
    func withStore(_ body: (any Store) throws -> Void) throws {
        switch self {
        case .memory: try body(MemoryStore(Sample.tables))
        case .sqlite:
            try withFolder { folder in
                try body(SQLiteStore(path: folder + "/store.db", schema: .sample, create: true))
            }
        case .postgresql:
            try DatabaseServer.shared.get().withSchema { url in
                try body(PostgreSQLStore(url: url, schema: .sample, create: true))
            }
        }
    }
}

extension Schema {
    static let sample = Schema(Sample.tables)
}

/// Runs `body` with the path of a new folder, and removes the folder afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = URL(filePath: DatabaseServer.memory).appending(path: "punctual-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

extension Store {
    /// Writes rows in one transaction.
    func insert<R: Record>(_ records: [R]) throws {
        try write { writer in
            for record in records { try writer.insert(record) }
        }
    }

    func record<R: Record>(_ type: R.Type, _ key: ColumnValue...) throws -> R? {
        try read { try $0.record(type, key: key) }
    }

    func records<R: Record>(_ scan: Scan<R>) throws -> [R] {
        try read { try $0.records(scan) }
    }

    /// All rows of a table, in the order of its key.
    func all<R: Record>(_ type: R.Type = R.self) throws -> [R] {
        try read { try $0.all(type) }
    }
}

extension StoreReader {
    func all<R: Record>(_ type: R.Type = R.self) throws -> [R] {
        var rows: [R] = []
        try forEach(type) { rows.append($0) }
        return rows
    }
}

/// A failing test names the row; it does not print megabytes.
extension Sample.Session: CustomTestStringConvertible {
    var testDescription: String { "row \(id.debugDescription)" }
}
