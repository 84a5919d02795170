import Cryptography
import Temporal
import TransparencyLog

extension LogCheck {
    /// The stored checkpoints in the order of their sizes, each held against the tree as it was then: an old one is
    /// what somebody out there may hold in their hands.
    ///
    /// One signature takes as long as hashing some hundred entries, and there is one checkpoint for each batch.
    struct Checkpoints {
        private let reader: any StoreReader
        private let keys: [VerifierKey]
        /// Read and not reached yet, with their rows; nil when there are no more.
        private var next: CheckpointRecord?
        private var waiting: ArraySlice<CheckpointRecord> = []

        private static let batch = 256

        init(_ reader: any StoreReader, keys: [VerifierKey]) throws {
            self.reader = reader
            self.keys = keys
            try advance(after: Int64.min)
        }

        /// Compares the checkpoint of this size, if there is one.
        ///
        /// - Parameter head: of the tree, which costs some hashes.
        mutating func compare(size: UInt64, _ head: () -> TreeHead) throws {
            guard let record = next, record.size <= Int64(size) else { return }
            do {
                let note = try SignedNote(parsing: Array(record.note.utf8))
                let checkpoint = try VerifiedCheckpoint(note, origin: keys.first?.name.text ?? "", logKeys: keys)
                guard record.size == Int64(size), checkpoint.head == head() else {
                    throw AuditFailure(seq: record.size, "a checkpoint was signed for other entries")
                }
            } catch let failure as AuditFailure {
                throw failure
            } catch {
                throw AuditFailure(seq: record.size, "a checkpoint does not hold: \(error)")
            }
            try advance(after: record.size)
        }

        /// No checkpoint may be left when there are no entries left.
        func finish() throws(AuditFailure) {
            guard let next else { return }
            throw AuditFailure(seq: next.size, "a checkpoint was signed for more entries than there are")
        }

        private mutating func advance(after size: Int64) throws {
            if waiting.isEmpty {
                waiting = try reader.records(
                    Scan(CheckpointRecord.self, above: [.integer(size)], limit: Self.batch))[...]
            }
            next = waiting.popFirst()
        }
    }

    /// The row that orders writers says what the entries say.
    static func verifyHead(_ reader: any StoreReader, _ head: TreeHead) throws {
        let size = Int64(head.size)
        guard let record = try reader.record(HeadRecord.self, .integer(1)),
            let last = try reader.record(EntryRecord.self, .integer(size - 1)),
            record.size == size, record.root == head.root.bytes, record.lastLeafHash == last.leafHash,
            record.lastTime == (try LogEntry(parsing: last.body)).t.milliseconds
        else { throw AuditFailure(seq: size, "the head that is stored is not that of the entries") }
    }
}
