import LinkedData
import TestSupport
import Testing

@Suite("RDFC-1.0: rules and properties")
struct RDFC10Tests {
    private func canonical(_ text: String, workLimit: Int = RDFC10.standardWorkLimit) throws -> String {
        let dataset = try RDFC10.canonicalize(Datasets.quads(text), workLimit: workLimit)
        return String(decoding: dataset.bytes, as: UTF8.self)
    }

    /// Each of `count` blank nodes points to each other one.
    private func clique(_ count: Int) -> [Quad] {
        (0..<count).flatMap { from in
            (0..<count).filter { $0 != from }.map { .init(.blank("_:n\(from)"), .iri("urn:p"), .blank("_:n\($0)")) }
        }
    }

    /// `count` blank nodes in a circle: all alike, and each reached only through the others.
    private func circle(_ count: Int) -> [Quad] {
        (0..<count).map { .init(.blank("_:n\($0)"), .iri("urn:p"), .blank("_:n\(($0 + 1) % count)")) }
    }

    @Test("an empty dataset is empty")
    func empty() throws {
        let dataset = try RDFC10.canonicalize([])
        #expect(dataset.bytes == [])
        #expect(dataset.lines == [])
        #expect(dataset.issuedIdentifiers == [:])
    }

    @Test("lines come in the order of their code points, each statement once")
    func order() throws {
        let text = """
            <urn:b> <urn:p> "\u{FF61}" .
            <urn:b> <urn:p> "\u{10000}" .
            <urn:b> <urn:p> "a" .
            <urn:a> <urn:p> "b" <urn:g> .
            <urn:b> <urn:p> "a" .
            <urn:a> <urn:p> "b" .

            """
        let expected = """
            <urn:a> <urn:p> "b" .
            <urn:a> <urn:p> "b" <urn:g> .
            <urn:b> <urn:p> "a" .
            <urn:b> <urn:p> "\u{FF61}" .
            <urn:b> <urn:p> "\u{10000}" .

            """
        #expect(try canonical(text).utf8.elementsEqual(expected.utf8))
    }

    @Test("values and labels in different normal forms of Unicode are different")
    func normalForms() throws {
        let values = try RDFC10.canonicalize(
            Datasets.quads("<urn:s> <urn:p> \"\u{E9}\" .\n" + "<urn:s> <urn:p> \"e\u{301}\" .\n"))
        #expect(values.lines.count == 2)
        let labels = try RDFC10.canonicalize(
            Datasets.quads("_:\u{E9} <urn:p> \"1\" .\n_:e\u{301} <urn:p> \"2\" .\n"))
        #expect(labels.issuedLabels.count == 2)
    }

    @Test("a repeated statement changes nothing, not even with blank nodes in it")
    func repetition() throws {
        let once = "_:a <urn:p> _:b .\n_:b <urn:q> \"x\" .\n_:c <urn:p> _:d .\n_:d <urn:q> \"y\" .\n"
        #expect(try canonical(once + "_:a <urn:p> _:b .\n") == canonical(once))
    }

    @Test("other labels, another order and repetition give the same bytes", arguments: 0..<400)
    func restated(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let quads = Datasets.random(
            statements: Int.random(in: 1...12, using: &random), nodes: Int.random(in: 1...5, using: &random),
            using: &random)
        let dataset = try RDFC10.canonicalize(quads)
        for _ in 0..<5 {
            let other = Datasets.restated(quads, using: &random)
            #expect(try RDFC10.canonicalize(other).bytes == dataset.bytes)
        }
    }

    @Test("the canonical form is its own canonical form", arguments: 0..<200)
    func idempotent(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let quads = Datasets.random(statements: 10, nodes: 4, using: &random)
        let dataset = try RDFC10.canonicalize(quads)
        let again = try NQuads.parse(dataset.bytes)
        #expect(try NQuads.serialize(again) == dataset.bytes)
        #expect(try RDFC10.canonicalize(again).bytes == dataset.bytes)
        #expect(try RDFC10.canonicalize(again).issuedIdentifiers.allSatisfy { $0.key == $0.value })
    }

    @Test("two datasets that differ in one value have different canonical forms", arguments: 0..<100)
    func difference(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var quads = Datasets.random(statements: 8, nodes: 3, using: &random)
        let dataset = try RDFC10.canonicalize(quads)
        quads[0].predicate = .iri("urn:other")
        #expect(try RDFC10.canonicalize(quads).bytes != dataset.bytes)
    }

