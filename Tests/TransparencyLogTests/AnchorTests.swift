import Cryptography
import TestSupport
import Testing
import TransparencyLog

@Suite("The anchor file")
struct AnchorTests {
    private func head(_ size: UInt64) -> TreeHead {
        TreeHead(size: size, root: SHA256Digest(SampleKeys.seed(UInt8(size))) ?? MerkleTree.emptyRoot)
    }

    /// A file after these writes, each in its own slot.
    private func file(_ anchors: [Anchor]) -> [UInt8] {
        var file = anchors[0].newFile
        for anchor in anchors.dropFirst() {
            file.replaceSubrange(anchor.offset..<anchor.offset + Anchor.slotByteCount, with: anchor.slot)
        }
        return file
    }

    private func history(_ count: UInt64) -> [Anchor] {
        var anchors = [Anchor(first: head(0))]
        for size in 1..<count { anchors.append(anchors[anchors.count - 1].next(head(size))) }
        return anchors
    }

    @Test("a slot has the stated bytes")
    func golden() throws {
        let anchor = (0..<5).reduce(Anchor(first: head(0))) { anchor, _ in
            anchor.next(TreeHead(size: 3, root: head(0).root))
        }
        #expect(anchor.counter == 5 && anchor.offset == 512 && anchor.slot.count == 512)
        // From another implementation (Python's struct and hashlib) of the layout in the documentation.
        #expect(
            SHA256.hash(anchor.slot).description == "08a766c79a023cb7117de625bab669f82412af27e1824aa1ffb6b2f53de86b83")
    }

    @Test("the later anchor is read, however many were written")
    func latest() throws {
        for count in 1...9 as ClosedRange<UInt64> {
            let anchors = history(count)
            #expect(try Anchor(latestIn: file(anchors)) == anchors[anchors.count - 1])
        }
    }

    @Test("a write torn at any byte leaves the anchor before or the new one")
    func torn() throws {
        let anchors = history(6)
        let before = file(Array(anchors[..<5]))
        for length in 0...Anchor.slotByteCount {
            var torn = before
            let start = anchors[5].offset
            torn.replaceSubrange(start..<start + length, with: anchors[5].slot[..<length])
            let read = try Anchor(latestIn: torn)
            #expect(read == (length == Anchor.slotByteCount ? anchors[5] : anchors[4]))
        }
    }

    @Test("a slot that is damaged or torn is told apart from one that was never written")
    func damagedSlot() {
        for count in 1...4 as ClosedRange<UInt64> {
            let whole = file(history(count))
            #expect(!Anchor.hasDamagedSlot(in: whole))
            for slot in 0..<2 {
                var damaged = whole
                damaged[slot * Anchor.slotByteCount + 20] ^= 1
                #expect(Anchor.hasDamagedSlot(in: damaged))
                var emptied = whole
                emptied.replaceSubrange(
                    slot * Anchor.slotByteCount..<(slot + 1) * Anchor.slotByteCount,
                    with: [UInt8](repeating: 0, count: Anchor.slotByteCount))
                // With the first anchor alone a file is as good as new.
                #expect(Anchor.hasDamagedSlot(in: emptied) == (slot == 0 || count > 2))
            }
        }
        #expect(Anchor.hasDamagedSlot(in: []))
    }

    @Test("every single-bit flip of a slot is found: the other slot is read")
    func bitFlips() throws {
        let anchors = history(2)
        let file = file(anchors)
        for position in file.indices {
            for bit in 0..<8 {
                var flipped = file
                flipped[position] ^= 1 << UInt8(bit)
                #expect(try Anchor(latestIn: flipped) == anchors[position < Anchor.slotByteCount ? 1 : 0])
            }
        }
    }

    @Test("both slots damaged, slots in each other's place, zeros and other lengths are refused")
    func refused() throws {
        let file = file(history(2))
        var damaged = file
        damaged[100] ^= 1
        damaged[1000] ^= 1
        for bytes in [
            damaged, Array(file[512...] + file[..<512]), [UInt8](repeating: 0, count: 1024), [], Array(file.dropLast()),
            file + [0], Array(file[..<512]),
        ] {
            #expect(throws: TransparencyLogError.self) { try Anchor(latestIn: bytes) }
        }
    }
}
