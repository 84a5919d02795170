import Compensation
import StatusLists
import Temporal

/// Whether a further check may be recorded, and what follows from it.
extension Situation {
    /// Who may check: those who speak with people or decide about them.
    static let checkers: [StaffRole] = [.agent, .customerExperience]

    func decide(_ command: AssuranceCommand) throws -> Decision {
        switch command {
        case .check(let target, let draft, let by, let upgraded): try check(target, draft, by, upgraded)
        }
    }

    private func check(
        _ target: TenantRequest, _ draft: CheckDraft, _ by: StaffID, _ issued: CredentialIssued?
    ) throws -> Decision {
        try requireStaff(by, in: Self.checkers)
        let promise = try promise(of: target)
        let record = promise.record
        let (upgrade, former) = try upgradable(record)
        try requireApart(by, from: record)
        guard let level = AssuranceLevel(rawValue: upgrade.level) else {
            throw StoreError.corrupt("the upgrade of \(record.id) is to no level")
        }
        let checked = AssuranceChecked(draft, by: by, level: level, idempotency: target.idempotency)
        var decision = Decision()
        decision.request = record
        decision.answering = 0
        guard draft.outcome == .passed else {
            announce(.assurance(.checked(checked)), by: .checkFailed, of: target.id, in: &decision)
            return decision
        }
        // Of whom the check is not passed nothing was signed; the other way round the two came apart on the way.
        guard let issued else { throw StalePreparation() }
        try checkKey(of: issued)
        decision.events.append(LogEvent(.assurance(.checked(checked)), of: target.id))
        let upgraded = CredentialUpgraded(check: nextSeq, former: former, level: level, issued: issued)
        announce(.assurance(.upgraded(upgraded)), by: .upgraded, of: target.id, in: &decision)
        return decision
    }

    /// The upgrade that a request is owed and that can be done now, and the entry of the credential before it.
    func upgradable(_ record: RequestRecord) throws -> (UpgradeRecord, former: Int64) {
        if record.erasedAt != nil { throw Refusal.erased }
        guard let upgrade = try state.record(UpgradeRecord.self, .text(record.id)) else { throw Refusal.noUpgrade }
        guard upgrade.state == .open else { throw Refusal.closed(upgrade) }
        guard record.state == .available, let former = record.issuedSeq, let key = record.issuedKey else {
            throw Refusal(
                .wrongState,
                "The request is \(record.state.rawValue): there is no credential yet that could be signed again.")
        }
        let issuer = directory.issuers.keys[key].flatMap { directory.issuers.issuers[$0.added.issuer] }
        guard issuer?.statuses.contains(where: { $0.purpose == .revocation }) ?? false else {
            throw Refusal(
                .wrongState, "Credentials of this issuer cannot be revoked, so none can take the place of another.")
        }
        let scan = Scan(
            StatusChangeRecord.self, index: "status_change_by_request",
            equals: [.text(record.id), .text(StatusPurpose.suspension.rawValue)], isDescending: true, limit: 1)
        guard try state.records(scan).first?.value ?? 0 == 0 else {
            throw Refusal(.wrongState, "The credential is suspended; lift that first, or a new one would undo it.")
        }
        return (upgrade, former)
    }

    /// The check is made by somebody else than who had to do with the request: that is what makes it a further one.
    private func requireApart(_ by: StaffID, from record: RequestRecord) throws {
        let row = CaseActorRecord(request: record.id, staff: by.text, seq: 0)
        guard try state.record(CaseActorRecord.self, key: row.key) == nil else {
            throw Refusal(
                .notPermitted, "\(by) had to do with this request before; a further check is somebody else's.")
        }
    }
}

extension Refusal {
    static let noUpgrade = Refusal(
        .wrongState,
        "No further check is owed for this request: its policy promises none, or its promise was not broken.")

    fileprivate static func closed(_ upgrade: UpgradeRecord) -> Refusal {
        let reason = upgrade.reason.map { " (\($0))" } ?? ""
        return Refusal(
            .wrongState,
            "The further check for this request is \(upgrade.state.rawValue)\(reason), by entry "
                + "\(upgrade.closedSeq ?? 0) of the log; it is made once.")
    }
}
