import Glibc

extension LogSource {
    /// A folder of files named as the resources are, such as a file server serves.
    package static func folder(_ folder: String) -> LogSource {
        let root = folder.hasSuffix("/") && folder.count > 1 ? String(folder.dropLast()) : folder
        return LogSource(name: root) { (path, maximumBytes) throws(MirrorError) in
            try readFile(root + "/" + path, as: path, maximumBytes: maximumBytes)
        }
    }

    /// The bytes of a plain file; nil when there is none. One byte more than the most is read, so that a longer file
    /// shows.
    static func readFile(
        _ file: String, as resource: String, maximumBytes: Int
    ) throws(MirrorError) -> [UInt8]? {
        // Nothing that is put there can make us wait: a pipe is opened without, and refused.
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw .unreadable(resource: resource, reason: reason()) }
            return nil
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .unreadable(resource: resource, reason: reason()) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(resource: resource, reason: "it is not a plain file")
        }
        guard Int(status.st_size) <= maximumBytes else {
            throw .tooLong(resource: resource, maximumBytes: maximumBytes)
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw .unreadable(resource: resource, reason: count < 0 ? reason() : "it became shorter meanwhile")
            }
            filled += count
        }
        return bytes
    }

    private static func reason() -> String { systemReason() }
}

/// What the last system call said.
func systemReason() -> String { unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)" }
