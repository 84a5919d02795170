import TransparencyLog

/// Whose private facts an event holds: a person's, or (with an empty holder) an institution's own.
struct Subject: Hashable, Sendable {
    let tenant: String
    let holder: String

    /// - Parameter known: the request that the event is about, when it exists already.
    init?(of event: LogEvent, _ known: RequestRecord?) {
        switch (event.event, known) {
        case (.institutionAdded(let added), _): (tenant, holder) = (added.tenant.text, "")
        case (.resourceRegistered(let resource), _): (tenant, holder) = (resource.tenant.text, "")
        case (.requestAccepted(let accepted), _): (tenant, holder) = (accepted.tenant.text, accepted.holder.id)
        case (.wallet(let fact), _): (tenant, holder) = (fact.owner.tenant.text, fact.owner.holder)
        case (.coupon(let fact), _):
            guard let owner = fact.owner else { return nil }
            (tenant, holder) = (owner.tenant.text, owner.holder)
        // No institution has the empty name: the service's own people.
        case (.staffAdded(let added), _): (tenant, holder) = ("", added.id.text)
        // What somebody wrote of an incident is theirs: the institution's, the service's, or of one of its staff.
        case (.incident(let event), _):
            guard event.author.idempotency != nil else { return nil }
            switch event.author.by {
            case nil: (tenant, holder) = (event.answerTenant.text, "")
            case IncidentAuthor.machine: (tenant, holder) = (TenantID.default.text, "")
            case let staff?: (tenant, holder) = ("", staff)
            }
        // What is kept of a request without its person is the institution's.
        case (.subjectErased, let known?): (tenant, holder) = (known.tenant, "")
        case (_, let known?): (tenant, holder) = (known.tenant, known.holder)
        default: return nil
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
