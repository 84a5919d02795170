package import Cryptography

/// One tile: its place and its hashes.
package struct Tile: Hashable, Sendable {
    /// Its place, with as many hashes as ``bytes`` has.
    package let coordinate: TileCoordinate

    /// The hashes one after another, 32 bytes each: what is stored and served.
    package let bytes: [UInt8]

    /// Reads the tile at a place from stored bytes, which may hold more hashes than are asked for: a partial tile is
    /// the beginning of every fuller one.
    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` if the bytes are not whole hashes, fewer than the
    ///   width, or more than a full tile.
    package init(_ coordinate: TileCoordinate, cutFrom stored: [UInt8]) throws(TransparencyLogError) {
        let (hashes, rest) = stored.count.quotientAndRemainder(dividingBy: SHA256Digest.byteCount)
        guard rest == 0 && coordinate.width...TileCoordinate.fullWidth ~= hashes else {
            throw .malformed(
                .tile, problem: "\(coordinate.path) has \(stored.count) bytes, too few, too many or not whole hashes")
        }
        self.coordinate = coordinate
        bytes = hashes == coordinate.width ? stored : Array(stored[..<(coordinate.width * SHA256Digest.byteCount)])
    }

    /// A tile made here, of exactly its width.
    init(_ coordinate: TileCoordinate, bytes: [UInt8]) {
        self.coordinate = coordinate
        self.bytes = bytes
    }

    /// The hash at a position less than the width.
    package subscript(position: Int) -> SHA256Digest {
        let start = position * SHA256Digest.byteCount
        guard let digest = SHA256Digest(bytes[start..<start + SHA256Digest.byteCount]) else {
            preconditionFailure("32 bytes are a digest")
        }
        return digest
    }
}
