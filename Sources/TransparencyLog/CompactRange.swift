package import Cryptography

/// The right edge of a Merkle tree: its size and the roots of the perfect subtrees that it falls into.
///
/// Enough to append leaves and to know the root, at most 64 hashes however large the tree. A value: keep a copy,
/// append, and put the copy back when a transaction rolls back.
package struct CompactRange: Hashable, Sendable {
    /// The number of leaves. Its binary ones are the sizes of the perfect subtrees.
    package private(set) var size: UInt64

    /// The roots of the perfect subtrees, largest (leftmost) first.
    package private(set) var nodes: [SHA256Digest]

    /// The empty tree.
    package init() {
        size = 0
        nodes = []
    }

    /// A tree known by its perfect subtrees; traps unless there are as many `nodes` as `size` has binary ones.
    package init(size: UInt64, nodes: [SHA256Digest]) {
        precondition(nodes.count == size.nonzeroBitCount, "a compact range has one node for each one in its size")
        self.size = size
        self.nodes = nodes
    }

    /// `MTH` of all leaves; one node hash for each perfect subtree after the first.
    package var root: SHA256Digest {
        guard var root = nodes.last else { return MerkleTree.emptyRoot }
        for node in nodes.dropLast().reversed() {
            root = MerkleTree.nodeHash(node, root)
        }
        return root
    }

    /// Size and root; hashes up to the root each time.
    package var head: TreeHead { TreeHead(size: size, root: root) }

    /// Appends a leaf.
    package mutating func append(_ leafHash: SHA256Digest) {
        append(leafHash) { _, _ in }
    }

    /// Appends a leaf and reports every perfect subtree that it completes, from the leaf itself (level 0) upwards.
    package mutating func append(_ leafHash: SHA256Digest, completing: (_ level: Int, SHA256Digest) -> Void) {
        var node = leafHash
        completing(0, node)
        // Each trailing one of the size is a perfect subtree that the new leaf's subtree pairs with.
        for level in 0..<(~size).trailingZeroBitCount {
            node = MerkleTree.nodeHash(nodes.removeLast(), node)
            completing(level + 1, node)
        }
        nodes.append(node)
        size += 1
    }
}
