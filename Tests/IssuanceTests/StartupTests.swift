import Cryptography
import Issuance
import Simulation
import Temporal
import Testing
import TransparencyLog

/// Everything that keeps a service from starting, each with its own reason; and the doctor, which goes on where a start
/// stops.
@Suite("The checks of a start")
struct StartupTests {
    private let world: World

    init() throws {
        world = try World()
        for number in 0..<5 { _ = try world.waiting("key-\(number)") }
    }

    private var head: TreeHead {
        get throws { try #require(world.world.surroundings.anchored) }
    }

    /// The reason with which a start refuses what is read through a change, or the head beside it.
    private func refusal(
        anchored: TreeHead?, _ alter: @escaping @Sendable (any Record) -> (any Record)? = { $0 }
    ) throws -> StartupRefusal? {
        var surroundings = world.world.surroundings.surroundings(AlteredStore(inner: world.world.store, alter: alter))
        surroundings.anchored = anchored
        do {
            _ = try Service(surroundings)
            return nil
        } catch let refusal as StartupRefusal {
            // The doctor finds the same, with all other checks around it.
            let diagnoses = try surroundings.store.read {
                LogExamination($0, anchored: anchored, at: world.world.clock.now).diagnoses
            }
            #expect(
                diagnoses.contains { $0.found == refusal.description && $0.state == .wrong } || anchored == nil,
                "\(refusal) is not in \(diagnoses.map(\.found))")
            #expect(diagnoses.count >= 9)
            #expect(diagnoses.allSatisfy { $0.state != .wrong || $0.meaning != nil && $0.remedy != nil })
            return refusal
        }
    }

    @Test("a log that is what it was starts, also when it is ahead of the anchor, and the doctor finds nothing")
    func fine() throws {
        #expect(try refusal(anchored: head) == nil)
        let older = TreeHead(size: 0, root: MerkleTree.emptyRoot)
        #expect(try refusal(anchored: older) == nil)
        let examination = try world.world.store.read {
            LogExamination($0, anchored: try head, at: world.world.clock.now)
        }
        #expect(examination.diagnoses.allSatisfy { $0.state == .fine }, "\(examination.diagnoses)")
        #expect(examination.logKeys == world.world.service.logKeys)
        #expect(examination.issuerKeys.map(\.issuer) == ["default"])
    }

    @Test("an anchor that is missing, newer, of other entries, or not continued, each has its own words")
    func anchors() throws {
        let head = try head
        let other = SHA256.hash([1])
        #expect(try refusal(anchored: nil)?.reason == .anchorMissing)
        let newer = try refusal(anchored: TreeHead(size: head.size + 3, root: other))
        #expect(newer?.reason == .anchorNewer)
        #expect(newer?.description.contains("\(head.size + 3) were acknowledged") == true)
        #expect(try refusal(anchored: TreeHead(size: head.size, root: other))?.reason == .anchorFork)
        #expect(try refusal(anchored: TreeHead(size: head.size - 1, root: other))?.reason == .notContinued)
        #expect(try refusal(anchored: TreeHead(size: 0, root: other))?.reason == .notContinued)
    }

    @Test("a tail that was cut off is seen, whatever else is cut off with it")
    func cutTail() throws {
        let head = try head
        let size = Int64(head.size)
        let entries = try refusal(anchored: head) { ($0 as? EntryRecord)?.seq == size - 1 ? nil : $0 }
        #expect(entries?.reason == .entries)
        #expect(entries?.description.contains("should have \(size) entries; it has \(size - 1)") == true)
        #expect(try refusal(anchored: head) { $0 is CheckpointRecord ? nil : $0 }?.reason == .checkpoint)
        #expect(try refusal(anchored: head) { $0 is TileRecord ? nil : $0 }?.reason == .unreadable)
        #expect(try refusal(anchored: head) { $0 is HeadRecord ? nil : $0 }?.reason == .noLog)
        #expect(try refusal(anchored: head) { $0 is EntryRecord ? nil : $0 }?.reason == .noLog)
        let moved = try refusal(anchored: head) { row in
            guard var head = row as? HeadRecord else { return row }
            head.size -= 1
            return head
        }
        #expect(moved?.reason == .checkpoint || moved?.reason == .tree)
    }

    @Test("an entry, a tile, the head or the newest checkpoint that was changed is seen")
    func changed() throws {
        let head = try head
        let last = Int64(head.size) - 1
        #expect(
            try refusal(anchored: head) { row in
                guard var entry = row as? EntryRecord, entry.seq == last - 1 else { return row }
                entry.body[entry.body.count - 5] ^= 1
                return entry
            }?.reason == .entries)
        #expect(
            try refusal(anchored: head) { row in
                guard var tile = row as? TileRecord else { return row }
                tile.hashes[0] ^= 1
                return tile
            }?.reason == .tree)
        #expect(
            try refusal(anchored: head) { row in
                guard var head = row as? HeadRecord else { return row }
                head.lastLeafHash[0] ^= 1
                return head
            }?.reason == .entries)
        for change in [("A", "B"), ("simulation.example", "simulation.other"), ("\n\n", "\n")] {
            let found = try refusal(anchored: head) { row in
                guard var checkpoint = row as? CheckpointRecord else { return row }
                checkpoint.note = checkpoint.note.replacing(change.0, with: change.1)
                return checkpoint
            }
            #expect(found?.reason == .checkpoint, "\(change)")
        }
    }

    @Test("what a witness cosigned or an authority timestamped, and the log does not hold, is seen")
    func attestations() throws {
        let head = try head
        let size = Int64(head.size)
        try world.world.store.write { writer in
            try writer.insert(CosignatureRecord(size: size, witness: "w", line: "line"))
            try writer.insert(
                TimestampRecord(
                    size: size, source: "s", number: 0, kind: .rfc3161, keptAt: world.world.clock.now.milliseconds,
                    token: [1]))
        }
        #expect(try refusal(anchored: head) == nil)
        let beyond = try refusal(anchored: head) { row in
            guard var timestamp = row as? TimestampRecord else { return row }
            timestamp.size += 1
            return timestamp
        }
        #expect(beyond?.reason == .attestation)
        #expect(beyond?.description.contains("that was timestamped") == true)
        let cosigned = try refusal(anchored: head) { row in
            guard var cosignature = row as? CosignatureRecord else { return row }
            cosignature.size += 7
            return cosignature
        }
        #expect(cosigned?.reason == .attestation)
        // An old timestamp of a log that has grown since is worth a look, and no more.
        _ = try world.waiting("grown")
        world.world.clock.advance(by: .hours(3))
        let examination = try world.world.store.read {
            LogExamination($0, anchored: head, at: world.world.clock.now)
        }
        #expect(examination.diagnoses.first { $0.state != .fine }?.check == "timestamps")
    }

    @Test("a clock that is behind the last entry is worth a look")
    func clock() throws {
        let examination = try world.world.store.read {
            LogExamination($0, anchored: try head, at: world.world.clock.now - .seconds(3))
        }
        #expect(examination.diagnoses.filter { $0.state != .fine }.map(\.check) == ["clock"])
    }
}
