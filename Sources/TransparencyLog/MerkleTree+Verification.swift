package import Cryptography

extension MerkleTree {
    /// Verifies that a leaf is at `index` in the tree of `head`
    /// ([RFC 9162, 2.1.3.2](https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2)).
    ///
    /// `proof` goes from the leaf's sibling up to the root's child.
    /// - Throws: ``TransparencyLogError/notIncluded(problem:)``.
    package static func verifyInclusion(
        of leafHash: SHA256Digest, at index: UInt64, in head: TreeHead, proof: [SHA256Digest]
    ) throws(TransparencyLogError) {
        guard index < head.size else {
            throw .notIncluded(problem: "index \(index) is outside a tree of \(head.size) entries")
        }
        var fn = index
        var sn = head.size - 1
        var r = leafHash
        for p in proof {
            guard sn != 0 else { throw .notIncluded(problem: "the proof is too long") }
            if fn & 1 == 1 || fn == sn {
                r = nodeHash(p, r)
                shiftToRightChild(&fn, &sn)
            } else {
                r = nodeHash(r, p)
            }
            fn >>= 1
            sn >>= 1
        }
        guard sn == 0 else { throw .notIncluded(problem: "the proof is too short") }
        guard r == head.root else { throw .notIncluded(problem: "the proof leads to another root") }
    }

    /// Verifies that the tree of `new` begins with all leaves of the tree of `old`
    /// ([RFC 9162, 2.1.4.2](https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4.2)).
    ///
    /// The RFC leaves out two cases: every tree continues the empty one and itself, in both cases with an empty proof.
    /// - Throws: ``TransparencyLogError/notConsistent(problem:)``.
    package static func verifyConsistency(
        from old: TreeHead, to new: TreeHead, proof: [SHA256Digest]
    ) throws(TransparencyLogError) {
        guard old.size <= new.size else {
            throw .notConsistent(problem: "\(new.size) entries are fewer than \(old.size)")
        }
        for head in [old, new] where head.size == 0 && head.root != emptyRoot {
            throw .notConsistent(problem: "an empty tree has another root")
        }
        guard old.size != 0 && old.size != new.size else {
            guard proof.isEmpty else { throw .notConsistent(problem: "nothing to prove, but the proof is not empty") }
            guard old.size == 0 || old.root == new.root else {
                throw .notConsistent(problem: "two different trees of \(old.size) entries")
            }
            return
        }
        try verifyGrowth(from: old, to: new, proof: proof)
    }

    /// Steps 1 to 8 of the section, for `0 < old.size < new.size`.
    private static func verifyGrowth(
        from old: TreeHead, to new: TreeHead, proof: [SHA256Digest]
    ) throws(TransparencyLogError) {
        guard !proof.isEmpty else { throw .notConsistent(problem: "the proof is empty") }
        // Step 2: where the old tree is one perfect subtree, its root is the first hash and need not be sent.
        let isPerfect = old.size & (old.size - 1) == 0
        let roots = try roots(at: old.size, and: new.size, subproof: isPerfect ? [old.root] + proof : proof)
        guard roots.old == old.root else { throw .notConsistent(problem: "the proof leads to another old root") }
        guard roots.new == new.root else { throw .notConsistent(problem: "the proof leads to another new root") }
    }

    /// The roots of a tree of `new` leaves and of its first `old` ones, as `SUBPROOF(old, D[new], false)` of
    /// [RFC 6962, 2.1.2](https://www.rfc-editor.org/rfc/rfc6962#section-2.1.2) gives them; steps 3 to 7 of the section.
    ///
    /// - Precondition: `0 < old < new`.
    static func roots(
        at old: UInt64, and new: UInt64, subproof: [SHA256Digest]
    ) throws(TransparencyLogError) -> (old: SHA256Digest, new: SHA256Digest) {
        guard let first = subproof.first else { throw .notConsistent(problem: "the proof is empty") }
        var fn = old - 1
        var sn = new - 1
        while fn & 1 == 1 {
            fn >>= 1
            sn >>= 1
        }
        var fr = first
        var sr = first
        for c in subproof.dropFirst() {
            guard sn != 0 else { throw .notConsistent(problem: "the proof is too long") }
            if fn & 1 == 1 || fn == sn {
                fr = nodeHash(c, fr)
                sr = nodeHash(c, sr)
                shiftToRightChild(&fn, &sn)
            } else {
                sr = nodeHash(sr, c)
            }
            fn >>= 1
            sn >>= 1
        }
        guard sn == 0 else { throw .notConsistent(problem: "the proof is too short") }
        return (fr, sr)
    }

    /// Climbs while the node is the last of an incomplete level: it has no sibling there, hence no hash in the proof.
    private static func shiftToRightChild(_ fn: inout UInt64, _ sn: inout UInt64) {
        while fn & 1 == 0 && fn != 0 {
            fn >>= 1
            sn >>= 1
        }
    }
}
