package import CanonicalJSON
import Credentials
package import LinkedData

/// The statements of a document, and which of them each of several selections has
/// ([3.4.16, canonicalizeAndGroup](https://www.w3.org/TR/vc-di-ecdsa/#canonicalizeandgroup)).
package struct GroupedStatements: Sendable {
    /// A selection of statements.
    package struct Group: Sendable {
        /// The indexes of the statements that are in it, ascending.
        package let matching: [Int]
        /// The same statements with the names that they have before canonicalization.
        let quads: [Quad]
    }

    /// All statements.
    package let statements: LabelledStatements

    /// The groups, in the order of their definitions.
    package let groups: [Group]

    /// - Parameter definitions: the JSON Pointers of each group; none for an empty one.
    package init(
        _ document: JSONObject, definitions: [[String]], contexts: ContextRegistry,
        labelling: (_ count: Int) throws(ProofError) -> LabelMap
    ) throws(ProofError) {
        let placed = try PlacedStatements(of: document, contexts: contexts)
        let statements = try LabelledStatements(placed.quads, labelling: labelling)
        let indexes = Dictionary(
            statements.nquads.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var groups: [Group] = []
        for pointers in definitions {
            guard !pointers.isEmpty else {
                groups.append(Group(matching: [], quads: []))
                continue
            }
            // 3.4.15, selectCanonicalNQuads.
            let selection = try Selection(of: document, by: pointers)
            let quads = try placed.quads(of: selection, contexts: contexts)
            var matching: Set<Int> = []
            for line in try relabelBlankNodes(quads, statements.labels) {
                guard let index = indexes[line] else {
                    throw ProofError(
                        .proofGeneration, at: JSONPointer(),
                        "says something else in part than as a whole; an ordered list is chosen whole or not at all")
                }
                matching.insert(index)
            }
            groups.append(Group(matching: matching.sorted(), quads: quads))
        }
        (self.statements, self.groups) = (statements, groups)
    }
}
