import Dispatch
import Issuance
import Synchronization
package import TransparencyLog

/// Has a log's checkpoints cosigned by the witnesses of its policy, and never keeps the log waiting.
///
/// Each second the newest checkpoint goes to all witnesses at once, so that they cosign the same sizes and a quorum can
/// be met. The queue is the log itself: what is asked next follows from the newest checkpoint and from what each
/// witness has cosigned, both of which are stored; so there is nothing that could grow while a witness is away.
package final class CosigningJob: Sendable {
    /// One second: a checkpoint is cosigned within two, and a witness is not asked more often than its time can tell.
    package static let intervalMilliseconds = 1_000
    /// A witness signs in a millisecond; one that has not answered after a second is asked later.
    package static let timeoutMilliseconds = 1_000
    /// A note has 16 lines, two of which are the log's while it replaces its key.
    package static let maximumWitnesses = SignedNote.maximumSignatures - 2

    private let log: OurLog
    private let policy: LogPolicy
    private let surroundings: CosigningSurroundings
    private let tasks: [WitnessTask]
    /// Nil until started, and once stopped.
    private let timer = Mutex<(any DispatchSourceTimer)?>(nil)

    /// A job that does nothing yet.
    /// - Parameters:
    ///   - policy: those of its witnesses that have an address are asked; its quorum is for ``CosigningSurroundings``'s
    ///     `witnessed`. The keys of the log itself need not be in it.
    ///   - timeoutMilliseconds: how long to wait for each answer.
    /// - Throws: `StoreError` when the store cannot be read.
    package init(
        _ log: OurLog, policy: LogPolicy, timeoutMilliseconds: Int = CosigningJob.timeoutMilliseconds,
        _ surroundings: CosigningSurroundings
    ) throws {
        self.log = log
        self.policy = policy
        self.surroundings = surroundings
        tasks = try policy.witnesses.prefix(Self.maximumWitnesses).compactMap { witness in
            guard let url = witness.url else { return nil }
            return try WitnessTask(
                witness, url: url, log: log, policy: policy, timeoutMilliseconds: timeoutMilliseconds, surroundings)
        }
        if let newest = try log.store.read({ try $0.newestWitnessed(by: policy.trusting(log.keys())) }) {
            surroundings.witnessed(newest.head.size)
        }
    }

    /// Asks every witness once what it shows monitors, all at the same time.
    ///
    /// - Returns: evidence of a fork or a roll-back, if one shows a checkpoint that our log signed and does not have.
    package func compareWithWitnesses() -> ForkEvidence? {
        let found = Mutex<[ForkEvidence]>([])
        DispatchQueue.concurrentPerform(iterations: tasks.count) { index in
            if let conflict = tasks[index].conflict() { found.withLock { $0.append(conflict) } }
        }
        return found.withLock(\.first)
    }

    /// Begins to send the newest checkpoint each second.
    package func start() {
        timer.withLock { $0 = runningTimer() }
    }

    private func runningTimer() -> sending any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "punctual.cosigning"))
        let interval = DispatchTimeInterval.milliseconds(Self.intervalMilliseconds)
        timer.schedule(deadline: .now(), repeating: interval, leeway: .milliseconds(20))
        timer.setEventHandler { [weak self] in self?.round() }
        timer.activate()
        return timer
    }

    /// Sends the newest checkpoint to every witness that is not being asked and does not have it.
    package func round() {
        do {
            guard let newest = try log.newest() else { return }
            if policy.quorum == nil { surroundings.witnessed(newest.size) }
            for task in tasks { task.turn(newest.note, size: newest.size) }
        } catch {
            surroundings.report("the newest checkpoint could not be read for the witnesses: \(error)")
        }
    }

    /// Returns when every witness has answered, or has not in time.
    package func waitUntilIdle() {
        for task in tasks { task.waitUntilIdle() }
    }

    /// Sends nothing more, and returns when what was sent is answered and kept.
    package func stop() {
        timer.withLock { timer in
            timer?.cancel()
            timer = nil
        }
        waitUntilIdle()
    }
}
