/// The [canonicalization algorithm](https://www.w3.org/TR/rdf-canon/#canon-algorithm) (4.4) on its way: the statements,
/// what is known of each blank node, and the identifiers issued so far.
struct Canonicalization {
    let table: StatementTable
    let hash: RDFC10.Hash
    let workLimit: Int
    var workLeft: Int

    /// The blank node to quads map: indices of statements.
    let mentions: [[Int]]

    /// Hash First Degree Quads of each node, in hexadecimal digits.
    var firstDegree: [[UInt8]] = []

    /// The canonical issuer: nodes in the order of their identifiers, and the identifier of each node without `_:`,
    /// empty when it has none.
    private(set) var issued: [Int] = []
    private(set) var names: [[UInt8]]

    init(_ table: StatementTable, hash: RDFC10.Hash, workLimit: Int) {
        (self.table, self.hash, self.workLimit, workLeft) = (table, hash, workLimit, workLimit)
        mentions = table.mentions()
        names = [[UInt8]](repeating: [], count: table.labels.count)
    }

    /// Steps 3 to 5: every node in the order of its canonical identifier.
    mutating func issueIdentifiers() throws(RDFProblem) -> [Int] {
        firstDegree = table.labels.indices.map(hashFirstDegreeQuads)
        let alike = nodesByFirstDegree()
        for nodes in alike where nodes.count == 1 { issue(nodes[0]) }
        for nodes in alike where nodes.count > 1 {
            var paths: [(hash: [UInt8], issuer: IdentifierIssuer)] = []
            for node in nodes where names[node].isEmpty {
                var issuer = IdentifierIssuer()
                issuer.issue(node)
                paths.append(try hashNDegreeQuads(node, issuer, depth: 0))
            }
            paths.sort { $0.hash.lexicographicallyPrecedes($1.hash) }
            for path in paths { path.issuer.nodes.forEach { issue($0) } }
        }
        return issued
    }

    /// Gives the node the next canonical identifier, unless it has one.
    private mutating func issue(_ node: Int) {
        guard names[node].isEmpty else { return }
        names[node] = Array("c14n\(issued.count)".utf8)
        issued.append(node)
    }

    /// The hash to blank nodes map, in the order of the hashes.
    private func nodesByFirstDegree() -> [[Int]] {
        let order = table.labels.indices.sorted { firstDegree[$0].lexicographicallyPrecedes(firstDegree[$1]) }
        var groups: [[Int]] = []
        for node in order {
            if let last = groups.last, firstDegree[last[0]] == firstDegree[node] {
                groups[groups.count - 1].append(node)
            } else {
                groups.append([node])
            }
        }
        return groups
    }

    /// [4.6](https://www.w3.org/TR/rdf-canon/#hash-1d-quads): the node's statements, with `_:a` for itself and `_:z`
    /// for every other blank node, sorted and hashed.
    private func hashFirstDegreeQuads(_ node: Int) -> [UInt8] {
        var lines: [UInt8] = []
        var parts: [Range<Int>] = []
        for index in mentions[node] {
            let start = lines.count
            table.append(table.statements[index], to: &lines) { other, output in
                output.append(other == node ? UInt8(ascii: "a") : UInt8(ascii: "z"))
            }
            parts.append(start..<lines.count)
        }
        guard parts.count > 1 else { return hash.digits(of: lines) }
        LineOrder.sort(&parts, by: { $0 }, in: lines)
        var sorted: [UInt8] = []
        sorted.reserveCapacity(lines.count)
        for part in parts { sorted.append(contentsOf: lines[part]) }
        return hash.digits(of: sorted)
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
