package import CanonicalJSON
import Compensation
import Cryptography
import ServiceLevels
import Temporal
import TransparencyLog

/// What may be known of claims, by whoever asks.
extension Service {
    /// One claim with its history; what people wrote only for those who may read it.
    ///
    /// - Throws: `Refusal.unknownClaim`, also for a claim that is not theirs to see.
    package func claimDocument(_ id: ClaimID, for looker: ClaimReader) throws -> JSONObject {
        try store.read { reader in
            guard let record = try reader.record(ClaimRecord.self, .text(id.text)), looker.maySee(record) else {
                throw Refusal.unknownClaim
            }
            var document = record.summary(for: looker)
            let appealWithin = PolicyHash(record.policy).flatMap { directory.policies.claims($0)?.appealWithin }
            if record.state == .decided, let decidedAt = record.decidedAt, let appealWithin {
                guard let request = try reader.record(RequestRecord.self, .text(id.request.text)) else {
                    throw Refusal.unknownClaim
                }
                let calendar = try reader.calendar(of: request, directory.policies)
                let until = calendar.end(of: appealWithin, from: Instant(milliseconds: decidedAt))
                document["appealUntil"] = .string(until.rfc3339)
            }
            document["history"] = .array(try history(of: id, record, for: looker, in: reader))
            return document
        }
    }

    /// A page of claims, oldest first, and the cursor of the next page.
    ///
    /// - Parameters:
    ///   - state: only those that stand there.
    ///   - isMine: of the staff: only those that they were drawn for.
    package func claimList(
        for looker: ClaimReader, in state: ClaimState?, isMine: Bool, after cursor: Int64?
    ) throws -> JSONObject {
        try store.read { reader in
            var scan = Scan(ClaimRecord.self, limit: Self.pageSize)
            switch looker {
            case .institution(let tenant): (scan.index, scan.equals) = ("claim_by_tenant", [.text(tenant.text)])
            case .holder(let request): (scan.index, scan.equals) = ("claim_by_request", [.text(request.text)])
            case .staff(let member) where isMine:
                (scan.index, scan.equals) = ("claim_by_assignee", [.text(member.id.text)])
            case .staff, .operator:
                (scan.index, scan.equals) = ("claim_by_state", [.text((state ?? .review).rawValue)])
            }
            scan.above = cursor.map { [.integer($0)] } ?? []
            let records = try reader.records(scan)
            let shown = records.filter { record in state.map { record.state == $0 } ?? true }
            var list: JSONObject = ["claims": .array(shown.map { .object($0.summary(for: looker)) })]
            if records.count == Self.pageSize, let last = records.last { list["next"] = .integer(last.seq) }
            return list
        }
    }

    /// What a claim about a request would begin with: by which policy it is heard and by when, and what may be asked.
    package func claimForm(about id: RequestID, for looker: ClaimReader) throws -> JSONObject {
        let (directory, now) = (directory, committer.logTime(now()))
        return try store.read { reader in
            let situation = Situation(state: reader, directory: directory, now: now, nextSeq: 0)
            guard let record = try reader.record(RequestRecord.self, .text(id.text)), looker.maySee(record) else {
                throw Refusal.unknownRequest
            }
            if record.erasedAt != nil { throw Refusal.erased }
            let promise = try Promise(record, in: reader, directory.policies)
            let policy = try situation.boundClaimsPolicy(promise)
            try situation.requireTime(for: record, policy, promise.clock.calendar)
            var form: JSONObject = [
                "request": .string(id.text), "policy": .string(policy.hash.text),
                "categories": .array(ClaimCategory.allCases.map { .string($0.rawValue) }),
                "evidence": .array(policy.evidence.map { .string($0.rawValue) }),
                "acceptedAt": .string(Instant(milliseconds: record.acceptedAt).rfc3339),
                "instructions": .array(policy.plainWords.map(JSON.string)),
            ]
            form["dueAt"] = promise.clock.due.map { .string($0.rfc3339) }
            form["stoppedAt"] = record.stoppedAt.map { .string(Instant(milliseconds: $0).rfc3339) }
            let delay = promise.clock.delay(at: now)
            if delay > .zero { form["lateMilliseconds"] = .integer(delay.count) }
            let last = record.stoppedAt.map {
                promise.clock.calendar.end(of: policy.fileWithin, from: Instant(milliseconds: $0))
            }
            form["fileUntil"] = last.map { .string($0.rfc3339) }
            form["given"] = .array(try given(for: record, in: reader))
            return form
        }
    }

