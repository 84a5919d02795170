/// A dataset in its one canonical form ([RDFC-1.0](https://www.w3.org/TR/rdf-canon/#dfn-canonicalized-dataset)).
package struct CanonicalDataset: Hashable, Sendable {
    /// The canonical N-Quads: every line with its line feed, in code point order. What is hashed and signed.
    package let bytes: [UInt8]

    /// The labels of the blank nodes in the input, without `_:`, in the order of their canonical identifiers.
    package let issuedLabels: [String]

    /// The lines of ``bytes``, each with its line feed.
    package var lines: [String] {
        bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) + "\n" }
    }

    /// The [issued identifiers map](https://www.w3.org/TR/rdf-canon/#dfn-issued-identifiers-map): from labels of the
    /// input to canonical identifiers, `c14n0` and so on; both without `_:`.
    package var issuedIdentifiers: [String: String] {
        let pairs = issuedLabels.enumerated().map { ($0.element, "c14n\($0.offset)") }
        return Dictionary(pairs) { first, _ in first }
    }
}
