import Temporal

/// The promise in sentences that a person can hold us to.
extension ServiceLevel {
    /// Short English sentences, each of them kept by the rules of this room.
    package var plainWords: [String] {
        [
            "This holds for requests \(appliesTo.inWords).",
            "We issue the credential within \(objective.target.inWords) of accepting the request. "
                + "At that moment is in time; a thousandth of a second later is late.",
        ] + others.map(\.inWords) + calendarWords + pauses.map(\.inWords) + [
            "No other wait stops the clock, and nothing stops it once we are late.",
            onCancel.inWords,
        ] + (ladder?.plainWords ?? [])
    }

    private var calendarWords: [String] {
        guard let calendarRef else { return [] }
        return [
            "Days and working time are counted by the calendar \(calendarRef), as it is published when we accept the "
                + "request; what becomes a holiday later changes nothing for it."
        ]
    }
}

extension PauseRule {
    fileprivate var inWords: String {
        let most = maxTotal.map { ", for at most \($0.inWords) in all" } ?? ", for as long as it takes"
        let back = backdateLimit > .zero ? " It may begin up to \(backdateLimit.inWords) before it is entered." : ""
        return "The clock stands still \(reason.inWords)\(most), when there is \(evidence.inWords).\(back)"
    }
}

extension PauseReason {
    fileprivate var inWords: String {
        switch self {
        case .awaitingRequester: "while we wait for the requester"
        case .awaitingHolderWallet: "while we wait for the wallet of the holder"
        case .awaitingExternalVerifier: "while we wait for a verifier outside our house"
        case .legalHold: "while the law forbids us to go on"
        case .scheduledMaintenance: "during announced maintenance"
        case .requesterReschedule: "while the requester asked for a later time"
        }
    }
}

extension PauseEvidence {
    fileprivate var inWords: String {
        switch self {
        case .noticeDelivered: "a notice that was delivered"
        case .thirdPartyTicket: "a ticket of the third party"
        case .courtOrder: "an order of a court"
        case .publishedWindow: "a window that was published before"
        }
    }
}

extension ServiceLevel.OnCancel {
    fileprivate var inWords: String {
        switch self {
        case .keepBreach:
            "Cancelling or denying a request stops its clock; what a delay before that is owed stays owed."
        case .void:
            "Cancelling a request stops its clock; what was not given by then is not given any more. "
                + "Denying one stops it too, and keeps what is owed."
        }
    }
}
