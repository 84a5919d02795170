import Cryptography

/// Hashes the leaves of a tree one after the other, and keeps one node for each level, and the paths that are asked
/// for.
package struct CoverageTreeBuilder: Sendable {
    private struct Part: Sendable {
        var node: CoverageNode
        let width: Int
        /// Which of the wanted leaves are below it.
        var wanted: [Int]
    }

    private let units: Int
    private var last: SHA256Digest?
    private var parts: [Part] = []
    private var paths: [Int: [CoverageNode]] = [:]
    private let wanted: Set<Int>
    /// How many leaves there are so far.
    package private(set) var count = 0

    /// - Parameters:
    ///   - units: how many the statement has.
    ///   - wanted: the indices of the leaves whose paths are asked for.
    package init(units: Int, proving wanted: Set<Int> = []) {
        (self.units, self.wanted) = (units, wanted)
    }

    /// Adds the next leaf; its request hash is greater than that of the one before.
    ///
    /// - Throws: ``CoverageError/wrongSum(_:)`` where a sum does not fit, ``CoverageError/malformed(_:)`` for a leaf
    ///   out of order or of other than one request.
    package mutating func append(_ leaf: CoverageLeaf) throws(CoverageError) {
        if let last, !(last < leaf.requestHash) { throw .malformed("leaf \(count) does not ascend") }
        guard leaf.sum.requests == 1, leaf.sum.amounts.count == units else {
            throw .malformed("leaf \(count) is not one request in \(units) units")
        }
        last = leaf.requestHash
        let isWanted = wanted.contains(count)
        if isWanted { paths[count] = [] }
        parts.append(Part(node: leaf.node, width: 1, wanted: isWanted ? [count] : []))
        count += 1
        while parts.count > 1, parts[parts.count - 2].width == parts[parts.count - 1].width { try join() }
    }

    /// The root, and the paths from the leaves that were asked for, each from the leaf's sibling upwards.
    package consuming func finish() throws(CoverageError) -> (root: CoverageNode, paths: [Int: [CoverageNode]]) {
        while parts.count > 1 { try join() }
        return (parts.first?.node ?? .none(units: units), paths)
    }

    private mutating func join() throws(CoverageError) {
        let right = parts.removeLast()
        let left = parts.removeLast()
        for index in left.wanted { paths[index]?.append(right.node) }
        for index in right.wanted { paths[index]?.append(left.node) }
        parts.append(
            Part(
                node: try CoverageNode(left.node, right.node), width: left.width + right.width,
                wanted: left.wanted + right.wanted))
    }
}
