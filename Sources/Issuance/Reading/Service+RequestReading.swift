package import CanonicalJSON
import ServiceLevels
import Temporal

/// What institutions may know of their requests.
extension Service {
    /// How many requests one page of a list has.
    static let pageSize = 100

    /// One request with its receipt, and with its credential once it is available; without both when its person was
    /// erased.
    ///
    /// - Throws: `Refusal.unknownRequest`, also for a request of another institution.
    package func requestDocument(_ id: RequestID, of tenant: TenantID) throws -> JSONObject {
        try store.read { reader in
            guard let record = try reader.record(RequestRecord.self, .text(id.text)), record.tenant == tenant.text
            else { throw Refusal.unknownRequest }
            var document = record.summary
            let openings = try storedOpenings(record.acceptedSeq, in: reader)
            document["receipt"] = openings["receipt"]
            document["resubmissionOf"] = openings["resubmissionOf"]
            if let seq = try credentialSeq(of: record, in: reader) {
                document["credential"] = try storedOpenings(seq, in: reader)["credential"]
            }
            document["upgrade"] = try upgrade(of: record, in: reader)
            return document
        }
    }

    /// A page of an institution's requests, oldest first, and the cursor of the next one.
    package func requestList(
        of tenant: TenantID, in state: RequestState?, after cursor: RequestID?
    ) throws -> JSONObject {
        try store.read { reader in
            let tenant = ColumnValue.text(tenant.text)
            let above = cursor.map { [ColumnValue.text($0.text)] } ?? []
            let scan =
                if let state {
                    Scan(
                        RequestRecord.self, index: "request_by_state", equals: [tenant, .text(state.rawValue)],
                        above: above, limit: Self.pageSize + 1)
                } else {
                    Scan(
                        RequestRecord.self, index: "request_by_tenant", equals: [tenant], above: above,
                        limit: Self.pageSize + 1)
                }
            let records = try reader.records(scan)
            let page = records.prefix(Self.pageSize)
            var list: JSONObject = ["requests": .array(page.map { .object($0.summary) })]
            if records.count > page.count, let last = page.last { list["next"] = .string(last.id) }
            return list
        }
    }

    /// Whose request it is; for the operator, who may act on any.
    package func tenant(of id: RequestID) throws -> TenantID {
        try store.read { reader in
            guard let record = try reader.record(RequestRecord.self, .text(id.text)),
                let tenant = TenantID(record.tenant)
            else { throw Refusal.unknownRequest }
            return tenant
        }
    }
}

extension RequestRecord {
    /// What a list shows of a request.
    fileprivate var summary: JSONObject {
        var summary: JSONObject = [
            "id": .string(id), "state": .string(state.rawValue), "tier": .string(tier.rawValue),
            "review": .string(review.rawValue),
            "acceptedAt": .string(Instant(milliseconds: acceptedAt).rfc3339),
        ]
        if let erasedAt {
            summary["erased"] = true
            summary["erasedAt"] = .string(Instant(milliseconds: erasedAt).rfc3339)
        } else {
            summary["holder"] = .string(holder)
        }
        summary["dueAt"] = dueAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        summary["issuedAt"] = issuedAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        summary["breachedAt"] = breachedAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        return summary
    }
}
