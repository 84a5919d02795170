/// A document that is JSON but not of the shape its reader needs.
package struct JSONShapeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place of the value that is wrong, missing or unknown.
    package let pointer: JSONPointer

    /// What is wrong there, as a sentence without its subject: "expected a string, found a number".
    package let problem: String

    /// A problem at a place.
    package init(pointer: JSONPointer, problem: String) {
        self.pointer = pointer
        self.problem = problem
    }

    /// The place and the problem.
    package var description: String {
        pointer == JSONPointer() ? "the document: \(problem)" : "\(pointer): \(problem)"
    }
}
