import Glibc
import Synchronization

/// Space of the disk that is kept for when there is none: for a stop, for moving the write-ahead log into the database,
/// and for the commands that cannot wait. A file beside the database that holds nothing.
package final class HeadRoom: Sendable {
    /// Two full write-ahead logs of a service that is not under load, or some hundred urgent commands.
    package static let byteCount = 8 << 20
    /// What must be free beside it before a full disk counts as having space again: else it would be full at once.
    static let marginByteCount = 4 << 20

    private let path: String
    /// Taken and released by the timer's and the sequencer's threads.
    private let lock = Mutex(())

    package init(_ path: String) { self.path = path }

    /// Whether all of it is held on the disk.
    package var isTaken: Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return false }
        return status.st_size >= Self.byteCount && status.st_blocks * 512 >= Self.byteCount
    }

    /// Takes the space, for real: the blocks are allocated and synced when this returns.
    ///
    /// - Parameter margin: how many bytes more must be free.
    /// - Throws: `HostingError` when there is not as much; what was held before is held still.
    package func take(margin: Int = 0) throws {
        try lock.withLock { _ in
            let isNew = !isThere(path)
            let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw HostingError("\(path) cannot be made: \(systemError())") }
            defer { close(descriptor) }
            let held = isTaken ? Self.byteCount : 0
            let code = posix_fallocate(descriptor, 0, off_t(Self.byteCount + margin))
            let length = off_t(code == 0 ? Self.byteCount : held)
            guard ftruncate(descriptor, length) == 0, fsync(descriptor) == 0, code == 0 else {
                let why = code == 0 ? systemError() : unsafe String(cString: strerror(code))
                throw HostingError("\(path) cannot be given \(Self.byteCount) bytes: \(why)")
            }
            if isNew { try syncFolder(path.folder) }
        }
    }

    /// Gives the space up.
    package func release() {
        lock.withLock { _ in
            let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { return }
            defer { close(descriptor) }
            // Where the file cannot be shortened there is nothing else to try.
            if ftruncate(descriptor, 0) == 0 { _ = fsync(descriptor) }
        }
    }
}
