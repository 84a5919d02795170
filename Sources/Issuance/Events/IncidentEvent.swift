import CanonicalJSON

/// What happens to incidents; the page "Incidents" is the vocabulary.
package enum IncidentEvent: Hashable, Sendable {
    case stageReported(StageReported)
    case rulesPublished(IncidentRulesPublished)
    case opened(IncidentOpened)
    case joined(IncidentJoined)
    case frozen(IncidentFrozen)
    case classified(IncidentClassified)
    case merged(IncidentMerged)
    case split(IncidentSplit)
    case resolved(IncidentResolved)
    case assessed(IncidentAssessed)
    case postmortem(IncidentPostmortem)
    case action(IncidentAction)
    case actionDone(IncidentActionDone)

    /// What the entry says.
    package var content: any EventContent {
        switch self {
        case .stageReported(let content): content
        case .rulesPublished(let content): content
        case .opened(let content): content
        case .joined(let content): content
        case .frozen(let content): content
        case .classified(let content): content
        case .merged(let content): content
        case .split(let content): content
        case .resolved(let content): content
        case .assessed(let content): content
        case .postmortem(let content): content
        case .action(let content): content
        case .actionDone(let content): content
        }
    }

    /// Nil for a type of entry that is about no incident.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case StageReported.type: self = .stageReported(try StageReported(&facts, &openings))
        case IncidentRulesPublished.type: self = .rulesPublished(try IncidentRulesPublished(&facts, &openings))
        case IncidentOpened.type: self = .opened(try IncidentOpened(&facts, &openings))
        case IncidentJoined.type: self = .joined(try IncidentJoined(&facts, &openings))
        case IncidentFrozen.type: self = .frozen(try IncidentFrozen(&facts, &openings))
        case IncidentClassified.type: self = .classified(try IncidentClassified(&facts, &openings))
        case IncidentMerged.type: self = .merged(try IncidentMerged(&facts, &openings))
        case IncidentSplit.type: self = .split(try IncidentSplit(&facts, &openings))
        case IncidentResolved.type: self = .resolved(try IncidentResolved(&facts, &openings))
        case IncidentAssessed.type: self = .assessed(try IncidentAssessed(&facts, &openings))
        case IncidentPostmortem.type: self = .postmortem(try IncidentPostmortem(&facts, &openings))
        case IncidentAction.type: self = .action(try IncidentAction(&facts, &openings))
        case IncidentActionDone.type: self = .actionDone(try IncidentActionDone(&facts, &openings))
        default: return nil
        }
    }

    /// Who decided it; of what only rules decide, nobody.
    package var author: IncidentAuthor {
        switch self {
        case .stageReported(let event): event.author
        case .rulesPublished(let event): event.author
        case .opened(let event): event.author
        case .classified(let event): event.author
        case .merged(let event): event.author
        case .split(let event): event.author
        case .resolved(let event): event.author
        case .postmortem(let event): event.author
        case .action(let event): event.author
        case .actionDone(let event): event.author
        case .joined, .frozen, .assessed: .rules
        }
    }

    /// Every incident that it is about: a merge is about two, a split too.
    var incidents: [IncidentID] {
        switch self {
        case .stageReported, .rulesPublished: []
        case .opened(let event): [event.incident]
        case .joined(let event): [event.incident]
        case .frozen(let event): [event.incident]
        case .classified(let event): [event.incident]
        case .merged(let event): [event.incident, event.other]
        case .split(let event): [event.incident, event.parent]
        case .resolved(let event): [event.incident]
        case .assessed(let event): [event.incident]
        case .postmortem(let event): [event.incident]
        case .action(let event): [event.incident]
        case .actionDone(let event): [event.incident]
        }
    }

    /// Under whose name its idempotency key is kept: an institution's own, or the service's.
    var answerTenant: TenantID {
        if case .stageReported(let report) = self, report.author.by == nil, let tenant = report.tenant { return tenant }
        return .default
    }
}

extension IncidentEvent {
    /// Whether something exists after it that did not before.
    var isBeginning: Bool {
        switch self {
        case .opened, .split, .action, .postmortem, .stageReported, .rulesPublished: true
        default: false
        }
    }
}
