package import CanonicalJSON
import Compensation
import Temporal

/// Further checks: who records them, and what is owed.
extension Service {
    /// Who may record a check.
    package static var checkers: [StaffRole] { Situation.checkers }

    /// Records a further check of the credential of a request; passed, the credential is signed again.
    ///
    /// - Parameter reply: called once, when the answer is durable, on any thread.
    package func recordCheck(
        _ draft: CheckDraft, of target: TenantRequest, by: StaffID, _ reply: @escaping Sequencer.Completion
    ) {
        prepareAndSubmit(Self.maximumAttempts, target.tenant, target.idempotency, reply) { [self] in
            let upgraded = draft.outcome == .passed ? try signUpgrade(target, draft) : nil
            return .assurance(.check(target, draft, by: by, upgraded: upgraded))
        }
    }

    /// The credential as it was asked for, with what the check found, in a place of its own.
    private func signUpgrade(_ target: TenantRequest, _ draft: CheckDraft) throws -> CredentialIssued {
        let now = now()
        let (directory, checkedAt) = (directory, committer.logTime(now))
        let (document, order, level) = try store.read { reader in
            guard let record = try reader.record(RequestRecord.self, .text(target.id.text)),
                record.tenant == target.tenant.text
            else { throw Refusal.unknownRequest }
            let situation = Situation(state: reader, directory: directory, now: checkedAt, nextSeq: 0)
            let upgrade = try situation.upgradable(record).0
            guard case .requestAccepted(let accepted)? = try storedEvent(record.acceptedSeq, in: reader)?.event,
                let document = accepted.credential, let level = AssuranceLevel(rawValue: upgrade.level)
            else { throw StoreError.corrupt("request \(record.id) is owed an upgrade of nothing that was asked for") }
            return (document, accepted.order ?? SigningOrder(), level)
        }
        let signer = try signers.signer(for: order.issuer, of: target.tenant, in: directory.issuers)
        let evidence = CheckEvidence(check: draft.check, level: level, checkedAt: checkedAt)
        return try sign(
            RequestedCredential(document).adding(evidence), order, signer,
            of: RequestID(at: checkedAt, random: randomBytes(10)), target.tenant, at: now)
    }

    /// How many open upgrades a page lists.
    private static let listedUpgrades = 100

    /// The upgrades that wait for somebody to check, the oldest first, with those that can be done now marked.
    package func openUpgrades() throws -> JSONObject {
        try store.read { reader in
            let rows = try reader.records(
                Scan(
                    UpgradeRecord.self, index: "upgrade_by_state", equals: [.text(UpgradeState.open.rawValue)],
                    limit: Self.listedUpgrades))
            return [
                "upgrades": .array(
                    try rows.map { row in
                        let record = try reader.record(RequestRecord.self, .text(row.request))
                        return [
                            "request": .string(row.request), "level": .string(row.level),
                            "owedAt": .string(Instant(milliseconds: row.owedAt).rfc3339),
                            "entry": .integer(row.owedSeq),
                            "waitsFor": record?.state == .available ? "check" : "credential",
                        ]
                    })
            ]
        }
    }

    /// The upgrade of a request as anybody may know it; nil where none is owed.
    func upgrade(of record: RequestRecord, in reader: any StoreReader) throws -> JSON? {
        guard record.breachedAt != nil, let row = try reader.record(UpgradeRecord.self, .text(record.id)) else {
            return nil
        }
        var json: JSONObject = [
            "level": .string(row.level), "state": .string(row.state.rawValue),
            "owedAt": .string(Instant(milliseconds: row.owedAt).rfc3339), "entry": .integer(row.owedSeq),
        ]
        if row.state == .open { json["waitsFor"] = record.state == .available ? "check" : "credential" }
        json["closedAt"] = row.closedAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        json["closedBy"] = row.closedSeq.map { .integer($0) }
        json["reason"] = row.reason.map(JSON.string)
        return .object(json)
    }

    /// The entry of the credential that counts now.
    func credentialSeq(of record: RequestRecord, in reader: any StoreReader) throws -> Int64? {
        guard record.breachedAt != nil else { return record.issuedSeq }
        return try reader.record(UpgradeRecord.self, .text(record.id))?.upgradedSeq ?? record.issuedSeq
    }
}
