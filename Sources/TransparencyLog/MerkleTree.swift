package import Cryptography

/// The hashes of a Merkle tree ([RFC 6962, 2.1](https://www.rfc-editor.org/rfc/rfc6962#section-2.1)).
///
/// The prefixes 0 and 1 keep a leaf from being taken for a node.
package enum MerkleTree {
    /// `MTH({})`, the root of a tree with no leaves: SHA-256 of nothing.
    package static let emptyRoot = SHA256.hash([])

    /// The most hashes that a proof can have: one for each level of a tree of 2^64 - 1 leaves.
    package static let maximumProofHashes = 64

    /// The hash of one leaf, `SHA-256(0x00 || entry)`.
    package static func leafHash(_ entry: [UInt8]) -> SHA256Digest {
        SHA256.hash(prefix: 0x00, entry)
    }

    /// The hash of a node over its two subtrees, `SHA-256(0x01 || left || right)`.
    package static func nodeHash(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
        SHA256.hash(prefix: 0x01, left, right)
    }
}
