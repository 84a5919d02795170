/// One node of an RDF statement ([RDF 1.1 Concepts, 3](https://www.w3.org/TR/rdf11-concepts/#section-triples)).
package enum Term: Hashable, Sendable {
    /// An absolute IRI, without the angle brackets.
    case iri(String)

    /// A blank node by its label with `_:`, such as `_:b0`; the label means something within one dataset only.
    case blank(String)

    /// A value: its lexical form, the IRI of its datatype, and for `rdf:langString` its language tag.
    case literal(String, datatype: String, language: String?)
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
