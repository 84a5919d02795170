import CanonicalJSON

/// Destroys what was said of a person beside the log. Their rows in the projections are `Projection`'s.
struct Destruction {
    private let writer: any StoreWriter

    init(_ writer: any StoreWriter) { self.writer = writer }

    /// Removes what the entries of a request open to, and what was answered about it.
    func destroyOpenings(of request: RequestRecord) throws {
        try writer.forEachEntry(of: request.id) { seq in
            let key = try storedOpenings(seq, in: writer)["idempotency"]?["key"]?.stringValue
            if let key, try writer.record(AnswerRecord.self, .text(request.tenant), .text(key))?.seq == seq {
                try writer.delete(AnswerRecord.self, key: [.text(request.tenant), .text(key)])
            }
            if try writer.record(OpeningRecord.self, .integer(seq)) != nil {
                try writer.delete(OpeningRecord.self, key: [.integer(seq)])
            }
        }
        var refusals: [AnswerRecord] = []
        try writer.forEachRefusal(of: request.id) { refusals.append($0) }
        for refusal in refusals { try writer.delete(AnswerRecord.self, key: refusal.key) }
    }

    /// Removes what entries about a person's wallet open to, and what was answered to their commands.
    func destroyOpenings(of erased: WalletErased) throws {
        for seq in erased.entries {
            let key = try storedOpenings(seq, in: writer)["idempotency"]?["key"]?.stringValue
            if let key, try writer.record(AnswerRecord.self, .text(erased.tenant.text), .text(key))?.seq == seq {
                try writer.delete(AnswerRecord.self, key: [.text(erased.tenant.text), .text(key)])
            }
            if try writer.record(OpeningRecord.self, .integer(seq)) != nil {
                try writer.delete(OpeningRecord.self, key: [.integer(seq)])
            }
        }
    }

    /// Removes the commitment keys of subjects, and marks that the bytes of all this are still to be overwritten.
    func destroyKeys(of erasure: Erasure, upTo seq: Int64) throws {
        for holder in erasure.holders {
            let key: [ColumnValue] = [.text(erasure.tenant.text), .text(holder)]
            if try writer.record(SubjectRecord.self, key: key) != nil {
                try writer.delete(SubjectRecord.self, key: key)
            }
        }
        let mark = PurgeRecord(seq: seq)
        if try writer.record(PurgeRecord.self, key: mark.key) == nil {
            try writer.insert(mark)
        } else {
            try writer.update(mark)
        }
    }
}
