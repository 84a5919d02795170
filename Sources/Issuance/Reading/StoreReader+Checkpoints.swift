package import Cryptography
import Synchronization
package import TransparencyLog

/// The log as it can be proven to others: checkpoints with what witnesses said of them, roots, and proofs.
extension StoreReader {
    /// The checkpoint of this size with the cosignatures kept for it; nil when none of this size was signed.
    package func cosignedNote(size: UInt64) throws -> SignedNote? {
        guard let stored = try record(CheckpointRecord.self, .integer(Int64(size))) else { return nil }
        return try cosigned(stored)
    }

    /// The newest checkpoint, cosigned or not; nil in a store without a log.
    package func newestCosignedNote() throws -> SignedNote? {
        try records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first.map(cosigned)
    }

    /// The newest checkpoint that satisfies a policy: for `quorum none` the newest of all, else the newest one with
    /// enough cosignatures; nil when there is none. Cosignatures are walked from the newest on, and signatures verified
    /// only where there are enough.
    package func newestWitnessed(by policy: LogPolicy) throws -> WitnessedCheckpoint? {
        if policy.quorum == nil { return try newestCosignedNote().flatMap { try? policy.verify($0) } }
        var scan = Scan(CosignatureRecord.self, isDescending: true, limit: 256)
        var (size, cosigners) = (Int64(0), Set<VerifierKey>())
        while true {
            let rows = try records(scan)
            for row in rows {
                if row.size != size { (size, cosigners) = (row.size, []) }
                cosigners.insert(try VerifierKey(vkey: row.witness))
                guard policy.isMet(by: cosigners), let note = try cosignedNote(size: UInt64(size)) else { continue }
                if let witnessed = try? policy.verify(note) { return witnessed }
            }
            guard rows.count == scan.limit, let last = rows.last else { return nil }
            scan.below = last.key
        }
    }

    /// The root of the tree at a size that it had, from its tiles.
    package func root(size: UInt64) throws -> SHA256Digest {
        try MerkleTree.root(size: size) { try storedTile($0, in: self) }
    }

    /// The proof that the tree at one size continues the tree at a smaller one.
    package func consistencyProof(from old: UInt64, to new: UInt64) throws -> [SHA256Digest] {
        try MerkleTree.consistencyProof(from: old, to: new) { try storedTile($0, in: self) }
    }

    /// The proof that the log forked, when another checkpoint that it signed is not continued by `ours`, to whose tree
    /// the stored tiles belong; nil when it is, and for a larger one, which these tiles say nothing about.
    package func forkProof(of other: VerifiedCheckpoint, against ours: VerifiedCheckpoint) throws -> ForkProof? {
        guard other.head.size <= ours.head.size else { return nil }
        return try ForkProof(comparing: other, ours) { try storedTile($0, in: self) }
    }

    private func cosigned(_ stored: CheckpointRecord) throws -> SignedNote {
        var note = try SignedNote(parsing: Array(stored.note.utf8))
        let room = SignedNote.maximumSignatures - note.signatures.count
        for row in try records(Scan(CosignatureRecord.self, equals: [.integer(stored.size)], limit: room)) {
            try note.add(try NoteSignature(line: row.line[...]))
        }
        return note
    }
}

extension Service {
    /// The newest signed checkpoint that the anchor knows, as a
    /// C2SP note, with the cosignatures kept for it. A newer one
    /// may be stored already: until the anchor is written, nothing but the database would show that it was ever signed.
    package func checkpoint() throws -> [UInt8] {
        try follow()
        let size = committer.publishedSize
        return try store.read { reader in
            guard let note = try reader.cosignedNote(size: UInt64(size)) else {
                throw StoreError.corrupt("the log has no checkpoint of its \(size) entries")
            }
            return note.bytes
        }
    }

    /// The newest checkpoint that has the cosignatures that the service's own policy asks for.
    ///
    /// - Throws: `Refusal` with `unknownCheckpoint` while there is none.
    package func witnessedCheckpoint() throws -> [UInt8] {
        let note = try witnessedSize.withLock(\.self).flatMap { size in
            try store.read { try $0.cosignedNote(size: size) }
        }
        guard let note else {
            throw Refusal(
                .unknownCheckpoint,
                "No checkpoint has the cosignatures yet that this service asks for; /checkpoint has the newest of all.")
        }
        return note.bytes
    }

    /// The name of the log.
    package var logName: String { origin }

    /// The size of the newest checkpoint that the anchor knows, and that may leave the process.
    package var publishedLogSize: UInt64 { UInt64(committer.publishedSize) }

    /// Every key that signs or signed for the log.
    package var everyLogKey: [VerifierKey] { directory.logKeys.all }

    /// Learns that the checkpoint of this size satisfies the service's own policy.
    package func learn(witnessedSize size: UInt64) {
        witnessedSize.withLock { $0 = max($0 ?? 0, size) }
    }
}
