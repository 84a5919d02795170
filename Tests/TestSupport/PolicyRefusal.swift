package import CanonicalJSON
import Testing

/// A change of a policy that is accepted, and what is said of it.
package struct PolicyRefusal: CustomTestStringConvertible, Sendable {
    /// The JSON pointer to what is changed.
    package let change: String
    /// What stands there instead; nil where it is removed.
    package let value: JSON?
    /// The place that the refusal names.
    package let pointer: String
    /// What the refusal says.
    package let problem: String

    /// - Parameter pointer: the place that the refusal names, where it is not the changed one.
    package init(_ change: String, _ value: JSON?, at pointer: String? = nil, _ problem: String) {
        self.change = change
        self.value = value
        self.pointer = pointer ?? change
        self.problem = problem
    }

    package var testDescription: String { "\(change) = \(value?.canonicalString ?? "nothing")" }
}
