package import TransparencyLog

extension StoreWriter {
    /// Stores the tiles that changed since the log had `size` entries.
    package func store(_ tiles: [Tile], grownFrom size: UInt64) throws(StoreError) {
        for tile in tiles {
            let place = tile.coordinate
            let record = TileRecord(level: Int64(place.level), index: Int64(place.index), hashes: tile.bytes)
            let hashesBefore = size >> UInt64(place.level * TileCoordinate.height)
            // A tile is new when its first hash is, so nobody needs to look.
            if hashesBefore > place.index * UInt64(TileCoordinate.fullWidth) {
                try update(record)
            } else {
                try insert(record)
            }
        }
    }
}
