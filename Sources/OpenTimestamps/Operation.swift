import Cryptography
import Multiformats

/// One step from a message to the next (OpenTimestamps calls it an op).
package enum Operation: Hashable, Sendable {
    /// The message, then these bytes.
    case append([UInt8])
    /// These bytes, then the message.
    case prepend([UInt8])
    /// The message from its last byte to its first.
    case reverse
    /// The message in lower-case hexadecimal digits.
    case hexlify
    /// Its SHA-256.
    case sha256

    /// 4,096 bytes: the longest message and the longest argument that the format allows.
    package static let maximumByteCount = 4_096

    /// What becomes of a message, or nil when it is too long or the result would be.
    func apply(to message: [UInt8]) -> [UInt8]? {
        let result =
            switch self {
            case .append(let bytes): message + bytes
            case .prepend(let bytes): bytes + message
            case .reverse: Array(message.reversed())
            case .hexlify: Array(Hex.encode(message).utf8)
            case .sha256: SHA256.hash(message).bytes
            }
        return result.count <= Self.maximumByteCount ? result : nil
    }

    /// The tags of the format; of those that are known but not computed, the names.
    enum Tag {
        static let (append, prepend, reverse, hexlify, sha256): (UInt8, UInt8, UInt8, UInt8, UInt8) = (
            0xF0, 0xF1, 0xF2, 0xF3, 0x08
        )
        static let unsupported: [UInt8: String] = [0x02: "SHA-1", 0x03: "RIPEMD-160", 0x67: "Keccak-256"]
    }

    /// The tag, and the argument if there is one.
    func write(to output: inout [UInt8]) {
        switch self {
        case .append(let bytes): write(Tag.append, bytes, to: &output)
        case .prepend(let bytes): write(Tag.prepend, bytes, to: &output)
        case .reverse: output.append(Tag.reverse)
        case .hexlify: output.append(Tag.hexlify)
        case .sha256: output.append(Tag.sha256)
        }
    }

    private func write(_ tag: UInt8, _ bytes: [UInt8], to output: inout [UInt8]) {
        output.append(tag)
        output.append(number: UInt64(bytes.count))
        output += bytes
    }
}
