/// Why a statement or a proof about coverage is refused.
package enum CoverageError: Error, Hashable, Sendable {
    /// Not of the form that the page of the room describes.
    case malformed(String)
    /// A number that does not fit, or less than nothing.
    case wrongSum(String)
    /// A node of a path is wrong; levels count from the leaf, which is 0.
    case wrongNode(level: Int, problem: String)
    /// What is shown does not lead to the statement.
    case notCovered(String)
}

extension CoverageError: CustomStringConvertible {
    /// What was wrong, and where.
    package var description: String {
        switch self {
        case .malformed(let problem): "it is not of the form of a coverage proof: \(problem)"
        case .wrongSum(let problem): "a sum is impossible: \(problem)"
        case .wrongNode(let level, let problem): "the node at level \(level) above the leaf is wrong: \(problem)"
        case .notCovered(let problem): "it is not shown to be covered: \(problem)"
        }
    }
}
