import CanonicalJSON

/// What happens to a claim: the entries of the page "Claims, reviews and offers", rules 46 to 48.
package enum ClaimEvent: Hashable, Sendable {
    case filed(ClaimFiled)
    case evidenceAsked(ClaimEvidenceAsked)
    case evidenceGiven(ClaimEvidenceGiven)
    case assigned(ClaimAssigned)
    case proposed(ClaimProposed)
    case decided(ClaimDecided)
    case escalated(ClaimEscalated)
    case appealed(ClaimAppealed)
    case opinion(ClaimOpinion)
    case final(ClaimFinal)

    /// The content of the entry.
    package var content: any EventContent {
        switch self {
        case .filed(let content): content
        case .evidenceAsked(let content): content
        case .evidenceGiven(let content): content
        case .assigned(let content): content
        case .proposed(let content): content
        case .decided(let content): content
        case .escalated(let content): content
        case .appealed(let content): content
        case .opinion(let content): content
        case .final(let content): content
        }
    }

    /// Reads the event of an entry of that type.
    ///
    /// - Returns: nil when the type is not one of claims.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case ClaimFiled.type: self = .filed(try ClaimFiled(&facts, &openings))
        case ClaimEvidenceAsked.type: self = .evidenceAsked(try ClaimEvidenceAsked(&facts, &openings))
        case ClaimEvidenceGiven.type: self = .evidenceGiven(try ClaimEvidenceGiven(&facts, &openings))
        case ClaimAssigned.type: self = .assigned(try ClaimAssigned(&facts, &openings))
        case ClaimProposed.type: self = .proposed(try ClaimProposed(&facts, &openings))
        case ClaimDecided.type: self = .decided(try ClaimDecided(&facts, &openings))
        case ClaimEscalated.type: self = .escalated(try ClaimEscalated(&facts, &openings))
        case ClaimAppealed.type: self = .appealed(try ClaimAppealed(&facts, &openings))
        case ClaimOpinion.type: self = .opinion(try ClaimOpinion(&facts, &openings))
        case ClaimFinal.type: self = .final(try ClaimFinal(&facts, &openings))
        default: return nil
        }
    }

    /// Whether it finds a claim right for which the policy itself says what is given.
    var grantsRefund: Bool {
        guard case .decided(let event) = self else { return false }
        return event.outcome == .granted && event.grant == nil
    }

    /// Which claim of its request it is about.
    package var number: Int64 {
        switch self {
        case .filed(let event): event.claim
        case .evidenceAsked(let event): event.claim
        case .evidenceGiven(let event): event.claim
        case .assigned(let event): event.claim
        case .proposed(let event): event.claim
        case .decided(let event): event.claim
        case .escalated(let event): event.claim
        case .appealed(let event): event.claim
        case .opinion(let event): event.claim
        case .final(let event): event.claim
        }
    }
}
