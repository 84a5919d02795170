/// The identifier of a claim: that of its request, a full stop, and which claim of the request it is, from 1.
package struct ClaimID: Hashable, Sendable, CustomStringConvertible {
    package let request: RequestID
    package let number: Int64

    /// The most claims of one request: whoever needs more has a matter for people.
    package static let maximumNumber: Int64 = 16

    package init(_ request: RequestID, _ number: Int64) {
        self.request = request
        self.number = number
    }

    /// Reads the text form; nil when it is not one.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let request = RequestID(String(parts[0])), let number = Int64(parts[1]),
            (1...Self.maximumNumber).contains(number), String(number) == parts[1]
        else { return nil }
        self.init(request, number)
    }

    package var text: String { "\(request).\(number)" }
    package var description: String { text }
}

/// Where a claim stands.
package enum ClaimState: String, Hashable, Sendable, CaseIterable {
    /// Filed, and nobody is there who may decide it.
    case filed
    /// Somebody was asked for something; the time stands still.
    case evidenceAsked = "evidence-asked"
    /// Somebody decides.
    case review
    /// Decided; it may be appealed.
    case decided
    /// Appealed: somebody else decides.
    case appealed
    /// Appealed, and somebody from outside gives an opinion first.
    case assessor
    /// Nothing can change any more.
    case final

    /// Whether something is owed to whoever claims: a decision.
    package var isOpen: Bool { self != .decided && self != .final }
}

/// The decision, and the one on the appeal against it.
package enum ClaimStage: String, Hashable, Sendable, CaseIterable {
    case decision, appeal
}

/// How it was decided.
package enum ClaimOutcome: String, Hashable, Sendable, CaseIterable {
    case granted, denied
}

/// What somebody is drawn for.
package enum ReviewTask: String, Hashable, Sendable, CaseIterable {
    /// To decide.
    case review
    /// To agree to a large grant.
    case second
    /// To give an opinion from outside.
    case opinion

    /// The roles of those who may be drawn.
    package var roles: [StaffRole] {
        switch self {
        case .review: [.customerExperience]
        case .second: [.customerExperience, .finance]
        case .opinion: [.independentAssessor]
        }
    }
}
