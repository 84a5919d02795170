import Cryptography
import Foundation
import Multiformats
import TestSupport
import Testing
import TransparencyLog

/// The cases in `merkle`: proofs that hold, and the same ones spoiled in every way.
@Suite("RFC 9162, 2.1.3.2 and 2.1.4.2: published cases", .enabled(if: Conformance.isExpected, Conformance.absence))
struct MerkleConformanceTests {
    private struct InclusionCase: Decodable {
        let leafIdx: UInt64
        let treeSize: UInt64
        let root: String
        let leafHash: String
        let proof: [String]?
        let wantErr: Bool
    }

    private struct ConsistencyCase: Decodable {
        let size1: UInt64
        let size2: UInt64
        let root1: String
        let root2: String
        let proof: [String]?
        let wantErr: Bool
    }

    private struct NotADigest: Error {}

    /// Reads a digest as a parser would: anything but 32 bytes is refused there.
    private static func digest(_ base64: String) throws -> SHA256Digest {
        guard let digest = SHA256Digest(try Base64.decode(base64)) else { throw NotADigest() }
        return digest
    }

    private static func files(under folder: String) throws -> [String] {
        try Conformance.files(in: folder).map { "\(folder)/\($0)" }
            .flatMap { $0.hasSuffix(".json") ? [$0] : try files(under: $0) }
    }

    private static func holds(_ verify: () throws -> Void) -> Bool {
        do {
            try verify()
            return true
        } catch {
            return false
        }
    }

    @Test("an inclusion proof holds exactly in the cases where it should")
    func inclusion() throws {
        let files = try Self.files(under: "merkle/inclusion")
        var valid = 0
        for file in files {
            let data = Data(try Conformance.bytes(file))
            let example = try JSONDecoder().decode(InclusionCase.self, from: data)
            let holds = Self.holds {
                try MerkleTree.verifyInclusion(
                    of: try Self.digest(example.leafHash), at: example.leafIdx,
                    in: TreeHead(size: example.treeSize, root: try Self.digest(example.root)),
                    proof: try (example.proof ?? []).map(Self.digest))
            }
            #expect(holds == !example.wantErr, "\(file)")
            valid += holds ? 1 : 0
        }
        #expect(files.count == 98 && valid == 6)
    }

    /// Its roots have 12 bytes; a hash of this tree has 32, so that the case cannot be put.
    private static let skipped = "merkle/consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"

    @Test("a consistency proof holds exactly in the cases where it should")
    func consistency() throws {
        let files = try Self.files(under: "merkle/consistency").filter { $0 != Self.skipped }
        var valid = 0
        for file in files {
            let data = Data(try Conformance.bytes(file))
            let example = try JSONDecoder().decode(ConsistencyCase.self, from: data)
            let holds = Self.holds {
                try MerkleTree.verifyConsistency(
                    from: TreeHead(size: example.size1, root: try Self.digest(example.root1)),
                    to: TreeHead(size: example.size2, root: try Self.digest(example.root2)),
                    proof: try (example.proof ?? []).map(Self.digest))
            }
            #expect(holds == !example.wantErr, "\(file)")
            valid += holds ? 1 : 0
        }
        #expect(files.count == 97 && valid == 5)
    }
}
