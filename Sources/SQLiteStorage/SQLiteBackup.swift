import CSQLite
import Glibc
package import Issuance

/// A copy of a database file as it is at one moment, also while another process writes to it.
package enum SQLiteBackup {
    /// Pages copied at once: two megabytes, after which somebody may be told how far it is.
    private static let pagesAtOnce: Int32 = 256

    /// Copies the database, with what is in its write-ahead log, into a file that was not there.
    ///
    /// All of it is of one snapshot, so no writer waits and no page is copied twice; meanwhile the write-ahead log of
    /// the source cannot begin again. SQLite's own backup interface does it, page by page.
    /// - Parameters:
    ///   - copy: for its owner alone; durable when this returns. What is left of a copy that failed is no database.
    ///   - progress: hears how many pages are still to be copied, and of how many.
    /// - Throws: `StoreError.unavailable`, `.full` when the disk of the copy is, `.corrupt` when the source is damaged.
    package static func copy(
        _ path: String, to copy: String, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(StoreError) {
        try createFile(copy)
        let source = try RawConnection(path, SQLITE_OPEN_READONLY)
        let target = try RawConnection(copy, SQLITE_OPEN_READWRITE)
        // A snapshot is taken by the first row that is read, and kept as long as the transaction.
        try source.execute("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1")
        // Whoever finds half a copy throws it away: there is nothing to roll back to.
        try target.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        try copyPages(from: source, to: target, progress)
        try source.execute("COMMIT")
        try syncFile(copy)
        try syncFolder(of: copy)
    }

    private static func copyPages(
        from source: RawConnection, to target: RawConnection, _ progress: (Int, Int) -> Void
    ) throws(StoreError) {
        guard let backup = unsafe sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            throw unsafe StoreError(sqlite3_errcode(target.handle), on: target.handle, table: "")
        }
        var code = SQLITE_OK
        while code == SQLITE_OK {
            code = unsafe sqlite3_backup_step(backup, pagesAtOnce)
            progress(Int(unsafe sqlite3_backup_remaining(backup)), Int(unsafe sqlite3_backup_pagecount(backup)))
        }
        let finished = unsafe sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, finished == SQLITE_OK else {
            throw unsafe StoreError(code == SQLITE_DONE ? finished : code, on: target.handle, table: "")
        }
    }

    /// Makes the content of a file durable.
    private static func syncFile(_ path: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unavailable("\(path): \(systemError())") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unavailable("\(path): \(systemError())") }
    }
}

/// A connection without schema or statements, for as long as a copy takes.
@safe private final class RawConnection {
    let handle: OpaquePointer

    init(_ path: String, _ access: Int32) throws(StoreError) {
        _ = Connection.library
        var handle: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let handle = unsafe handle else { throw .unavailable("no memory to open \(path)") }
        unsafe self.handle = handle
        guard code == SQLITE_OK else { throw unsafe StoreError(code, on: handle, table: "") }
        unsafe sqlite3_busy_timeout(handle, 500)
        unsafe csqlite_keep_log_on_close(handle)
    }

    deinit { unsafe sqlite3_close(handle) }

    func execute(_ text: String) throws(StoreError) {
        let code = unsafe sqlite3_exec(handle, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe StoreError(code, on: handle, table: "") }
    }
}
