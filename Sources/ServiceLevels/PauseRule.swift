import CanonicalJSON
package import Temporal

/// A published reason for which the clock of a promise may stand still.
package struct PauseRule: Hashable, Sendable {
    /// What we wait for.
    package let reason: PauseReason
    /// What must be on record for the pause to count.
    package let evidence: PauseEvidence
    /// The most that all pauses of one request for this reason may last together; nil when there is no such bound.
    package let maxTotal: TimeSpan?
    /// How far before the entry that says so a pause may begin.
    package let backdateLimit: Milliseconds

    /// - Parameter hasCalendar: whether the service level names a calendar to count working time by.
    init(_ json: JSON, at pointer: JSONPointer, hasCalendar: Bool) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        reason = try reader.choice("reason")
        evidence = try reader.choice("evidence")
        maxTotal = try reader.optionalTimeSpan("maxTotal", hasCalendar: hasCalendar)
        backdateLimit = try reader.optionalLength("backdateLimit") ?? .zero
        try reader.optionalConstant("afterBreach", false)
        try reader.finish()
    }
}

/// What a paused request waits for.
package enum PauseReason: String, Hashable, Sendable, CaseIterable {
    case awaitingRequester = "awaiting-requester"
    case awaitingHolderWallet = "awaiting-holder-wallet"
    case awaitingExternalVerifier = "awaiting-external-verifier"
    case legalHold = "legal-hold"
    case scheduledMaintenance = "scheduled-maintenance"
    case requesterReschedule = "requester-reschedule"
}

/// The kind of evidence for a pause.
package enum PauseEvidence: String, Hashable, Sendable, CaseIterable {
    case noticeDelivered = "notice-delivered"
    case thirdPartyTicket = "third-party-ticket"
    case courtOrder = "court-order"
    case publishedWindow = "published-window"
}
