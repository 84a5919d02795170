/// The place of a tile in a log: level, index in the level, and how many hashes it has there.
///
/// Hash `i` of tile `n` at level `l` is the root over the 256^`l` leaves from `(n * 256 + i) * 256^l`
/// ([tlog-tiles](https://c2sp.org/tlog-tiles), "Merkle Tree").
package struct TileCoordinate: Hashable, Sendable {
    /// Levels of the Merkle tree in one tile.
    package static let height = 8
    /// Hashes in a full tile.
    package static let fullWidth = 1 << height
    /// The levels that the specification has room for.
    package static let levels = 0..<64

    /// 0 for hashes of leaves; each level above has one hash for 256.
    package let level: Int
    /// The number of full tiles before it in its level.
    package let index: UInt64
    /// 1 to 256; below 256 the tile is partial.
    package let width: Int

    /// Traps on a level or width that no tile has.
    package init(level: Int, index: UInt64, width: Int) {
        precondition(Self.levels.contains(level) && (1...Self.fullWidth).contains(width), "no such tile")
        self.level = level
        self.index = index
        self.width = width
    }

    /// The tile at this place as it is in a tree of `treeSize` leaves, partial at the right edge; nil if there is none.
    package init?(level: Int, index: UInt64, treeSize: UInt64) {
        // Only hashes over full tiles of the level below exist; a shift past the last bit gives none.
        let hashes = treeSize >> UInt64(level * Self.height)
        let fullTiles = hashes / UInt64(Self.fullWidth)
        let remainder = Int(hashes % UInt64(Self.fullWidth))
        guard index < fullTiles || index == fullTiles && remainder > 0 else { return nil }
        self.init(level: level, index: index, width: index < fullTiles ? Self.fullWidth : remainder)
    }

    /// Reads `tile/<L>/<N>[.p/<W>]`, exactly as ``path`` prints it.
    package init(path: String) throws(TransparencyLogError) {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("tile".utf8),
            let level = UInt64(strictDecimal: parts[1]), level < Self.levels.upperBound
        else {
            throw .malformed(.tilePath, problem: "it must begin with tile/ and a level from 0 to 63")
        }
        (index, width) = try TileNumber.parse(parts[2])
        self.level = Int(level)
    }

    /// `tile/0/x001/234/067`, with `.p/<W>` behind it for a partial tile.
    package var path: String { "tile/\(level)/" + TileNumber.print(index: index, width: width) }
}
