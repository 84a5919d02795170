import Cryptography

/// The siblings between a leaf and the root.
package struct CoveragePath: Hashable, Sendable {
    /// More levels than a tree of 2^63 leaves has.
    static let maximumLevels = 64

    /// The place of the leaf, from 0.
    package let index: Int64
    /// From the leaf's sibling to the child of the root.
    package let siblings: [CoverageNode]

    package init(index: Int64, siblings: [CoverageNode]) { (self.index, self.siblings) = (index, siblings) }

    /// The root that the leaf has in a tree of so many leaves.
    ///
    /// - Throws: ``CoverageError/wrongNode(level:problem:)`` naming the first node that cannot be what it says.
    package func root(from leaf: CoverageNode, count: Int64) throws(CoverageError) -> CoverageNode {
        guard 0..<max(count, 0) ~= index else { throw .notCovered("there is no leaf \(index) among \(count)") }
        let steps = Self.steps(index: index, count: count)
        guard steps.count == siblings.count else {
            throw .notCovered("leaf \(index) of \(count) has \(steps.count) nodes above it, not \(siblings.count)")
        }
        var node = leaf
        for (level, (step, sibling)) in zip(steps, siblings).enumerated() {
            guard sibling.sum.requests == step.width else {
                throw .wrongNode(
                    level: level, problem: "it counts \(sibling.sum.requests) requests, and has \(step.width) leaves")
            }
            do throws(CoverageError) {
                node = try step.isLeft ? CoverageNode(sibling, node) : CoverageNode(node, sibling)
            } catch {
                throw .wrongNode(level: level, problem: "\(error)")
            }
        }
        return node
    }

    /// Which side each sibling is on and how many leaves it has, from the leaf upwards (RFC 6962, 2.1).
    private static func steps(index: Int64, count: Int64) -> [(isLeft: Bool, width: Int64)] {
        var steps: [(Bool, Int64)] = []
        var (index, count) = (index, count)
        while count > 1 {
            let left = Int64(1) << (63 - (count - 1).leadingZeroBitCount)
            if index < left {
                steps.append((false, count - left))
                count = left
            } else {
                steps.append((true, left))
                (index, count) = (index - left, count - left)
            }
        }
        return steps.reversed()
    }
}
