package import Cryptography

/// Proofs from tiles.
///
/// `tile` returns the hashes of the tile at a place, 32 bytes each, at least as many as the place's width; a fuller
/// tile is as good. Each needed tile is asked for once. What `tile` throws passes through; a tile too short, an index
/// outside the tree and an old size beyond the new one are a ``TransparencyLogError``.
extension MerkleTree {
    /// The root of the tree of the first `size` leaves.
    package static func root(size: UInt64, tile: (TileCoordinate) throws -> [UInt8]) throws -> SHA256Digest {
        var tiles = TileCache(treeSize: size)
        return try tiles.hash(of: 0..<size, read: tile)
    }

    /// `PATH(index, D[size])` of [RFC 6962, 2.1.1](https://www.rfc-editor.org/rfc/rfc6962#section-2.1.1).
    package static func inclusionProof(
        index: UInt64, size: UInt64, tile: (TileCoordinate) throws -> [UInt8]
    ) throws -> [SHA256Digest] {
        var tiles = TileCache(treeSize: size)
        return try inclusionRanges(index: index, size: size).map { try tiles.hash(of: $0, read: tile) }
    }

    /// `PROOF(old, D[size])` of [RFC 6962, 2.1.2](https://www.rfc-editor.org/rfc/rfc6962#section-2.1.2); empty for an
    /// empty old tree.
    package static func consistencyProof(
        from old: UInt64, to size: UInt64, tile: (TileCoordinate) throws -> [UInt8]
    ) throws -> [SHA256Digest] {
        var tiles = TileCache(treeSize: size)
        return try consistencyRanges(from: old, to: size).map { try tiles.hash(of: $0, read: tile) }
    }

    /// The ranges of leaves whose hashes are `PATH(index, D[size])`.
    private static func inclusionRanges(
        index: UInt64, size: UInt64
    ) throws(TransparencyLogError) -> [Range<UInt64>] {
        guard index < size else {
            throw .notIncluded(problem: "index \(index) is outside a tree of \(size) entries")
        }
        var ranges: [Range<UInt64>] = []
        var tree = 0..<size
        while tree.upperBound - tree.lowerBound > 1 {
            let middle = split(tree)
            if index < middle {
                ranges.append(middle..<tree.upperBound)
                tree = tree.lowerBound..<middle
            } else {
                ranges.append(tree.lowerBound..<middle)
                tree = middle..<tree.upperBound
            }
        }
        return ranges.reversed()
    }

    /// The ranges of leaves whose hashes are `SUBPROOF(old, D[size], true)`.
    private static func consistencyRanges(
        from old: UInt64, to size: UInt64
    ) throws(TransparencyLogError) -> [Range<UInt64>] {
        guard old <= size else { throw .notConsistent(problem: "\(size) entries are fewer than \(old)") }
        guard old > 0 else { return [] }
        var ranges: [Range<UInt64>] = []
        var tree = 0..<size
        while old != tree.upperBound {
            let middle = split(tree)
            if old <= middle {
                ranges.append(middle..<tree.upperBound)
                tree = tree.lowerBound..<middle
            } else {
                ranges.append(tree.lowerBound..<middle)
                tree = middle..<tree.upperBound
            }
        }
        // The subtree that both trees share is left out only where it is the whole old tree, whose root is known.
        if tree.lowerBound > 0 { ranges.append(tree) }
        return ranges.reversed()
    }

    /// Where a tree of two or more leaves splits: after the largest power of two that is less than its size.
    private static func split(_ tree: Range<UInt64>) -> UInt64 {
        let last = tree.upperBound - tree.lowerBound - 1
        return tree.lowerBound + (1 << (UInt64.bitWidth - 1 - last.leadingZeroBitCount))
    }
}

/// The tiles of one tree that were read while one question was answered.
struct TileCache {
    private let treeSize: UInt64
    private var tiles: [TileCoordinate: Tile] = [:]

    init(treeSize: UInt64) { self.treeSize = treeSize }

    /// `MTH` of a range of leaves as proofs have them: beginning where its largest perfect subtree may begin.
    mutating func hash(
        of leaves: Range<UInt64>, read: (TileCoordinate) throws -> [UInt8]
    ) throws -> SHA256Digest {
        try compactRange(of: leaves, read: read).root
    }

    /// The perfect subtrees of a range of leaves.
    mutating func compactRange(
        of leaves: Range<UInt64>, read: (TileCoordinate) throws -> [UInt8]
    ) throws -> CompactRange {
        let size = leaves.upperBound - leaves.lowerBound
        var nodes: [SHA256Digest] = []
        var start = leaves.lowerBound
        for level in (0..<UInt64.bitWidth).reversed() where size >> UInt64(level) & 1 == 1 {
            nodes.append(try subtree(level: level, index: start >> UInt64(level), read: read))
            start += 1 << UInt64(level)
        }
        return CompactRange(size: size, nodes: nodes)
    }

    /// The tile at this place of the tree.
    mutating func tile(
        at place: TileCoordinate, read: (TileCoordinate) throws -> [UInt8]
    ) throws -> Tile {
        if let known = tiles[place] { return known }
        let read = try Tile(place, cutFrom: try read(place))
        tiles[place] = read
        return read
    }

    /// The root of the perfect subtree of 2^`level` leaves that has `index` such subtrees to its left.
    private mutating func subtree(
        level: Int, index: UInt64, read: (TileCoordinate) throws -> [UInt8]
    ) throws -> SHA256Digest {
        let (tileLevel, height) = level.quotientAndRemainder(dividingBy: TileCoordinate.height)
        let first = index << UInt64(height)
        let width = UInt64(TileCoordinate.fullWidth)
        guard let place = TileCoordinate(level: tileLevel, index: first / width, treeSize: treeSize) else {
            preconditionFailure("a subtree of the tree lies in a tile of the tree")
        }
        let hashes = try self.tile(at: place, read: read)
        let offset = Int(first % width)
        var range = CompactRange()
        for position in offset..<offset + 1 << height {
            range.append(hashes[position])
        }
        return range.root
    }
}
