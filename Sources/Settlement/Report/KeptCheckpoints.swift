import Cryptography
import TransparencyLog

/// Checkpoints that somebody kept, which the log must still contain: against an operator who writes the log anew.
struct KeptCheckpoints: Sendable {
    /// The largest first, so that the next one to come is the last.
    private var heads: [TreeHead]
    private var tree = CompactRange()

    init(_ checkpoints: [VerifiedCheckpoint]) {
        heads = Set(checkpoints.map(\.head)).filter { $0.size > 0 }.sorted { $0.size > $1.size }
    }

    /// Those that no entry has reached yet.
    var beyond: [TreeHead] { heads }

    /// Goes on with an entry.
    /// - Returns: the heads of this size that were signed for other entries.
    mutating func append(_ leafHash: SHA256Digest) -> [TreeHead] {
        // Nothing is hashed where there is nothing to compare.
        guard !heads.isEmpty else { return [] }
        tree.append(leafHash)
        var contradicted: [TreeHead] = []
        while let next = heads.last, next.size == tree.size {
            heads.removeLast()
            if next.root != tree.root { contradicted.append(next) }
        }
        return contradicted
    }
}
