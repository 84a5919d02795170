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

    /// The newest checkpoint that any witness cosigned, with all lines of witnesses; nil when there is none.
    package static func witnessedCheckpoint(in reader: any StoreReader) throws -> SignedNote? {
        let newest = try reader.records(Scan(CosignatureRecord.self, isDescending: true, limit: 1)).first
        return try newest.flatMap { try reader.cosignedNote(size: UInt64($0.size)) }
    }
}
