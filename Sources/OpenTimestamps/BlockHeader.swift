package import Cryptography
import Multiformats
package import Temporal

/// The header of a block of Bitcoin: 80 bytes, whose hash is the block's proof of work.
package struct BlockHeader: Hashable, Sendable {
    /// Version, previous hash, Merkle root, time, bits, nonce: 4, 32, 32, 4, 4 and 4 bytes.
    package static let byteCount = 80

    /// The bytes.
    package let bytes: [UInt8]

    /// A header, of which nothing but the length is checked.
    package init(_ bytes: [UInt8]) throws(OpenTimestampsError) {
        guard bytes.count == Self.byteCount else { throw .unusableHeader("\(bytes.count) bytes instead of 80") }
        self.bytes = bytes
    }

    /// The root of the tree over the block's transactions, in the order of bytes in which it is hashed.
    package var merkleRoot: [UInt8] { Array(bytes[36..<68]) }

    /// When its miner says that it was made. Miners' clocks are bound only loosely to the true time.
    package var time: Instant { Instant(milliseconds: Int64(number(at: 68)) * 1000) }

    /// The target in its compact form.
    package var bits: UInt32 { number(at: 72) }

    /// SHA-256 of SHA-256, in the order of bytes in which it is computed; people write it in the opposite order.
    package var hash: SHA256Digest { SHA256.hash(SHA256.hash(bytes).bytes) }

    /// The hash as people write it.
    package var hashText: String { Hex.encode(hash.bytes.reversed()) }

    /// Whether the hash, read as a number, is not above the target that the header states, and that not above `limit`.
    package func provesWork(limit: Target) -> Bool {
        guard let target = Target(compact: bits), target <= limit else { return false }
        return Target(hash: hash) <= target
    }

    private func number(at place: Int) -> UInt32 {
        bytes[place..<place + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// A number of 256 bits that a hash must not exceed: the lower, the more work.
package struct Target: Hashable, Comparable, Sendable {
    /// Big-endian.
    private let bytes: [UInt8]

    /// The easiest that the chain of Bitcoin has ever allowed: `0x1d00ffff`, about 2^32 attempts for a block.
    package static let bitcoinLimit: Target = {
        guard let limit = Target(compact: 0x1D00_FFFF) else { preconditionFailure("a target of 256 bits") }
        return limit
    }()

    /// From the compact form: the upper byte is how many bytes the number has, the rest its first three. Nil when it is
    /// zero, negative or beyond 256 bits.
    package init?(compact: UInt32) {
        let (count, mantissa) = (Int(compact >> 24), compact & 0x007F_FFFF)
        let isNegative = compact & 0x0080_0000 != 0
        let first = [UInt8(mantissa >> 16), UInt8(mantissa >> 8 & 0xFF), UInt8(mantissa & 0xFF)]
        // A number of fewer than three bytes keeps the upper ones of the three.
        let digits = Array(
            (first.prefix(min(count, 3)) + [UInt8](repeating: 0, count: max(0, count - 3))).drop { $0 == 0 })
        guard !isNegative, !digits.isEmpty, digits.count <= 32 else { return nil }
        bytes = [UInt8](repeating: 0, count: 32 - digits.count) + digits
    }

    /// A hash as a number: its last byte is the highest.
    init(hash: SHA256Digest) { bytes = hash.bytes.reversed() }

    /// Orders as numbers.
    package static func < (left: Target, right: Target) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
