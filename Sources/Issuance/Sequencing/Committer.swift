import Cryptography
import Synchronization
import Temporal
import TransparencyLog

/// The only lines that write. A batch of commands becomes one durable transaction: entries, openings, rows, tiles and
/// the signed checkpoint; then the anchor; then the answers. Under load a batch is decided while the one before it is
/// written (``DecidedAhead``); the transaction is the same.
final class Committer: Sendable {
    /// Everything that the next transaction continues; replaced as a whole when one has become durable.
    struct State: Sendable {
        var log: LogState
        var tiles: TileAppender
        var directory: Directory
    }

    private let store: any Store
    private let origin: String
    /// The private keys that sign checkpoints.
    let signers: LogSigners
    private let readiness: Readiness
    /// The secrets of coupon codes.
    let couponKeys: CouponKeys
    /// Gives up the space that is kept for urgent commands.
    private let releaseHeadRoom: @Sendable () -> Void
    private let diskIsFull: @Sendable () -> Void
    /// Writes the head outside the database, durably.
    private let anchor: @Sendable (TreeHead) throws -> Void
    /// Stops the process, because only a restart can tell what is true.
    private let halt: @Sendable (String) -> Void
    private let observe: @Sendable (LogEvent, Int64) -> Void
    /// Written by the sequencer's thread that writes, read by all.
    private let state: Mutex<State>
    /// Likewise.
    private let lastWritten = Mutex(WrittenAhead())

    init(_ surroundings: Service.Surroundings, origin: String, signers: LogSigners, state: State) {
        store = surroundings.store
        anchor = surroundings.anchor
        halt = surroundings.halt
        observe = surroundings.observe
        self.origin = origin
        self.signers = signers
        readiness = surroundings.readiness
        couponKeys = CouponKeys(surroundings.keys.coupons)
        releaseHeadRoom = surroundings.releaseHeadRoom
        diskIsFull = surroundings.diskIsFull
        self.state = Mutex(state)
    }

    var directory: Directory { state.withLock { $0.directory } }

    /// How many entries are durable, and known to the anchor: of more than these, nothing signed may leave the process.
    var publishedSize: Int64 { state.withLock { $0.log.size } }

    /// The clock's time as the log takes it: not before that of its last entry, however far the clock stepped back.
    func logTime(_ now: Instant) -> Instant { state.withLock { $0.log.time(now) } }

    /// Decides and writes a batch. The result of each command is in its place; when the transaction could not be made
    /// durable, nothing remains of any of them and each has the reason.
    func commit(_ commands: [PreparedCommand], at now: Instant) -> [Result<Answer, any Error>] {
        guard commands.contains(where: \.command.isUrgent) else { return attempt(commands, at: now) }
        let wasFull = readiness.has(.noSpace)
        if wasFull { releaseHeadRoom() }
        let results = attempt(commands, at: now)
        guard !wasFull, readiness.has(.noSpace) else { return results }
        // The disk was found full under them: the urgent ones again, with what was kept for them.
        releaseHeadRoom()
        return attempt(commands, at: now)
    }

    private func attempt(_ commands: [PreparedCommand], at now: Instant) -> [Result<Answer, any Error>] {
        do {
            do {
                return try write(commands, at: now, .together)
            } catch where error.spoilsBatch {
                return try write(commands, at: now, .apart)
            }
        } catch {
            return failures(commands, error)
        }
    }

    /// Nothing remains of the commands, or nobody knows.
    private func failures(_ commands: [PreparedCommand], _ error: any Error) -> [Result<Answer, any Error>] {
        if error.leavesOutcomeOpen { halt("\(error)") }
        if error as? StoreError == .full { diskIsFull() }
        return commands.map { _ in .failure(error) }
    }

    /// Decides and writes in one transaction.
    private func write(
        _ commands: [PreparedCommand], at now: Instant, _ keeping: Keeping
    ) throws -> [Result<Answer, any Error>] {
        try transaction(keeping) { state, writer in
            var progress = Progress(log: state.log, directory: state.directory)
            let time = progress.log.time(now)
            let results = try commands.map { try run($0, &progress, at: time, keeping, writer) }
            return (results, progress)
        }
    }

