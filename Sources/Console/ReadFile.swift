import Glibc

/// A fault of the machine while a file was read: nothing about what was typed, and nothing about what the file says.
package struct ReadFault: Error, CustomStringConvertible {
    package let description: String
}

/// The bytes of a file.
///
/// - Throws: `UsageError` when it cannot be opened, is a folder, or has more than `maximumBytes`; ``ReadFault``.
package func readFile(_ path: String, maximumBytes: Int) throws -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw UsageError("\(path) cannot be opened: \(systemMessage(errno)).") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        switch count {
        case 0: return bytes
        case 1...: bytes += chunk[..<count]
        default:
            if errno == EINTR { continue }
            if errno == EISDIR { throw UsageError("\(path) is a folder; name the files in it.") }
            throw ReadFault(description: "\(path) cannot be read: \(systemMessage(errno)).")
        }
        guard bytes.count <= maximumBytes else {
            throw UsageError("\(path) has more than \(maximumBytes) bytes, the most that is read of such a file.")
        }
    }
}

private func systemMessage(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}
