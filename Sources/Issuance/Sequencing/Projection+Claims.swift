import Compensation
import ServiceLevels
import Temporal

/// Where the log speaks of claims.
extension Projection {
    func apply(_ event: ClaimEvent, of request: RequestRecord, at place: Place) throws {
        for staff in event.actors { try remember(staff, of: request, at: place) }
        if case .filed(let filed) = event {
            try writer.insert(ClaimRecord(filed, of: request, at: place.at, seq: place.seq))
        } else {
            try update(event, of: request, at: place)
        }
        if let idempotency = event.idempotency { try keep(idempotency, of: request, at: place) }
    }

    private func update(_ event: ClaimEvent, of request: RequestRecord, at place: Place) throws {
        let id = "\(request.id).\(event.number)"
        guard let known = try writer.record(ClaimRecord.self, .text(id)), let hash = PolicyHash(known.policy),
            let policy = directory.policies.claims(hash)
        else { throw StoreError.corrupt("entry \(place.seq) is about a claim that was not filed") }
        var claim = known
        claim.apply(event, at: place.at, policy, try writer.calendar(of: request, directory.policies))
        try writer.update(claim, from: known)
    }

    /// Whoever had to do with a request is not drawn for it again.
    func remember(_ staff: StaffID, of request: RequestRecord, at place: Place) throws {
        let row = CaseActorRecord(request: request.id, staff: staff.text, seq: place.seq)
        if try writer.record(CaseActorRecord.self, key: row.key) == nil { try writer.insert(row) }
    }

    /// After an erasure nothing of a claim passes by itself any more: it would be an entry about nobody.
    func endClaims(of request: RequestRecord) throws {
        let claims = try writer.records(
            Scan(
                ClaimRecord.self, index: "claim_by_request", equals: [.text(request.id)],
                limit: Int(ClaimID.maximumNumber)))
        for known in claims where known.assessAt != nil {
            var claim = known
            claim.assessAt = nil
            try writer.update(claim, from: known)
        }
    }
}

extension ClaimEvent {
    /// The command that it follows from; nil for what passed by itself.
    fileprivate var idempotency: Idempotency? {
        switch self {
        case .filed(let event): event.idempotency
        case .evidenceAsked(let event): event.idempotency
        case .evidenceGiven(let event): event.given?.idempotency
        case .proposed(let event): event.idempotency
        case .decided(let event): event.decider?.idempotency
        case .appealed(let event): event.idempotency
        case .opinion(let event): event.idempotency
        case .assigned, .escalated, .final: nil
        }
    }
}
