package import Cryptography

/// A node of the tree: its hash, and what it stands for. The page of the room says the bytes.
package struct CoverageNode: Hashable, Sendable {
    package let hash: SHA256Digest
    package let sum: CoverageSum

    /// A node as somebody shows it.
    package init(hash: SHA256Digest, sum: CoverageSum) { (self.hash, self.sum) = (hash, sum) }

    private static let leafDomain = Array("punctual coverage v1 leaf\n".utf8)
    private static let nodeDomain = Array("punctual coverage v1 node\n".utf8)

    /// The root of a tree without leaves.
    package static func none(units: Int) -> CoverageNode {
        CoverageNode(hash: SHA256.hash(Array("punctual coverage v1 none\n".utf8)), sum: .zero(units: units))
    }

    /// A leaf.
    package init(requestHash: SHA256Digest, commitment: SHA256Digest, sum: CoverageSum) {
        var hasher = SHA256Hasher()
        hasher.update(Self.leafDomain)
        hasher.update(requestHash)
        hasher.update(commitment)
        sum.update(&hasher)
        self.init(hash: hasher.finish(), sum: sum)
    }

    /// The parent of two nodes.
    ///
    /// - Throws: ``CoverageError/wrongSum(_:)`` where their sums do not fit.
    package init(_ left: CoverageNode, _ right: CoverageNode) throws(CoverageError) {
        let sum = try left.sum.adding(right.sum)
        var hasher = SHA256Hasher()
        hasher.update(Self.nodeDomain)
        hasher.update(left.hash)
        left.sum.update(&hasher)
        hasher.update(right.hash)
        right.sum.update(&hasher)
        self.init(hash: hasher.finish(), sum: sum)
    }
}

/// A leaf with its place in the order, before it is hashed.
package struct CoverageLeaf: Hashable, Sendable {
    /// The SHA-256 of the request's identifier: leaves ascend by it.
    package let requestHash: SHA256Digest
    package let commitment: SHA256Digest
    package let sum: CoverageSum

    package init(requestHash: SHA256Digest, commitment: SHA256Digest, sum: CoverageSum) {
        (self.requestHash, self.commitment, self.sum) = (requestHash, commitment, sum)
    }

    /// By which a request is sorted.
    package static func hash(ofRequest request: String) -> SHA256Digest { SHA256.hash(Array(request.utf8)) }

    package var node: CoverageNode { CoverageNode(requestHash: requestHash, commitment: commitment, sum: sum) }
}
