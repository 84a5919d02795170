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

    /// The place and the problem, on one line: a name from outside is escaped as JSON escapes it.
    package var description: String {
        if pointer == JSONPointer() { return "the document: \(problem)" }
        return "\(JSON.string(pointer.description).canonicalString.dropFirst().dropLast()): \(problem)"
    }
}
