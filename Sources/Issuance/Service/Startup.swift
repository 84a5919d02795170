import CanonicalJSON
import Cryptography
import Temporal
import TransparencyLog

/// The service does not start, because going on would fork the log.
package struct StartupRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// The checks before the first new entry, and the state that they leave: our own signature on the newest checkpoint,
/// the tree below it, the chain of the last entries, and the anchor outside the database.
struct Startup {
    let origin: String
    let opened: LogOpened
    let signer: NoteSigner
    let state: Committer.State

    /// How many entries at the end are hashed again; the whole log is for `audit verify`.
    static let checkedEntries: Int64 = 4096

    init(reading reader: any StoreReader, _ surroundings: Service.Surroundings) throws {
        guard let head = try reader.record(HeadRecord.self, .integer(1)),
            let first = try reader.record(EntryRecord.self, .integer(0)),
            let last = SHA256Digest(head.lastLeafHash), let root = SHA256Digest(head.root)
        else { throw StartupRefusal("The database holds no log. Make one with `punctual init`.") }
        origin = try LogEntry(parsing: first.body).origin
        signer = NoteSigner(name: try KeyName(origin), privateKey: surroundings.keys.log)
        let treeHead = TreeHead(size: UInt64(head.size), root: root)
        try Self.verifyCheckpoint(of: treeHead, origin, signer.verifierKey, reader)
        let tiles = try TileAppender(size: treeHead.size) { try storedTile($0, in: reader) }
        guard tiles.head == treeHead else {
            throw StartupRefusal("The tree that is stored has another root than the newest checkpoint.")
        }
        try Self.verifyEnd(of: head, last: last, in: reader)
        try Self.compare(treeHead, with: surroundings.anchored, reader)
        let directory = try Directory(reading: reader)
        guard let opened = directory.opened else { throw StartupRefusal("The log does not begin with log.opened.") }
        guard opened.logKey == signer.verifierKey.vkey else {
            throw StartupRefusal("The key of the log is not the one that the log was opened with: \(opened.logKey).")
        }
        self.opened = opened
        let log = LogState(size: head.size, lastLeafHash: last, lastTime: head.lastTime)
        state = Committer.State(log: log, tiles: tiles, directory: directory)
    }

    private static func verifyCheckpoint(
        of head: TreeHead, _ origin: String, _ key: VerifierKey, _ reader: any StoreReader
    ) throws {
        guard let stored = try reader.record(CheckpointRecord.self, .integer(Int64(head.size))) else {
            throw StartupRefusal("There is no checkpoint for the head of the log (\(head.size) entries).")
        }
        let note = try SignedNote(parsing: Array(stored.note.utf8))
        let checkpoint = try VerifiedCheckpoint(note, origin: origin, logKeys: [key])
        guard checkpoint.head == head else {
            throw StartupRefusal("The head of the log is not the one that was signed at \(head.size) entries.")
        }
    }

    /// Hashes the last entries again: each must have its stored hash, and name the one before it.
    private static func verifyEnd(of head: HeadRecord, last: SHA256Digest, in reader: any StoreReader) throws {
        let start = max(head.size - checkedEntries, 0)
        var previous: SHA256Digest?
        let scan = Scan(EntryRecord.self, above: [.integer(start - 1)], limit: Int(checkedEntries) + 1)
        let records = try reader.records(scan)
        guard Int64(records.count) == head.size - start else {
            throw StartupRefusal("The log should have \(head.size) entries; it has \(start + Int64(records.count)).")
        }
        for record in records {
            let entry = try LogEntry(parsing: record.body)
            guard entry.leafHash.bytes == record.leafHash, entry.seq == UInt64(record.seq),
                previous.map({ $0 == entry.prev }) ?? true
            else { throw StartupRefusal("Entry \(record.seq) is not the one that was written.") }
            previous = entry.leafHash
        }
        guard previous == last else { throw StartupRefusal("The last entry is not the one that the head names.") }
    }

    private static func compare(_ head: TreeHead, with anchored: TreeHead?, _ reader: any StoreReader) throws {
        guard let anchored else {
            throw StartupRefusal(
                "The anchor beside the database is gone. Without it a cut-off log would not be noticed.")
        }
        guard anchored.size <= head.size else {
            throw StartupRefusal(
                "The database ends at \(head.size) entries, but \(anchored.size) were acknowledged: an older copy was "
                    + "put back, or the end was cut off. Restore a copy that has them.")
        }
        let root = try MerkleTree.root(size: anchored.size) { try storedTile($0, in: reader) }
        guard root == anchored.root else {
            throw StartupRefusal(
                "The log is not a continuation of the one that was anchored at \(anchored.size) entries.")
        }
    }
}

extension Committer.State {
    static func empty(origin: String) -> Committer.State {
        let log = LogState(size: 0, lastLeafHash: LogEntry.genesisPrevious(origin: origin), lastTime: 0)
        return Committer.State(log: log, tiles: TileAppender(), directory: Directory())
    }
}

extension Directory {
    /// Made from the rows.
    init(reading reader: any StoreReader) throws {
        self.init()
        if let opened = try storedEvent(0, in: reader) { try apply(opened.event) }
        var seqs: [Int64] = []
        try reader.forEach(PolicyRecord.self) { seqs.append($0.seq) }
        try reader.forEach(InstitutionRecord.self) { seqs.append($0.seq) }
        try reader.forEach(IssuerEntryRecord.self) { seqs.append($0.seq) }
        try reader.forEach(ResourceRecord.self) { seqs.append($0.seq) }
        seqs += try reader.records(Scan(ErasedAnswerRecord.self, limit: 1)).map(\.seq)
        for seq in seqs.sorted() {
            if let event = try storedEvent(seq, in: reader) { try apply(event.event) }
        }
    }
}
