import Cryptography

/// The last head that left the process, in a small file outside the database.
///
/// Two slots of fixed size, written in turn and in place: a write that is torn spoils one slot, and the other still
/// holds the head before. A database whose head is older than the anchor has lost acknowledged entries.
///
/// A slot is 512 bytes: magic (8), version (u64), ``counter`` (u64), size (u64), root (32), zeros, and in the last 32
/// the SHA-256 of all before; numbers big-endian.
package struct Anchor: Hashable, Sendable {
    /// One sector of any disk, which is written whole or not at all on most.
    package static let slotByteCount = 512
    /// Two slots.
    package static let fileByteCount = 2 * slotByteCount

    private static let magic = Array("PunctAnc".utf8)
    private static let version: UInt64 = 1

    /// How many anchors were written before in this file; even ones lie in the first slot, odd ones in the second.
    package let counter: UInt64
    /// The head as of this anchor.
    package let head: TreeHead

    /// The first anchor of a new file.
    package init(first head: TreeHead) {
        counter = 0
        self.head = head
    }

    private init(counter: UInt64, head: TreeHead) {
        self.counter = counter
        self.head = head
    }

    /// The anchor to write after this one, in the other slot.
    package func next(_ head: TreeHead) -> Anchor {
        Anchor(counter: counter + 1, head: head)
    }

    /// Where in the file the slot of this anchor begins.
    package var offset: Int { Int(counter % 2) * Self.slotByteCount }

    /// The bytes of the slot.
    package var slot: [UInt8] {
        var slot = Self.magic + Self.version.bigEndianBytes + counter.bigEndianBytes
        slot += head.size.bigEndianBytes + head.root.bytes
        slot += [UInt8](repeating: 0, count: Self.slotByteCount - SHA256Digest.byteCount - slot.count)
        return slot + SHA256.hash(slot).bytes
    }

    /// A new file: this anchor in its slot, zeros in the other.
    package var newFile: [UInt8] {
        var file = [UInt8](repeating: 0, count: Self.fileByteCount)
        file.replaceSubrange(offset..<offset + Self.slotByteCount, with: slot)
        return file
    }

    /// The later of the two anchors in a file; if one slot is damaged, the other.
    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` if the file has another length, or both are damaged.
    package init(latestIn file: [UInt8]) throws(TransparencyLogError) {
        guard file.count == Self.fileByteCount else {
            throw .malformed(.anchor, problem: "\(file.count) bytes instead of \(Self.fileByteCount)")
        }
        let anchors = [file[..<Self.slotByteCount], file[Self.slotByteCount...]].compactMap(Anchor.init(slot:))
        guard let latest = anchors.max(by: { $0.counter < $1.counter }) else {
            throw .malformed(
                .anchor, problem: "both slots are damaged; compare the log with a mirror or a witness before going on")
        }
        self = latest
    }

    /// Whether one of the slots of a file holds neither an anchor nor, as in a new file, nothing: a write that was torn
    /// by a loss of power, or damage.
    package static func hasDamagedSlot(in file: [UInt8]) -> Bool {
        guard file.count == fileByteCount else { return true }
        let slots = [file[..<slotByteCount], file[slotByteCount...]]
        let anchors = slots.compactMap(Anchor.init(slot:))
        let isNew = anchors.count == 1 && anchors[0].counter == 0 && slots[1].allSatisfy { $0 == 0 }
        return anchors.count < 2 && !isNew
    }

    private init?(slot: ArraySlice<UInt8>) {
        let fields = slot.dropFirst(Self.magic.count)
        func number(_ position: Int) -> UInt64 { UInt64(bigEndianBytes: fields.dropFirst(8 * position).prefix(8)) }
        guard let root = SHA256Digest(fields.dropFirst(24).prefix(SHA256Digest.byteCount)) else { return nil }
        let anchor = Anchor(counter: number(1), head: TreeHead(size: number(2), root: root))
        // All else in a slot follows from these, the checksum too, and its place does.
        guard slot.startIndex == anchor.offset, slot.elementsEqual(anchor.slot) else { return nil }
        self = anchor
    }
}
