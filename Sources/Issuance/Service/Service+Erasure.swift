package import CanonicalJSON
import Temporal

/// Whom to erase, read strictly from a body.
package struct ErasureDraft: Sendable {
    package let holders: [String]

    /// The most subjects of one command.
    package static let maximumHolders = 256

    /// Reads the member `holders`; others are the caller's.
    package init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        let place = reader.pointer(to: "holders")
        let found = try reader.array("holders").map { (json, place) throws(JSONShapeError) in
            guard let id = json.stringValue, (1...Holder.maximumIDBytes).contains(id.utf8.count) else {
                throw JSONShapeError(
                    pointer: place, problem: "expected the id of a holder, 1 to \(Holder.maximumIDBytes) bytes")
            }
            return id
        }
        guard (1...Self.maximumHolders).contains(found.count) else {
            throw JSONShapeError(pointer: place, problem: "expected 1 to \(Self.maximumHolders) holders")
        }
        holders = found
    }
}

/// Persons who are to be forgotten.
extension Service {
    /// Destroys everything that is kept of these persons, or of none of them. The bytes on the disk are overwritten by
    /// ``purge()``, which is due from then on.
    ///
    /// - Parameter idempotency: the name of an institution's command; nil for the operator's, who sees what happens.
    package func erase(
        _ draft: ErasureDraft, of tenant: TenantID, under idempotency: Idempotency?,
        _ reply: @escaping Sequencer.Completion
    ) throws {
        try requireInstitution(tenant)
        let erasure = Erasure(
            tenant: tenant, holders: draft.holders, idempotency: idempotency, subjectKey: randomBytes(32),
            order: randomBytes(32))
        sequencer.submit(.erase(erasure)) { result in
            // Nothing happened, so nothing is known that could be told apart: erased before, or never here.
            reply(result.map { $0.body.isEmpty ? Answer(.done, ["state": "absent"]) : $0 })
        }
    }

    /// What an erasure would destroy, and what stands against it.
    package func erasurePreview(_ draft: ErasureDraft, of tenant: TenantID) throws -> JSONObject {
        try requireInstitution(tenant)
        let (directory, now) = (directory, now())
        return try store.read { reader in
            let situation = Situation(state: reader, directory: directory, now: now, nextSeq: 0)
            let requests = try draft.holders.flatMap { try situation.requests(of: $0, at: tenant) }
            let open = requests.filter { $0.stoppedAt == nil }.map { JSON.string($0.id) }
            var (left, windows): ([String: Int64], Int64) = ([:], 0)
            for holder in draft.holders {
                for lot in try reader.unexpiredLots(of: holder, at: tenant, now) {
                    left[lot.unit, default: 0] += lot.left
                }
                let scan = Scan(
                    PremiumRecord.self, index: "premium_by_holder", equals: [.text(tenant.text), .text(holder)],
                    above: [.integer(now.milliseconds)], limit: Self.maximumRows)
                windows += Int64(try reader.records(scan).count)
            }
            var credits: JSONObject = [:]
            for (unit, minor) in left { credits[unit] = .integer(minor) }
            return [
                "requests": .integer(Int64(requests.count)), "open": .array(open), "credits": .object(credits),
                "premiumWindows": .integer(windows),
            ]
        }
    }

    /// Whether bytes of erased persons may still be in the files of the store.
    package func isPurgeDue() throws -> Bool { try store.read { try $0.record(PurgeRecord.self, .integer(1)) } != nil }

    /// Makes the store overwrite what deleted rows left in its files, if that is due.
    ///
    /// - Returns: false when somebody still reads what was there before; it stays due then.
    package func purge() throws -> Bool {
        guard let due = try store.read({ try $0.record(PurgeRecord.self, .integer(1)) }) else { return true }
        guard try store.purge() else { return false }
        try store.write { writer in
            // Somebody may have been erased while the store was busy: that is then due by itself. Or another thread has
            // done the same.
            guard try writer.record(PurgeRecord.self, .integer(1)) == due else { return }
            try writer.delete(PurgeRecord.self, key: due.key)
        }
        return true
    }

    private func requireInstitution(_ tenant: TenantID) throws(Refusal) {
        guard tenant == .default || directory.tenants.values.contains(tenant) else {
            throw Refusal(.invalidRequest, "There is no institution \(tenant).", at: "/institution")
        }
    }
}
