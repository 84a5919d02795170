package import CanonicalJSON

/// Why a policy document is not published: the place in the document, and a sentence for the person who wrote it.
package struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place of what is wrong, missing, unknown or not kept; the whole document is the empty pointer.
    package let pointer: JSONPointer

    /// What is wrong there, and what may stand there.
    package let problem: String

    /// A problem at a place.
    package init(pointer: JSONPointer, problem: String) {
        self.pointer = pointer
        self.problem = problem
    }

    /// A document of the wrong shape.
    package init(_ error: JSONShapeError) { self.init(pointer: error.pointer, problem: error.problem) }

    /// The place and the problem.
    package var description: String {
        pointer == JSONPointer() ? "the policy: \(problem)" : "the policy, at \(pointer): \(problem)"
    }
}
