import Cryptography

/// RDF Dataset Canonicalization: [RDFC-1.0](https://www.w3.org/TR/rdf-canon/), W3C Recommendation of 21 May 2024.
package enum RDFC10 {
    /// The hash function by which blank nodes are told apart. It shows in the result: both sides must use the same.
    package enum Hash: Sendable {
        /// SHA-256, the default of the Recommendation.
        case sha256
        /// SHA-384, for proofs with P-384.
        case sha384
    }

    /// The most steps for telling apart blank nodes that look alike (``canonicalize(_:hash:workLimit:)``). The hardest
    /// graph of the W3C test suite that is not refused takes 5,688; a graph of ten nodes that poisons is refused after
    /// 8 ms, one of two hundred after 30 ms (measured).
    package static let standardWorkLimit = 10_000

    /// The canonical form of a dataset. Statements that occur twice count once; the order of `quads` and the labels of
    /// their blank nodes make no difference.
    ///
    /// Blank nodes that look alike are told apart by trying orders, which can take time exponential in their number
    /// ([dataset poisoning](https://www.w3.org/TR/rdf-canon/#dataset-poisoning)). A step is one permutation tried or
    /// one related node hashed; after `workLimit` steps the dataset is refused. A credential rarely needs any.
    package static func canonicalize(
        _ quads: [Quad], hash: Hash = .sha256, workLimit: Int = standardWorkLimit
    ) throws(LinkedDataError) -> CanonicalDataset {
        let table = try StatementTable(quads)
        guard !table.labels.isEmpty else { return table.canonicalDataset(issued: []) }
        var canonicalization = Canonicalization(table, hash: hash, workLimit: workLimit)
        do {
            return table.canonicalDataset(issued: try canonicalization.issueIdentifiers())
        } catch { throw LinkedDataError(error) }
    }
}

extension RDFC10.Hash {
    /// The digest of `bytes`.
    func digest(of bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: SHA256.hash(bytes).bytes
        case .sha384: SHA384.hash(bytes)
        }
    }
}

extension StatementTable {
    /// Step 6: the statements with the nodes in the order `issued` as `c14n0`, `c14n1` and so on, sorted.
    fileprivate func canonicalDataset(issued: [Int]) -> CanonicalDataset {
        var numbers = [Int](repeating: 0, count: labels.count)
        for number in issued.indices { numbers[issued[number]] = number }
        var lines = text
        var parts = statements.map(\.text)
        if !labels.isEmpty {
            lines.removeAll(keepingCapacity: true)
            for index in statements.indices {
                let start = lines.count
                append(statements[index], to: &lines) { node, output in
                    Canonicalization.append(canonicalIdentifier: numbers[node], to: &output)
                }
                parts[index] = start..<lines.count
            }
            LineOrder.sort(&parts, by: { $0 }, in: lines)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.count)
        for part in parts { bytes.append(contentsOf: lines[part]) }
        return CanonicalDataset(bytes: bytes, issuedLabels: issued.map { String(labels[$0].dropFirst(2)) })
    }
}
