package import CanonicalJSON

/// One demand of a schema that an instance does not meet: an error of JSON Schema Core section 12.3.
package struct SchemaViolation: Hashable, Sendable {
    /// The place in the instance.
    package let instanceLocation: JSONPointer

    /// The keyword that is not met.
    package let keyword: String

    /// The place of that keyword in its schema; for a schema `false`, which has no keyword, the place of the schema.
    package let absoluteKeywordLocation: SchemaLocation

    /// What is wrong, as a sentence without its subject: "expected a string, found null". No value of the instance is
    /// repeated in it; values can be personal.
    package let error: String
}

extension SchemaViolation: CustomStringConvertible {
    /// The place, what is wrong there, and which demand that is.
    package var description: String {
        let place = JSON.string(instanceLocation.description).canonicalString.dropFirst().dropLast()
        return "\(place.isEmpty ? "the document" : place): \(error) (\(absoluteKeywordLocation))"
    }
}
