import Dispatch
import Issuance
import Synchronization
package import Temporal
import TransparencyLog

/// What a job needs of the world.
package struct CosigningSurroundings: Sendable {
    package var now: @Sendable () -> Instant
    /// Yields as many random bytes as it is asked for.
    package var randomBytes: @Sendable (Int) -> [UInt8]
    /// Keeps evidence of a fork, durably, where the next start finds it.
    package var saveEvidence: @Sendable (ForkEvidence) throws -> Void
    /// Stops the process, so that nothing more is signed.
    package var halt: @Sendable (String) -> Void
    /// Hears what the operator should know.
    package var report: @Sendable (String) -> Void
    /// Hears the size of each checkpoint that has come to satisfy the policy.
    package var witnessed: @Sendable (UInt64) -> Void

    package init(
        now: @escaping @Sendable () -> Instant, randomBytes: @escaping @Sendable (Int) -> [UInt8],
        saveEvidence: @escaping @Sendable (ForkEvidence) throws -> Void, halt: @escaping @Sendable (String) -> Void,
        report: @escaping @Sendable (String) -> Void, witnessed: @escaping @Sendable (UInt64) -> Void
    ) {
        self.now = now
        self.randomBytes = randomBytes
        self.saveEvidence = saveEvidence
        self.halt = halt
        self.report = report
        self.witnessed = witnessed
    }
}

/// One witness, asked on a queue of its own, one question at a time.
final class WitnessTask: Sendable {
    /// How often a checkpoint is sent in one turn: once, and once more when the witness has said where it stands. A
    /// third time is for one that another process asked in between.
    private static let maximumSends = 3

    let witness: LogPolicy.Witness
    private let log: OurLog
    private let policy: LogPolicy
    private let surroundings: CosigningSurroundings
    private let queue: DispatchQueue
    /// Used on `queue`, and by whoever compares at the start, before anything runs on it.
    private let connection: Mutex<WitnessConnection>
    private let state: Mutex<State>

    private struct State {
        var progress: WitnessProgress
        /// Whether a turn is waiting or running; only one ever is, so a slow witness has no queue.
        var isBusy = false
        /// What was reported last, so that it is said once and not every second.
        var trouble: String?
        /// Whether the witness proved or claimed a fork; nothing is asked after that.
        var isAlarmed = false
    }

    init(
        _ witness: LogPolicy.Witness, url: String, log: OurLog, policy: LogPolicy, timeoutMilliseconds: Int,
        _ surroundings: CosigningSurroundings
    ) throws {
        self.witness = witness
        self.log = log
        self.policy = policy
        self.surroundings = surroundings
        queue = DispatchQueue(label: "punctual.witness.\(witness.name)")
        connection = Mutex(WitnessConnection(url: url, milliseconds: timeoutMilliseconds))
        state = Mutex(State(progress: WitnessProgress(keptSize: try log.keptSize(of: witness.key))))
    }

    /// Has the witness asked about a checkpoint soon, unless it is still being asked about an earlier one.
    func turn(_ note: SignedNote, size: UInt64) {
        let isFree = state.withLock { state in
            defer { state.isBusy = true }
            return !state.isBusy && !state.isAlarmed
        }
        guard isFree else { return }
        queue.async {
            do {
                try self.ask(note, size: size)
            } catch {
                self.report("it could not be asked, or its answer not be kept: \(error)")
                if case .outcomeUnknown? = error as? StoreError { self.surroundings.halt("\(error)") }
            }
            self.state.withLock { $0.isBusy = false }
        }
    }

    /// Returns when nothing is being asked.
    func waitUntilIdle() { queue.sync {} }

    /// What the witness shows monitors, if that contradicts our log.
    func conflict() -> ForkEvidence? {
        do {
            guard case .conflicts(let theirs, let why) = try connection.withLock({ try $0.monitorView(of: log) }) else {
                return nil
            }
            return try evidence(why, theirs: theirs)
        } catch {
            report("what it shows monitors could not be compared: \(error)")
            return nil
        }
    }

    private func ask(_ note: SignedNote, size: UInt64) throws {
        for _ in 0..<Self.maximumSends {
            let before = state.withLock(\.progress)
            guard let oldSize = before.oldSize(toCosign: size, at: surroundings.now()) else { return }
            let proof = try log.store.read { try $0.consistencyProof(from: oldSize, to: size) }
            let request = AddCheckpointRequest(oldSize: oldSize, proof: proof, note: note)
            let reply = connection.withLock { $0.addCheckpoint(request, witness: witness.key) }
            switch try learn(reply, to: request, size: size) {
            case .keep(let line): return try keep(line, size: size, before)
            case .sendAgain: continue
            case .wait(let why): return why.map(report) ?? ()
            case .suspect(let why):
                report(why)
                if let conflict = conflict() { alarm(conflict) }
                return
            case .alarm(let why): return alarm(try conflict() ?? evidence(why, theirs: nil))
            }
        }
    }

    private func learn(
        _ reply: WitnessReply, to request: AddCheckpointRequest, size: UInt64
    ) throws -> WitnessProgress.Step {
        let ourSize = try log.newest()?.size ?? 0
        var random = ByteRandom(bytes: surroundings.randomBytes)
        return state.withLock { state in
            state.progress.take(
                reply, toOld: request.oldSize, new: size, ourSize: ourSize, at: surroundings.now(), using: &random)
        }
    }

    private func keep(_ line: NoteSignature, size: UInt64, _ before: WitnessProgress) throws {
        do {
            try log.keep(line, of: witness.key, size: size)
        } catch {
            // The witness will say where it stands, and give the line again.
            state.withLock { $0.progress = before }
            throw error
        }
        state.withLock { $0.trouble = nil }
        let note = try log.store.read { try $0.cosignedNote(size: size) }
        if let note, (try? policy.trusting(log.keys()).verify(note)) != nil { surroundings.witnessed(size) }
    }

    private func evidence(_ why: String, theirs: SignedNote?) throws -> ForkEvidence {
        guard let ours = try log.newest() else { throw StoreError.corrupt("the log has no checkpoint") }
        return ForkEvidence(
            origin: log.origin, witness: witness, why: why, seenAt: surroundings.now(), ours: ours.note,
            theirs: theirs, proof: try theirs.flatMap { try forkProof($0, ours.note) })
    }

    private func forkProof(_ theirs: SignedNote, _ ours: SignedNote) throws -> ForkProof? {
        let keys = log.keys()
        let other = try VerifiedCheckpoint(theirs, origin: log.origin, logKeys: keys)
        let newest = try VerifiedCheckpoint(ours, origin: log.origin, logKeys: keys)
        return try log.store.read { try $0.forkProof(of: other, against: newest) }
    }

    /// The evidence first, then the stop.
    private func alarm(_ evidence: ForkEvidence) {
        state.withLock { $0.isAlarmed = true }
        do {
            try surroundings.saveEvidence(evidence)
        } catch {
            report("the evidence of a fork could not be written: \(error)")
        }
        surroundings.halt("witness \(witness.name) knows another history of this log: \(evidence.why)")
    }

    private func report(_ trouble: String) {
        let isNew = state.withLock { state in
            defer { state.trouble = trouble }
            return state.trouble != trouble
        }
        if isNew { surroundings.report("witness \(witness.name): \(trouble)") }
    }
}

/// Random bytes as a generator.
private struct ByteRandom: RandomNumberGenerator {
    let bytes: (Int) -> [UInt8]

    mutating func next() -> UInt64 { bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
