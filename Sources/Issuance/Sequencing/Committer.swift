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
    private let following: Following
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
    /// Replaced by whoever publishes, read by all.
    private let state: Mutex<State>
    /// Held while the anchor is written and the state replaced, so that neither ever goes back.
    private let publishing = Mutex(())
    /// Likewise.
    private let lastWritten = Mutex(WrittenAhead())

    init(_ surroundings: Service.Surroundings, origin: String, signers: LogSigners, state: State) {
        store = surroundings.store
        anchor = surroundings.anchor
        halt = surroundings.halt
        observe = surroundings.observe
        self.origin = origin
        self.signers = signers
        following = Following(origin: origin, signers: signers, vault: surroundings.keys.log)
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
            } catch  where error.spoilsBatch {
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
        try transaction(keeping) { state, writer in try run(commands, above: state, at: now, keeping, writer) }
    }

    private func run(
        _ commands: [PreparedCommand], above state: State, at now: Instant, _ keeping: Keeping,
        _ writer: any StoreWriter
    ) throws -> ([Result<Answer, any Error>], Progress) {
        var progress = Progress(log: state.log, directory: state.directory)
        let time = progress.log.time(now)
        let results = try commands.map { try run($0, &progress, at: time, keeping, writer) }
        return (results, progress)
    }

    /// One transaction, from the comparison of the head to the anchor. A node that has far to go follows before.
    private func transaction<Result>(
        _ keeping: Keeping, _ body: (State, any StoreWriter) throws -> (Result, Progress)
    ) throws -> Result {
        for _ in 0..<Self.mostApproaches {
            do { return try attemptTransaction(keeping, body) } catch is FarBehind { try followNow() }
        }
        throw StoreError.unavailable("other processes continue the log faster than this one can follow")
    }

    /// Each brings us to where the head was when it began.
    private static let mostApproaches = 8

    /// - Parameter body: writes what follows from the state, and says what that is.
    private func attemptTransaction<Result>(
        _ keeping: Keeping, _ body: (State, any StoreWriter) throws -> (Result, Progress)
    ) throws -> Result {
        let (result, progress, next, hasFollowed) = try store.write { writer in
            // Not before: while others had their turn, the state may have followed.
            var next = state.withLock { $0 }
            let hasFollowed = try meetHead(&next, writer)
            func runAndSeal() throws -> (Result, Progress) {
                let (result, progress) = try body(next, writer)
                try seal(progress, &next, writer)
                return (result, progress)
            }
            let (result, progress) =
                switch keeping {
                case .together: try writer.together(runAndSeal)
                case .apart: try runAndSeal()
                }
            return (result, progress, next, hasFollowed)
        }
        lastWritten.withLock { $0.hasFollowed = hasFollowed }
        try publish(next)
        for written in progress.written { observe(written.event, written.seq) }
        return result
    }

    /// Makes a state that is durable the one that everything continues: the anchor first.
    private func publish(_ next: State) throws {
        try publishing.withLock { _ in
            guard next.log.size > state.withLock({ $0.log.size }) else { return }
            try anchor(next.tiles.head)
            state.withLock { $0 = next }
        }
    }

    // Other nodes write too

    /// Goes to where the stored log is, without writing.
    ///
    /// - Throws: an error of the store, or of the anchor. Where it means that nothing may be signed any more, the
    ///   process was told to stop.
    func follow() throws {
        do { try followNow() } catch {
            if error.leavesOutcomeOpen { halt("\(error)") }
            throw error
        }
    }

    private func followNow() throws {
        // Read before the snapshot is made, which therefore is not older.
        var next = state.withLock { $0 }
        let hasFollowed = try store.read { reader in
            try following.follow(&next, to: reader.record(HeadRecord.self, .integer(1)), in: reader)
        }
        if hasFollowed { try publish(next) }
    }

    /// Compares the stored head with ours before anything is decided, and follows a later one. Until the transaction
    /// ends nobody can move it.
    private func meetHead(_ state: inout State, _ writer: any StoreWriter) throws -> Bool {
        let stored = try writer.record(HeadRecord.self, .integer(1))
        guard store.isShared else {
            guard try isOurs(stored, state) else {
                throw StoreError.outcomeUnknown("the log was continued by another process")
            }
            return false
        }
        if let stored, state.log.size > 0, stored.size - state.log.size > Following.mostInTransaction {
            throw FarBehind()
        }
        return try following.follow(&state, to: stored, in: writer)
    }

    private func isOurs(_ stored: HeadRecord?, _ state: State) throws(StoreError) -> Bool {
        guard let stored else {
            guard state.log.size == 0 else { throw .corrupt("the head of the log is gone") }
            return true
        }
        return stored == HeadRecord(state.tiles.head, state.log)
    }

    // One batch is decided while the one before it is written

    /// Decides a batch above what was decided before and is not durable yet.
    ///
    /// - Returns: nil when it has to be decided in its transaction: nothing may be decided above it until then.
    func decide(_ commands: [PreparedCommand], at now: Instant, _ ahead: DecidedAhead) -> DecidedBatch? {
        let isOrdinary = readiness.obstacles.isEmpty && !commands.contains(where: \.command.isUrgent)
        // Where others write, the head will be another one by the time that this is written.
        let written = lastWritten.withLock { $0 }
        guard isOrdinary, !written.hasFollowed, let end = ahead.end(after: written, state.withLock { $0 }) else {
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
            return ahead.take(progress, above: end.log, changes, results)
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
            var isAsDecided = true
            let results = try transaction(.together) { state, writer in
                isAsDecided = state.log == decided.base
                guard isAsDecided else { return try run(commands, above: state, at: now, .together, writer) }
                for changes in decided.changes { try changes.write(to: writer) }
                return (decided.results, decided.progress)
            }
            lastWritten.withLock { if isAsDecided { $0.number = decided.number } else { $0.failures += 1 } }
            return results
        } catch {
            lastWritten.withLock { $0.failures += 1 }
            if error.spoilsBatch { return commit(commands, at: now) }
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
            if refusal.isDefinitive { try writer.keep(refusal, of: command.command) }
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
        let commitments = try writer.open(content, Subject(of: event, known), prepared.command.subjectKey, seq)
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
        if store.isShared { try writer.mark(progress) }
        let checkpoint = try Checkpoint(origin: origin, head: head)
        let note = try SignedNote(signing: checkpoint.text, by: signers.signers(of: next.directory.logKeys))
        try writer.insert(
            CheckpointRecord(size: Int64(head.size), note: String(decoding: note.bytes, as: UTF8.self)))
    }
}
