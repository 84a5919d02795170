import Cryptography
package import Issuance
import Multiformats
import Synchronization
package import Temporal
package import TransparencyLog

/// A witness: for each log that it knows it keeps the checkpoint that it cosigned last, and it cosigns the next only
/// when that is proven to continue it.
///
/// The comparison, the cosignature and the new state are one durable transaction, and the answer comes after it: a
/// witness that is killed at any moment has never said what it does not remember.
package final class Witness: Sendable {
    /// The tables of a witness.
    package static let tables = [WitnessedLogRecord.table, ConflictRecord.table]

    /// How many conflicts of one log and kind are kept: one of `two-roots` convicts the log, and anybody may send wrong
    /// proofs with a log's public checkpoints.
    static let maximumConflicts = 64

    private let rules: WitnessRules
    private let cosigner: Cosigner
    private let store: any Store
    private let now: @Sendable () -> Instant
    /// The origin of each known log by the hexadecimal SHA-256 of it, as monitors ask.
    private let origins: [String: String]
    /// A store takes one writer at a time.
    private let writing = Mutex(())

    /// A witness with this key over this store.
    /// - Parameter logs: its `log` lines say which logs are known.
    package init(_ cosigner: Cosigner, logs: LogPolicy, store: any Store, now: @escaping @Sendable () -> Instant) {
        self.cosigner = cosigner
        self.store = store
        self.now = now
        rules = WitnessRules(logs: logs)
        let names = logs.logs.map(\.key.name.text)
        origins = Dictionary(names.map { (Self.monitorName(origin: $0), $0) }) { first, _ in first }
    }

    /// The first segment of the path at which monitors find a log.
    package static func monitorName(origin: String) -> String { SHA256.hash(Array(origin.utf8)).description }

    /// Answers an `add-checkpoint` request.
    /// - Throws: `WitnessRefusal`; `StoreError` when nothing could be made durable.
    package func addCheckpoint(_ body: [UInt8]) throws -> AddCheckpointResponse {
        let request: AddCheckpointRequest
        do throws(TransparencyLogError) {
            request = try AddCheckpointRequest(parsing: body)
        } catch {
            throw WitnessRefusal.malformed(error.description)
        }
        let checkpoint = try rules.verify(request)
        let outcome = try writing.withLock { _ in
            try store.write { writer in try decide(request, checkpoint, writer) }
        }
        return try outcome.get()
    }

    /// The note that monitors are given, or nil when nothing was cosigned of such a log.
    package func checkpoint(monitorName: String) throws -> [UInt8]? {
        guard let origin = origins[monitorName] else { return nil }
        return try store.read { try $0.record(WitnessedLogRecord.self, .text(origin)) }.map { Array($0.note.utf8) }
    }

    /// What others verify its lines with.
    package var verifierKey: VerifierKey { cosigner.verifierKey }

    /// Compares and swaps. A refusal is a result, not an error, so that what is kept of it is committed.
    private func decide(
        _ request: AddCheckpointRequest, _ checkpoint: VerifiedCheckpoint, _ writer: any StoreWriter
    ) throws -> Result<AddCheckpointResponse, WitnessRefusal> {
        let last = try writer.record(WitnessedLogRecord.self, .text(checkpoint.checkpoint.origin))
        let head = try last?.head
        do throws(WitnessRefusal) {
            try WitnessRules.compare(checkpoint, of: request, with: head)
        } catch {
            try keep(checkpoint, refusedFor: error, after: last, writer)
            return .failure(error)
        }
        // A cosignature without a time is none: zero is not one.
        let time = now()
        guard time.seconds > 0, time.seconds >= last?.cosignedAt ?? 0 else { return .failure(.clockIsBehind) }
        let line = try cosigner.cosign(checkpoint.checkpoint, at: time)
        var note = checkpoint.note
        try note.add(line)
        let next = WitnessedLogRecord(
            origin: checkpoint.checkpoint.origin, size: Int64(checkpoint.head.size), root: checkpoint.head.root.bytes,
            cosignedAt: time.seconds, note: String(decoding: note.bytes, as: UTF8.self))
        if last == nil { try writer.insert(next) } else { try writer.update(next) }
        return .success(AddCheckpointResponse(lines: [line]))
    }

    /// Keeps what the log signed and should not have: another root of the size cosigned, whatever old size it came
    /// with, or a checkpoint whose proof does not hold.
    private func keep(
        _ checkpoint: VerifiedCheckpoint, refusedFor refusal: WitnessRefusal, after last: WitnessedLogRecord?,
        _ writer: any StoreWriter
    ) throws {
        let kind: ConflictRecord.Kind
        if let head = try last?.head, head.size == checkpoint.head.size, head.root != checkpoint.head.root {
            kind = .twoRoots
        } else if case .inconsistent = refusal {
            kind = .notProven
        } else {
            return
        }
        let note = checkpoint.note.bytes
        let record = ConflictRecord(
            origin: checkpoint.checkpoint.origin, kind: kind, digest: SHA256.hash(note).bytes,
            seenAt: now().milliseconds, note: String(decoding: note, as: UTF8.self), cosigned: last?.note ?? "")
        let kept = try writer.records(
            Scan(
                ConflictRecord.self, equals: [.text(record.origin), .text(kind.rawValue)],
                limit: Self.maximumConflicts))
        guard kept.count < Self.maximumConflicts, !kept.contains(where: { $0.digest == record.digest }) else { return }
        try writer.insert(record)
    }
}

extension StoreReader {
    /// What a witness keeps against the logs that it knows.
    package func conflicts() throws -> [ConflictRecord] {
        var conflicts: [ConflictRecord] = []
        try forEach(ConflictRecord.self) { conflicts.append($0) }
        return conflicts
    }
}

extension WitnessedLogRecord {
    /// Size and root of the checkpoint.
    fileprivate var head: TreeHead {
        get throws(StoreError) {
            guard let root = SHA256Digest(root), let size = UInt64(exactly: size) else {
                throw .corrupt("the checkpoint of \(origin) that was cosigned last")
            }
            return TreeHead(size: size, root: root)
        }
    }
}
