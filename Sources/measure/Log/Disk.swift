import Console
import Figures
import Glibc

/// The disk that is measured, without a database.
enum Disk {
    /// How long `fdatasync` takes after a page was written over in place: the least that any durable answer waits.
    static func syncs(in folder: String, nanoseconds: UInt64) throws -> Histogram {
        let path = folder + "/measure-sync-\(getpid())"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw UsageError("\(path) cannot be made: \(systemError()).") }
        defer {
            close(descriptor)
            _ = unsafe unlink(path)
        }
        let page = [UInt8](repeating: 0x5A, count: 8192)
        return try Histogram.of(nanoseconds: nanoseconds) { number in
            let offset = off_t(number % 16 * page.count)
            guard unsafe pwrite(descriptor, page, page.count, offset) == page.count, fdatasync(descriptor) == 0 else {
                throw UsageError("\(path) cannot be written: \(systemError()).")
            }
        }
    }

    /// Bytes that are free where the folder is.
    static func freeBytes(in folder: String) -> Int {
        var facts = statvfs()
        guard unsafe statvfs(folder, &facts) == 0 else { return 0 }
        return Int(facts.f_bavail) * Int(facts.f_frsize)
    }

    static func systemError() -> String { unsafe String(cString: strerror(errno)) }
}
