import CanonicalJSON
import Credentials
package import LinkedData

/// What a document says, as canonical N-Quads whose blank nodes have other names, sorted (section 3.4.1,
/// [labelReplacementCanonicalizeNQuads](https://www.w3.org/TR/vc-di-ecdsa/#labelreplacementcanonicalizenquads)).
package struct LabelledStatements: Sendable {
    /// The lines, each with its line feed.
    package let nquads: [[UInt8]]

    /// The new name of each blank node of the input.
    let labels: [Term: Term]

    /// - Parameter labelling: the names of so many blank nodes.
    package init(
        _ quads: [Quad], labelling: (_ count: Int) throws(ProofError) -> LabelMap
    ) throws(ProofError) {
        let issued = try canonicalize(quads).issuedLabels
        let map = try labelling(issued.count)
        var labels: [Term: Term] = [:]
        for (label, newLabel) in zip(issued, map.labels) { labels[.blank("_:" + label)] = .blank("_:" + newLabel) }
        self.labels = labels
        nquads = try relabelBlankNodes(quads, labels).sorted { $0.lexicographicallyPrecedes($1) }
    }
}

/// RDF canonicalization, with SHA-256 as `ecdsa-sd-2023` has it.
func canonicalize(_ quads: [Quad]) throws(ProofError) -> CanonicalDataset {
    do {
        return try RDFC10.canonicalize(quads, hash: .sha256)
    } catch {
        throw ProofError(error)
    }
}

/// [3.4.14, relabelBlankNodes](https://www.w3.org/TR/vc-di-ecdsa/#relabelblanknodes): a line for each statement.
func relabelBlankNodes(_ quads: [Quad], _ labels: [Term: Term]) throws(ProofError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    lines.reserveCapacity(quads.count)
    for quad in quads {
        let relabelled = quad.mapNodes { labels[$0] ?? $0 }
        do {
            lines.append(try NQuads.serialize([relabelled]))
        } catch {
            throw ProofError(error)
        }
    }
    return lines
}

/// The statements of a document or a part of it, whose blank nodes have the same names in both: what the
/// specification's skolemization is for (sections 3.4.5 to 3.4.9), without compacting the document again.
struct PlacedStatements {
    /// The statements; blank nodes are `_:n0`, `_:n1` and so on.
    let quads: [Quad]
    /// The name of a node or list by its place.
    private let names: [Term: Term]

    init(of document: JSONObject, contexts: ContextRegistry) throws(ProofError) {
        let placed = try placedQuads(of: document, contexts: contexts)
        var names: [Term: Term] = [:]
        quads = placed.map { quad in
            quad.mapNodes { term in
                guard term.isPlace else { return term }
                let name = names[term] ?? .blank("_:n\(names.count)")
                names[term] = name
                return name
            }
        }
        self.names = names
    }

    /// The statements of a part. A node that the whole does not have is called so that no statement of the whole is
    /// like one about it.
    func quads(of selection: Selection, contexts: ContextRegistry) throws(ProofError) -> [Quad] {
        try placedQuads(of: selection.document, contexts: contexts).map { quad in
            quad.mapNodes { term in
                term.isPlace ? names[selection.origin(of: term)] ?? .blank("_:unknown") : term
            }
        }
    }
}

private func placedQuads(of document: JSONObject, contexts: ContextRegistry) throws(ProofError) -> [Quad] {
    var options = JSONLD.Options()
    options.namesByPlace = true
    do {
        return try JSONLD.quads(of: document, contexts: contexts, options: options)
    } catch {
        throw ProofError(error)
    }
}

extension Term {
    /// Whether it is a name that a node got from its place.
    fileprivate var isPlace: Bool {
        if case .iri(let iri) = self { iri.hasPrefix(JSONLD.Options.placePrefix) } else { false }
    }
}

extension Quad {
    fileprivate func mapNodes(_ change: (Term) -> Term) -> Quad {
        Quad(change(subject), predicate, change(object), in: graph.map(change))
    }
}
