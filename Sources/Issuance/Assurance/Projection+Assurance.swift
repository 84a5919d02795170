import Compensation
import StatusLists
import Temporal

/// Where the log speaks of further checks.
extension Projection {
    /// A posting of the third part of the model: from now on it is owed.
    func oweUpgrade(_ event: CompensationPosted, of record: RequestRecord, at place: Place) throws {
        guard event.benefitType == BenefitType.assuranceUpgrade.rawValue else { return }
        guard let level = directory.policies.compensation(event.compensation)?.upgrade else {
            throw StoreError.corrupt("entry \(place.seq) promises a check that its policy does not")
        }
        try writer.insert(
            UpgradeRecord(of: record, level: level.rawValue, at: place.at.milliseconds, seq: place.seq))
        switch record.state {
        // What was late and is gone before anybody noticed is owed nothing that could be done.
        case .cancelled, .denied: try close(.void, record.state.rawValue, of: record, at: place)
        case .revoked: try close(.void, "revoked", of: record, at: place)
        default: break
        }
    }

    func apply(_ event: AssuranceEvent, of record: inout RequestRecord, at place: Place) throws {
        switch event {
        case .checked(let checked):
            try remember(checked.by, of: record, at: place)
            try keep(checked.idempotency, of: record, at: place)
            guard case .failed(let reason) = checked.outcome else { return }
            try close(.waived, reason.rawValue, of: record, at: place)
        case .upgraded(let upgraded):
            let issued = upgraded.issued
            // The old place is read before the new one is there.
            try setStatus(.revocation, 1, of: record, at: place)
            try openList(issued.place.list, of: issued.key, at: place)
            try writer.insert(
                StatusRecord(
                    list: issued.place.list, index: issued.place.index, request: StatusRecord.upgraded(record.id)))
            // When the credential was first available, and in which entry, stays as it is: that kept or broke the
            // promise.
            record.issuedKey = issued.key
            try close(.done, nil, of: record, at: place)
        }
    }

    /// An upgrade that is open is so no more; nothing where none is.
    func close(_ state: UpgradeState, _ reason: String?, of record: RequestRecord, at place: Place) throws {
        // Only what was broken is owed anything.
        guard record.breachedAt != nil, let known = try writer.record(UpgradeRecord.self, .text(record.id)),
            known.state == .open
        else { return }
        var upgrade = known
        (upgrade.state, upgrade.reason) = (state, reason)
        (upgrade.closedAt, upgrade.closedSeq) = (place.at.milliseconds, place.seq)
        if state == .done { upgrade.upgradedSeq = place.seq }
        try writer.update(upgrade, from: known)
    }
}

extension StoreReader {
    /// Where the credential of a request stands that counts now; nil when none was issued.
    func place(of record: RequestRecord) throws -> StatusRecord? {
        let names = record.breachedAt == nil ? [record.id] : [StatusRecord.upgraded(record.id), record.id]
        for name in names {
            let scan = Scan(StatusRecord.self, index: "status_by_request", equals: [.text(name)], limit: 1)
            if let row = try records(scan).first { return row }
        }
        return nil
    }
}
