import Glibc

/// What the system says about the call that failed last.
func systemError() -> String { unsafe String(cString: strerror(errno)) }

/// Makes the names in a folder durable.
func syncFolder(_ path: String) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw HostingError("\(path) cannot be opened: \(systemError())") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw HostingError("\(path) cannot be synced: \(systemError())") }
}

/// Makes a file that was not there, and returns when its content is on the disk.
///
/// - Parameter mode: the rights; those of the umask are taken off.
func createFile(_ path: String, holding bytes: [UInt8], mode: mode_t) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw HostingError("\(path) cannot be made: \(systemError())") }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw HostingError("\(path) cannot be written: \(systemError())") }
        rest = rest.dropFirst(count)
    }
    guard fsync(descriptor) == 0 else { throw HostingError("\(path) cannot be synced: \(systemError())") }
}

/// The bytes of a file; nil when it is not there.
///
/// - Throws: `HostingError` when it cannot be read, or has more than `maximumBytes`.
func contents(of path: String, maximumBytes: Int) throws -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
        guard errno != ENOENT else { return nil }
        throw HostingError("\(path) cannot be opened: \(systemError())")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= maximumBytes {
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw HostingError("\(path) cannot be read: \(systemError())") }
        guard count > 0 else { return bytes }
        bytes += chunk[..<count]
    }
    throw HostingError("\(path) has more than \(maximumBytes) bytes")
}

/// Whether there is anything of that name.
func isThere(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

/// Gives a file another name in the same file system, in place of what had it.
func rename(_ path: String, to other: String) throws {
    guard unsafe Glibc.rename(path, other) == 0 else {
        throw HostingError("\(path) cannot be renamed to \(other): \(systemError())")
    }
}

extension String {
    /// The folder that a path names something in.
    var folder: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}
