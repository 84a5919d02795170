package import TransparencyLog

/// The stored log as anybody may read it: [C2SP tlog-tiles](https://c2sp.org/tlog-tiles).
package enum PublishedLog {
    /// The bytes at a path: `tile/<L>/<N>[.p/<W>]` for hashes, `tile/entries/<N>[.p/<W>]` for the entries themselves;
    /// nil when there is no such tile, also for one that is not as wide yet.
    package static func resource(_ path: String, in reader: any StoreReader) throws -> [UInt8]? {
        if let place = try? EntryBundleCoordinate(path: path) { return try bundle(place, in: reader) }
        guard let place = try? TileCoordinate(path: path), let index = Int64(exactly: place.index),
            let stored = try reader.record(TileRecord.self, .integer(Int64(place.level)), .integer(index))
        else { return nil }
        return try? Tile(place, cutFrom: stored.hashes).bytes
    }

    private static func bundle(_ place: EntryBundleCoordinate, in reader: any StoreReader) throws -> [UInt8]? {
        guard let first = Int64(exactly: place.entries.lowerBound) else { return nil }
        let scan = Scan(EntryRecord.self, above: [.integer(first - 1)], limit: place.width)
        let records = try reader.records(scan)
        guard records.count == place.width else { return nil }
        return try EntryBundle.encode(records.map(\.body))
    }

    /// The newest checkpoint, with the lines of all witnesses that cosigned that one; nil before the log was opened.
    package static func cosignedCheckpoint(in reader: any StoreReader) throws -> SignedNote? {
        guard let newest = try reader.records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first
        else { return nil }
        return try cosigned(newest, in: reader)
    }

    /// The newest checkpoint that any witness cosigned, with those lines; nil when there is none.
    package static func witnessedCheckpoint(in reader: any StoreReader) throws -> SignedNote? {
        guard let newest = try reader.records(Scan(CosignatureRecord.self, isDescending: true, limit: 1)).first,
            let checkpoint = try reader.record(CheckpointRecord.self, .integer(newest.size))
        else { return nil }
        return try cosigned(checkpoint, in: reader)
    }

    /// A stored checkpoint with the lines of its witnesses below the log's own.
    package static func cosigned(_ checkpoint: CheckpointRecord, in reader: any StoreReader) throws -> SignedNote {
        var note = try SignedNote(parsing: Array(checkpoint.note.utf8))
        let lines = Scan(
            CosignatureRecord.self, equals: [.integer(checkpoint.size)], limit: SignedNote.maximumSignatures)
        for record in try reader.records(lines) where note.signatures.count < SignedNote.maximumSignatures {
            try note.add(try NoteSignature(line: Substring(record.line)))
        }
        return note
    }
}
