package import Compensation
package import Temporal

/// What is to be done about incidents. What only the scheduler asks for has no author.
package enum IncidentCommand: Sendable {
    /// A stage fails, or works again; nil: for everybody.
    case report(Stage, isFailing: Bool, TenantID?, IncidentAuthor)
    case publishRules(IncidentRules, IncidentAuthor)
    /// Takes ungrouped requests of the stage into the incident that takes them, or opens one.
    case join(Stage)
    case open(Stage, from: Instant?, IncidentAuthor)
    case freeze(IncidentID, AffectedSet)
    case classify(IncidentID, Cause, confidence: Int64, IncidentAuthor)
    case merge(IncidentID, other: IncidentID, IncidentAuthor)
    case split(IncidentID, tenants: [TenantID], IncidentAuthor)
    /// Moves requests of the institutions that a split names; at most as many as one entry holds.
    case move(to: IncidentID, [RequestID])
    /// By somebody, or without an author by the rules.
    case resolve(IncidentID, IncidentAuthor)
    /// These were assessed by what the incident said at an entry; none named: all.
    case assessed(IncidentID, asOf: Int64, [RequestID])
    case conclude(IncidentID, text: String, publicText: String?, IncidentAuthor)
    case plan(IncidentID, owner: String, dueAt: Instant, text: String, IncidentAuthor)
    case finish(IncidentID, action: Int64, IncidentAuthor)

    /// Who asks.
    var author: IncidentAuthor {
        switch self {
        case .report(_, _, _, let author), .publishRules(_, let author), .open(_, _, let author),
            .classify(_, _, _, let author), .merge(_, _, let author), .split(_, _, let author),
            .resolve(_, let author), .conclude(_, _, _, let author), .plan(_, _, _, _, let author),
            .finish(_, _, let author):
            author
        case .join, .freeze, .move, .assessed: .rules
        }
    }

    /// Under whose name the idempotency key is kept.
    var answerTenant: TenantID {
        if case .report(_, _, let tenant?, let author) = self, author.by == nil { return tenant }
        return .default
    }
}
