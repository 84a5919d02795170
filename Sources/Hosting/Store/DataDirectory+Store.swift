import Glibc
import Issuance
import PostgreSQLStorage
import SQLiteStorage
import Storage

/// The one place where a store is opened.
extension DataDirectory {
    /// Says where the rows are, in one line; absent where they are in a file here.
    var storeFile: String { path + "/store" }

    /// Where the rows are: as it was said to this value, else as the directory remembers.
    package func storeAddress() throws -> StoreAddress {
        if let store { return store }
        guard let bytes = try contents(of: storeFile, maximumBytes: Self.longestAddress) else { return .file }
        return try StoreAddress(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    /// Longer than any URL that a person writes.
    private static let longestAddress = 1 << 14

    /// Whether a service was made here.
    package var holdsService: Bool { isThere(database) || isThere(storeFile) }

    /// Opens the store for writing; one process at a time can, of those that serve this directory.
    ///
    /// - Throws: `StartupRefusal` when its rows were moved elsewhere, or are on their way here.
    package func openStore() throws -> any HostedStore {
        let store = try makeStore(create: false)
        if let move = try store.move(), let refusal = move.refusal { throw refusal }
        return store
    }

    /// Opens the store, or makes a new one.
    func makeStore(create: Bool) throws -> any HostedStore {
        switch try storeAddress() {
        case .file: return try SQLiteStore(path: database, schema: .service, create: create)
        case .database(let url):
            let lock = try StoreLock(database: database)
            return try PostgreSQLStore(url: url, schema: .service, create: create, holding: lock)
        }
    }

    /// Opens the store to look at it, whether the service runs or not.
    func openView() throws -> any StoreView {
        switch try storeAddress() {
        case .file: try SQLiteReader(path: database, schema: .service)
        case .database(let url): try PostgreSQLReader(url: url, schema: .service)
        }
    }

    /// Writes down where the rows are from now on, all of it or nothing.
    func remember(_ address: StoreAddress) throws {
        switch address {
        case .file:
            guard unsafe unlink(storeFile) == 0 || errno == ENOENT else {
                throw HostingError("\(storeFile) cannot be removed: \(systemError())")
            }
        case .database(let url):
            let draft = storeFile + ".new"
            _ = unsafe unlink(draft)
            try createFile(draft, holding: Array((url + "\n").utf8), mode: 0o600)
            try rename(draft, to: storeFile)
        }
        try syncFolder(path)
    }
}

extension Store {
    /// What is said of a move of these rows.
    func move() throws -> MoveRecord? { try read { try $0.record(MoveRecord.self, .integer(1)) } }
}
