package import Cryptography

/// All that a log says about one request up to its latest shown event, each entry proven.
///
/// First every entry must be in the tree of a verified checkpoint, at its own `seq`. Then, in addition, the events
/// must be numbered 0, 1, 2, …, each naming the one before by its hash, so that none can have been left out between.
/// That no event came after the last one shown, no proof can say; ask for a newer one.
package struct RequestTimeline: Hashable, Sendable {
    /// An entry with the hashes of its inclusion proof.
    package struct Evidence: Hashable, Sendable {
        /// The bytes of the entry.
        package let entry: [UInt8]
        /// For the index that the entry has as `seq`, in the tree of the checkpoint.
        package let proof: [SHA256Digest]

        /// An entry and its proof, not verified.
        package init(entry: [UInt8], proof: [SHA256Digest]) {
            self.entry = entry
            self.proof = proof
        }
    }

    /// Events 0, 1, 2, …; at least one.
    package let events: [LogEntry]
    /// Where the events are proven to be.
    package let checkpoint: VerifiedCheckpoint

    /// - Throws: the first finding; its position is the number of the event.
    package init(verifying evidence: [Evidence], in checkpoint: VerifiedCheckpoint) throws(AuditFinding) {
        var events: [LogEntry] = []
        for shown in evidence {
            let rn = UInt64(events.count)
            let event = try Self.prove(shown, rn: rn, in: checkpoint)
            try Self.validate(event, after: events.last, rn: rn)
            events.append(event)
        }
        guard !events.isEmpty else { throw AuditFinding(0, .missing) }
        self.events = events
        self.checkpoint = checkpoint
    }

    private static func prove(
        _ shown: Evidence, rn: UInt64, in checkpoint: VerifiedCheckpoint
    ) throws(AuditFinding) -> LogEntry {
        let entry: LogEntry
        do {
            entry = try LogEntry(parsing: shown.entry)
        } catch {
            throw AuditFinding(rn, .malformed(error))
        }
        do {
            try MerkleTree.verifyInclusion(
                of: entry.leafHash, at: entry.seq, in: checkpoint.head, proof: shown.proof)
        } catch {
            throw AuditFinding(rn, .notIncluded(error))
        }
        guard entry.origin.utf8.elementsEqual(checkpoint.checkpoint.origin.utf8) else {
            throw AuditFinding(rn, .wrongOrigin)
        }
        return entry
    }

    private static func validate(_ event: LogEntry, after last: LogEntry?, rn: UInt64) throws(AuditFinding) {
        guard let request = event.request else { throw AuditFinding(rn, .noRequest) }
        guard request.rn == rn, last == nil || request.rid == last?.request?.rid else {
            throw AuditFinding(rn, .wrongRequestEvent(rid: request.rid, rn: request.rn, expected: rn))
        }
        guard request.rprev == last?.leafHash else { throw AuditFinding(rn, .brokenRequestChain(rid: request.rid)) }
        guard let last else { return }
        guard event.seq > last.seq else { throw AuditFinding(rn, .wrongSequence(found: event.seq)) }
        guard event.t >= last.t else { throw AuditFinding(rn, .timeRunsBackwards) }
        guard event.seq > last.seq + 1 || event.prev == last.leafHash else { throw AuditFinding(rn, .brokenChain) }
    }
}
