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
