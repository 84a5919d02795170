package import Cryptography

/// The size of a Merkle tree, in leaves, with its root: all that there is to say about a state of a log.
package struct TreeHead: Hashable, Sendable {
    /// The number of leaves.
    package let size: UInt64
    /// `MTH` of the leaves.
    package let root: SHA256Digest

    /// What somebody says the tree is: unverified.
    package init(size: UInt64, root: SHA256Digest) {
        self.size = size
        self.root = root
    }
}
