import Cryptography
import TestSupport
import Testing
import TransparencyLog

@Suite("RFC 6962, 2.1: hashes and proofs of the Merkle tree")
struct MerkleTreeTests {
    @Test("the published hashes: an empty tree, leaves, a node")
    func hashes() throws {
        #expect(MerkleTree.emptyRoot.description.hasPrefix("e3b0c442"))
        #expect(MerkleTree.leafHash([]).description.hasPrefix("6e340b9c"))
        #expect(MerkleTree.leafHash(Array("L123456".utf8)).description.hasPrefix("395aa064"))
        let (left, right) = (MerkleTree.leafHash([1]), MerkleTree.leafHash([2]))
        #expect(MerkleTree.nodeHash(left, right) == SHA256.hash([1] + left.bytes + right.bytes))
    }

    @Test("roots and proofs from tiles are those of the RFC's own recursion, for every older size")
    func agreesWithRFC() throws {
        let tree = SampleTree(size: 600)
        var random = SeededRandom(seed: 1)
        let sizes =
            [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 600] + (0..<12).map { _ in .random(in: 4...600, using: &random) }
        for size in sizes {
            let leaves = tree.leaves[..<size]
            #expect(try tree.head(UInt64(size)).root == RFC6962.mth(leaves))
            guard size > 0 else { continue }
            let index = Int.random(in: 0..<size, using: &random)
            #expect(try tree.inclusion(UInt64(index), UInt64(size)) == RFC6962.path(index, leaves))
            let old = Int.random(in: 1...size, using: &random)
            #expect(try tree.consistency(UInt64(old), UInt64(size)) == RFC6962.subproof(old, leaves, true))
        }
    }

    @Test("in trees of up to 33 leaves every proof holds, and in no other tree or place")
    func smallTrees() throws {
        let tree = SampleTree(size: 33)
        for size in 1...33 as ClosedRange<UInt64> {
            let head = try tree.head(size)
            for index in 0..<size {
                let leaf = tree.leaves[Int(index)]
                let proof = try tree.inclusion(index, size)
                try MerkleTree.verifyInclusion(of: leaf, at: index, in: head, proof: proof)
                for wrong in 0..<size where wrong != index {
                    #expect(!holds { try MerkleTree.verifyInclusion(of: leaf, at: wrong, in: head, proof: proof) })
                }
            }
            for old in 0...size {
                let proof = try tree.consistency(old, size)
                try MerkleTree.verifyConsistency(from: try tree.head(old), to: head, proof: proof)
                for wrong in 1..<size where wrong != old && old > 0 {
                    let wrongHead = TreeHead(size: wrong, root: try tree.head(old).root)
                    #expect(!holds { try MerkleTree.verifyConsistency(from: wrongHead, to: head, proof: proof) })
                }
            }
        }
    }

    @Test(
        "a proof with any one bit flipped, in a hash, the leaf or a root, does not hold",
        arguments: 0..<8 as Range<UInt64>)
    func bitFlips(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let tree = SampleTree((0..<UInt64.random(in: 1...700, using: &random)).map { _ in .random(&random) })
        let size = UInt64(tree.leaves.count)
        let index = UInt64.random(in: 0..<size, using: &random)
        let old = UInt64.random(in: 1...size, using: &random)
        let (head, oldHead) = (try tree.head(size), try tree.head(old))

        let path = [tree.leaves[Int(index)], head.root] + (try tree.inclusion(index, size))
        let inclusion = { (hashes: [SHA256Digest]) in
            try MerkleTree.verifyInclusion(
                of: hashes[0], at: index, in: TreeHead(size: size, root: hashes[1]), proof: Array(hashes[2...]))
        }
        let growth = [oldHead.root, head.root] + (try tree.consistency(old, size))
        let consistency = { (hashes: [SHA256Digest]) in
            try MerkleTree.verifyConsistency(
                from: TreeHead(size: old, root: hashes[0]), to: TreeHead(size: size, root: hashes[1]),
                proof: Array(hashes[2...]))
        }
        for (hashes, verify) in [(path, inclusion), (growth, consistency)] {
            try verify(hashes)
            for position in hashes.indices {
                for bit in 0..<256 {
                    var flipped = hashes
                    flipped[position] = flipped[position].flipping(bit: bit)
                    #expect(!holds { try verify(flipped) }, "seed \(seed), hash \(position), bit \(bit)")
                }
                #expect(!holds { try verify(hashes + [hashes[position]]) })
                guard position >= 2 else { continue }
                var shorter = hashes
                shorter.remove(at: position)
                #expect(!holds { try verify(shorter) }, "seed \(seed), without hash \(position)")
            }
        }
    }

    @Test("sizes and indexes at the end of the number range are refused, not computed with")
    func extremes() throws {
        let leaf = MerkleTree.leafHash([])
        let largest = TreeHead(size: .max, root: leaf)
        for index in [0, 1, .max - 1, .max] as [UInt64] {
            for count in [0, 1, 63, 64, 65, 200] {
                let proof = [SHA256Digest](repeating: leaf, count: count)
                #expect(!holds { try MerkleTree.verifyInclusion(of: leaf, at: index, in: largest, proof: proof) })
                #expect(
                    !holds {
                        try MerkleTree.verifyConsistency(
                            from: TreeHead(size: index, root: MerkleTree.emptyRoot), to: largest, proof: proof)
                    } || index == 0 && count == 0)
            }
        }
    }

    @Test("an empty tree has the one root; every tree continues it and itself, with nothing to prove")
    func emptyAndEqual() throws {
        let empty = TreeHead(size: 0, root: MerkleTree.emptyRoot)
        let wrong = TreeHead(size: 0, root: MerkleTree.leafHash([]))
        let (five, otherFive) = (try SampleTree(size: 5).head(5), TreeHead(size: 5, root: wrong.root))
        for (old, new, proof, isGood) in [
            (empty, empty, [], true), (empty, five, [], true), (five, five, [], true), (five, empty, [], false),
            (wrong, wrong, [], false), (wrong, five, [], false), (empty, wrong, [], false),
            (five, otherFive, [], false),
            (empty, five, [five.root], false), (five, five, [five.root], false), (empty, empty, [five.root], false),
        ] {
            #expect(holds { try MerkleTree.verifyConsistency(from: old, to: new, proof: proof) } == isGood)
        }
    }

    @Test("what cannot be proven is refused: an index outside, an old size beyond")
    func noProof() throws {
        let tree = SampleTree(size: 5)
        #expect(throws: TransparencyLogError.notIncluded(problem: "index 5 is outside a tree of 5 entries")) {
            try tree.inclusion(5, 5)
        }
        #expect(throws: TransparencyLogError.notIncluded(problem: "index 0 is outside a tree of 0 entries")) {
            try tree.inclusion(0, 0)
        }
        #expect(throws: TransparencyLogError.notConsistent(problem: "5 entries are fewer than 6")) {
            try tree.consistency(6, 5)
        }
        #expect(throws: TransparencyLogError.self, "the store has 5 hashes, the proof needs 6") {
            try tree.inclusion(5, 6)
        }
        let noTile = SampleTree.NoSuchTile(path: "tile/0/000.p/5")
        #expect(throws: noTile) { try MerkleTree.root(size: 5) { _ in throw noTile } }
    }

    private func holds(_ verify: () throws -> Void) -> Bool {
        (try? verify()) != nil
    }
}
