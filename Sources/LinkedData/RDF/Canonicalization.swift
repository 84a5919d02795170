/// The [canonicalization algorithm](https://www.w3.org/TR/rdf-canon/#canon-algorithm) (4.4) on its way: the statements,
/// what is known of each blank node, and the identifiers issued so far.
struct Canonicalization {
    let table: StatementTable
    let hash: RDFC10.Hash
    let workLimit: Int
    var workLeft: Int

    /// The blank node to quads map: indices of statements.
    let mentions: [[Int]]

    /// Hash First Degree Quads of each node.
    var firstDegree: [[UInt8]] = []

    /// The canonical issuer: nodes in the order of their identifiers, and the number of each node's identifier.
    private var issued: [Int] = []
    private(set) var canonicalNumbers: [Int?]

    // Kept from node to node, so that their memory is.
    private var lines: [UInt8] = []
    private var parts: [Range<Int>] = []
    private var sorted: [UInt8] = []

    init(_ table: StatementTable, hash: RDFC10.Hash, workLimit: Int) {
        (self.table, self.hash, self.workLimit, workLeft) = (table, hash, workLimit, workLimit)
        mentions = table.mentions()
        canonicalNumbers = [Int?](repeating: nil, count: table.labels.count)
    }

    /// Steps 3 to 5: every node in the order of its canonical identifier.
    mutating func issueIdentifiers() throws(RDFProblem) -> [Int] {
        firstDegree.reserveCapacity(mentions.count)
        for node in mentions.indices { firstDegree.append(hashFirstDegreeQuads(node)) }
        let order = mentions.indices.sorted { firstDegree[$0].lexicographicallyPrecedes(firstDegree[$1]) }
        let alike = runs(in: order)
        for nodes in alike where nodes.count == 1 { issue(order[nodes.lowerBound]) }
        for nodes in alike where nodes.count > 1 {
            var paths: [(hash: [UInt8], issuer: IdentifierIssuer)] = []
            for node in order[nodes] where canonicalNumbers[node] == nil {
                var issuer = IdentifierIssuer()
                issuer.issue(node)
                paths.append(try hashNDegreeQuads(node, issuer, depth: 0))
            }
            paths.sort { $0.hash.lexicographicallyPrecedes($1.hash) }
            for path in paths {
                for node in path.issuer.nodes { issue(node) }
            }
        }
        return issued
    }

    /// Gives the node the next canonical identifier, unless it has one.
    private mutating func issue(_ node: Int) {
        guard canonicalNumbers[node] == nil else { return }
        canonicalNumbers[node] = issued.count
        issued.append(node)
    }

    /// The hash to blank nodes map: ranges of `order` whose nodes have one hash.
    private func runs(in order: [Int]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        for end in 1...order.count where end == order.count || firstDegree[order[end]] != firstDegree[order[start]] {
            runs.append(start..<end)
            start = end
        }
        return runs
    }

    static func append(canonicalIdentifier number: Int, to output: inout [UInt8]) {
        output.append(contentsOf: "c14n".utf8)
        if number < 10 {
            output.append(UInt8(ascii: "0") + UInt8(number))
        } else {
            output.append(contentsOf: String(number).utf8)
        }
    }

    /// [4.6](https://www.w3.org/TR/rdf-canon/#hash-1d-quads): the node's statements, with `_:a` for itself and `_:z`
    /// for every other blank node, sorted and hashed.
    private mutating func hashFirstDegreeQuads(_ node: Int) -> [UInt8] {
        lines.removeAll(keepingCapacity: true)
        parts.removeAll(keepingCapacity: true)
        for index in mentions[node] {
            let start = lines.count
            table.append(table.statements[index], to: &lines) { other, output in
                output.append(other == node ? UInt8(ascii: "a") : UInt8(ascii: "z"))
            }
            parts.append(start..<lines.count)
        }
        guard parts.count > 1 else { return hash.digest(of: lines) }
        LineOrder.sort(&parts, by: { $0 }, in: lines)
        sorted.removeAll(keepingCapacity: true)
        for part in parts { sorted.append(contentsOf: lines[part]) }
        return hash.digest(of: sorted)
    }
}

/// An [identifier issuer](https://www.w3.org/TR/rdf-canon/#dfn-identifier-issuer) with the prefix `b`: temporary
/// identifiers along one path. There are few at a time, so that searching them is quicker than a table.
struct IdentifierIssuer {
    /// The nodes in the order of their identifiers `b0`, `b1` and so on.
    private(set) var nodes: [Int] = []

    /// The identifier of a node that has one.
    func identifier(of node: Int) -> [UInt8]? {
        nodes.firstIndex(of: node).map { Array("_:b\($0)".utf8) }
    }

    /// The identifier of a node, issued now if it had none.
    @discardableResult
    mutating func issue(_ node: Int) -> [UInt8] {
        if let identifier = identifier(of: node) { return identifier }
        nodes.append(node)
        return Array("_:b\(nodes.count - 1)".utf8)
    }
}
