/// Where a late request was stuck: a closed list, of what the service knows by itself and of what people report.
package enum Stage: String, Hashable, Sendable, CaseIterable {
    /// Somebody at the institution has to approve it.
    case review
    /// It is to be signed and issued.
    case signing
    /// A ledger in which something has to be anchored; only ever reported.
    case ledger
    /// The service, or what it runs on; only ever reported.
    case platform
    // A pause that ran out before what it was for had happened: the reasons for a pause, by their names.
    case awaitingRequester = "awaiting-requester"
    case awaitingHolderWallet = "awaiting-holder-wallet"
    case awaitingExternalVerifier = "awaiting-external-verifier"
    case legalHold = "legal-hold"
    case scheduledMaintenance = "scheduled-maintenance"
    case requesterReschedule = "requester-reschedule"
}
