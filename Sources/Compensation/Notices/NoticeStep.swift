package import CanonicalJSON

/// What a person can be told of: a step of a plan of notices. Rule 81 of the page "Notices".
package enum NoticeStep: String, Hashable, Sendable, CaseIterable {
    /// The request was accepted.
    case acknowledged
    /// The promise may be broken.
    case atRisk = "at-risk"
    /// A promise was broken.
    case breach
    /// Somebody said how it stands.
    case update
    /// The wait is over.
    case resolved
    /// What was given, is owed, or is not given.
    case compensated
    /// Something that was given was taken back.
    case compensationReversed = "compensation-reversed"
    /// A further check was made, and the credential signed again or not.
    case checked
    /// A claim or an appeal was decided.
    case claimDecision = "claim-decision"
    /// How did we handle it?
    case feedback
    /// There is nothing new, and it is not forgotten.
    case nothingNew = "nothing-new"

    /// What every plan tells, so that nothing is broken or posted of which a person hears nothing.
    package static let always: [NoticeStep] = [.breach, .compensated]

    /// What is not worth telling any more when the wait is over.
    package static let stale: Set<NoticeStep> = [.acknowledged, .atRisk, .update]

    /// The step that an entry belongs to; nil for one that nobody is told of.
    ///
    /// - Parameters:
    ///   - type: the type of the entry.
    ///   - facts: its facts.
    package init?(of type: String, _ facts: JSONObject) {
        switch type {
        case "request.accepted": self = .acknowledged
        case "request.at-risk": self = .atRisk
        case "request.escalated":
            guard facts["to"]?.arrayValue?.contains("requester") ?? false else { return nil }
            self = .atRisk
        case "sla.breach": self = .breach
        case "request.updated": self = .update
        case "credential.issued", "request.cancelled", "request.denied": self = .resolved
        case "compensation.post", "compensation.paid", "compensation.owed", "compensation.capped",
            "compensation.declined", "compensation.late":
            self = .compensated
        case "compensation.reversed": self = .compensationReversed
        case "credential.upgraded": self = .checked
        // One that was passed is told of with the credential that follows from it.
        case "assurance.checked" where facts["result"] == "failed": self = .checked
        case "claim.decided": self = .claimDecision
        case "survey.asked": self = .feedback
        default: return nil
        }
    }

    /// For people: what is told.
    package var inWords: String {
        switch self {
        case .acknowledged: "that your request was accepted"
        case .atRisk: "that your credential may be late"
        case .breach: "that a promise was broken"
        case .update: "that somebody looked at your request"
        case .resolved: "that the wait is over"
        case .compensated: "what you were given, are owed, or are not given"
        case .compensationReversed: "what was taken back"
        case .checked: "how a further check ended"
        case .claimDecision: "how your claim was decided"
        case .feedback: "that we ask how we handled it"
        case .nothingNew: "that there is nothing new"
        }
    }
}

/// A part that a notice can be asked to have.
package enum NoticePart: String, Hashable, Sendable, CaseIterable {
    /// What happened.
    case acknowledgement
    /// Why, once that is known.
    case cause
    /// When something comes next.
    case eta
    /// That we are sorry.
    case apology
    /// What is given for it.
    case compensation
    /// Where to turn.
    case contact

    /// The steps in whose notices it makes sense; a plan that asks for it must have it in these.
    package var steps: Set<NoticeStep> {
        switch self {
        // What was given or taken back says by itself what happened.
        case .acknowledgement: Set(NoticeStep.allCases).subtracting([.compensated, .compensationReversed])
        case .contact: Set(NoticeStep.allCases)
        case .cause: [.atRisk, .breach, .resolved, .nothingNew]
        case .eta: [.acknowledged, .atRisk, .breach, .update, .nothingNew]
        case .apology: [.breach, .compensated, .resolved, .nothingNew]
        case .compensation: [.breach, .compensated, .compensationReversed]
        }
    }
}
