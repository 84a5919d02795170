import Glibc
import Metrics

/// What the machine has left, and what the process takes of it.
struct MachineState: Sendable {
    let directory: DataDirectory
    /// When the process began, in milliseconds since 1970-01-01T00:00:00Z.
    let startedAt: Int64

    func write(to page: inout Exposition) {
        var status = statvfs()
        if unsafe statvfs(directory.path, &status) == 0 {
            page.gauge(
                "punctual_disk_free_bytes", "What is free where the data directory is.",
                [.init(Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize)))])
        }
        page.gauge(
            "punctual_head_room_bytes", "Space that is kept for a full disk.",
            [.init(HeadRoom(directory.headRoom).isTaken ? Int64(HeadRoom.byteCount) : 0)])
        page.gauge("punctual_database_bytes", "The database.", [.init(size(directory.database))])
        page.gauge("punctual_write_ahead_log_bytes", "Its write-ahead log.", [.init(size(directory.database + "-wal"))])
        // The names that every client library of Prometheus gives these.
        if let pages = residentPages() {
            page.gauge(
                "process_resident_memory_bytes", "Memory of this process that is in use.",
                [.init(pages * Int64(sysconf(Int32(_SC_PAGESIZE))))])
        }
        page.gauge("process_open_fds", "Descriptors that are open.", [.init(openDescriptors())])
        page.gauge(
            "process_start_time_seconds", "When this process began, since 1970-01-01T00:00:00Z.",
            [.init(Decimal(nanoseconds: startedAt * 1_000_000), [])])
    }

    private func size(_ path: String) -> Int64 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// The second number of `/proc/self/statm`.
    private func residentPages() -> Int64? {
        guard let bytes = try? contents(of: "/proc/self/statm", maximumBytes: 4096) else { return nil }
        let words = bytes.split(separator: UInt8(ascii: " "))
        return words.count > 1 ? Int64(String(decoding: words[1], as: UTF8.self)) : nil
    }

    private func openDescriptors() -> Int64 {
        guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(folder) }
        // Not counted: the two names of folders, and the descriptor of this one.
        var count: Int64 = -3
        while unsafe readdir(folder) != nil { count += 1 }
        return max(count, 0)
    }
}
