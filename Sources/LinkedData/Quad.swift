/// One node of an RDF statement ([RDF 1.1 Concepts, 3](https://www.w3.org/TR/rdf11-concepts/#section-triples)).
package enum Term: Sendable {
    /// An absolute IRI, without the angle brackets.
    case iri(String)

    /// A blank node by its label with `_:`, such as `_:b0`; the label means something within one dataset only.
    case blank(String)

    /// A value: its lexical form, the IRI of its datatype, and for `rdf:langString` its language tag.
    case literal(String, datatype: String, language: String?)
}

extension Term: Hashable {
    /// Whether both are written with the same code units
    /// ([RDF 1.1 Concepts, 3.2](https://www.w3.org/TR/rdf11-concepts/#section-IRIs)); Swift's `==` of strings would
    /// also accept other normal forms.
    package static func == (left: Term, right: Term) -> Bool {
        switch (left, right) {
        case (.iri(let left), .iri(let right)), (.blank(let left), .blank(let right)):
            CodeUnits.areEqual(left, right)
        case (.literal(let left, let leftType, let leftTag), .literal(let right, let rightType, let rightTag)):
            CodeUnits.areEqual(left, right) && CodeUnits.areEqual(leftType, rightType)
                && (leftTag ?? "") == (rightTag ?? "")
        default: false
        }
    }

    /// Feeds the text to a hasher; what differs in the rest collides, and equality tells it apart.
    package func hash(into hasher: inout Hasher) {
        switch self {
        case .iri(let text), .blank(let text), .literal(let text, _, _): hasher.combine(text)
        }
    }
}

/// One RDF statement, in a named graph or in the default graph
/// ([RDF 1.1 Concepts, 4](https://www.w3.org/TR/rdf11-concepts/#section-dataset)).
package struct Quad: Hashable, Sendable {
    /// What it is about: an IRI or a blank node.
    package var subject: Term

    /// The property: an IRI.
    package var predicate: Term

    /// The value of the property.
    package var object: Term

    /// The graph: an IRI or a blank node; nil for the default graph.
    package var graph: Term?

    /// A statement.
    package init(_ subject: Term, _ predicate: Term, _ object: Term, in graph: Term? = nil) {
        (self.subject, self.predicate, self.object, self.graph) = (subject, predicate, object, graph)
    }
}
