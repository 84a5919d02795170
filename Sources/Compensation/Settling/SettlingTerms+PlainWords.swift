import ServiceLevels

extension SettlingTerms {
    /// What happens between what a policy gives and the wallet, in sentences.
    var plainWords: [String] {
        caps.filter { $0.scope != .request }.map(\.sentence) + approvals.map(\.sentence) + payout.plainWords
            + (budgetRef.map { ["It is paid from the budget \($0), which may delay a debt and never cancels it."] } ?? [])
            + acrossInWords + [reversal.sentence]
    }

    private var acrossInWords: [String] {
        acrossRequests == .sum
            ? [] : ["Of several requests of one person in one incident, the one that is given the most counts."]
    }
}

extension Cap {
    fileprivate var sentence: String {
        let time =
            switch window {
            case .day: " in a day"
            case .thirtyDays: " in 30 days"
            case .month: " in a month"
            case .year: " in a year"
            case .lifetime: ""
            }
        let who =
            switch scope {
            case .request: "One request"
            case .user: "One person"
            case .incident: "All late requests of one incident together"
            case .tenant: "All requests of the institution together"
            }
        let more = overflow == .truncate ? "what goes over it is not given" : "what goes over it waits for approval"
        return "\(who) may be given at most \(limit.inWords)\(time); \(more)."
    }
}

extension ApprovalRule {
    fileprivate var sentence: String {
        let people = approvers == 1 ? "1 person" : "\(approvers) people"
        return "A payment for a request \(when.inWords) waits for \(people) of \(roles.joined(separator: " and ")), at most "
            + "\(within); then it is made anyway."
    }
}

extension Payout {
    fileprivate var plainWords: [String] {
        var words: [String] = []
        if let minimum {
            words.append("Less than \(minimum.inWords) is kept for the person until it comes to that much.")
        }
        if !ifLate.isEmpty {
            let gifts = ifLate.map(\.inWords).joined(separator: " and ")
            words.append("If we are late with it: \(gifts) more, once.")
        }
        return words
    }
}

extension ReversalTerms {
    fileprivate var sentence: String {
        guard !reasons.isEmpty else { return "Nothing that was given is taken back." }
        let why = reasons.map(\.rawValue).joined(separator: ", ")
        let time = window.map { ", within \($0)" } ?? ""
        return "What was not spent may be taken back for \(why)\(time); nothing else is."
    }
}
