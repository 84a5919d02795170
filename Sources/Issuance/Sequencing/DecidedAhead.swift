/// Where the log will stand when what was decided has become durable, and the rows that it will have then.
///
/// `@unchecked`: only the sequencer's thread that decides uses it.
final class DecidedAhead: @unchecked Sendable {
    private let rows = PendingRows()
    private var end: (log: LogState, directory: Directory)?
    /// The number of the last batch that was decided.
    private var number = 0
    /// Batches that could not be written as they were decided, when this began.
    private var failures = 0

    /// Where the next batch begins; nil when one was not written as it was decided, so that what was decided above it
    /// does not hold. Whoever gets nil writes all that waits before asking again.
    ///
    /// - Parameter state: what is durable, read after `written` was.
    func end(after written: WrittenAhead, _ state: Committer.State) -> (log: LogState, directory: Directory)? {
        guard let end else {
            rows.forget(upTo: number)
            failures = written.failures
            return (state.log, state.directory)
        }
        guard failures == written.failures else { return nil }
        rows.forget(upTo: written.number)
        return written.number == number ? (state.log, state.directory) : end
    }

    /// Forgets what was decided: all of it has been written, or will be decided anew.
    func forget() { end = nil }

    /// Decides the next batch.
    func decide<Value>(
        above reader: any StoreReader, _ body: (PendingRows) throws -> Value
    ) throws -> (result: Value, changes: [RowChanges]) {
        number += 1
        return try rows.decide(number, above: reader) { try body(rows) }
    }

    /// The batch that was just decided.
    func take(
        _ progress: Progress, above base: LogState, _ changes: [RowChanges], _ results: [Result<Answer, any Error>]
    ) -> DecidedBatch {
        end = (progress.log, progress.directory)
        return DecidedBatch(
            number: number, failures: failures, base: base, progress: progress, changes: changes, results: results)
    }
}

/// A batch that was decided while the one before it was written.
struct DecidedBatch: Sendable {
    let number: Int
    /// How many batches had failed when it was decided.
    let failures: Int
    /// The end of the log that it was decided above.
    let base: LogState
    let progress: Progress
    let changes: [RowChanges]
    let results: [Result<Answer, any Error>]

    /// Whether all that it was decided above is durable.
    func isAbove(_ written: WrittenAhead) -> Bool { failures == written.failures }
}

/// What became of the batches that were decided ahead.
struct WrittenAhead: Sendable {
    /// The last one that is durable.
    var number = 0
    /// How many could not be written as they were decided.
    var failures = 0
    /// Whether the last transaction began where another node had left the log.
    var hasFollowed = false
}
