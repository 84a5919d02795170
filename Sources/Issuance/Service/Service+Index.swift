package import Temporal
import TransparencyLog

/// The index of requests: how far the entries about each go, so that the end of a story can be proven to be its end.
extension Service {
    /// How old the newest index may be while the log grows. A bundle can say that nothing was left out up to its index,
    /// so this is how fresh that word is without anybody's asking.
    package static let indexInterval = Milliseconds.hours(1)

    /// Writes an index of the log as it is now, or answers with the newest one when nothing has come since.
    ///
    /// Walks over all requests on the caller's thread, in a snapshot; the sequencer goes on meanwhile.
    package func indexRequests(_ reply: @escaping Sequencer.Completion) {
        do {
            guard let index = try nextIndex() else { return reply(try newestIndex()) }
            sequencer.submit(.indexRequests(index), reply)
        } catch {
            reply(.failure(error))
        }
    }

    /// Whether the newest index, or without one the log, is older than ``indexInterval`` and does not cover everything.
    package func isIndexDue() throws -> Bool {
        let now = now()
        return try store.read { reader in
            let newest = try IndexRecord.newest(in: reader)
            guard let record = try reader.record(EntryRecord.self, .integer(newest?.seq ?? 0)),
                let head = try reader.record(HeadRecord.self, .integer(1))
            else { return false }
            return try LogEntry(parsing: record.body).t + Self.indexInterval <= now && !(newest?.covers(head) ?? false)
        }
    }

    /// The index of the log as it is; nil when only an index has been written since the newest one.
    private func nextIndex() throws -> RequestsIndexed? {
        try store.read { reader in
            guard let head = try reader.record(HeadRecord.self, .integer(1)) else {
                throw StoreError.corrupt("the head of the log is gone")
            }
            if try IndexRecord.newest(in: reader)?.covers(head) ?? false { return nil }
            return RequestsIndexed(try ChainRows(reader, size: head.size).index().index)
        }
    }

    private func newestIndex() throws -> Result<Answer, any Error> {
        try store.read { reader in
            guard let newest = try IndexRecord.newest(in: reader), let event = try storedEvent(newest.seq, in: reader)
            else { throw StoreError.corrupt("the newest index is gone") }
            return .success(Answer(to: event, issued: nil, url: url))
        }
    }
}

extension IndexRecord {
    /// Whether nothing but this index has been written since the entries that it covers.
    fileprivate func covers(_ head: HeadRecord) -> Bool { size == seq && head.size == seq + 1 }
}
