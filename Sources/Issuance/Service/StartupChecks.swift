import CanonicalJSON
import Cryptography
import Temporal
import TransparencyLog

/// What must hold before the first new entry, question by question. Each throws `StartupRefusal` in words of its own;
/// an error of the store passes, because it says nothing about the log.
struct StartupChecks {
    let reader: any StoreReader

    /// The end of the log, as its rows say.
    struct End {
        let origin: String
        let head: TreeHead
        let last: SHA256Digest
        let lastTime: Int64
        var size: Int64 { Int64(head.size) }
    }

    /// How many entries at the end are hashed again; the whole log is for the scrub and for `audit verify`.
    static let checkedEntries: Int64 = 4096

    /// What the head says.
    func end() throws -> End {
        try readable {
            guard let head = try reader.record(HeadRecord.self, .integer(1)),
                let first = try reader.record(EntryRecord.self, .integer(0)),
                let last = SHA256Digest(head.lastLeafHash), let root = SHA256Digest(head.root), head.size > 0
            else { throw StartupRefusal("The database holds no log. Make one with `punctual init`.", .noLog) }
            return End(
                origin: try LogEntry(parsing: first.body).origin, head: TreeHead(size: UInt64(head.size), root: root),
                last: last, lastTime: head.lastTime)
        }
    }

    /// Who issues, who may ask, what is promised, and who signs: made from the rows.
    func directory() throws -> Directory {
        try readable {
            let directory = try Directory(reading: reader)
            guard directory.opened != nil else {
                throw StartupRefusal("The log does not begin with log.opened.", .noLog)
            }
            return directory
        }
    }

    /// Every key that signs now has signed the head, the oldest first, and nobody else.
    func checkpoint(of end: End, signedBy keys: LogKeyBook) throws {
        try readable {
            guard let stored = try reader.record(CheckpointRecord.self, .integer(end.size)) else {
                throw StartupRefusal(
                    "There is no checkpoint for the head of the log (\(end.size) entries).", .checkpoint)
            }
            let signed: (head: TreeHead, keys: [VerifierKey])
            do {
                let note = try SignedNote(parsing: Array(stored.note.utf8))
                let checkpoint = try VerifiedCheckpoint(note, origin: end.origin, logKeys: keys.active)
                signed = (checkpoint.head, try note.verifiedSignatures(by: keys.active).map(\.key))
            } catch {
                throw StartupRefusal("The newest checkpoint does not hold: \(error).", .checkpoint)
            }
            guard signed.keys == keys.active else {
                throw StartupRefusal(
                    "The newest checkpoint is not signed by the \(keys.active.count) keys that the log names, in their "
                        + "order.", .checkpoint)
            }
            guard signed.head == end.head else {
                throw StartupRefusal(
                    "The head of the log is not the one that was signed at \(end.size) entries.", .checkpoint)
            }
        }
    }

    /// The right edge of the tree, as stored.
    func tree(of end: End) throws -> TileAppender {
        try readable {
            let tiles = try TileAppender(size: end.head.size) { try storedTile($0, in: reader) }
            guard tiles.head == end.head else {
                throw StartupRefusal("The tree that is stored has another root than the newest checkpoint.", .tree)
            }
            return tiles
        }
    }

    /// Hashes the last entries again: each must have its stored hash, and name the one before it.
    func lastEntries(of end: End) throws {
        try readable {
            let start = max(end.size - Self.checkedEntries, 0)
            var previous: SHA256Digest?
            var time: Int64 = 0
            let scan = Scan(EntryRecord.self, above: [.integer(start - 1)], limit: Int(Self.checkedEntries) + 1)
            let records = try reader.records(scan)
            guard Int64(records.count) == end.size - start else {
                throw StartupRefusal(
                    "The log should have \(end.size) entries; it has \(start + Int64(records.count)).", .entries)
            }
            for record in records {
                guard let entry = try? LogEntry(parsing: record.body), entry.leafHash.bytes == record.leafHash,
                    entry.seq == UInt64(record.seq), entry.request?.rid == record.request,
                    previous.map({ $0 == entry.prev }) ?? true
                else { throw StartupRefusal("Entry \(record.seq) is not the one that was written.", .entries) }
                previous = entry.leafHash
                time = entry.t.milliseconds
            }
            guard previous == end.last, time == end.lastTime else {
                throw StartupRefusal("The last entry is not the one that the head names.", .entries)
            }
        }
    }

    /// The log is, or continues, the one that was last acknowledged.
    func anchor(_ anchored: TreeHead?, to end: End) throws {
        guard let anchored else {
            throw StartupRefusal(
                "The anchor beside the database is gone. Without it a cut-off log would not be noticed.",
                .anchorMissing)
        }
        guard anchored.size <= end.head.size else {
            throw StartupRefusal(
                "The database ends at \(end.size) entries, but \(anchored.size) were acknowledged: an older copy was "
                    + "put back, or the end was cut off. Restore a copy that has them.", .anchorNewer)
        }
        let root = try root(at: anchored.size)
        guard root == anchored.root else {
            throw anchored.size == end.head.size
                ? StartupRefusal(
                    "The database has as many entries as were acknowledged, \(anchored.size), but they are others.",
                    .anchorFork)
                : StartupRefusal(
                    "The log is not a continuation of the one that was anchored at \(anchored.size) entries.",
                    .notContinued)
        }
    }

    /// The log holds the newest checkpoint that a witness cosigned, and the newest that was timestamped.
    ///
    /// - Returns: their sizes.
    func attestations(of end: End, _ keys: LogKeyBook) throws -> (cosigned: Int64?, timestamped: Int64?) {
        try readable {
            let cosigned = try reader.records(Scan(CosignatureRecord.self, isDescending: true, limit: 1)).first?.size
            let stamped = try reader.records(Scan(TimestampRecord.self, isDescending: true, limit: 1)).first?.size
            if let cosigned { try contains(cosigned, "that a witness cosigned", end, keys) }
            if let stamped { try contains(stamped, "that was timestamped", end, keys) }
            return (cosigned, stamped)
        }
    }

    private func contains(_ size: Int64, _ which: String, _ end: End, _ keys: LogKeyBook) throws {
        let refusal = StartupRefusal(
            "The log does not hold the checkpoint of \(size) entries \(which).", .attestation)
        guard size <= end.size, let stored = try reader.record(CheckpointRecord.self, .integer(size)),
            let note = try? SignedNote(parsing: Array(stored.note.utf8)),
            let checkpoint = try? VerifiedCheckpoint(note, origin: end.origin, logKeys: keys.all),
            checkpoint.head.size == UInt64(size), try root(at: checkpoint.head.size) == checkpoint.head.root
        else { throw refusal }
    }

    /// The root that the stored tree had at a size.
    func root(at size: UInt64) throws -> SHA256Digest {
        try readable { try MerkleTree.root(size: size) { try storedTile($0, in: reader) } }
    }

    /// What cannot be understood is not what was written.
    func readable<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let refusal as StartupRefusal {
            throw refusal
        } catch let error as StoreError where !error.saysSomethingOfRows {
            throw error
        } catch {
            throw StartupRefusal("What is stored is not what this program writes: \(error).", .unreadable)
        }
    }
}

extension StoreError {
    /// Whether the error is about what is stored, and not about whether it can be reached.
    fileprivate var saysSomethingOfRows: Bool {
        switch self {
        case .corrupt, .conflict, .missing, .appendOnly: true
        case .unfit, .full, .unavailable, .outcomeUnknown: false
        }
    }
}
