import StatusLists
import Temporal

/// Decisions about who issues, and about what was issued.
extension Situation {
    func add(_ issuer: IssuerAdded, _ key: KeyAdded) throws -> Decision {
        guard directory.issuers.issuers[issuer.name] == nil else {
            throw Refusal(
                .invalidIssuer, "There is an issuer \(issuer.name) already; choose another name.", at: "/name")
        }
        guard directory.issuers.issuers.count < IssuerBook.maximumIssuers else {
            throw Refusal(.invalidIssuer, "This service has \(IssuerBook.maximumIssuers) issuers, which is the most.")
        }
        try checkNew(key)
        var decision = Decision()
        decision.answer(
            with: LogEvent(.issuerAdded(issuer)), following: [LogEvent(.keyAdded(key.starting(at: now)))])
        return decision
    }

    /// The new key signs from now on, and the one before it no more.
    func add(_ key: KeyAdded) throws -> Decision {
        try checkNew(key)
        guard directory.issuers.keys(of: key.issuer).count < IssuerBook.maximumKeys else {
            throw Refusal(.invalidIssuer, "The issuer had \(IssuerBook.maximumKeys) keys, which is the most.")
        }
        // What the old key signed at this very instant, a moment before, it signed while it was in use.
        let retired = directory.issuers.activeKey(of: key.issuer).map {
            LogEvent(.keyRetired(KeyRetired(id: $0.id, at: now + Milliseconds(1))))
        }
        return Decision((retired.map { [$0] } ?? []) + [LogEvent(.keyAdded(key.starting(at: now)))])
    }

    private func checkNew(_ key: KeyAdded) throws {
        guard directory.issuers.keys[key.id] == nil else {
            throw Refusal(.invalidIssuer, "The key \(key.id) was used before; make a new one.", at: "/key")
        }
    }

    func revoke(_ revoked: KeyRevoked) throws -> Decision {
        guard let key = directory.issuers.keys[revoked.id] else { throw Refusal.unknownKey }
        guard key.revokedSince == nil else {
            throw Refusal(.wrongState, "The key was revoked before, since \(key.revokedSince?.rfc3339 ?? "").")
        }
        guard key.added.from <= revoked.since, revoked.since <= now else {
            throw Refusal(
                .invalidRequest, "A key is revoked since an instant from \(key.added.from.rfc3339) to now.",
                at: "/since")
        }
        return Decision([LogEvent(.keyRevoked(revoked))])
    }

    func register(_ resource: ResourceRegistered) throws -> Decision {
        let known = directory.resources[resource.tenant]
        guard known?.has(resource) ?? false || known?.count ?? 0 < TenantResources.maximumCount else {
            throw Refusal(
                .invalidRequest, "An institution has at most \(TenantResources.maximumCount) contexts and schemas.")
        }
        return Decision([LogEvent(.resourceRegistered(resource))])
    }

    /// What was signed before the transaction was signed with a key that still signs.
    func checkKey(of issued: CredentialIssued) throws {
        let issuers = directory.issuers
        guard let key = issuers.keys[issued.key], issuers.activeKey(of: key.added.issuer) == key else {
            throw StalePreparation()
        }
    }

    func setStatus(
        _ target: TenantRequest, _ purpose: StatusPurpose, _ value: Int64, _ note: String?
    ) throws -> Decision {
        let promise = try promise(of: target)
        guard promise.record.state == .available, let key = promise.record.issuedKey else {
            throw promise.refusal("given another status")
        }
        let issuer = directory.issuers.keys[key].flatMap { directory.issuers.issuers[$0.added.issuer] }
        guard let offer = issuer?.statuses.first(where: { $0.purpose == purpose }), purpose != .revocation else {
            throw Refusal(
                .invalidRequest, "The issuer of this credential keeps no such status to change.", at: "/purpose")
        }
        guard offer.values.contains(value) else {
            throw Refusal(
                .invalidRequest, "The values of this status are 0 to \(offer.values.upperBound - 1).", at: "/value")
        }
        let scan = Scan(
            StatusChangeRecord.self, index: "status_change_by_request",
            equals: [.text(target.id.text), .text(purpose.rawValue)], isDescending: true, limit: 1)
        guard try state.records(scan).first?.value ?? 0 != value else {
            throw Refusal(.wrongState, "The status \(purpose.rawValue) is \(value) already.")
        }
        return Decision([
            LogEvent(
                .credentialStatusSet(
                    CredentialStatusSet(purpose: purpose, value: value, note: note, idempotency: target.idempotency)),
                of: target.id)
        ])
    }
}

extension KeyAdded {
    fileprivate func starting(at instant: Instant) -> KeyAdded {
        KeyAdded(issuer: issuer, did: did, id: id, publicKey: publicKey, from: instant)
    }
}