    /// One transaction, from the comparison of the head to the anchor.
    ///
    /// - Parameter body: writes what follows from the state, and says what that is.
    private func transaction<Result>(
        _ keeping: Keeping, _ body: (State, any StoreWriter) throws -> (Result, Progress)
    ) throws -> Result {
        var next = state.withLock { $0 }
        let (result, progress) = try store.write { writer in
            try checkHead(next, writer)
            func runAndSeal() throws -> (Result, Progress) {
                let (result, progress) = try body(next, writer)
                try seal(progress, &next, writer)
                return (result, progress)
            }
            return switch keeping {
            case .together: try writer.together(runAndSeal)
            case .apart: try runAndSeal()
            }
        }
        if !progress.written.isEmpty { try anchor(next.tiles.head) }
        state.withLock { $0 = next }
        for written in progress.written { observe(written.event, written.seq) }
        return result
    }

    // One batch is decided while the one before it is written

    /// Decides a batch above what was decided before and is not durable yet.
    ///
    /// - Returns: nil when it has to be decided in its transaction: nothing may be decided above it until then.
    func decide(_ commands: [PreparedCommand], at now: Instant, _ ahead: DecidedAhead) -> DecidedBatch? {
        let isOrdinary = readiness.obstacles.isEmpty && !commands.contains(where: \.command.isUrgent)
        guard isOrdinary, let end = ahead.end(after: lastWritten.withLock { $0 }, state.withLock { $0 }) else {
            ahead.forget()
            return nil
        }
        var progress = Progress(log: end.log, directory: end.directory)
        let time = progress.log.time(now)
        do {
            let (results, changes) = try store.readAhead { reader in
                try ahead.decide(above: reader) { rows in
                    try commands.map { try run($0, &progress, at: time, .together, rows) }
                }
            }
            return ahead.take(progress, changes, results)
        } catch {
            // In its transaction it fails in the same way, and there something is done about it.
            ahead.forget()
            return nil
        }
    }

    /// Writes a batch that was decided ahead; one that cannot be written as it was decided is decided anew.
    func write(
        _ decided: DecidedBatch?, _ commands: [PreparedCommand], at now: Instant
    ) -> [Result<Answer, any Error>] {
        guard let decided else { return commit(commands, at: now) }
        guard decided.isAbove(lastWritten.withLock { $0 }), readiness.obstacles.isEmpty else {
            lastWritten.withLock { $0.failures += 1 }
            return commit(commands, at: now)
        }
        do {
            let results = try transaction(.together) { _, writer in
                for changes in decided.changes { try changes.write(to: writer) }
                return (decided.results, decided.progress)
            }
            lastWritten.withLock { $0.number = decided.number }
            return results
        } catch {
            lastWritten.withLock { $0.failures += 1 }
            if let error = error as? StoreError, !error.concernsEverything { return commit(commands, at: now) }
            return failures(commands, error)
        }
    }

    /// How the commands of a batch are kept from each other.
    private enum Keeping {
        /// Not at all. Commands are refused before they write anything, so the first one that fails later is a rarity,
        /// and spoils the batch.
        case together
        /// Each in a savepoint of its own, for which a store copies every page that the command changes.
        case apart
    }

    /// One command.
    ///
    /// - Throws: only what makes the whole transaction impossible.
    private func run(
        _ command: PreparedCommand, _ progress: inout Progress, at now: Instant, _ keeping: Keeping,
        _ writer: any StoreWriter
    ) throws -> Result<Answer, any Error> {
        do {
            return .success(try perform(command, &progress, at: now, keeping, writer))
        } catch let spoilt as SpoiltBatch {
            throw spoilt
        } catch let refusal as Refusal {
            if refusal.isDefinitive { try keep(refusal, of: command.command, writer) }
            return .failure(refusal)
        } catch let error as StoreError where error.concernsEverything {
            throw error
        } catch {
            return .failure(error)
        }
    }

