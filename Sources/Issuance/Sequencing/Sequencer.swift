import Dispatch
import Synchronization
import Temporal

/// The one writer. It takes whatever queued while the last commit was syncing, decides each command, commits
/// once, and answers all: nothing is answered, and nothing signed leaves, before it is durable.
package final class Sequencer: Sendable {
    /// The most commands in one transaction: enough to share one sync among many, few enough to bound its memory and
    /// the time that the last one waits.
    package static let maximumBatch = 256

    /// The most commands that may wait. At a few kilobytes each this bounds memory to tens of megabytes; beyond it the
    /// sender is told to come back.
    package static let maximumQueue = 16_384

    package typealias Completion = @Sendable (Result<Answer, any Error>) -> Void

    private struct Waiting {
        let command: PreparedCommand
        let completion: Completion
    }

    private struct Queue {
        var waiting: [Waiting] = []
        var isDraining = false
    }

    private let committer: Committer
    private let now: @Sendable () -> Instant
    /// Takes batches, decides them, and writes one after which nothing waits.
    private let work = DispatchQueue(label: "punctual.sequencer")
    /// Writes batches while `work` decides the next.
    private let writing = DispatchQueue(label: "punctual.writer")
    /// One batch is written and one is decided; what comes later waits in the queue, and is one batch then.
    private let undecided = DispatchSemaphore(value: 1)
    /// Batches that were decided, and are not written.
    private let unwritten = Atomic(0)
    private let ahead = DecidedAhead()
    /// Tells the senders what became of their commands while `work` goes on with the next ones.
    private let answers = DispatchQueue(label: "punctual.answers")
    /// How many batches may be answered meanwhile; more would be kept in memory by senders that are slow to hear.
    private let unanswered = DispatchSemaphore(value: 4)
    /// Commands not yet taken. Under the lock: appended by any thread, taken by `work`.
    private let queue = Mutex(Queue())

    /// Whether batches are decided ahead also where nothing waits.
    private let isAlwaysAhead: Bool

    init(_ committer: Committer, isAlwaysAhead: Bool, now: @escaping @Sendable () -> Instant) {
        self.committer = committer
        self.isAlwaysAhead = isAlwaysAhead
        self.now = now
    }

    /// Queues a command. The completion is called once, on a thread of the sequencer, after the commit.
    package func submit(_ command: Command, _ completion: @escaping Completion) {
        let command = PreparedCommand(command)
        let (isAccepted, mustStart) = queue.withLock { queue in
            guard queue.waiting.count < Self.maximumQueue else { return (false, false) }
            queue.waiting.append(Waiting(command: command, completion: completion))
            defer { queue.isDraining = true }
            return (true, !queue.isDraining)
        }
        guard isAccepted else {
            completion(.failure(Refusal(.busy, "Too many requests are waiting. Try again in a second.")))
            return
        }
        if mustStart { work.async { self.drain() } }
    }

    /// Does commands and waits for all of them: for whoever has a thread to wait with.
    ///
    /// - Returns: the result of each, in order.
    package func performAll(_ commands: [Command]) -> [Result<Answer, any Error>] { begin(commands)() }

    /// Queues commands, to wait for them later.
    ///
    /// - Returns: what waits, and gives the result of each, in order.
    func begin(_ commands: [Command]) -> () -> [Result<Answer, any Error>] {
        let group = DispatchGroup()
        let results = Mutex<[Int: Result<Answer, any Error>]>([:])
        for (position, command) in commands.enumerated() {
            group.enter()
            submit(command) { result in
                results.withLock { $0[position] = result }
                group.leave()
            }
        }
        return {
            group.wait()
            let collected = results.withLock { $0 }
            return commands.indices.compactMap { collected[$0] }
        }
    }

    /// Waits until what was queued before has been answered. Not to be called by a completion.
    func finish() {
        work.sync {}
        writing.sync {}
        answers.sync {}
    }

    private func drain() {
        while true {
            undecided.wait()
            guard let batch = takeBatch() else {
                undecided.signal()
                return
            }
            if !isAlwaysAhead, isIdle, unwritten.load(ordering: .acquiring) == 0 {
                undecided.signal()
                finish(batch, committer.commit(batch.map(\.command), at: now()))
            } else {
                decideAhead(batch)
            }
        }
    }

    /// Decides a batch while others are written, and has it written after them.
    private func decideAhead(_ batch: [Waiting]) {
        let (commands, now) = (batch.map(\.command), now())
        let decided = committer.decide(commands, at: now, ahead)
        unwritten.add(1, ordering: .acquiringAndReleasing)
        writing.async { [self] in
            undecided.signal()
            let results = committer.write(decided, commands, at: now)
            unwritten.subtract(1, ordering: .acquiringAndReleasing)
            finish(batch, results)
        }
        if decided == nil { writing.sync {} }
    }

    /// Tells the senders what became of their commands.
    private func finish(_ batch: [Waiting], _ results: [Result<Answer, any Error>]) {
        if isIdle {
            for (waiting, result) in zip(batch, results) { waiting.completion(result) }
        } else {
            answer(batch, results)
        }
    }

    /// Whether nothing waits for `work`, so that nothing need be handed over.
    private var isIdle: Bool { queue.withLock { $0.waiting.isEmpty } }

    private func answer(_ batch: [Waiting], _ results: [Result<Answer, any Error>]) {
        unanswered.wait()
        answers.async { [self] in
            for (waiting, result) in zip(batch, results) { waiting.completion(result) }
            unanswered.signal()
        }
    }

    private func takeBatch() -> [Waiting]? {
        queue.withLock { queue in
            guard !queue.waiting.isEmpty else {
                queue.isDraining = false
                return nil
            }
            let batch = Array(queue.waiting.prefix(Self.maximumBatch))
            queue.waiting.removeFirst(batch.count)
            return batch
        }
    }
}
