import Glibc

/// Texts as PostgreSQL can keep them. It takes no NUL, so that one is written as the bytes 1 1, and a byte 1 as 1 2:
/// every other text stays as it is, and the order of the bytes stays the same.
enum StoredText {
    private static let escape: UInt8 = 1

    /// How many bytes a text takes.
    static func count(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        unsafe text.count + text.count { $0 <= escape }
    }

    /// Writes a text.
    /// - Returns: where it ends.
    static func put(
        _ text: UnsafeBufferPointer<UInt8>, at start: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        guard unsafe text.contains(where: { $0 <= escape }) else {
            if let first = text.baseAddress { unsafe start.copyMemory(from: first, byteCount: text.count) }
            return unsafe start + text.count
        }
        var end = unsafe start
        for position in 0..<text.count {
            let byte = unsafe text[position]
            for written in byte <= escape ? [escape, byte + 1] : [byte] {
                unsafe end.storeBytes(of: written, as: UInt8.self)
                unsafe end += 1
            }
        }
        return unsafe end
    }

    /// Reads a text; nil when it is none that `put` writes.
    static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return "" }
        guard unsafe memchr(start, Int32(escape), bytes.count) != nil else {
            return unsafe String(validating: bytes, as: UTF8.self)
        }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var isEscaped = false
        for position in 0..<bytes.count {
            let byte = unsafe bytes[position]
            if isEscaped {
                guard byte == 1 || byte == 2 else { return nil }
                text.append(byte - 1)
                isEscaped = false
            } else if byte == escape {
                isEscaped = true
            } else {
                text.append(byte)
            }
        }
        return isEscaped ? nil : String(validating: text, as: UTF8.self)
    }
}
