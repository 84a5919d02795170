import TransparencyLog

/// The log as anybody may read it: [C2SP tlog-tiles](https://c2sp.org/tlog-tiles).
extension Service {
    /// The bytes at a path: `tile/<L>/<N>[.p/<W>]` for hashes, `tile/entries/<N>[.p/<W>]` for the entries themselves.
    ///
    /// - Throws: `Refusal` with `unknownTile`, also for a tile that is not as wide yet.
    package func tile(_ path: String) throws -> [UInt8] {
        try store.read { reader in
            if let place = try? EntryBundleCoordinate(path: path) { return try bundle(place, in: reader) }
            guard let place = try? TileCoordinate(path: path), let index = Int64(exactly: place.index),
                let stored = try reader.record(TileRecord.self, .integer(Int64(place.level)), .integer(index)),
                let tile = try? Tile(place, cutFrom: stored.hashes)
            else { throw Refusal.unknownTile }
            return tile.bytes
        }
    }

    private func bundle(_ place: EntryBundleCoordinate, in reader: any StoreReader) throws -> [UInt8] {
        guard let first = Int64(exactly: place.entries.lowerBound) else { throw Refusal.unknownTile }
        let scan = Scan(EntryRecord.self, above: [.integer(first - 1)], limit: place.width)
        let records = try reader.records(scan)
        guard records.count == place.width else { throw Refusal.unknownTile }
        return try EntryBundle.encode(records.map(\.body))
    }
}