    /// How claims are heard now, in plain words: the page of a tenant, or of all.
    package func claimInstructions(of tenant: String) throws -> JSONObject {
        let (policies, now) = (directory.policies, committer.logTime(now()))
        let own = policies.inForce(.claims, of: tenant, at: now)
        let all = own.isEmpty ? policies.inForce(.claims, of: TenantID.default.text, at: now) : own
        guard case .claims(let policy)? = all.first else {
            throw Refusal(.unknownPolicy, "No policy for claims is in force for \(tenant).")
        }
        return [
            "tenant": .string(policy.metadata.tenant), "policy": .string(policy.hash.text),
            "title": .string(policy.metadata.titleInWords),
            "instructions": .array(policy.plainWords.map(JSON.string)),
        ]
    }

    /// The request whose intake receipt this is, with its institution; nil when it is the receipt of none.
    package func request(ofReceipt receipt: JSON) throws -> (RequestID, TenantID)? {
        guard let id = receipt["request"]?.stringValue.flatMap({ RequestID($0) }) else { return nil }
        return try store.read { reader in
            guard let record = try reader.record(RequestRecord.self, .text(id.text)), record.erasedAt == nil,
                let tenant = TenantID(record.tenant),
                let stored = try storedOpenings(record.acceptedSeq, in: reader)["receipt"],
                constantTimeEqual(stored.canonicalBytes, receipt.canonicalBytes)
            else { return nil }
            return (id, tenant)
        }
    }

    /// Whose request a claim is about.
    package func tenant(of id: ClaimID) throws -> TenantID {
        do {
            return try tenant(of: id.request)
        } catch let refusal as Refusal where refusal.code == .unknownRequest {
            throw Refusal.unknownClaim
        }
    }

    private func history(
        of id: ClaimID, _ record: ClaimRecord, for looker: ClaimReader, in reader: any StoreReader
    ) throws -> [JSON] {
        let isErased = try reader.record(RequestRecord.self, .text(record.request))?.erasedAt != nil
        var history: [JSON] = []
        try reader.forEachEntry(of: record.request) { seq in
            guard seq >= record.seq, let stored = try reader.record(EntryRecord.self, .integer(seq)) else { return }
            let entry = try LogEntry(parsing: stored.body)
            guard entry.type.hasPrefix("claim."), entry.facts["claim"] == .integer(id.number) else { return }
            var step: JSONObject = [
                "entry": .integer(seq), "at": .string(entry.t.rfc3339), "type": .string(entry.type),
                "facts": .object(entry.facts),
            ]
            // What the first of two would grant is not yet said to anybody outside.
            if !looker.isInside, entry.type == ClaimProposed.type { return }
            if looker.mayRead(record), !isErased {
                var words = try storedOpenings(seq, in: reader)
                words["idempotency"] = nil
                if !words.isEmpty { step["words"] = .object(words) }
            }
            history.append(.object(step))
        }
        return history
    }
}

extension ClaimReader {
    /// Whether a request is theirs to claim about.
    fileprivate func maySee(_ record: RequestRecord) -> Bool {
        switch self {
        case .institution(let tenant): record.tenant == tenant.text
        case .holder(let request): record.id == request.text
        case .staff, .operator: true
        }
    }
}

extension ClaimRecord {
    /// What a list shows of a claim.
    fileprivate func summary(for looker: ClaimReader) -> JSONObject {
        func text(_ milliseconds: Int64) -> JSON { .string(Instant(milliseconds: milliseconds).rfc3339) }
        var summary: JSONObject = [
            "id": .string(id), "request": .string(request), "state": .string(state.rawValue),
            "stage": .string(stage.rawValue), "category": .string(category.rawValue), "policy": .string(policy),
            "channel": .string(channel.rawValue), "filedAt": text(filedAt),
        ]
        if state.isOpen { summary["dueAt"] = text(dueAt) }
        summary["askedUntil"] = askedUntil.map(text)
        summary["opinionBy"] = opinionBy.map(text)
        summary["requested"] = GivenAmount(type: requestedType, unit: requestedUnit, minor: requestedMinor)?.json
        summary["granted"] = GivenAmount(type: grantedType, unit: grantedUnit, minor: grantedMinor)?.json
        summary["outcome"] = outcome.map { .string($0.rawValue) }
        summary["decidedAt"] = decidedAt.map(text)
        if escalations > 0 { summary["escalations"] = .integer(escalations) }
        if looker.isInside {
            summary["assignee"] = assignee.map(JSON.string)
            summary["task"] = task.map { .string($0.rawValue) }
            summary["seed"] = .string(seed)
        }
        return summary
    }
}
