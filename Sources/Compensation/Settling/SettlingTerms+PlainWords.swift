import ServiceLevels

/// The way to the wallet in sentences.
extension SettlingTerms {
    /// What is given at most.
    var capsInWords: [String] {
        caps.map(\.inWords)
            + (acrossRequests == .sum
                ? []
                : [
                    "Who waits for several requests in one incident is given, of each kind, what the longest "
                        + "wait gives."
                ])
    }

    /// What a payment may wait for, and what it gives when it comes late.
    var waitsInWords: [String] {
        approvals.map(\.inWords) + (budgetRef.map { [Self.budgetInWords($0)] } ?? [])
            + (payout.minimum.map { ["Less than \($0.inWords) is carried forward until enough has come together."] }
                ?? [])
            + payout.lateInWords
    }

    private static func budgetInWords(_ name: String) -> String {
        "Payments come from the budget \(name); when it is spent they wait for the next period, and are not lost."
    }
}

extension Cap {
    fileprivate var inWords: String {
        let most = limit.inWords
        let time = window.inWords
        let start =
            switch scope {
            case .request: "One request is given at most \(most)"
            case .user: "One person is given at most \(most)\(time)"
            case .incident: "For one incident at most \(most) is given\(time)"
            case .tenant: "All persons of one institution are given at most \(most)\(time)"
            }
        return overflow == .truncate ? start + "." : start + " without an approval."
    }
}

extension Cap.Window {
    fileprivate var inWords: String {
        switch self {
        case .day: " in a day"
        case .week: " in a week"
        case .thirtyDays: " in thirty days"
        case .month: " in a month"
        case .year: " in a year"
        case .lifetime: " in all"
        }
    }
}

extension ApprovalRule {
    fileprivate var inWords: String {
        let people = approvers == 1 ? "One person" : "\(approvers) people"
        return "\(people) of \(roles.joined(separator: " or ")) may have to approve a payment; after \(within) of "
            + "silence it is made. In an incident they are asked once for everybody in it"
            + joiningInWords + "."
    }

    /// Whom else an answer covers.
    private var joiningInWords: String {
        guard let joining, joining.num > 0 else { return "; who joins later is asked about anew" }
        return joining.num == joining.den
            ? "; the answer covers who joins later, up to as much again"
            : "; the answer covers who joins later, up to \(joining.num)/\(joining.den) more"
    }
}

extension Payout {
    fileprivate var lateInWords: [String] {
        guard !ifLate.isEmpty else { return [] }
        return ["If a payment is late, once: \(ifLate.map(\.inWords).joined(separator: " and ")) on top."]
    }
}

extension ReversalTerms {
    /// Whether something may be taken back.
    var inWords: String {
        guard !reasons.isEmpty else { return "Nothing that was given is taken back." }
        let time = window.map { " within \($0)" } ?? ""
        return "What was not spent may be taken back\(time), for \(reasons.map(\.rawValue).joined(separator: " or "))."
    }
}
