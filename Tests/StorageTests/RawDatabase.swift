import CSQLite
import Foundation

/// A database file as somebody with another program sees it.
@safe final class RawDatabase {
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private let handle: OpaquePointer

    init(_ path: String) throws {
        var handle: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil)
        guard code == SQLITE_OK, let handle = unsafe handle else { throw Refusal(description: "code \(code)") }
        unsafe self.handle = handle
        unsafe csqlite_keep_log_on_close(handle)
    }

    deinit { unsafe sqlite3_close(handle) }

    /// Runs one statement; gives each row as its columns' texts.
    @discardableResult
    func run(_ text: String) throws -> [[String]] {
        var statement: OpaquePointer?
        guard unsafe sqlite3_prepare_v2(handle, text, -1, &statement, nil) == SQLITE_OK else { throw refusal() }
        defer { unsafe sqlite3_finalize(statement) }
        var rows: [[String]] = []
        while true {
            switch unsafe sqlite3_step(statement) {
            case SQLITE_DONE: return rows
            case SQLITE_ROW:
                rows.append(
                    (0..<(unsafe sqlite3_column_count(statement))).map { column in
                        guard let text = unsafe sqlite3_column_text(statement, column) else { return "NULL" }
                        return unsafe String(cString: text)
                    })
            default: throw refusal()
            }
        }
    }

    private func refusal() -> Refusal { Refusal(description: unsafe String(cString: sqlite3_errmsg(handle))) }
}

/// A file that this process has open, found by its name; what its descriptors lead to can be exchanged for a while, so
/// that the next call on them fails in a chosen way.
struct OpenFile {
    private let descriptors: [Int32]

    init(_ path: String) throws {
        let folder = "/proc/self/fd"
        descriptors = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
            return target == path ? Int32(name) : nil
        }
    }

    var isClosedOnExec: Bool { !descriptors.isEmpty && descriptors.allSatisfy { fcntl($0, F_GETFD) & FD_CLOEXEC != 0 } }

    /// Runs `body` while the descriptors lead to `path`.
    func replaced<Result>(by path: String, flags: Int32 = O_RDWR, _ body: () throws -> Result) rethrows -> Result {
        let originals = descriptors.map { dup($0) }
        let other = unsafe open(path, flags)
        for descriptor in descriptors { dup2(other, descriptor) }
        close(other)
        defer {
            for (descriptor, original) in zip(descriptors, originals) {
                dup2(original, descriptor)
                close(original)
            }
        }
        return try body()
    }
}
