package import CanonicalJSON
import Multiformats
package import StatusLists
package import Temporal

/// What those need who know credentials and not requests.
extension Service {
    /// The institution in whose name whoever reaches the service may have an issuer sign; nil when that issuer is not
    /// open, or not there.
    package func tenant(ofOpenIssuer name: IssuerName) -> TenantID? {
        directory.issuers.issuers[name].flatMap { $0.isOpen ? $0.tenant : nil }
    }

    /// A name for a command that nobody will repeat.
    package func newIdempotencyKey() -> String { "once " + Hex.encode(randomBytes(16)) }

    /// The credential that was issued under an idempotency key; nil when none was.
    ///
    /// - Throws: `Refusal.erased` when the person of it was erased.
    package func issuedCredential(under key: String, of tenant: TenantID) throws -> IssuedCredential? {
        try store.read { reader in
            if try StoredAnswer.isErased(key, of: tenant, in: reader, directory) { throw Refusal.erased }
            guard let answer = try reader.record(AnswerRecord.self, .text(tenant.text), .text(key)),
                let seq = answer.seq, let event = try storedEvent(seq, in: reader), let request = event.request,
                let following = try storedEvent(behind: seq, about: request, in: reader),
                let issued = following.issued(for: request),
                let issuerKey = directory.issuers.keys[issued.key]
            else { return nil }
            let signer = try signers.signer(for: issuerKey, in: directory.issuers)
            let statuses = try signer.issuer.statuses.filter { issued.mayHave($0.purpose) }.map { offer in
                let scan = Scan(
                    StatusChangeRecord.self, index: "status_change_by_request",
                    equals: [.text(request.text), .text(offer.purpose.rawValue)], isDescending: true, limit: 1)
                return IssuedCredential.Status(
                    entry: signer.entry(for: offer, at: issued.place), value: try reader.records(scan).first?.value ?? 0
                )
            }
            return IssuedCredential(request: request, issuer: signer.issuer.name, statuses: statuses)
        }
    }

    /// The contexts and schemas that an institution registered, with those that ship with us.
    package func resources(of tenant: TenantID?) -> TenantResources {
        tenant.flatMap { directory.resources[$0] } ?? TenantResources()
    }

    /// The institution whose an issuer is; nil when there is no such issuer.
    package func tenant(ofIssuer name: IssuerName) -> TenantID? { directory.issuers.issuers[name]?.tenant }

    /// The documents of every `did:web` of this service, with the keys that were revoked.
    package func didDocuments() throws -> [JSONObject] {
        try directory.issuers.issuers.values.filter { $0.method == .web }.map { try didDocument(of: $0.name) }
    }

    /// Since when what a key signs counts for nothing; nil when it was not revoked, or is not one that is an identifier
    /// of ours.
    package func revocation(ofKey url: String) -> Instant? {
        guard let key = directory.issuers.keys[url], directory.issuers.issuers[key.added.issuer]?.method == .key else {
            return nil
        }
        return key.revokedSince
    }

    /// The status list at an address; nil when it is not one of this service.
    package func statusList(at address: String) throws -> SignedStatusList? {
        let beginning = url + "/status-lists/"
        guard address.hasPrefix(beginning), let id = StatusListID(String(address.dropFirst(beginning.count))) else {
            return nil
        }
        do {
            return try statusList(id)
        } catch let refusal as Refusal where refusal.code == .unknownStatusList {
            return nil
        }
    }

    /// The instant that the service judges by.
    package var instant: Instant { now() }
}

/// A credential as those know it who issued it.
package struct IssuedCredential: Sendable {
    /// The request that it came from.
    package let request: RequestID
    /// Who signed it.
    package let issuer: IssuerName
    /// Each status that it has.
    package let statuses: [Status]

    /// One status as it is now.
    package struct Status: Sendable {
        /// Where it is published.
        package let entry: BitstringStatusListEntry
        /// 0 when it is not set.
        package let value: Int64
    }
}

extension CredentialIssued {
    /// Whether a status of that purpose is in the credential, as far as it can be read without opening a token: badges
    /// have one status only.
    fileprivate func mayHave(_ purpose: StatusPurpose) -> Bool {
        guard case .object = credential else { return true }
        let entries = credential["credentialStatus"].map { $0.arrayValue ?? [$0] } ?? []
        return entries.contains { $0["statusPurpose"] == .string(purpose.rawValue) }
    }
}
