import TransparencyLog

/// Whose private facts an event holds: a person's, or (with an empty holder) an institution's own.
struct Subject: Hashable, Sendable {
    let tenant: String
    let holder: String

    /// - Parameter known: the request that the event is about, when it exists already.
    init?(of event: LogEvent, _ known: RequestRecord?) {
        switch event.event {
        case .institutionAdded(let added): (tenant, holder) = (added.tenant.text, "")
        case .resourceRegistered(let resource): (tenant, holder) = (resource.tenant.text, "")
        case .requestAccepted(let accepted): (tenant, holder) = (accepted.tenant.text, accepted.holder.id)
        case .wallet(let fact): (tenant, holder) = (fact.owner.tenant.text, fact.owner.holder)
        case .coupon(let fact):
            guard let owner = fact.owner else { return nil }
            (tenant, holder) = (owner.tenant.text, owner.holder)
        // No institution has the empty name: the service's own people.
        case .staffAdded(let added): (tenant, holder) = ("", added.id.text)
        // What somebody wrote of an incident is theirs: the institution's, the service's, or of one of its staff.
        case .incident(let event):
            guard event.author.idempotency != nil else { return nil }
            switch event.author.by {
            case nil: (tenant, holder) = (event.answerTenant.text, "")
            case IncidentAuthor.machine: (tenant, holder) = (TenantID.default.text, "")
            case let staff?: (tenant, holder) = ("", staff)
            }
        default:
            guard let known else { return nil }
            tenant = known.tenant
            // What is kept of a request without its person is the institution's.
            holder = if case .subjectErased = event.event { "" } else { known.holder }
        }
    }

    /// The commitment key: the stored one, or a new one that is stored now.
    func key(in writer: any StoreWriter, orNew newKey: [UInt8]?) throws -> SubjectKey {
        if let stored = try writer.record(SubjectRecord.self, .text(tenant), .text(holder)) {
            return try SubjectKey(stored.key32)
        }
        guard let newKey else { throw StoreError.corrupt("the commitment key of a known request is gone") }
        try writer.insert(SubjectRecord(tenant: tenant, holder: holder, key32: newKey))
        return try SubjectKey(newKey)
    }
}
