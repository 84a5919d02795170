/// A checkpoint and what others said about when it existed.
package struct StampedCheckpoint: Hashable, Sendable {
    /// As stored: with the log's own signature lines, and so the bytes that the first token of each source is over.
    package let checkpoint: CheckpointRecord
    /// By source, then number; at least one.
    package let tokens: [TimestampRecord]

    /// 64 tokens of one checkpoint: a dozen sources, each renewed a few times.
    static let maximumTokens = 64
}

extension StoreReader {
    /// The earliest checkpoint that covers an entry and was stamped: nobody can say that the entry is younger.
    ///
    /// - Parameters:
    ///   - seq: the entry.
    ///   - kind: of which kind one token must be, since a calendar's may be nothing but a promise yet; nil for any.
    /// - Returns: nil while there is none.
    package func stampedCheckpoint(
        covering seq: Int64, kind: TimestampRecord.Kind? = nil
    ) throws(StoreError) -> StampedCheckpoint? {
        var scan = Scan(TimestampRecord.self, above: [.integer(seq)], limit: StampedCheckpoint.maximumTokens)
        while true {
            let rows = try records(scan)
            guard let first = rows.first(where: { kind == nil || $0.kind == kind }) else {
                guard rows.count == scan.limit, let last = rows.last else { return nil }
                scan.above = last.key
                continue
            }
            guard let checkpoint = try record(CheckpointRecord.self, .integer(first.size)) else {
                throw .corrupt("the checkpoint of size \(first.size), which was stamped, is gone")
            }
            let tokens = try records(
                Scan(TimestampRecord.self, equals: [.integer(first.size)], limit: StampedCheckpoint.maximumTokens))
            return StampedCheckpoint(checkpoint: checkpoint, tokens: tokens)
        }
    }
}
