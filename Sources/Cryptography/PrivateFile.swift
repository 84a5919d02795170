import Glibc

/// Whole files that only their owner may read.
enum PrivateFile {
    private static let ownerOnly: mode_t = 0o600
    private static let rightsOfOthers: mode_t = 0o077

    /// Makes the file and returns when it and its entry in the folder are on the disk. On failure there is no file.
    static func create(_ path: String, holding bytes: [UInt8]) throws(KeyFileProblem) {
        // O_EXCL also refuses a symbolic link as the last component; O_NOFOLLOW says so in its own right.
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, ownerOnly)
        guard file >= 0 else {
            throw errno == EEXIST ? .alreadyExists : errno == ENOENT ? .noFolder : failure(of: "open")
        }
        do throws(KeyFileProblem) {
            defer { close(file) }
            try writeAll(bytes, to: file)
            guard fsync(file) == 0 else { throw failure(of: "fsync") }
            try syncFolder(of: path)
        } catch {
            unsafe unlink(path)
            throw error
        }
    }

    /// The bytes of a regular file on which group and others have no right at all.
    static func contents(_ path: String, maximumByteCount: Int) throws(KeyFileProblem) -> [UInt8] {
        // O_NONBLOCK: a pipe put in the file's place is refused below instead of waiting for a writer here.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw errno == ENOENT ? .notFound : failure(of: "open") }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw failure(of: "fstat") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard status.st_mode & rightsOfOthers == 0 else { throw .openToOthers(mode: status.st_mode & 0o7777) }
        guard status.st_size <= maximumByteCount else { throw .tooLarge(maximumByteCount: maximumByteCount) }
        return try readAll(file, count: Int(status.st_size))
    }

    private static func writeAll(_ bytes: [UInt8], to file: Int32) throws(KeyFileProblem) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(of: "write") }
            written += count
        }
    }

    private static func readAll(_ file: Int32, count: Int) throws(KeyFileProblem) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(file, buffer.baseAddress?.advanced(by: filled), count - filled)
            }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw failure(of: "read") }
            guard got > 0 else { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    private static func syncFolder(of path: String) throws(KeyFileProblem) {
        let folderPath = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let folder = unsafe open(folderPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure(of: "open the folder") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure(of: "fsync the folder") }
    }

    /// The reason the operating system gave for the call that has just failed.
    private static func failure(of call: String) -> KeyFileProblem {
        .system(call: call, reason: unsafe String(cString: strerror(errno)))
    }
}
