package import CanonicalJSON

/// What a text of a notice can say: a name in braces. A closed list; each comes from an entry of the log, and from
/// nothing else (rule 83).
package enum NoticeFact: String, Hashable, Sendable, CaseIterable {
    // Known of a request.
    case request, service, promised, broken, cause, beyondControl, nextNews, issued, cancelled
    // Known of the entry that is told of.
    case what, missed, paysByItself, suspended, given, spendBy, apology, handedOver, owed, waitsFor, notGiven, declined
    case payLate, takenBack, whyTaken, lookedAt, outcome, answerBy, signedAgain, notPassed

    /// What is known of a request, whatever is told.
    package static let ofRequest: Set<NoticeFact> = [
        .request, .service, .promised, .broken, .cause, .beyondControl, .nextNews, .issued, .cancelled,
    ]

    /// Facts that can only be asked whether they hold: nothing of them can be written.
    package static let flags: Set<NoticeFact> = [
        .beyondControl, .issued, .cancelled, .paysByItself, .suspended, .apology, .handedOver,
        .signedAgain, .notPassed,
    ]

    /// Whether something can be known of it in a notice of a step.
    package func mayBeKnown(in step: NoticeStep) -> Bool {
        if Self.ofRequest.contains(self) { return true }
        return switch self {
        case .what, .missed, .paysByItself, .suspended: step == .breach
        case .takenBack, .whyTaken: step == .compensationReversed || step == .compensated
        case .lookedAt: step == .update
        case .outcome: step == .claimDecision
        case .signedAgain, .notPassed: step == .checked
        case .answerBy: step == .feedback
        default: step == .compensated
        }
    }
}

/// The value of a fact, before it is written in a language.
package enum NoticeValue: Hashable, Sendable {
    /// Milliseconds since 1970, shown to the minute in which it is.
    case instant(Int64)
    /// The same, shown to the minute in which it has come.
    case noLaterThan(Int64)
    case count(Int64)
    case text(String)
    /// A word of a table of the plan.
    case word(NoticeWords.Table, String)
    /// So much of a unit, by the type of benefit.
    case amount(type: String, unit: String, minor: Int64)
    /// It holds.
    case holds
}

extension NoticeFact {
    /// What an entry says.
    ///
    /// - Parameters:
    ///   - type: the type of the entry.
    ///   - facts: its facts; what is not there is not known.
    ///   - t: the instant of the entry in milliseconds.
    package static func said(by type: String, _ facts: JSONObject, at t: Int64) -> [NoticeFact: NoticeValue] {
        var said: [NoticeFact: NoticeValue] = [:]
        func instant(_ fact: NoticeFact, _ name: String) {
            said[fact] = facts[name]?.integerValue.map(NoticeValue.instant)
        }
        func word(_ fact: NoticeFact, _ table: NoticeWords.Table, _ name: String) {
            said[fact] = facts[name]?.stringValue.map { .word(table, $0) }
        }
        switch type {
        case "sla.breach":
            word(.what, .objective, "objective")
            instant(.missed, "dueAt")
            said[facts["suspension"] == nil ? .paysByItself : .suspended] = .holds
        case "compensation.post" where facts["benefitType"] == "apology": said[.apology] = .holds
        case "compensation.post":
            said[.given] = amount(facts)
            instant(.spendBy, "until")
        case "compensation.paid":
            said[.handedOver] = .holds
            instant(.spendBy, "until")
        case "compensation.owed":
            said[.owed] = amount(facts)
            word(.waitsFor, .why, "why")
        case "compensation.capped": said[.notGiven] = amount(facts)
        case "compensation.declined": word(.declined, .rule, "rule")
        case "compensation.late": instant(.payLate, "dueAt")
        case "compensation.reversed":
            said[.takenBack] = facts["minor"]?.integerValue.map(NoticeValue.count)
            word(.whyTaken, .reason, "reason")
        case "request.updated": said[.lookedAt] = .instant(t)
        case "claim.decided": word(.outcome, .outcome, "outcome")
        case "credential.upgraded": said[.signedAgain] = .holds
        case "assurance.checked": said[.notPassed] = .holds
        case "survey.asked": instant(.answerBy, "until")
        default: break
        }
        return said
    }

    private static func amount(_ facts: JSONObject) -> NoticeValue? {
        guard let type = facts["benefitType"]?.stringValue, let unit = facts["unit"]?.stringValue,
            let minor = facts["minor"]?.integerValue
        else { return nil }
        return .amount(type: type, unit: unit, minor: minor)
    }
}
