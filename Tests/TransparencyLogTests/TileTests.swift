import Cryptography
import TestSupport
import Testing
import TransparencyLog

@Suite("C2SP tlog-tiles: tiles, paths and entry bundles")
struct TileTests {
    @Test(
        "a place prints as the path of the specification and is read back",
        arguments: [
            (0, 0, 256, "tile/0/000"),
            (0, 273, 112, "tile/0/273.p/112"),
            (2, 0, 1, "tile/2/000.p/1"),
            (63, 999, 255, "tile/63/999.p/255"),
            (0, 1000, 256, "tile/0/x001/000"),
            (10, 1_234_067, 256, "tile/10/x001/x234/067"),
            (0, 1_234_067, 5, "tile/0/x001/x234/067.p/5"),
            (0, 1 << 55 - 1, 255, "tile/0/x036/x028/x797/x018/x963/967.p/255"),
        ] as [(Int, UInt64, Int, String)])
    func paths(level: Int, index: UInt64, width: Int, path: String) throws {
        let place = TileCoordinate(level: level, index: index, width: width)
        #expect(place.path == path)
        #expect(try TileCoordinate(path: path) == place)
    }

    @Test(
        "a path that is not exactly of the form is refused",
        arguments: [
            "", "tile", "tile/", "tile/0", "tile/0/", "/tile/0/000", "tile/0/000/", "tile/0/000 ", "tile//000",
            "Tile/0/000", "tile/00/000", "tile/01/000", "tile/64/000", "tile/-1/000", "tile/+1/000", "tile/x/000",
            "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000", "tile/0/x000/000", "tile/0/x000/001",
            "tile/0/001/000", "tile/0/x001/x000", "tile/0/x001/00", "tile/0/x001//000", "tile/0/X001/000",
            "tile/0/x001x000", "tile/0/ 01", "tile/0/0٣1", "tile/0/../000", "tile/0/000.p", "tile/0/000.p/",
            "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/1000", "tile/0/000.p/-1",
            "tile/0/000.q/1", "tile/0/000.p1", "tile/0/000.p/1/", "tile/0/000.p/1.p/1", "tile/0/.p/1",
            "tile/0/x036/x028/x797/x018/x963/968", "tile/0/x999/x999/x999/x999/x999/x999/999",
            "tile/18446744073709551616/000", "tile/0/000\r\n", "tile/0/000\u{0}", "tile/entries/000",
        ])
    func refusedPaths(path: String) {
        #expect(throws: TransparencyLogError.self) { try TileCoordinate(path: path) }
        let bundle = path.replacing("tile/0/", with: "tile/entries/")
        if path != "tile/entries/000" {
            #expect(throws: TransparencyLogError.self) { try EntryBundleCoordinate(path: bundle) }
        }
    }

    @Test("random places come back from their paths, for tiles and for bundles")
    func roundTrip() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<2000 {
            let index = UInt64.random(in: 0..<(1 << UInt64.random(in: 1...55, using: &random)), using: &random)
            let place = TileCoordinate(
                level: .random(in: TileCoordinate.levels, using: &random), index: index,
                width: .random(in: 1...256, using: &random))
            #expect(try TileCoordinate(path: place.path) == place)
            let path = "tile/entries/" + place.path.split(separator: "/", maxSplits: 2)[2]
            let bundle = try EntryBundleCoordinate(path: path)
            #expect(bundle.index == index && bundle.width == place.width && bundle.path == path)
            #expect(bundle.entries.count == place.width && bundle.entries.lowerBound == index * 256)
        }
    }

    @Test(
        "the tiles of a tree are those that the specification counts",
        arguments: [
            (
                70_000, [(0, 272, 256), (0, 273, 112), (1, 0, 256), (1, 1, 17), (2, 0, 1)],
                [(0, 274), (1, 2), (2, 1), (3, 0)]
            ),
            (256, [(0, 0, 256), (1, 0, 1)], [(0, 1), (1, 1), (2, 0)]),
            (1, [(0, 0, 1)], [(0, 1), (1, 0)]),
            (0, [], [(0, 0), (63, 0)]),
            (.max, [(7, 0, 255), (0, 1 << 56 - 1, 255)], [(8, 0), (63, 0), (0, 1 << 56)]),
        ] as [(UInt64, [(Int, UInt64, Int)], [(Int, UInt64)])])
    func coverage(size: UInt64, present: [(Int, UInt64, Int)], absent: [(Int, UInt64)]) {
        for (level, index, width) in present {
            #expect(TileCoordinate(level: level, index: index, treeSize: size)?.width == width)
        }
        for (level, index) in absent {
            #expect(TileCoordinate(level: level, index: index, treeSize: size) == nil)
        }
    }

    @Test("a tile is cut from a fuller one; too few bytes, too many and broken hashes are refused")
    func cutting() throws {
        let stored = (0..<256).flatMap { MerkleTree.leafHash([UInt8($0)]).bytes }
        let place = TileCoordinate(level: 0, index: 0, width: 3)
        let tile = try Tile(place, cutFrom: stored)
        #expect(tile.bytes == Array(stored[..<96]))
        #expect(tile[2] == MerkleTree.leafHash([2]))
        for wrong in [0, 32, 64, 95, 97, 8191, 8193, 8224] {
            let bytes = Array((stored + stored)[..<wrong])
            #expect(throws: TransparencyLogError.self, "\(wrong) bytes") { try Tile(place, cutFrom: bytes) }
        }
    }

    @Test("entries come back from their bundle, also empty ones and the longest")
    func bundles() throws {
        let entries = [[], [1], [UInt8](repeating: 7, count: 256), [UInt8](repeating: 9, count: 65_535)]
        let bundle = try EntryBundle.encode(entries)
        #expect(Array(bundle[..<7]) == [0, 0, 0, 1, 1, 1, 0])
        #expect(try EntryBundle.decode(bundle, count: 4) == entries)
        #expect(throws: TransparencyLogError.self) { try EntryBundle.encode([[UInt8](repeating: 0, count: 65_536)]) }
    }

    @Test("a bundle with fewer entries, more entries, or an entry cut off, is refused at every length")
    func refusedBundles() throws {
        let bundle = try EntryBundle.encode([[1, 2, 3], [4]])
        for length in 0..<bundle.count {
            #expect(throws: TransparencyLogError.self) { try EntryBundle.decode(Array(bundle[..<length]), count: 2) }
        }
        #expect(throws: TransparencyLogError.self) { try EntryBundle.decode(bundle, count: 1) }
        #expect(throws: TransparencyLogError.self) { try EntryBundle.decode(bundle, count: 3) }
        #expect(throws: TransparencyLogError.self) { try EntryBundle.decode(bundle + [0], count: 2) }
    }
}
