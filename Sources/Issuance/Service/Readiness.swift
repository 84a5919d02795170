import Synchronization

/// Whether the service takes commands now, and what stands in the way. Reading goes on in every case.
package final class Readiness: Sendable {
    /// What stands in the way.
    package enum Obstacle: String, Hashable, Sendable, CaseIterable {
        /// The disk is full. Passes by itself when there is space again.
        case noSpace = "no-space"
        /// Something was found that only a fork or a damage of the log explains. Nothing is signed any more; a restart
        /// finds the evidence and is refused.
        case evidence
        /// The data was put back from a copy, and nobody has shown yet that nothing was signed after it. Nothing is
        /// signed until somebody does.
        case unprovenCopy = "unproven-copy"
        /// The service is about to stop.
        case stopping
    }

    /// Under the lock: set by the sequencer, the scrub and the witnesses' queue, read by all.
    private let raised = Mutex<Set<Obstacle>>([])

    package init() {}

    /// What stands in the way now; empty when the service is ready.
    package var obstacles: [Obstacle] { raised.withLock { raised in Obstacle.allCases.filter(raised.contains) } }

    /// Something stands in the way from now on.
    package func raise(_ obstacle: Obstacle) { _ = raised.withLock { $0.insert(obstacle) } }

    /// It does no longer.
    package func clear(_ obstacle: Obstacle) { _ = raised.withLock { $0.remove(obstacle) } }

    /// Whether this stands in the way.
    package func has(_ obstacle: Obstacle) -> Bool { raised.withLock { $0.contains(obstacle) } }

    /// Why nothing new is written for a command now; nil when it may go on.
    func refusal(of command: Command) -> Refusal? {
        if has(.evidence) { return .halted }
        if has(.unprovenCopy) { return .unprovenCopy }
        return has(.noSpace) && !command.isUrgent ? .noSpace : nil
    }
}

extension Refusal {
    package static let noSpace = Refusal(
        .noSpace,
        "The disk of the service is full. Nothing was written; try again later with the same Idempotency-Key.")

    static let unprovenCopy = Refusal(
        .halted,
        "This service was put back from a copy, and may be older than what was signed. It only reads until the "
            + "operator shows that it is not: `punctual doctor` explains it.")

    static let halted = Refusal(
        .halted,
        "Evidence was found that the log is not what it was, so nothing is signed. The operator has to look: "
            + "`punctual doctor` explains it.")
}
