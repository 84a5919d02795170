import Dispatch
import Issuance
import Synchronization
import Temporal

/// Hashes the stored log again while the service runs: one pass after each start, then one a day, a slice at a time and
/// with pauses, on snapshots that hold nobody up. What is not as it was signed is an alarm: it is reported, written
/// down as evidence, and from then on nothing is signed.
final class Scrubber: Sendable {
    /// A slice of 256 entries is hashed in about a millisecond: a twentieth of one core, ten million entries in a
    /// quarter of an hour.
    private static let sliceMilliseconds = 20
    private static let pauseSeconds = 24 * 60 * 60

    private let store: any Store
    private let readiness: Readiness
    private let directory: DataDirectory
    private let now: @Sendable () -> Instant
    private let report: @Sendable (String) -> Void
    private let queue = DispatchQueue(label: "punctual.scrub", qos: .background)
    private let timer: Mutex<any DispatchSourceTimer>
    /// The pass under way; nil between passes. On the queue only.
    private let pass = Mutex<LogScrub?>(nil)

    init(
        _ store: any Store, _ readiness: Readiness, _ directory: DataDirectory,
        now: @escaping @Sendable () -> Instant, report: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.readiness = readiness
        self.directory = directory
        self.now = now
        self.report = report
        timer = Mutex(DispatchSource.makeTimerSource(queue: queue))
        timer.withLock { timer in
            timer.setEventHandler { [weak self] in self?.step() }
            Self.schedule(timer, after: .milliseconds(Self.sliceMilliseconds))
            timer.activate()
        }
    }

    /// Ends the pass, and waits for the slice under way.
    func stop() {
        timer.withLock { $0.cancel() }
        queue.sync {}
    }

    private static func schedule(_ timer: any DispatchSourceTimer, after delay: DispatchTimeInterval) {
        timer.schedule(deadline: .now() + delay, repeating: .milliseconds(sliceMilliseconds), leeway: .milliseconds(5))
    }

    private func step() {
        do {
            let isUnfinished = try pass.withLock { pass in
                try store.read { reader in
                    var scrub = try pass ?? LogScrub(reader)
                    // Kept also when it finds something, for the checkpoint that the entries are held against.
                    defer { pass = scrub }
                    return try scrub.step(reader)
                }
            }
            if !isUnfinished { rest() }
        } catch let failure as AuditFailure {
            alarm(failure)
        } catch let refusal as StartupRefusal {
            alarm(AuditFailure(seq: 0, refusal.description))
        } catch StoreError.corrupt(let what) {
            alarm(AuditFailure(seq: Int64(pass.withLock { $0?.size ?? 0 }), what))
        } catch {
            report("the log could not be hashed again and will be later: \(error)")
            rest()
        }
    }

    private func rest() {
        pass.withLock { $0 = nil }
        timer.withLock { Self.schedule($0, after: .seconds(Self.pauseSeconds)) }
    }

    private func alarm(_ failure: AuditFailure) {
        readiness.raise(.evidence)
        timer.withLock { $0.cancel() }
        report(
            "ALARM: the stored log is not what was signed. \(failure). Nothing is signed any more; see punctual "
                + "doctor.")
        let checkpoint = pass.withLock { $0?.checkpoint ?? "" }
        let evidence = DamageEvidence.document(failure, checkpoint: checkpoint, at: now().milliseconds)
        do {
            try directory.keepEvidence(evidence)
        } catch {
            report("the evidence could not be written: \(error)")
        }
    }
}