    /// Decides, which writes nothing, and then writes what was decided.
    private func perform(
        _ prepared: PreparedCommand, _ progress: inout Progress, at now: Instant, _ keeping: Keeping,
        _ writer: any StoreWriter
    ) throws -> Answer {
        let command = prepared.command
        if let (tenant, idempotency) = command.idempotency,
            let stored = try StoredAnswer.find(idempotency, of: tenant, in: writer, progress.directory)
        {
            return try stored.get()
        }
        // Behind the stored answers: what was acknowledged is acknowledged again, whatever happened since.
        if let refusal = readiness.refusal(of: command) { throw refusal }
        let situation = Situation(
            state: writer, directory: progress.directory, now: now, nextSeq: progress.log.size, couponKeys: couponKeys)
        let decision = try decide(command, in: situation)
        switch keeping {
        case .apart:
            var attempt = progress.forOneCommand
            try writer.savepoint { try carryOut(decision, of: prepared, &attempt, at: now, writer) }
            progress.takeOver(attempt)
        case .together:
            do {
                try carryOut(decision, of: prepared, &progress, at: now, writer)
            } catch let error as StoreError where error.concernsEverything {
                throw error
            } catch {
                throw SpoiltBatch()
            }
        }
        return decision.answer(url: progress.directory.opened?.url ?? "")
    }

    /// A row that contradicts the log spoils the assessment that reads it, and nothing else: deciding has written
    /// nothing.
    private func decide(_ command: Command, in situation: Situation) throws -> Decision {
        do {
            return try situation.decide(command)
        } catch StoreError.corrupt(let what) where command.isAssessment {
            throw PoisonedRecord(description: what)
        }
    }

    private func carryOut(
        _ decision: Decision, of prepared: PreparedCommand, _ progress: inout Progress, at now: Instant,
        _ writer: any StoreWriter
    ) throws {
        var last = decision.request
        for event in decision.events {
            if last?.id != event.request?.text { last = try known(event, writer) }
            last = try append(event, of: prepared, to: last, &progress, at: now, writer)
        }
        if case .erase(let erasure) = prepared.command, !decision.events.isEmpty {
            try Destruction(writer).destroyKeys(of: erasure, upTo: progress.log.size - 1)
        }
    }

    /// The row of the request that an event is about; nil also for an acceptance, after which there will be one.
    private func known(_ event: LogEvent, _ writer: any StoreWriter) throws -> RequestRecord? {
        if case .requestAccepted = event.event { return nil }
        return try event.request.flatMap { try writer.record(RequestRecord.self, .text($0.text)) }
    }

    /// One event: its openings, its entry, and what follows from it.
    ///
    /// - Returns: the row of the request that it is about, as it is then.
    private func append(
        _ event: LogEvent, of prepared: PreparedCommand, to known: RequestRecord?, _ progress: inout Progress,
        at now: Instant, _ writer: any StoreWriter
    ) throws -> RequestRecord? {
        let seq = progress.log.size
        let content = prepared.content(of: event.event)
        if case .subjectErased = event.event, let known { try Destruction(writer).destroyOpenings(of: known) }
        if case .wallet(.erased(let erased)) = event.event { try Destruction(writer).destroyOpenings(of: erased) }
        let commitments = try open(content, Subject(of: event, known), prepared.command.subjectKey, seq, writer)
        let entry = try WrittenEntry(
            origin: origin, seq: UInt64(seq), prev: progress.log.lastLeafHash, t: now, type: content.type,
            request: try event.request.map { try .next($0, after: known) }, cm: commitments, facts: content.facts)
        try writer.insert(
            EntryRecord(
                seq: seq, request: event.request?.text, body: entry.bytes, leafHash: entry.leafHash.bytes))
        try progress.append(event, entry.leafHash, at: now)
        let place = Projection.Place(seq: seq, at: now, leafHash: entry.leafHash)
        return try Projection(writer, progress.directory).apply(event, at: place, to: known)
    }

    /// Keeps the private facts beside the log and returns the commitments to them.
    private func open(
        _ content: EntryContent, _ subject: Subject?, _ newKey: [UInt8]?, _ seq: Int64, _ writer: any StoreWriter
    ) throws -> [(field: String, Commitment)] {
        guard !content.fields.isEmpty, let subject else { return [] }
        let key = try subject.key(in: writer, orNew: newKey)
        try writer.insert(
            OpeningRecord(
                seq: seq, tenant: subject.tenant, holder: subject.holder, document: content.openings))
        return try content.fields.map { field in
            let value = content.openings[field.place]
            return (field.name, try key.commitment(to: value, field: field.name, seq: UInt64(seq)))
        }
    }

