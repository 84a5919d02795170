package import Cryptography

/// Makes a ``ChainIndex`` out of its leaves, which come sorted, and the paths of those leaves that somebody asks for.
///
/// Keeps one hash for each 256 leaves, and besides only the tiles in which the asked-for leaves stand.
package struct ChainIndexBuilder: Sendable {
    private struct Place: Hashable {
        let level: Int
        let index: UInt64
    }

    private let size: UInt64
    private let wanted: Set<ChainLeaf.About>
    private var tiles = TileAppender()
    private var kept: [Place: [UInt8]] = [:]
    private var found: [ChainLeaf.About: (leaf: ChainLeaf, position: UInt64)] = [:]
    private var last: ChainLeaf.About?
    private var holdsWanted = false

    /// An index without leaves yet.
    /// - Parameters:
    ///   - size: how many entries of the log it covers.
    ///   - wanted: whose paths will be asked for.
    package init(size: UInt64, proving wanted: Set<ChainLeaf.About> = []) {
        self.size = size
        self.wanted = wanted
    }

    /// Takes the next leaf. Leaves that are not sorted, or not unique, are a mistake of the caller and stop the
    /// process: such an index would be a lie.
    package mutating func append(_ leaf: ChainLeaf) {
        precondition(last.map { $0 < leaf.about } ?? true, "\(leaf.about) does not follow in order")
        last = leaf.about
        if wanted.contains(leaf.about) {
            found[leaf.about] = (leaf, tiles.size)
            holdsWanted = true
        }
        tiles.append(leaf.hash)
        if tiles.size % UInt64(TileCoordinate.fullWidth) == 0 { keepTiles() }
    }

    /// The index of the leaves so far.
    package var index: ChainIndex { ChainIndex(size: size, tree: tiles.head) }

    /// A leaf with what proves it.
    package struct Proof: Sendable {
        /// The leaf.
        package let leaf: ChainLeaf
        /// Its place among the leaves, from 0.
        package let position: UInt64
        /// The audit path, the leaf's sibling first.
        package let path: [SHA256Digest]
    }

    /// The proof of a wanted leaf, when all leaves have come; nil when it was not among them.
    package mutating func proof(of about: ChainLeaf.About) throws -> Proof? {
        guard let (leaf, position) = found[about] else { return nil }
        // What is not full yet at the right edge is needed by many paths.
        holdsWanted = true
        keepTiles()
        let path = try MerkleTree.inclusionProof(index: position, size: tiles.size) { place in
            guard let hashes = kept[Place(level: place.level, index: place.index)] else {
                throw TransparencyLogError.notIncluded(problem: "\(about) was not asked for from the beginning")
            }
            return hashes
        }
        return Proof(leaf: leaf, position: position, path: path)
    }

    private mutating func keepTiles() {
        for tile in tiles.takeChangedTiles() where holdsWanted || tile.coordinate.level > 0 {
            kept[Place(level: tile.coordinate.level, index: tile.coordinate.index)] = tile.bytes
        }
        holdsWanted = false
    }
}
