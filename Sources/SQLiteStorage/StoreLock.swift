import Glibc
package import Issuance

/// The right to write: an exclusive lock on a file beside the database, for as long as this value lives.
///
/// Not on the database itself: SQLite uses another kind of lock there, which a process loses when it closes any
/// descriptor of the file. The lock ends with the process however it ends, and a child process does not inherit it.
package final class StoreLock: Sendable {
    private let descriptor: Int32

    /// - Parameter path: of the database file, which need not be there.
    /// - Throws: `StoreError.unavailable` when another process has the right.
    package init(database path: String) throws(StoreError) {
        let file = path + ".lock"
        descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .unavailable("\(file): \(systemError())") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let why = errno == EWOULDBLOCK ? "another process writes to this store; stop it first" : systemError()
            close(descriptor)
            throw .unavailable("\(file): \(why)")
        }
    }

    deinit { close(descriptor) }

    /// Whether a process has the right now. Asking takes it from nobody.
    package static func isHeld(database path: String) -> Bool {
        let descriptor = unsafe open(path + ".lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Shared, and given back at once with the descriptor.
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}

/// Makes an empty file that only its owner may read, and that was not there.
func createFile(_ path: String) throws(StoreError) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unavailable("\(path): \(systemError())") }
    close(descriptor)
}

/// Makes the names of the files in the folder of `path` durable.
func syncFolder(of path: String) throws(StoreError) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unavailable("\(folder): \(systemError())") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .unavailable("\(folder): \(systemError())") }
}

/// What the system says about the call that failed just now.
func systemError() -> String { unsafe String(cString: strerror(errno)) }
