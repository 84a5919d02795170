package import Cryptography

/// The right edge of a log with its stored tiles: takes leaf hashes, gives the root and the tiles that changed.
///
/// A value, 8 KiB for each level at most: append in a transaction to a copy and keep the copy when it commits.
package struct TileAppender: Sendable {
    /// The tree without its tiles.
    package private(set) var range: CompactRange

    /// By level, the hashes at the right edge that do not fill a tile yet.
    private var edge: [[UInt8]]
    /// Tiles that were filled since the last ``takeChangedTiles()``.
    private var filled: [Tile] = []
    /// By level, whether the edge grew since then.
    private var grew: [Bool]

    /// An empty log.
    package init() {
        range = CompactRange()
        edge = []
        grew = []
    }

    /// Goes on where a stored log ended. Compare ``head`` with the stored head before appending: the tiles are taken as
    /// they are.
    /// - Parameter tile: as for proofs; only partial tiles at the right edge are asked for.
    /// - Throws: what `tile` throws, and ``TransparencyLogError`` for a tile that is too short.
    package init(size: UInt64, tile read: (TileCoordinate) throws -> [UInt8]) throws {
        var tiles = TileCache(treeSize: size)
        range = try tiles.compactRange(of: 0..<size, read: read)
        edge = []
        var hashes = size
        while hashes > 0 {
            let last = hashes / UInt64(TileCoordinate.fullWidth)
            let place = TileCoordinate(level: edge.count, index: last, treeSize: size)
            edge.append(try place.map { try tiles.tile(at: $0, read: read).bytes } ?? [])
            hashes = last
        }
        grew = edge.map { _ in false }
    }

    /// The number of leaves.
    package var size: UInt64 { range.size }

    /// Size and root; hashes up to the root each time.
    package var head: TreeHead { range.head }

    /// Appends a leaf.
    package mutating func append(_ leafHash: SHA256Digest) {
        // Taken out meanwhile, so that what it completes can go to the other members.
        var range = CompactRange()
        swap(&range, &self.range)
        let size = range.size + 1
        range.append(leafHash) { level, hash in
            if level % TileCoordinate.height == 0 { push(hash, level: level / TileCoordinate.height, size: size) }
        }
        self.range = range
    }

    /// The tiles that differ from those given before, each once, as they are now: full ones first, then the partial
    /// ones at the right edge. To be stored in the same transaction as the entries and the head.
    package mutating func takeChangedTiles() -> [Tile] {
        var changed = filled
        for level in edge.indices where grew[level] && !edge[level].isEmpty {
            changed.append(lastTile(level: level, size: range.size))
        }
        filled = []
        for level in grew.indices { grew[level] = false }
        return changed
    }

    private mutating func push(_ hash: SHA256Digest, level: Int, size: UInt64) {
        if level == edge.count {
            edge.append([])
            grew.append(false)
        }
        unsafe hash.withUnsafeBytes { unsafe edge[level].append(contentsOf: $0) }
        grew[level] = true
        guard edge[level].count == TileCoordinate.fullWidth * SHA256Digest.byteCount else { return }
        filled.append(lastTile(level: level, size: size))
        edge[level] = []
    }

    /// The tile with the last hash that a tree of `size` leaves has at `level`; its hashes are the edge.
    private func lastTile(level: Int, size: UInt64) -> Tile {
        let hashes = size >> UInt64(level * TileCoordinate.height)
        let bytes = edge[level]
        let place = TileCoordinate(
            level: level, index: (hashes - 1) / UInt64(TileCoordinate.fullWidth),
            width: bytes.count / SHA256Digest.byteCount)
        return Tile(place, bytes: bytes)
    }
}