    /// Tiles, head and signed checkpoint of what the batch appended.
    private func seal(_ progress: Progress, _ next: inout State, _ writer: any StoreWriter) throws {
        guard !progress.written.isEmpty else { return }
        let sizeBefore = next.tiles.size
        try progress.directory.tally.store(from: next.directory.tally, in: writer)
        (next.log, next.directory) = (progress.log, progress.directory)
        for written in progress.written { next.tiles.append(written.leafHash) }
        try writer.store(next.tiles.takeChangedTiles(), grownFrom: sizeBefore)
        let head = next.tiles.head
        let record = HeadRecord(head, next.log)
        if sizeBefore == 0 { try writer.insert(record) } else { try writer.update(record) }
        let checkpoint = try Checkpoint(origin: origin, head: head)
        let note = try SignedNote(signing: checkpoint.text, by: signers.signers(of: next.directory.logKeys))
        try writer.insert(
            CheckpointRecord(size: Int64(head.size), note: String(decoding: note.bytes, as: UTF8.self)))
    }

    /// The compare of compare and swap, before anything is decided: whoever else moved the head has written a log that
    /// ours does not continue. Until the transaction ends nobody can.
    private func checkHead(_ state: State, _ writer: any StoreWriter) throws(StoreError) {
        guard let stored = try writer.record(HeadRecord.self, .integer(1)) else {
            guard state.log.size == 0 else { throw StoreError.corrupt("the head of the log is gone") }
            return
        }
        guard stored == HeadRecord(state.tiles.head, state.log) else {
            throw StoreError.outcomeUnknown("the log was continued by another process")
        }
    }

    private func keep(_ refusal: Refusal, of command: Command, _ writer: any StoreWriter) throws {
        guard let (tenant, idempotency) = command.idempotency else { return }
        let isKept = try writer.record(AnswerRecord.self, .text(tenant.text), .text(idempotency.key)) != nil
        guard !isKept else { return }
        try writer.insert(
            AnswerRecord(
                tenant: tenant.text, key: idempotency.key, digest: idempotency.digest, seq: nil,
                refusal: refusal.stored, request: command.target?.id.text))
    }
}

/// The anchor could not be written: what was committed must not be answered.
package struct AnchorError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension Error {
    /// Whether what was to be committed may or may not be there: nobody may be answered as if it were, or were not.
    fileprivate var leavesOutcomeOpen: Bool {
        if case .outcomeUnknown? = self as? StoreError { return true }
        return self is AnchorError
    }

    /// Whether one command of a batch failed when it had written something already; a store that answers late says so
    /// with the refusal itself.
    fileprivate var spoilsBatch: Bool {
        self is SpoiltBatch || (self as? StoreError).map { !$0.concernsEverything } ?? false
    }
}

/// A command failed when it had written something already.
private struct SpoiltBatch: Error {}

extension HeadRecord {
    init(_ head: TreeHead, _ log: LogState) {
        self.init(
            size: Int64(head.size), root: head.root.bytes, lastLeafHash: log.lastLeafHash.bytes,
            lastTime: log.lastTime)
    }
}

extension StoreError {
    /// Whether the transaction as a whole cannot go on.
    fileprivate var concernsEverything: Bool {
        switch self {
        case .full, .unavailable, .corrupt, .outcomeUnknown: true
        case .conflict, .missing, .appendOnly, .unfit: false
        }
    }
}

extension LogEntry.Request {
    /// The place of the next entry of a request.
    fileprivate static func next(_ id: RequestID, after known: RequestRecord?) throws -> LogEntry.Request {
        guard let known else { return LogEntry.Request(first: id.text) }
        guard let last = SHA256Digest(known.lastLeafHash) else {
            throw StoreError.corrupt("request \(id): its last leaf hash does not have 32 bytes")
        }
        return LogEntry.Request(rid: id.text, rn: UInt64(known.entryCount), rprev: last)
    }
}

/// A row that contradicts the log, met by an assessment: it is reported and tried again, and holds up nobody else.
struct PoisonedRecord: Error, CustomStringConvertible {
    let description: String
}
