import Cryptography
import Multiformats
import TransparencyLog

/// A tree built leaf by leaf through `TileAppender`, with its tiles kept as a store keeps them: one growing tile at
/// each place, so that a proof for an older size reads a fuller tile.
struct SampleTree: Sendable {
    struct Place: Hashable {
        let level: Int
        let index: UInt64
    }

    private(set) var appender = TileAppender()
    private(set) var leaves: [SHA256Digest] = []
    private(set) var tiles: [Place: [UInt8]] = [:]

    mutating func append(_ batch: [SHA256Digest]) {
        leaves += batch
        for leaf in batch { appender.append(leaf) }
        for tile in appender.takeChangedTiles() {
            tiles[Place(level: tile.coordinate.level, index: tile.coordinate.index)] = tile.bytes
        }
    }

    /// Leaves `leaf-0`, `leaf-1`, … as in the published vectors.
    init(size: Int) {
        append((0..<size).map { MerkleTree.leafHash(Self.entry($0)) })
    }

    init(_ leaves: [SHA256Digest]) { append(leaves) }

    static func entry(_ index: Int) -> [UInt8] { Array("leaf-\(index)".utf8) }

    struct NoSuchTile: Error, Equatable { let path: String }

    func tile(_ place: TileCoordinate) throws -> [UInt8] {
        guard let tile = tiles[Place(level: place.level, index: place.index)] else {
            throw NoSuchTile(path: place.path)
        }
        return tile
    }

    func head(_ size: UInt64) throws -> TreeHead {
        TreeHead(size: size, root: try MerkleTree.root(size: size, tile: tile))
    }

    func inclusion(_ index: UInt64, _ size: UInt64) throws -> [SHA256Digest] {
        try MerkleTree.inclusionProof(index: index, size: size, tile: tile)
    }

    func consistency(_ old: UInt64, _ size: UInt64) throws -> [SHA256Digest] {
        try MerkleTree.consistencyProof(from: old, to: size, tile: tile)
    }

    /// The tree of the published vectors, built once.
    static let published = SampleTree(size: 70_000)
}

/// `MTH`, `PATH` and `SUBPROOF` word for word as RFC 6962, section 2.1, has them: slow, and written apart from the code
/// under test.
enum RFC6962 {
    static func mth(_ d: ArraySlice<SHA256Digest>) -> SHA256Digest {
        switch d.count {
        case 0: return SHA256.hash([])
        case 1: return d[d.startIndex]
        default:
            let k = split(d.count)
            return SHA256.hash([1] + mth(d.prefix(k)).bytes + mth(d.dropFirst(k)).bytes)
        }
    }

    static func path(_ m: Int, _ d: ArraySlice<SHA256Digest>) -> [SHA256Digest] {
        guard d.count > 1 else { return [] }
        let k = split(d.count)
        return m < k
            ? path(m, d.prefix(k)) + [mth(d.dropFirst(k))]
            : path(m - k, d.dropFirst(k)) + [mth(d.prefix(k))]
    }

    static func subproof(_ m: Int, _ d: ArraySlice<SHA256Digest>, _ b: Bool) -> [SHA256Digest] {
        guard m != d.count else { return b ? [] : [mth(d)] }
        let k = split(d.count)
        return m <= k
            ? subproof(m, d.prefix(k), b) + [mth(d.dropFirst(k))]
            : subproof(m - k, d.dropFirst(k), false) + [mth(d.prefix(k))]
    }

    private static func split(_ n: Int) -> Int {
        var k = 1
        while 2 * k < n { k *= 2 }
        return k
    }
}

extension SHA256Digest {
    static func random(_ random: inout some RandomNumberGenerator) -> SHA256Digest {
        SHA256.hash((0..<4).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    func flipping(bit: Int) -> SHA256Digest {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return SHA256Digest(bytes) ?? self
    }
}

func base64(_ bytes: [UInt8]) -> String { Base64.encode(bytes) }

func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    stride(from: number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
}

extension [UInt8] {
    /// One of the ways a file goes wrong: a byte changed, put in, taken out, cut off, or a piece doubled.
    func mutated(_ random: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = self
        guard !isEmpty else { return [UInt8.random(in: 0...255, using: &random)] }
        let place = Int.random(in: 0..<count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.insert(Self.interesting.randomElement(using: &random) ?? 0, at: place)
        case 3: bytes.remove(at: place)
        case 4: bytes.removeSubrange(place...)
        default: bytes.insert(contentsOf: bytes[place..<Swift.min(place + 9, count)], at: place)
        }
        return bytes
    }

    private static let interesting: [UInt8] = Array("\n\r \"\\{}[],:0-9e.+/=A—".utf8) + [0, 0x7F, 0x80, 0xFF]
}
