package import Temporal

/// Why a clock does not do what it was told.
package enum PromiseClockRefusal: Error, Hashable, Sendable {
    /// A pause is running; it must end before another begins.
    case alreadyPaused
    /// No pause is running, or it reached its latest end.
    case notPaused
    /// The deadline has passed: a pause cannot undo a delay.
    case afterDue
    /// The policy has no pause for this reason.
    case unknownReason
    /// The policy wants evidence of another kind.
    case wrongEvidence(expected: PauseEvidence)
    /// The maximum for this reason is used up.
    case nothingLeft
    /// The request has had ``PromiseClock/maximumPauses``.
    case tooManyPauses
    /// The credential was issued, or the request cancelled or denied.
    case alreadyStopped
    /// The pause is said to have begun longer ago than the policy allows.
    case backdated(limit: Milliseconds)
    /// The pause is said to have begun before the request was accepted, or before its last pause ended.
    case overlapping
    /// The pause is said to begin later.
    case inTheFuture
    /// The end of the pause lies beyond what a calendar tells.
    case tooFar
    /// The instant lies before an earlier event of the same clock.
    case backwards
    /// What was stored is not what the policy gives.
    case contradiction
}

extension PromiseClockRefusal: CustomStringConvertible {
    /// What was wrong, and what to do.
    package var description: String {
        switch self {
        case .alreadyPaused: "the request is paused already; resume it first"
        case .notPaused: "the request is not paused, or its pause has run out by itself"
        case .afterDue: "the deadline has passed, so the clock can no longer be paused"
        case .unknownReason: "the published service level has no pause for this reason"
        case .wrongEvidence(let expected): "for this reason the service level wants evidence: \(expected.rawValue)"
        case .nothingLeft: "the most that the service level allows for this reason is used up"
        case .tooManyPauses: "the request has been paused \(PromiseClock.maximumPauses) times, which is the most"
        case .alreadyStopped: "the clock of the request has stopped; it was issued, cancelled or denied"
        case .backdated(let limit) where limit == .zero:
            "for this reason the service level lets no pause begin before it is entered; leave out from"
        case .backdated(let limit):
            "for this reason the service level lets a pause begin at most \(limit.inWords) before it is entered"
        case .overlapping: "the pause would begin before the request was accepted, or before its last pause ended"
        case .inTheFuture: "a pause cannot begin in the future"
        case .tooFar: "the end of the pause would lie more than a hundred years away"
        case .backwards: "the instant lies before an earlier event of the request"
        case .contradiction: "the stored pauses are not what the policy of the request gives"
        }
    }
}
