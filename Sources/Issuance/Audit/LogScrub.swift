import Cryptography
package import TransparencyLog

/// Hashes a stored log again, a slice at a time, in bounded memory: entries, leaf hashes, tiles, and in the end the
/// root that was signed.
///
/// The chain inside the entries and that of each request need no second look here: they are in the bytes, and the root
/// says that the bytes are those that were signed. That they were right when they were signed is for `audit verify`,
/// which remembers every request.
package struct LogScrub: Sendable {
    /// How many entries are read at once: a full tile of them, some hundred kilobytes at most times and 4 MiB at worst.
    package static let sliceEntries = TileCoordinate.fullWidth

    /// What the entries are held against.
    package let head: TreeHead
    /// The note that says so.
    package let checkpoint: String
    private var tiles = TileAppender()

    /// Begins with the newest checkpoint.
    ///
    /// - Throws: `AuditFailure` when there is none that the log's own keys signed.
    package init(_ reader: any StoreReader) throws {
        guard let newest = try reader.records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first else {
            throw AuditFailure(seq: 0, "the log has no checkpoint")
        }
        do {
            let checks = StartupChecks(reader: reader)
            let note = try SignedNote(parsing: Array(newest.note.utf8))
            head = try VerifiedCheckpoint(
                note, origin: checks.end().origin, logKeys: checks.directory().logKeys.all
            ).head
        } catch let error as StoreError {
            throw error
        } catch {
            throw AuditFailure(seq: newest.size, "the newest checkpoint does not hold: \(error)")
        }
        checkpoint = newest.note
    }

    /// How many entries have been read.
    package var size: UInt64 { tiles.size }

    /// Reads the next slice.
    ///
    /// - Returns: whether there is more.
    /// - Throws: `AuditFailure` at the first entry or tile that is not what was signed.
    package mutating func step(_ reader: any StoreReader) throws -> Bool {
        let start = Int64(tiles.size)
        let count = min(Self.sliceEntries, Int(head.size - tiles.size))
        let records = try reader.records(Scan(EntryRecord.self, above: [.integer(start - 1)], limit: count))
        for position in 0..<count {
            let seq = start + Int64(position)
            guard position < records.count, records[position].seq == seq else {
                throw AuditFailure(seq: seq, "the entry is missing")
            }
            let leafHash = MerkleTree.leafHash(records[position].body)
            guard leafHash.bytes == records[position].leafHash else {
                throw AuditFailure(seq: seq, "the stored leaf hash is not that of the entry")
            }
            tiles.append(leafHash)
        }
        for tile in tiles.takeChangedTiles() { try compare(tile, reader) }
        guard tiles.size == head.size else { return true }
        guard tiles.head == head else {
            throw AuditFailure(seq: Int64(head.size), "up to here the root is not the one that was signed")
        }
        return false
    }

    /// The stored tile begins with these hashes; the log may have grown since.
    private func compare(_ tile: Tile, _ reader: any StoreReader) throws {
        let place = tile.coordinate
        let key: [ColumnValue] = [.integer(Int64(place.level)), .integer(Int64(place.index))]
        let stored = try reader.record(TileRecord.self, key: key)
        guard let stored, stored.hashes.starts(with: tile.bytes) else {
            let first = place.index << UInt64(TileCoordinate.height * (place.level + 1))
            throw AuditFailure(seq: Int64(first), "\(place.path) does not hold the hashes of the entries")
        }
    }
}
