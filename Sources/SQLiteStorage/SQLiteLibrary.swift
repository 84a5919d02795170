import CSQLite

/// The SQLite library that this process runs with.
package enum SQLiteLibrary {
    /// Like `3.40.1`.
    package static var version: String { unsafe String(cString: sqlite3_libversion()) }

    /// Whether this version may reset a write-ahead log wrongly when two connections write or checkpoint at once: 3.7.0
    /// to 3.51.2. Here one connection does both, so it matters only to whoever opens the file with another program.
    package static var mayResetLogWrongly: Bool { resetsLogWrongly.contains(Int(sqlite3_libversion_number())) }

    /// As `sqlite3_libversion_number` counts: 1,000,000 for the first number, 1,000 for the second.
    static let resetsLogWrongly = 3_007_000...3_051_002
}
