/// A dataset made ready for canonicalization: each different statement once, its canonical N-Quads written once, blank
/// nodes as numbers.
///
/// Where a blank node stands, the text has a hole of fixed width with the node's number in it, so that statements are
/// equal exactly if their texts are, and text with other labels is made by copying what lies between the holes.
struct StatementTable {
    /// One statement: where its text lies, and its blank nodes (-1 for another term).
    struct Statement {
        var text: Range<Int>
        var predicate: Range<Int>
        var subject = -1
        var object = -1
        var graph = -1
    }

    /// `_:` and four bytes of the node's number.
    private static let holeWidth = 6

    /// `.` and a line feed with the space before them, which follow a graph.
    private static let endWidth = 3

    private(set) var text: [UInt8] = []
    private(set) var statements: [Statement] = []

    /// The label of each node, with its `_:`.
    private(set) var labels: [String] = []
    private var numbers: [CodeUnits: Int] = [:]
    private var recent: Int?

    init(_ quads: [Quad]) throws(LinkedDataError) {
        text.reserveCapacity(quads.count * 192)
        statements.reserveCapacity(quads.count)
        for index in quads.indices {
            do { try append(quads[index]) } catch {
                throw LinkedDataError(RDFProblem.unwritable(statement: index, error))
            }
        }
        sortAndUnite()
    }

    private mutating func append(_ quad: Quad) throws(RDFProblem.Unwritable) {
        if case .literal = quad.subject { throw .misplacedTerm }
        let start = text.count
        let subject = try append(quad.subject)
        let predicate = text.count
        try NQuadsWriter.appendPredicate(quad.predicate, to: &text)
        let predicateEnd = text.count
        text.append(UInt8(ascii: " "))
        let object = try append(quad.object)
        var graph = -1
        if let name = quad.graph {
            if case .literal = name { throw .misplacedTerm }
            graph = try append(name)
        }
        text.append(UInt8(ascii: "."))
        text.append(UInt8(ascii: "\n"))
        statements.append(
            Statement(
                text: start..<text.count, predicate: predicate..<predicateEnd, subject: subject, object: object,
                graph: graph))
    }

    /// Writes the term and a space; the number of the blank node, or -1.
    private mutating func append(_ term: Term) throws(RDFProblem.Unwritable) -> Int {
        var node = -1
        switch term {
        case .iri(let iri): try NQuadsWriter.append(iri: iri, to: &text)
        case .literal(let value, let datatype, let language):
            try NQuadsWriter.append(literal: value, datatype: datatype, language: language, to: &text)
        case .blank(let label):
            node = number(of: label)
            text.append(contentsOf: "_:".utf8)
            text.append(UInt8(truncatingIfNeeded: node >> 24))
            text.append(UInt8(truncatingIfNeeded: node >> 16))
            text.append(UInt8(truncatingIfNeeded: node >> 8))
            text.append(UInt8(truncatingIfNeeded: node))
        }
        text.append(UInt8(ascii: " "))
        return node
    }

    private mutating func number(of label: String) -> Int {
        // One subject has many statements, most often one after the other.
        if let recent, CodeUnits.areEqual(labels[recent], label) { return recent }
        let next = labels.count
        let number = numbers[CodeUnits(label), default: next]
        if number == next {
            numbers[CodeUnits(label)] = next
            labels.append(label)
        }
        recent = number
        return number
    }

    private mutating func sortAndUnite() {
        LineOrder.sort(&statements, by: { $0.text }, in: text)
        var kept = 0
        for index in statements.indices {
            if kept > 0, LineOrder.areEqual(statements[kept - 1].text, statements[index].text, in: text) { continue }
            statements[kept] = statements[index]
            kept += 1
        }
        statements.removeLast(statements.count - kept)
    }
}

extension StatementTable {
    /// Appends the line of a statement with `label` writing what follows `_:` for each blank node.
    @inline(__always)
    func append(
        _ statement: Statement, to output: inout [UInt8], label: (Int, inout [UInt8]) -> Void
    ) {
        var copied = statement.text.lowerBound
        func fill(_ node: Int, hole: Int) {
            output.append(contentsOf: text[copied..<hole + 2])
            label(node, &output)
            copied = hole + Self.holeWidth
        }
        if statement.subject >= 0 { fill(statement.subject, hole: copied) }
        if statement.object >= 0 { fill(statement.object, hole: statement.predicate.upperBound + 1) }
        if statement.graph >= 0 {
            fill(statement.graph, hole: statement.text.upperBound - Self.endWidth - Self.holeWidth)
        }
        output.append(contentsOf: text[copied..<statement.text.upperBound])
    }

    /// The statements that each node is part of, by the node's number.
    func mentions() -> [[Int]] {
        var mentions = [[Int]](repeating: [], count: labels.count)
        func add(_ index: Int, to node: Int) {
            if node >= 0, mentions[node].last != index { mentions[node].append(index) }
        }
        for index in statements.indices {
            add(index, to: statements[index].subject)
            add(index, to: statements[index].object)
            add(index, to: statements[index].graph)
        }
        return mentions
    }
}
