import LinkedData
import TestSupport

/// Datasets for the suites, made from a few words.
enum Datasets {
    /// The statements of N-Quads in a test's own text.
    static func quads(_ text: String) throws -> [Quad] { try NQuads.parse(Array(text.utf8)) }

    /// A dataset of `count` statements between `nodes` blank nodes, two IRIs and a few literals, alike enough that
    /// hashes of the first degree often coincide.
    static func random(statements count: Int, nodes: Int, using random: inout SeededRandom) -> [Quad] {
        func node(using random: inout SeededRandom) -> Term {
            Int.random(in: 0..<4, using: &random) == 0
                ? .iri("urn:x:\(Int.random(in: 0..<2, using: &random))")
                : .blank("_:n\(Int.random(in: 0..<nodes, using: &random))")
        }
        return (0..<count).map { _ in
            let isLiteral = Int.random(in: 0..<4, using: &random) == 0
            let values = ["", "é", "e\u{301}", "\\\"\n"]
            let object: Term =
                isLiteral
                ? .literal(
                    values.randomElement(using: &random) ?? "", datatype: "http://www.w3.org/2001/XMLSchema#string",
                    language: nil)
                : node(using: &random)
            return Quad(
                node(using: &random), .iri("urn:p:\(Int.random(in: 0..<2, using: &random))"), object,
                in: Int.random(in: 0..<3, using: &random) == 0 ? node(using: &random) : nil)
        }
    }

    /// The same dataset said otherwise: other labels, another order, one statement twice.
    static func restated(_ quads: [Quad], using random: inout SeededRandom) -> [Quad] {
        let labels = Set(quads.flatMap { [$0.subject, $0.object, $0.graph] }.compactMap(label))
        let others = (0..<labels.count).map { "_:x\($0)" }.shuffled(using: &random)
        let names = Dictionary(uniqueKeysWithValues: zip(labels.sorted(), others))
        func renamed(_ term: Term) -> Term { label(term).flatMap { names[$0] }.map(Term.blank) ?? term }
        let renamed = quads.map { quad in
            Quad(renamed(quad.subject), quad.predicate, renamed(quad.object), in: quad.graph.map(renamed))
        }
        return (renamed + renamed.prefix(1)).shuffled(using: &random)
    }

    private static func label(_ term: Term?) -> String? {
        if case .blank(let label) = term { label } else { nil }
    }
}
