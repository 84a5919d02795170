extension Canonicalization {
    /// Nodes on one path from the first, each of which must be told apart from others. A path this long does not occur
    /// in a document, and the stack of a thread holds it.
    private static let maximumDepth = 128

    /// [4.8](https://www.w3.org/TR/rdf-canon/#hash-nd-quads): a hash of how a node is related to its neighbours, of how
    /// they are related to theirs, and so on; with the issuer that has named the nodes along the chosen paths.
    mutating func hashNDegreeQuads(
        _ node: Int, _ issuer: IdentifierIssuer, depth: Int
    ) throws(RDFProblem) -> (hash: [UInt8], issuer: IdentifierIssuer) {
        guard depth < Self.maximumDepth else { throw .tooMuchWork(limit: workLimit) }
        var issuer = issuer
        var data: [UInt8] = []
        for (relatedHash, nodes) in try relatedNodes(of: node, issuer) {
            Self.append(hexadecimal: relatedHash, to: &data)
            var chosen: (path: [UInt8], issuer: IdentifierIssuer)?
            var permutation: [Int]? = nodes
            while let nodes = permutation {
                try spend()
                if let path = try self.path(through: nodes, issuer, notAfter: chosen?.path, depth: depth) {
                    chosen = path
                }
                permutation = Self.permutation(after: nodes)
            }
            guard let chosen else { preconditionFailure("the first permutation always gives a path") }
            data += chosen.path
            issuer = chosen.issuer
        }
        return (hash.digest(of: data), issuer)
    }

    /// Steps 5.4.1 to 5.4.6 for one permutation: its path and issuer, or nil if `chosen` is as good or better.
    private mutating func path(
        through nodes: [Int], _ issuer: IdentifierIssuer, notAfter chosen: [UInt8]?, depth: Int
    ) throws(RDFProblem) -> (path: [UInt8], issuer: IdentifierIssuer)? {
        func isWorse(_ path: [UInt8]) -> Bool {
            guard let chosen else { return false }
            return path.count >= chosen.count && chosen.lexicographicallyPrecedes(path)
        }
        var (path, issuer): ([UInt8], IdentifierIssuer) = ([], issuer)
        var unvisited: [Int] = []
        for related in nodes {
            if let number = canonicalNumbers[related] {
                path.append(contentsOf: "_:".utf8)
                Self.append(canonicalIdentifier: number, to: &path)
            } else {
                if issuer.identifier(of: related) == nil { unvisited.append(related) }
                path += issuer.issue(related)
            }
            if isWorse(path) { return nil }
        }
        for related in unvisited {
            let result = try hashNDegreeQuads(related, issuer, depth: depth + 1)
            path += issuer.issue(related)
            path.append(UInt8(ascii: "<"))
            Self.append(hexadecimal: result.hash, to: &path)
            path.append(UInt8(ascii: ">"))
            issuer = result.issuer
            if isWorse(path) { return nil }
        }
        if let chosen, !path.lexicographicallyPrecedes(chosen) { return nil }
        return (path, issuer)
    }

    /// Steps 1 to 3: the neighbours of a node by the hash of their relation to it, in the order of the hashes.
    private mutating func relatedNodes(
        of node: Int, _ issuer: IdentifierIssuer
    ) throws(RDFProblem) -> [(hash: [UInt8], nodes: [Int])] {
        var related: [(hash: [UInt8], node: Int)] = []
        for index in mentions[node] {
            let statement = table.statements[index]
            let components: [(Int, Unicode.Scalar)] = [
                (statement.subject, "s"), (statement.object, "o"), (statement.graph, "g"),
            ]
            for (other, position) in components where other >= 0 && other != node {
                try spend()
                related.append((hashRelated(other, statement, issuer, position: UInt8(ascii: position)), other))
            }
        }
        related.sort { $0.hash == $1.hash ? $0.node < $1.node : $0.hash.lexicographicallyPrecedes($1.hash) }
        var groups: [(hash: [UInt8], nodes: [Int])] = []
        for (hash, node) in related {
            if groups.last?.hash == hash {
                groups[groups.count - 1].nodes.append(node)
            } else {
                groups.append((hash, [node]))
            }
        }
        return groups
    }

    /// [4.7, Hash Related Blank Node](https://www.w3.org/TR/rdf-canon/#hash-related-blank-node).
    private func hashRelated(
        _ related: Int, _ statement: StatementTable.Statement, _ issuer: IdentifierIssuer, position: UInt8
    ) -> [UInt8] {
        var input = [position]
        if position != UInt8(ascii: "g") { input += table.text[statement.predicate] }
        if let number = canonicalNumbers[related] {
            input.append(contentsOf: "_:".utf8)
            Self.append(canonicalIdentifier: number, to: &input)
        } else if let identifier = issuer.identifier(of: related) {
            input += identifier
        } else {
            Self.append(hexadecimal: firstDegree[related], to: &input)
        }
        return hash.digest(of: input)
    }

    /// Two digits in lower case for each byte of a digest. Digests are ordered as their digits are.
    private static func append(hexadecimal digest: [UInt8], to output: inout [UInt8]) {
        func digit(_ value: UInt8) -> UInt8 {
            value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
        }
        for byte in digest {
            output.append(digit(byte >> 4))
            output.append(digit(byte & 0x0F))
        }
    }

    /// One step of the work that is limited.
    private mutating func spend() throws(RDFProblem) {
        guard workLeft > 0 else { throw .tooMuchWork(limit: workLimit) }
        workLeft -= 1
    }

    /// The next order of `nodes`, which begin sorted; nil after the last. Equal nodes are not exchanged.
    private static func permutation(after nodes: [Int]) -> [Int]? {
        guard let pivot = nodes.indices.dropLast().last(where: { nodes[$0] < nodes[$0 + 1] }),
            let successor = nodes.indices.last(where: { nodes[$0] > nodes[pivot] })
        else { return nil }
        var next = nodes
        next.swapAt(pivot, successor)
        next[(pivot + 1)...].reverse()
        return next
    }
}
