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
        var tiles = TileCheck()
        var expected: Int64 = 0
        // Old checkpoints may be signed by keys that are retired now, and the log names them. Where it cannot be read,
        // what is wrong with it is found below.
        let named = (try? Directory(reading: reader))?.logKeys.all ?? []
        var checkpoints = try Checkpoints(reader, keys: keys + named.filter { !keys.contains($0) })
        do {
            try reader.forEach(EntryRecord.self) { record in
                guard record.seq == expected else { throw AuditFailure(seq: expected, "the entry is missing") }
                let leafHash = try audit.check(record.body) { tiles.take($1, level: $0) }
                guard SHA256Digest(record.leafHash) == leafHash else {
                    throw AuditFailure(seq: record.seq, "the stored leaf hash is not that of the entry")
                }
                try indexes.check(record.body, leafHash: leafHash)
                expected += 1
                if let anchored, UInt64(expected) == anchored.size, audit.head.root != anchored.root {
                    throw AuditFailure(
                        seq: record.seq, "the log up to here is not the one that was acknowledged: the anchor differs")
                }
                try tiles.compareFullTiles(with: reader)
                try checkpoints.compare(size: UInt64(expected)) { audit.head }
                if expected % 1024 == 0 { progress(expected) }
            }
            try audit.finish()
            try tiles.comparePartialTiles(with: reader)
            try checkpoints.finish()
        } catch let finding as AuditFinding {
            throw AuditFailure(seq: Int64(finding.position), "\(finding)")
        }
    }
}

/// Holds the stored tiles against the hashes that the entries give, without hashing anything again.
private struct TileCheck {
    /// By level of tiles: how many are full, and the hashes of the next one.
    private var levels: [(full: UInt64, hashes: [UInt8])] = []
    /// Those that became full since the last comparison.
    private var full: [(place: TileCoordinate, hashes: [UInt8])] = []

    /// Takes the root of a perfect subtree of 2^`level` leaves, each in its order.
    mutating func take(_ hash: SHA256Digest, level: Int) {
        guard level % TileCoordinate.height == 0 else { return }
        let level = level / TileCoordinate.height
        if level == levels.count { levels.append((0, [])) }
        unsafe hash.withUnsafeBytes { unsafe levels[level].hashes.append(contentsOf: $0) }
        guard levels[level].hashes.count == TileCoordinate.fullWidth * SHA256Digest.byteCount else { return }
        let place = TileCoordinate(level: level, index: levels[level].full, width: TileCoordinate.fullWidth)
        full.append((place, levels[level].hashes))
        levels[level] = (levels[level].full + 1, [])
    }

    mutating func compareFullTiles(with reader: any StoreReader) throws {
        guard !full.isEmpty else { return }
        for (place, hashes) in full { try compare(hashes, at: place, with: reader) }
        full = []
    }

    /// The tiles at the right edge, when all entries have been taken.
    func comparePartialTiles(with reader: any StoreReader) throws {
        for (level, (full, hashes)) in levels.enumerated() where !hashes.isEmpty {
            let width = hashes.count / SHA256Digest.byteCount
            try compare(hashes, at: TileCoordinate(level: level, index: full, width: width), with: reader)
        }
        try reader.forEach(TileRecord.self) { row in
            let hasPlace = levels.indices.contains(Int(row.level)) && row.index >= 0
            let count = hasPlace ? levels[Int(row.level)].full + (levels[Int(row.level)].hashes.isEmpty ? 0 : 1) : 0
            guard hasPlace, UInt64(row.index) < count else {
                throw AuditFailure(seq: 0, "there is a tile of level \(row.level) that no entries belong to")
            }
        }
    }

    private func compare(_ hashes: [UInt8], at place: TileCoordinate, with reader: any StoreReader) throws {
        guard try storedTile(place, in: reader) == hashes else {
            let first = place.index << UInt64(TileCoordinate.height * (place.level + 1))
            throw AuditFailure(seq: Int64(first), "\(place.path) does not hold the hashes of the entries")
        }
    }
}
