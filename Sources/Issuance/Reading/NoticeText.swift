import Compensation
import ServiceLevels
import Temporal

/// The words of a notice. Every fact in it comes from the entry that it tells of.
enum NoticeText {
    static func text(_ event: Event) -> String {
        switch event {
        case .promiseBroken(let breach) where breach.suspension != nil && !breach.isBesideIssue:
            """
            Your credential was promised by \(breach.dueAt.rfc3339) and was not ready. We are sorry. Nothing is given \
            for this: what the published policy gives was suspended at that time. Who decided that, and why, is \
            published under /policies/\(breach.suspension?.text ?? "").
            """
        case .promiseBroken(let breach) where breach.isBesideIssue: besideText(breach)
        case .promiseBroken(let breach):
            """
            Your credential was promised by \(breach.dueAt.rfc3339) and was not ready. We are sorry. You need not do \
            anything: what the published policy gives for this is given by itself.
            """
        case .compensationPosted(let posted): postedText(posted)
        case .settling(let event): settlingText(event)
        case .assurance(let event): assuranceText(event)
        case .foresight(.escalated):
            "Your credential is not ready yet and may be late, or is. Somebody of our staff was told to look into it."
        default: ""
        }
    }
}

extension NoticeText {
    /// The words about a promise beside the credential that was broken.
    private static func besideText(_ breach: PromiseBroken) -> String {
        let what =
            switch Objective.Metric(rawValue: breach.objective) {
            case .acknowledge: "that your request is acknowledged"
            case .firstUpdate, .updateCadence: "that you hear of your request"
            case .claimDecision: "that your claim \(breach.ordinal) is decided"
            case .appealDecision: "that your appeal about claim \(breach.ordinal) is decided"
            case .issue, .compensate, .claim, .offer, nil: "that you are answered"
            }
        return """
            We promised \(what) by \(breach.dueAt.rfc3339), and did not keep it. We are sorry. You need not do \
            anything: what the published policy gives for this, if anything, is given by itself.
            """
    }

    /// The words about what was given.
    private static func postedText(_ posted: CompensationPosted) -> String {
        let start = "For \(cause(posted)) you were given \(posted.minor)"
        let until = posted.window?.until.rfc3339 ?? ""
        switch BenefitType(rawValue: posted.benefitType) {
        case .credit: return "\(start) Pocket FIT credits. You can spend them until \(until)."
        case .premiumExtension:
            return "\(start) days of premium access, from \(posted.window?.from.rfc3339 ?? "") to \(until)."
        case .freeIssuance: return "\(start) free issuances. You can use them until \(until)."
        case .coupon: return "\(start) minor units of \(posted.unit) as a coupon, which you can use until \(until)."
        case .cashRefund: return "\(start) minor units of \(posted.unit) of your money back. It is on its way."
        case .feeWaiver: return "\(start) minor units of \(posted.unit) off the price. You need not pay them."
        case .apology: return "Your credential was late, and we apologise. We promised better, and did not keep it."
        case .assuranceUpgrade:
            return """
                For \(cause(posted)) you are owed a further check of your credential, after which it is signed again \
                with more assurance. Somebody of our staff gets in touch with you. You may decline.
                """
        case .expedite, nil: return ""
        }
    }

    /// The words about a further check.
    private static func assuranceText(_ event: AssuranceEvent) -> String {
        switch event {
        case .upgraded(let upgraded):
            """
            Your credential passed a further check and was signed again, with assurance \(upgraded.level.rawValue). \
            Fetch it where you got the first: that one was superseded, and does not count any more.
            """
        case .checked(let checked):
            if case .failed(let reason) = checked.outcome {
                """
                The further check of your credential was not passed (\(reason.rawValue)), so it stays as it is and \
                goes on counting. You can file a claim.
                """
            } else {
                ""
            }
        }
    }

    private static func cause(_ posted: CompensationPosted) -> String {
        posted.ordinalSaid == nil ? "the delay of your credential" : "a promise of ours that was not kept"
    }

    /// The words about what waits, is late, or is not given.
    private static func settlingText(_ event: SettlingEvent) -> String {
        switch event {
        case .owed(let owed):
            """
            For the delay of your credential you are owed \(owed.award.minor) \(owed.award.unit). It is yours and \
            waits for one thing: \(reason(owed.why)). You need not do anything.
            """
        case .paid: "What you were owed for the delay of your credential has been given to you now."
        case .capped(let capped):
            """
            Of what the policy gives for the delay of your credential, \(capped.award.minor) \(capped.award.unit) are \
            not given: the published limits (\(capped.takes.map(\.rule).joined(separator: ", "))) were reached.
            """
        case .declined(let declined):
            "A gesture that was considered for the delay of your credential is not made; the rule is \(declined.rule)."
        case .late(let late):
            """
            What you are owed was to be given to you by \(late.dueAt.rfc3339). That is late, and we are sorry. What \
            the published policy gives for that is given by itself.
            """
        case .reversed(let reversed) where reversed.reason == "waived":
            """
            As you wished, \(reversed.minor) that you were given for the delay of your credential and had not used \
            are no longer yours. If that was not your wish, tell us: you can appeal.
            """
        case .reversed(let reversed):
            """
            Of what you were given for the delay of your credential, \(reversed.minor) that you had not used were \
            taken back. The reason is: \(reversed.reason). You can appeal.
            """
        case .better, .waiting, .approvalAsked, .approvalGiven, .approvalRefused, .budgetWarned: ""
        }
    }

    private static func reason(_ why: String) -> String { Wait.Why(rawValue: why).map { Wait($0).inWords } ?? why }
}
