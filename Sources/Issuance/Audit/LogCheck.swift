import Cryptography
package import TransparencyLog

/// The audit of a stored log, from the first entry to the last, against its newest signed checkpoint and the anchor.
package enum LogCheck {
    /// What was checked.
    package struct Summary: Hashable, Sendable {
        package let head: TreeHead
        package let checkpoint: String
    }

    /// Hashes every entry again and checks chain, tree, tiles, indexes of requests, every checkpoint, head and anchor.
    ///
    /// - Parameters:
    ///   - keys: the public keys of the log, one of which must have signed.
    ///   - anchored: the head beside the database; nil when there is none, which is itself a failure.
    /// - Throws: `AuditFailure` with the first wrong sequence number.
    package static func verify(
        _ reader: any StoreReader, keys: [VerifierKey], anchored: TreeHead?, progress: (Int64) -> Void = { _ in }
    ) throws -> Summary {
        guard let newest = try reader.records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first else {
            throw AuditFailure(seq: 0, "the log has no checkpoint")
        }
        let checkpoint: VerifiedCheckpoint
        do {
            let note = try SignedNote(parsing: Array(newest.note.utf8))
            checkpoint = try VerifiedCheckpoint(note, origin: keys.first?.name.text ?? "", logKeys: keys)
        } catch {
            throw AuditFailure(seq: newest.size, "the newest checkpoint does not hold: \(error)")
        }
        try compareAnchor(checkpoint.head, anchored)
        try verifyEntries(reader, against: checkpoint, keys, anchored: anchored, progress)
        try verifyTiles(reader, checkpoint.head)
        try verifyHead(reader, checkpoint.head)
        return Summary(head: checkpoint.head, checkpoint: newest.note)
    }

    private static func compareAnchor(_ head: TreeHead, _ anchored: TreeHead?) throws(AuditFailure) {
        guard let anchored else {
            throw AuditFailure(seq: Int64(head.size), "the anchor is gone, so a cut-off end would not be noticed")
        }
        guard anchored.size <= head.size else {
            throw AuditFailure(
                seq: Int64(head.size),
                "the log ends here, but \(anchored.size) entries were acknowledged: its end was cut off, or an older "
                    + "copy was put back")
        }
    }

    private static func verifyEntries(
        _ reader: any StoreReader, against checkpoint: VerifiedCheckpoint, _ keys: [VerifierKey], anchored: TreeHead?,
        _ progress: (Int64) -> Void
    ) throws {
        var audit = LogAudit(against: checkpoint)
        var indexes = ChainIndexAudit()
        var expected: Int64 = 0
        var checkpoints = try Checkpoints(reader, keys: keys)
        do {
            try reader.forEach(EntryRecord.self) { record in
                guard record.seq == expected else { throw AuditFailure(seq: expected, "the entry is missing") }
                let leafHash = try audit.check(record.body)
                guard record.leafHash == leafHash.bytes else {
                    throw AuditFailure(seq: record.seq, "the stored leaf hash is not that of the entry")
                }
                try indexes.check(record.body, leafHash: leafHash)
                expected += 1
                if let anchored, audit.size == anchored.size, audit.head.root != anchored.root {
                    throw AuditFailure(
                        seq: record.seq, "the log up to here is not the one that was acknowledged: the anchor differs")
                }
                try checkpoints.compare(size: audit.size) { audit.head }
                if expected % 1024 == 0 { progress(expected) }
            }
            try audit.finish()
            try checkpoints.finish()
        } catch let finding as AuditFinding {
            throw AuditFailure(seq: Int64(finding.position), "\(finding)")
        }
    }

    /// Every stored tile holds the hashes that the entries give.
    private static func verifyTiles(_ reader: any StoreReader, _ head: TreeHead) throws {
        var tiles = TileAppender()
        var expected: [TileCoordinate: [UInt8]] = [:]
        func compare() throws {
            for (place, hashes) in expected {
                guard try storedTile(place, in: reader) == hashes else {
                    let first = place.index << UInt64(TileCoordinate.height * (place.level + 1))
                    throw AuditFailure(seq: Int64(first), "\(place.path) does not hold the hashes of the entries")
                }
            }
            expected = [:]
        }
        try reader.forEach(EntryRecord.self) { record in
            tiles.append(MerkleTree.leafHash(record.body))
            guard tiles.size % UInt64(TileCoordinate.fullWidth) == 0 || tiles.size == head.size else { return }
            for tile in tiles.takeChangedTiles() where tile.isFinal(in: head) { expected[tile.coordinate] = tile.bytes }
            try compare()
        }
    }
}

extension Tile {
    /// Whether the tile is as wide as it is in the whole tree.
    fileprivate func isFinal(in head: TreeHead) -> Bool {
        TileCoordinate(level: coordinate.level, index: coordinate.index, treeSize: head.size) == coordinate
    }
}
