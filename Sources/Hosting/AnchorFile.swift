import Glibc
import Issuance
import Synchronization
package import TransparencyLog

/// The file that holds the last head that left the process: two slots, written in turn and synced, so that a torn write
/// spoils one of them at most.
package final class AnchorFile: Sendable {
    private let descriptor: Int32
    private let path: String
    /// The last anchor written. Under the lock: the sequencer's thread, and whoever starts it.
    private let latest: Mutex<Anchor>

    /// Makes the file of a new log.
    package static func create(_ path: String) throws -> AnchorFile {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw AnchorError("\(path) cannot be made: \(systemError())") }
        let file = AnchorFile(descriptor, path, Anchor(first: TreeHead(size: 0, root: MerkleTree.emptyRoot)))
        try file.write(file.latest.withLock { $0.newFile }, at: 0)
        // Else its name might be lost with the power, and a service without an anchor does not start.
        try syncFolder(path.folder)
        return file
    }

    /// Opens the file of a log.
    ///
    /// - Throws: `AnchorError` when it is missing or both slots are damaged.
    package static func open(_ path: String) throws -> AnchorFile {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw AnchorError("\(path) cannot be opened: \(systemError())") }
        do {
            return AnchorFile(descriptor, path, try Anchor(latestIn: try bytes(of: descriptor, path)))
        } catch {
            close(descriptor)
            throw AnchorError("\(path): \(error)")
        }
    }

    /// Reads the file of a log and changes nothing.
    ///
    /// - Returns: the last head, and whether one of the slots is damaged, so that it may be the one before the last.
    /// - Throws: `StartupRefusal` when it is missing or both slots are damaged.
    package static func read(_ path: String) throws -> (head: TreeHead, isTorn: Bool) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw StartupRefusal(
                errno == ENOENT
                    ? "The anchor beside the database is gone. Without it a cut-off log would not be noticed."
                    : "The anchor \(path) cannot be opened: \(systemError()).", .anchorMissing)
        }
        defer { close(descriptor) }
        do {
            let bytes = try bytes(of: descriptor, path)
            return (try Anchor(latestIn: bytes).head, Anchor.hasDamagedSlot(in: bytes))
        } catch {
            throw StartupRefusal(
                "The anchor \(path) is damaged: \(error). Without it a cut-off log would not be noticed.",
                .anchorDamaged)
        }
    }

    private init(_ descriptor: Int32, _ path: String, _ latest: Anchor) {
        self.descriptor = descriptor
        self.path = path
        self.latest = Mutex(latest)
    }

    deinit { close(descriptor) }

    package var head: TreeHead { latest.withLock { $0.head } }

    /// Writes the head in the other slot, and returns when it is durable.
    package func write(_ head: TreeHead) throws {
        try latest.withLock { latest in
            let next = latest.next(head)
            try write(next.slot, at: next.offset)
            latest = next
        }
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws {
        let written = unsafe bytes.withUnsafeBytes {
            unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset))
        }
        guard written == bytes.count, fdatasync(descriptor) == 0 else {
            throw AnchorError("\(path) cannot be written: \(systemError())")
        }
    }

    private static func bytes(of descriptor: Int32, _ path: String) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Anchor.fileByteCount + 1)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw AnchorError("\(path) cannot be read: \(systemError())") }
        return Array(bytes.prefix(count))
    }
}
