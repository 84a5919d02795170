package import CanonicalJSON

/// Why a document is not a credential (or presentation) of the data model.
package struct CredentialError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of rule; in this room always ``ProblemType/malformedValue``.
    package let type: ProblemType

    /// The value that is wrong, or the place where one is missing.
    package let pointer: JSONPointer

    /// What is wrong and what to do, as a sentence whose subject is that value.
    package let problem: String

    /// A problem at a place.
    package init(_ type: ProblemType = .malformedValue, at pointer: JSONPointer, _ problem: String) {
        (self.type, self.pointer, self.problem) = (type, pointer, problem)
    }

    /// The place and the problem.
    package var description: String {
        pointer == JSONPointer() ? "the document \(problem)" : "\(pointer) \(problem)"
    }
}
