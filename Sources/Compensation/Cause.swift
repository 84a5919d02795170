package import Temporal

/// Why requests were late, as far as is known: a closed list, so that what a cause pays can be published before it
/// happens. Which of them pays less is for each policy to say; one that it does not name is paid in full.
package enum Cause: String, Hashable, Sendable, CaseIterable {
    /// A part of the service did not work.
    case platformOutage = "platform-outage"
    /// More was asked for than the service could do.
    case capacity
    /// A change of the service itself.
    case deploy
    /// Somebody outside who had to verify something.
    case thirdPartyVerifier = "third-party-verifier"
    /// A ledger in which something had to be anchored.
    case ledgerAnchor = "ledger-anchor"
    /// A person who had to look at it.
    case manualReview = "manual-review"
    /// Something that the requester had to do.
    case requesterFault = "requester-fault"
    /// A suspicion of fraud.
    case fraudHold = "fraud-hold"
    /// What nobody could prevent.
    case forceMajeure = "force-majeure"
    /// Not known (yet).
    case unknown
}

/// How bad an incident is, from the mildest on.
package enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
    case minor, major, critical

    /// 0 for the mildest.
    package var rank: Int64 {
        switch self {
        case .minor: 0
        case .major: 1
        case .critical: 2
        }
    }

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// What is known of the incident that a late request belongs to. It decides how much is owed and never what a payment
/// is: incidents merge and split, requests do not.
package struct IncidentFacts: Hashable, Sendable {
    /// Why.
    package let cause: Cause
    /// How bad.
    package let severity: Severity
    /// How many requests it made late.
    package let affectedCount: Int64
    /// How many of a million requests of that time it made late: 120,000 are 12 %.
    package let affectedShare: Int64
    /// Since when that is known of this request: the `t` of the last entry that changed it. Nil when nothing ever did.
    package let since: Instant?

    /// What is known of an incident.
    package init(
        cause: Cause = .unknown, severity: Severity = .minor, affectedCount: Int64 = 0, affectedShare: Int64 = 0,
        since: Instant? = nil
    ) {
        self.cause = cause
        self.severity = severity
        self.affectedCount = affectedCount
        self.affectedShare = affectedShare
        self.since = since
    }

    /// Of a request that belongs to no incident: nothing is known, which pays in full.
    package static let none = IncidentFacts()
}
