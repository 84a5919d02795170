package import Cryptography

/// Checks every entry of a log, in order, against a checkpoint.
///
/// Hashes each entry anew, builds the tree, and checks form, origin, sequence, chain, time and the chain of each
/// request. The verdict is ``finish()``: only the root of the checkpoint says that these are the log's entries.
///
/// Keeps one record for each request that it has seen, because any may go on: about 100 bytes for one whose identifier
/// is a UUID, so that a log of a million requests takes 100 MB. The size of the checkpoint bounds it.
package struct LogAudit: Sendable {
    private struct LastEvent {
        let rn: UInt64
        let leafHash: SHA256Digest
    }

    /// What the entries are held against.
    package let checkpoint: VerifiedCheckpoint

    private let origin: [UInt8]
    private var range = CompactRange()
    private var previous: SHA256Digest
    private var time: Int64 = 0
    private var requests: RequestTable<LastEvent>
    private var finding: AuditFinding?

    /// An audit that has seen no entry yet.
    package init(against checkpoint: VerifiedCheckpoint) {
        self.checkpoint = checkpoint
        origin = Array(checkpoint.checkpoint.origin.utf8)
        previous = LogEntry.genesisPrevious(origin: checkpoint.checkpoint.origin)
        // The root follows from all identifiers, so none was chosen to suit it.
        requests = RequestTable(seed: checkpoint.head.root)
    }

    /// The number of entries checked so far.
    package var size: UInt64 { range.size }

    /// Size and root of the entries checked so far, to compare with earlier checkpoints on the way. Hashes up to the
    /// root each time: ask ``size`` first.
    package var head: TreeHead { range.head }

    /// Checks the next entry.
    /// - Returns: its leaf hash.
    /// - Throws: the first finding, and the same again on every later call.
    @discardableResult
    package mutating func check(_ entry: [UInt8]) throws(AuditFinding) -> SHA256Digest {
        try check(entry) { _, _ in }
    }

    /// Checks the next entry in the same way, and reports every perfect subtree that it completes, from the leaf itself
    /// (level 0) upwards: those of every eighth level are what tiles hold.
    package mutating func check(
        _ entry: [UInt8], completing: (_ level: Int, SHA256Digest) -> Void
    ) throws(AuditFinding) -> SHA256Digest {
        if let finding { throw finding }
        do throws(AuditFinding) {
            return try append(entry, completing)
        } catch {
            finding = error
            throw error
        }
    }

    /// Compares size and root with the checkpoint, when all entries have been checked.
    package func finish() throws(AuditFinding) {
        if let finding { throw finding }
        guard range.size == checkpoint.head.size else { throw AuditFinding(range.size, .missing) }
        let root = range.root
        guard root == checkpoint.head.root else {
            throw AuditFinding(range.size, .wrongRoot(found: root))
        }
    }

    private mutating func append(
        _ entry: [UInt8], _ completing: (_ level: Int, SHA256Digest) -> Void
    ) throws(AuditFinding) -> SHA256Digest {
        let seq = range.size
        guard seq < checkpoint.head.size else { throw AuditFinding(seq, .beyondCheckpoint) }
        let header: EntryHeader
        do {
            header = try EntryHeader(scanning: entry)
        } catch {
            throw AuditFinding(seq, .malformed(error))
        }
        let isOurs = unsafe entry.span.holds(origin.span.bytes, at: header.origin.lowerBound)
        guard isOurs, header.origin.count == origin.count else { throw AuditFinding(seq, .wrongOrigin) }
        guard header.seq == seq else { throw AuditFinding(seq, .wrongSequence(found: header.seq)) }
        guard header.prev == previous else { throw AuditFinding(seq, .brokenChain) }
        guard header.t >= time else { throw AuditFinding(seq, .timeRunsBackwards) }
        let leafHash = MerkleTree.leafHash(entry)
        if let request = header.request {
            try follow(request, in: entry, leafHash: leafHash)
        }
        range.append(leafHash, completing: completing)
        previous = leafHash
        time = header.t
        return leafHash
    }

    /// Checks that a request's events are numbered without a gap, each naming the one before.
    private mutating func follow(
        _ request: EntryHeader.Request, in entry: [UInt8], leafHash: SHA256Digest
    ) throws(AuditFinding) {
        var rid: String { String(decoding: entry[request.rid], as: UTF8.self) }
        let last = requests.updateValue(
            LastEvent(rn: request.rn, leafHash: leafHash), forKey: request.rid, uuid: request.uuid, in: entry.span)
        let expected = last.map { $0.rn + 1 } ?? 0
        guard request.rn == expected else {
            throw AuditFinding(range.size, .wrongRequestEvent(rid: rid, rn: request.rn, expected: expected))
        }
        guard request.rprev == last?.leafHash else { throw AuditFinding(range.size, .brokenRequestChain(rid: rid)) }
    }
}
