import Cryptography
import TestSupport
import Testing
import TransparencyLog

@Suite("The right edge of a log: CompactRange and TileAppender")
struct TileAppenderTests {
    private func leaves(_ count: Int, _ random: inout SeededRandom) -> [SHA256Digest] {
        (0..<count).map { _ in .random(&random) }
    }

    @Test("a compact range has the root of the RFC at every size, and as many nodes as the size has ones")
    func compactRange() {
        var random = SeededRandom(seed: 3)
        let leaves = leaves(130, &random)
        var range = CompactRange()
        for size in 0...130 {
            #expect(range.root == RFC6962.mth(leaves[..<size]))
            #expect(range.nodes.count == size.nonzeroBitCount && range.size == UInt64(size))
            #expect(CompactRange(size: range.size, nodes: range.nodes) == range)
            if size < 130 { range.append(leaves[size]) }
        }
    }

    @Test("a copy kept before appending is unchanged: that is a rollback")
    func rollback() throws {
        var random = SeededRandom(seed: 4)
        var appender = TileAppender()
        for leaf in leaves(300, &random) { appender.append(leaf) }
        _ = appender.takeChangedTiles()
        let kept = appender
        let head = kept.head
        for leaf in leaves(700, &random) { appender.append(leaf) }
        #expect(kept.head == head && appender.head != head)
        var again = kept
        #expect(again.takeChangedTiles().isEmpty)
    }

    @Test("appending in batches of any sizes stores the same tiles as one by one", arguments: 0..<6 as Range<UInt64>)
    func batches(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let leaves = leaves(Int.random(in: 1...1400, using: &random), &random)
        var single = SampleTree(size: 0)
        for leaf in leaves { single.append([leaf]) }
        var batched = SampleTree(size: 0)
        var rest = leaves[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: 0...600, using: &random))
            batched.append(Array(batch))
            rest = rest.dropFirst(batch.count)
        }
        #expect(batched.tiles == single.tiles)
        #expect(batched.appender.head == single.appender.head)
        #expect(batched.appender.head.root == RFC6962.mth(leaves[...]))
    }

    @Test("only tiles that changed are given, each once, full ones before partial ones")
    func changedTiles() {
        var random = SeededRandom(seed: 5)
        var appender = TileAppender()
        #expect(appender.takeChangedTiles().isEmpty)
        for leaf in leaves(255, &random) { appender.append(leaf) }
        #expect(appender.takeChangedTiles().map(\.coordinate.path) == ["tile/0/000.p/255"])
        appender.append(.random(&random))
        #expect(appender.takeChangedTiles().map(\.coordinate.path) == ["tile/0/000", "tile/1/000.p/1"])
        appender.append(.random(&random))
        #expect(appender.takeChangedTiles().map(\.coordinate.path) == ["tile/0/001.p/1"])
        for leaf in leaves(600, &random) { appender.append(leaf) }
        #expect(
            appender.takeChangedTiles().map(\.coordinate.path)
                == ["tile/0/001", "tile/0/002", "tile/0/003.p/89", "tile/1/000.p/3"])
        #expect(appender.takeChangedTiles().isEmpty)
    }

    @Test(
        "a log read from its tiles goes on as if it had never stopped",
        arguments: [0, 1, 255, 256, 257, 600, 65_536, 70_000])
    func restart(size: Int) throws {
        var random = SeededRandom(seed: 6)
        var tree = SampleTree.published
        // The published tree is the fuller store here: the restart is at an older size.
        var appender = try TileAppender(size: UInt64(size), tile: tree.tile)
        #expect(appender.head == (try tree.head(UInt64(size))))
        var changed: [SampleTree.Place: [UInt8]] = [:]
        for leaf in tree.leaves[size..<min(size + 300, 70_000)] { appender.append(leaf) }
        #expect(appender.head == (try tree.head(appender.size)))
        for tile in appender.takeChangedTiles() {
            changed[SampleTree.Place(level: tile.coordinate.level, index: tile.coordinate.index)] = tile.bytes
        }
        for (place, bytes) in changed {
            #expect(tree.tiles[place]?.starts(with: bytes) == true)
        }
        guard size == 70_000 else { return }
        let more = leaves(10, &random)
        tree.append(more)
        for leaf in more { appender.append(leaf) }
        #expect(appender.head == tree.appender.head)
    }

    @Test("a store that lost a tile, or has it too short, is refused at restart")
    func damagedStore() throws {
        let tree = SampleTree(size: 300)
        #expect(throws: SampleTree.NoSuchTile.self) { try TileAppender(size: 65_536, tile: tree.tile) }
        #expect(throws: TransparencyLogError.self) { try TileAppender(size: 600, tile: tree.tile) }
        #expect(throws: TransparencyLogError.self) {
            try TileAppender(size: 300) { place in Array(try tree.tile(place).dropLast(32)) }
        }
    }
}