    @Test("ten blank nodes that say the same about one thing take few steps")
    func siblings() throws {
        let text = (0..<10).map { "<urn:s> <urn:p> _:n\($0) .\n_:n\($0) <urn:q> \"x\" .\n" }.joined()
        #expect(try canonical(text, workLimit: 40).contains("_:c14n9"))
    }

    @Test(
        "a graph that poisons is refused after the steps allowed, whatever its shape",
        arguments: [
            (8, 1_000), (10, 10_000), (40, 10_000), (200, 10_000),
        ])
    func poison(nodes: Int, limit: Int) throws {
        let error = #expect(throws: LinkedDataError.self) {
            try RDFC10.canonicalize(clique(nodes), workLimit: limit)
        }
        #expect(error?.code == .tooComplex)
    }

    @Test("a circle is canonicalized while it is short, and refused when it is too long for the stack")
    func circles() throws {
        #expect(try RDFC10.canonicalize(circle(30)).lines.count == 30)
        for count in [1_000, 20_000] {
            let error = #expect(throws: LinkedDataError.self) {
                try RDFC10.canonicalize(circle(count), workLimit: .max)
            }
            #expect(error?.code == .tooComplex)
        }
    }

    @Test("the limit is the number of steps: one fewer than needed is too few")
    func limit() throws {
        let quads = circle(3)
        let needed = try #require((0...100).first { (try? RDFC10.canonicalize(quads, workLimit: $0)) != nil })
        #expect(needed > 3)
        #expect(throws: LinkedDataError.self) { try RDFC10.canonicalize(quads, workLimit: needed - 1) }
    }

    @Test("the hash function decides the order of blank nodes, and nothing where there are none")
    func hashFunctions() throws {
        let plain = try Datasets.quads("<urn:s> <urn:p> \"x\" .\n")
        #expect(try RDFC10.canonicalize(plain, hash: .sha384) == RDFC10.canonicalize(plain))
        let blank = try Datasets.quads((0..<6).map { "_:n\($0) <urn:p> \"\($0)\" .\n" }.joined())
        let orders = try [RDFC10.Hash.sha256, .sha384].map { try RDFC10.canonicalize(blank, hash: $0).issuedLabels }
        #expect(orders[0] != orders[1])
        #expect(orders[0].sorted() == orders[1].sorted())
    }

    static let misfits: [Quad] = [
        Quad(.literal("x", datatype: "urn:d", language: nil), .iri("urn:p"), .iri("urn:o")),
        Quad(.iri("urn:s"), .blank("_:b"), .iri("urn:o")),
        Quad(.iri("urn:s"), .literal("x", datatype: "urn:d", language: nil), .iri("urn:o")),
        Quad(.iri("urn:s"), .iri("urn:p"), .iri("urn:o"), in: .literal("x", datatype: "urn:d", language: nil)),
        Quad(.iri("urn:s> <urn:p> <urn:o> .\n<urn:t"), .iri("urn:p"), .iri("urn:o")),
        Quad(.iri("urn:s"), .iri("urn:a b"), .iri("urn:o")),
        Quad(.iri("urn:s"), .iri("urn:p"), .iri("urn:o\\u0041")),
        Quad(.iri("urn:s"), .iri("urn:p"), .iri("urn:{o}")),
        Quad(.iri("urn:s"), .iri("urn:p"), .iri("urn:\0")),
        Quad(.iri("urn:s"), .iri("urn:p"), .literal("x", datatype: "urn:d>", language: nil)),
        Quad(.iri("urn:s"), .iri("urn:p"), .literal("x", datatype: "urn:d", language: "en us")),
        Quad(.iri("urn:s"), .iri("urn:p"), .literal("x", datatype: "urn:d", language: "")),
        Quad(.iri("urn:s"), .iri("urn:p"), .literal("x", datatype: "urn:d", language: "en> .")),
    ]

    @Test("what RDF cannot say is refused, and never written as something else", arguments: misfits)
    func misfit(_ quad: Quad) throws {
        for statement in [[quad], [Quad(.iri("urn:s"), .iri("urn:p"), .iri("urn:o")), quad]] {
            let error = #expect(throws: LinkedDataError.self) { try RDFC10.canonicalize(statement) }
            #expect(error?.code == .invalidStatement)
            #expect(error?.sentence.hasPrefix("statement \(statement.count - 1), ") == true)
            let other = #expect(throws: LinkedDataError.self) { try NQuads.serialize(statement) }
            #expect(other == error)
        }
    }
}
