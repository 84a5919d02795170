package import CanonicalJSON
package import Cryptography

/// What an entry `log.requests` says: the tree over one ``ChainLeaf`` for each request and each issuer, as of a size of
/// the log. Who believes it knows how many entries about a request there were then, and which was the last, so that
/// none can be left out at the end of its story.
package struct ChainIndex: Hashable, Sendable {
    /// The `type` of its entry.
    package static let entryType = "log.requests"

    /// How many entries may stand between the last one that an index covers and the index itself.
    ///
    /// An auditor must remember that many; a service that takes longer than a million entries to walk over its
    /// requests begins again.
    package static let maximumLag: UInt64 = 1 << 20

    /// The index covers the entries 0 to `size` - 1.
    package let size: UInt64
    /// The number of leaves and the root over them.
    package let tree: TreeHead

    /// What somebody says the index is.
    package init(size: UInt64, tree: TreeHead) {
        self.size = size
        self.tree = tree
    }

    /// Reads the `facts` of an entry.
    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` for a member too many, too few or of another form.
    package init(facts: JSONObject) throws(TransparencyLogError) {
        guard facts.count == 3, let size = facts["size"]?.integerValue, let leaves = facts["leaves"]?.integerValue,
            size > 0, leaves >= 0, let text = facts["root"]?.stringValue,
            let root = SHA256Digest(base64: text.utf8.span)
        else { throw .malformed(.chainIndex, problem: "expected exactly the members leaves, root and size") }
        self.init(size: UInt64(size), tree: TreeHead(size: UInt64(leaves), root: root))
    }

    /// Reads an entry of the log.
    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` when it is not one of this type, or says that it covers
    ///   entries that were not there yet, or that were too long ago.
    package init(_ entry: LogEntry) throws(TransparencyLogError) {
        guard entry.type == Self.entryType, entry.request == nil else {
            throw .malformed(.chainIndex, problem: "entry \(entry.seq) is a \(entry.type)")
        }
        try self.init(facts: entry.facts)
        guard size <= entry.seq, entry.seq - size <= Self.maximumLag else {
            throw .malformed(.chainIndex, problem: "entry \(entry.seq) cannot cover the first \(size) entries")
        }
    }

    /// The `facts` of its entry.
    package var facts: JSONObject {
        [
            "size": .integer(Int64(size)), "leaves": .integer(Int64(tree.size)), "root": .string(tree.root.base64),
        ]
    }

    /// Verifies that a leaf is the one at `position` of the tree.
    /// - Parameter path: RFC 6962 audit path, the leaf's sibling first.
    /// - Throws: ``TransparencyLogError/notIncluded(problem:)``.
    package func verify(
        _ leaf: ChainLeaf, at position: UInt64, path: [SHA256Digest]
    ) throws(TransparencyLogError) {
        try MerkleTree.verifyInclusion(of: leaf.hash, at: position, in: tree, proof: path)
    }
}
