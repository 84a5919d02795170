import Cryptography
import Issuance
import Simulation
import Testing
import TransparencyLog

@Suite("Hashing the stored log again while it grows")
struct ScrubTests {
    private let world: World

    init() throws {
        world = try World()
        // More than one slice, and not a whole number of them.
        for number in 0..<300 { _ = try world.waiting("key-\(number)", holder: "urn:x:\(number)") }
    }

    private func scrub(_ store: any Store) throws -> (size: UInt64, slices: Int) {
        var scrub = try store.read { try LogScrub($0) }
        var slices = 1
        while try store.read({ try scrub.step($0) }) { slices += 1 }
        return (scrub.size, slices)
    }

    /// The first wrong entry, where one entry or tile is read as somebody changed it.
    private func finding(_ alter: @escaping @Sendable (any Record) -> (any Record)?) -> Int64? {
        #expect(throws: AuditFailure.self) { try scrub(AlteredStore(inner: world.world.store, alter: alter)) }?.seq
    }

    @Test("reads every entry once, a slice at a time, also when the log grows meanwhile")
    func whole() throws {
        let size = try world.rows(EntryRecord.self).count
        #expect(size > 300)
        var scrub = try world.world.store.read { try LogScrub($0) }
        #expect(try world.world.store.read { try scrub.step($0) })
        #expect(scrub.size == UInt64(LogScrub.sliceEntries))
        for number in 0..<300 { _ = try world.waiting("later-\(number)") }
        #expect(try !world.world.store.read { try scrub.step($0) })
        #expect(scrub.size == UInt64(size))
        let all = try self.scrub(world.world.store)
        #expect(all.size == UInt64(try world.rows(EntryRecord.self).count))
        #expect(all.slices == (Int(all.size) + 255) / 256)
    }

    @Test("names the first entry that was changed", arguments: [8, 20, 255, 256, 290, 305] as [Int64])
    func changedEntry(seq: Int64) {
        let first = finding { row in
            guard var entry = row as? EntryRecord, entry.seq == seq else { return row }
            entry.body[entry.body.count / 2] ^= 1
            return entry
        }
        #expect(first == seq)
        // Where its leaf hash was changed too, the tile says it, to 256 entries.
        let covered = finding { row in
            guard var entry = row as? EntryRecord, entry.seq == seq else { return row }
            entry.body[entry.body.count / 2] ^= 1
            entry.leafHash = MerkleTree.leafHash(entry.body).bytes
            return entry
        }
        #expect(covered == seq / 256 * 256)
    }

    @Test("misses an entry that is gone, sees a tile that was changed, and a checkpoint that somebody else signed")
    func others() {
        #expect(finding { row in (row as? EntryRecord)?.seq == 100 ? nil : row } == 100)
        #expect(
            finding { row in
                guard var tile = row as? TileRecord, tile.level == 0, tile.index == 1 else { return row }
                tile.hashes[3] ^= 1
                return tile
            } == 256)
        let size = finding { row in
            guard var checkpoint = row as? CheckpointRecord else { return row }
            checkpoint.note = checkpoint.note.replacing("simulation.example\n", with: "simulation.example2\n")
            return checkpoint
        }
        #expect(size.map { $0 > 300 } == true)
    }
}
