import Glibc
import TransparencyLog

/// The folder that an export writes into; one export at a time.
final class ExportFolder {
    private let path: String
    private let descriptor: Int32
    /// Folders in which there are names that may not be durable.
    private var changed: Set<String> = []
    /// Where a file is written before it gets its name.
    private static let scratch = ".export"

    /// Makes the folder, or opens the one that is there.
    init(_ path: String) throws(MirrorError) {
        self.path = path
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw .unwritable(path: path, reason: systemReason())
        }
        descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw .unwritable(path: path, reason: "another export writes there")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Puts a file at a path below the folder, whole or not at all, in place of the one that is there.
    /// The bytes are on the disk before it gets its name; ``sync()`` makes the name durable too.
    func write(_ bytes: [UInt8], to resource: String) throws(MirrorError) {
        let folder = try makeFolders(of: resource)
        let scratch = path + "/" + Self.scratch
        let file = unsafe open(scratch, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .unwritable(path: scratch, reason: systemReason()) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .unwritable(path: scratch, reason: systemReason()) }
            written += count
        }
        guard fsync(file) == 0 else { throw .unwritable(path: scratch, reason: systemReason()) }
        guard unsafe rename(scratch, path + "/" + resource) == 0 else {
            throw .unwritable(path: path + "/" + resource, reason: systemReason())
        }
        changed.insert(folder)
    }

    /// Makes the names durable of what was written.
    func sync() throws(MirrorError) {
        for folder in changed.sorted() {
            let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw .unwritable(path: folder, reason: systemReason()) }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw .unwritable(path: folder, reason: systemReason()) }
        }
        changed = []
    }

    /// The file at a path below the folder; nil when there is none.
    func read(_ resource: String, maximumBytes: Int) throws(MirrorError) -> [UInt8]? {
        try LogSource.readFile(path + "/" + resource, as: resource, maximumBytes: maximumBytes)
    }

    /// Removes the partial files of a tile or bundle, of whatever width.
    func removePartials(of resource: String) {
        let folder = "\(path)/\(resource).p"
        guard unsafe access(folder, F_OK) == 0 else { return }
        for width in 1..<TileCoordinate.fullWidth { _ = unsafe unlink("\(folder)/\(width)") }
        _ = unsafe rmdir(folder)
    }

    /// - Returns: the folder that the file will be in.
    private func makeFolders(of resource: String) throws(MirrorError) -> String {
        var folder = path
        for part in resource.split(separator: "/").dropLast() {
            let parent = folder
            folder += "/" + part
            if unsafe mkdir(folder, 0o755) == 0 {
                changed.insert(parent)
            } else if errno != EEXIST {
                throw .unwritable(path: folder, reason: systemReason())
            }
        }
        return folder
    }
}
