/// What kind of rule was broken: the `type` of a problem, a URL that a specification defines.
///
/// The data model, Data Integrity and Bitstring Status List each define some
/// ([VCDM 2.0, 7.2](https://www.w3.org/TR/vc-data-model-2.0/#problem-details)); rooms above add those of theirs.
package struct ProblemType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The URL, as `type` of an RFC 9457 problem.
    package let rawValue: String

    /// The problem type with that URL.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// The part that people say: `MALFORMED_VALUE_ERROR`.
    package var description: String { rawValue.split(separator: "#").last.map(String.init) ?? rawValue }

    private static let dataModel = "https://www.w3.org/TR/vc-data-model#"

    /// The input could not be parsed, or is not a document of the expected kind at all.
    package static let parsing = ProblemType(rawValue: dataModel + "PARSING_ERROR")

    /// A property has a value that its definition does not allow.
    package static let malformedValue = ProblemType(rawValue: dataModel + "MALFORMED_VALUE_ERROR")

    /// A value is outside the range that it is for, such as an index beyond the end of a list.
    package static let range = ProblemType(rawValue: dataModel + "RANGE_ERROR")
}
