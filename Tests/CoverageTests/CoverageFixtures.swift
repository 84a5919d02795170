import CanonicalJSON
import Coverage
import Cryptography
import TestSupport
import TransparencyLog

/// Requests with what they were given, and the tree over them.
struct Requests {
    static let size: UInt64 = 40
    let units: [String]
    private(set) var openings: [(opening: CoverageOpening, salt: [UInt8])] = []

    /// Some requests, of which about a third were given something.
    init(_ count: Int, units: [String] = ["DAYS", "PFC"], using random: inout SeededRandom) throws {
        self.units = units
        for number in 0..<count {
            var sums: [String: Amounts] = [:]
            if Int.random(in: 0..<3, using: &random) == 0 {
                for unit in units where Bool.random(using: &random) {
                    func amount(_ random: inout SeededRandom) -> Int64 {
                        Bool.random(using: &random) ? Int64.random(in: 0...1_000_000, using: &random) : 0
                    }
                    sums[unit] = try Amounts(
                        paid: amount(&random), owed: amount(&random), waived: amount(&random))
                }
            }
            let isBreached = !sums.isEmpty || Int.random(in: 0..<10, using: &random) == 0
            let opening = CoverageOpening(
                request: "r\(number)", size: Self.size, isBreached: isBreached, sums: sums)
            openings.append((opening, SHA256.hash(Array("salt \(number) \(count)".utf8)).bytes))
        }
        openings.sort { CoverageLeaf.hash(ofRequest: $0.0.request) < CoverageLeaf.hash(ofRequest: $1.0.request) }
    }

    func leaves() throws -> [CoverageLeaf] {
        try openings.map { try $0.opening.leaf(salt: $0.salt, units: units) }
    }

    func tree(proving wanted: Set<Int> = []) throws -> (root: CoverageNode, paths: [Int: [CoverageNode]]) {
        var builder = CoverageTreeBuilder(units: units.count, proving: wanted)
        for leaf in try leaves() { try builder.append(leaf) }
        return try builder.finish()
    }

    static func signer() throws -> NoteSigner {
        NoteSigner(
            name: try KeyName("log.example"), privateKey: try Ed25519PrivateKey(seed: Array(repeating: 1, count: 32)))
    }

    func note(_ root: CoverageNode) throws -> SignedNote {
        let statement = try CoverageStatement(
            origin: "log.example", log: TreeHead(size: Self.size, root: SHA256.hash([7])), time: 1_767_225_600_000,
            units: units, tree: root)
        return try SignedNote(signing: statement.text, by: Self.signer())
    }

    /// The proof of one that is there.
    func proof(of index: Int) throws -> CoverageProof {
        let (root, paths) = try tree(proving: [index])
        let (opening, salt) = openings[index]
        return try CoverageProof(
            request: opening.request, note: note(root),
            shown: .leaf(opening, salt: salt, CoveragePath(index: Int64(index), siblings: paths[index] ?? [])),
            checkpoint: nil)
    }

    /// The proof of one that is not.
    func proof(ofAbsent request: String) throws -> CoverageProof {
        let (hash, leaves) = (CoverageLeaf.hash(ofRequest: request), try leaves())
        let place = leaves.count { $0.requestHash < hash }
        let wanted = [place - 1, place].filter(leaves.indices.contains)
        let (root, paths) = try tree(proving: Set(wanted))
        return try CoverageProof(
            request: request, note: note(root),
            shown: .neighbours(
                wanted.map { index in
                    .init(
                        leaf: leaves[index],
                        path: CoveragePath(index: Int64(index), siblings: paths[index] ?? []))
                }), checkpoint: nil)
    }
}
