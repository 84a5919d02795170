package import CanonicalJSON

/// Why no badge can be made from a template and a row.
package enum BadgeError: Error, Hashable, Sendable {
    /// The template is not one: the place in it, and what is wrong there.
    case template(JSONPointer, problem: String)
    /// A column that the template uses, at a place in it, does not serve.
    case column(String, JSONPointer, problem: String)
    /// What comes out breaks rules of Open Badges or of the data model; the places are those in the credential.
    case invalid([BadgeViolation])
}

extension BadgeError: CustomStringConvertible {
    /// What is wrong, where, and what to do.
    package var description: String {
        switch self {
        case .template(let pointer, let problem): "the template at \(Self.place(pointer)): \(problem)"
        case .column(let name, let pointer, let problem):
            "the column \(name.debugDescription), which the template uses at \(Self.place(pointer)): \(problem)"
        case .invalid(let violations): violations.map(\.description).joined(separator: "; ")
        }
    }

    private static func place(_ pointer: JSONPointer) -> String {
        pointer == JSONPointer() ? "its top" : pointer.description
    }
}
