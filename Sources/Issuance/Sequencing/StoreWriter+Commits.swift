import Cryptography
import TransparencyLog

/// What the committer writes beside entries.
extension StoreWriter {
    /// Keeps the private facts beside the log and returns the commitments to them.
    func open(
        _ content: EntryContent, _ subject: Subject?, _ newKey: [UInt8]?, _ seq: Int64
    ) throws -> [(field: String, Commitment)] {
        guard !content.fields.isEmpty, let subject else { return [] }
        let key = try subject.key(in: self, orNew: newKey)
        try insert(
            OpeningRecord(
                seq: seq, tenant: subject.tenant, holder: subject.holder, document: content.openings))
        return try content.fields.map { field in
            let value = content.openings[field.place]
            return (field.name, try key.commitment(to: value, field: field.name, seq: UInt64(seq)))
        }
    }

    /// Says what other nodes have to look at.
    func mark(_ progress: Progress) throws {
        let directory = progress.written.last { $0.event.event.changesDirectory }?.seq
        let statuses = progress.written.last { $0.event.event.changesStatus }?.seq
        guard directory != nil || statuses != nil else { return }
        let known = try record(SharedMarkRecord.self, .integer(1))
        var mark = known ?? SharedMarkRecord()
        mark.directory = directory ?? mark.directory
        mark.statuses = statuses ?? mark.statuses
        if known == nil { try insert(mark) } else { try update(mark) }
    }

    /// Keeps a refusal for whoever asks again with the same key.
    func keep(_ refusal: Refusal, of command: Command) throws {
        guard let (tenant, idempotency) = command.idempotency else { return }
        let isKept = try record(AnswerRecord.self, .text(tenant.text), .text(idempotency.key)) != nil
        guard !isKept else { return }
        try insert(
            AnswerRecord(
                tenant: tenant.text, key: idempotency.key, digest: idempotency.digest, seq: nil,
                refusal: refusal.stored, request: command.target?.id.text))
    }
}

extension HeadRecord {
    init(_ head: TreeHead, _ log: LogState) {
        self.init(
            size: Int64(head.size), root: head.root.bytes, lastLeafHash: log.lastLeafHash.bytes,
            lastTime: log.lastTime)
    }
}

extension LogEntry.Request {
    /// The place of the next entry of a request.
    static func next(_ id: RequestID, after known: RequestRecord?) throws -> LogEntry.Request {
        guard let known else { return LogEntry.Request(first: id.text) }
        guard let last = SHA256Digest(known.lastLeafHash) else {
            throw StoreError.corrupt("request \(id): its last leaf hash does not have 32 bytes")
        }
        return LogEntry.Request(rid: id.text, rn: UInt64(known.entryCount), rprev: last)
    }
}
