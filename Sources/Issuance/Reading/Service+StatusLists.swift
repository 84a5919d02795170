package import CanonicalJSON
package import StatusLists
package import Temporal

/// The lists that say what became of credentials.
extension Service {
    /// The signed status list credential of one purpose: the bits of every credential that has its place there, as they
    /// are now, or as they were at the last publication where the issuer publishes on a schedule.
    ///
    /// - Throws: `Refusal.unknownStatusList`.
    package func statusList(_ id: StatusListID) throws -> SignedStatusList {
        try statusLists.list("\(id)", at: now(), asOf: lastStatusChange()) { [self] in
            let now = now()
            return try store.read { reader in
                let (signer, record) = try signer(ofList: id.number, in: reader)
                guard let offer = signer.issuer.statuses.first(where: { $0.purpose == id.purpose }) else {
                    throw Refusal.unknownStatusList
                }
                let publication = signer.issuer.publication(before: now)
                let changes = try changes(of: record.list, id.purpose, until: publication, in: reader)
                return try signer.statusList(
                    record.list, offer, values: changes.map { (Int($0.index), UInt8(clamping: $0.value)) },
                    validFrom: publication, at: now)
            }
        }
    }

    /// The signed Token Status List of the same places, for SD-JWT VCs.
    ///
    /// - Throws: `Refusal.unknownStatusList`.
    package func tokenStatusList(_ number: Int64) throws -> SignedStatusList {
        try statusLists.list("token \(number)", at: now(), asOf: lastStatusChange()) { [self] in
            let now = now()
            return try store.read { reader in
                let (signer, record) = try signer(ofList: number, in: reader)
                let publication = signer.issuer.publication(before: now)
                let suspended = try changes(of: record.list, .suspension, until: publication, in: reader)
                    .map { (Int($0.index), $0.value == 0 ? TokenStatus.valid : .suspended) }
                let revoked = try changes(of: record.list, .revocation, until: publication, in: reader)
                    .map { (Int($0.index), TokenStatus.invalid) }
                return try signer.tokenStatusList(record.list, statuses: suspended + revoked, at: publication)
            }
        }
    }

    /// Why a list was as it was at an instant: each change until then, with the entry of the log that says so.
    ///
    /// - Throws: `Refusal.unknownStatusList`.
    package func statusListHistory(_ id: StatusListID, at instant: Instant) throws -> JSONObject {
        try store.read { reader in
            let (signer, record) = try signer(ofList: id.number, in: reader)
            let publication = signer.issuer.publication(before: instant)
            return [
                "list": .string("\(id)"), "issuer": .string(record.did), "purpose": .string(id.purpose.rawValue),
                "asOf": .string(publication.rfc3339),
                "changes": .array(
                    try changes(of: record.list, id.purpose, until: publication, in: reader).map { change in
                        [
                            "entry": .integer(change.seq), "at": .string(Instant(milliseconds: change.at).rfc3339),
                            "index": .integer(change.index), "value": .integer(change.value),
                            "request": .string(change.request),
                        ]
                    }),
            ]
        }
    }

    private func signer(
        ofList number: Int64, in reader: any StoreReader
    ) throws -> (CredentialSigner, StatusListRecord) {
        guard let record = try reader.record(StatusListRecord.self, .integer(number)) else {
            throw Refusal.unknownStatusList
        }
        let issuers = directory.issuers
        // After the key of a did:key was revoked, nobody can vouch for its lists: the issuer's present key signs, and a
        // verifier sees that it is another's.
        let key = issuers.signer(for: record.did) ?? IssuerName(record.issuer).flatMap { issuers.activeKey(of: $0) }
        guard let key else {
            throw Refusal(.unknownStatusList, "The issuer of this list has no key that could sign it any more.")
        }
        return (try signers.signer(for: key, in: issuers), record)
    }

    private func changes(
        of list: Int64, _ purpose: StatusPurpose, until instant: Instant, in reader: any StoreReader
    ) throws -> [StatusChangeRecord] {
        let scan = Scan(
            StatusChangeRecord.self, equals: [.integer(list), .text(purpose.rawValue)],
            limit: Self.maximumStatusChanges)
        return try reader.records(scan).filter { $0.at <= instant.milliseconds }
    }

    /// The most changes of one list that are read: eight for each of its places.
    private static let maximumStatusChanges = Bitstring.minimumCount * 8
}

extension IssuerAdded {
    /// The last instant at which its lists were published.
    func publication(before now: Instant) -> Instant {
        guard let interval = publicationInterval else { return now }
        return Instant(milliseconds: now.milliseconds - now.milliseconds % interval.count)
    }
}

/// The name of a status list in its address: a number, and after a hyphen its purpose if that is not revocation.
package struct StatusListID: Hashable, Sendable, CustomStringConvertible {
    package let number: Int64
    package let purpose: StatusPurpose

    init(number: Int64, purpose: StatusPurpose) { (self.number, self.purpose) = (number, purpose) }

    /// Reads the form in an address; nil when it is not one.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let number = Int64(parts[0]), number > 0, String(number) == parts[0] else { return nil }
        guard parts.count == 2 else {
            (self.number, purpose) = (number, .revocation)
            return
        }
        let purpose = StatusPurpose(rawValue: String(parts[1]))
        guard purpose != .revocation, StatusOffer.purposes.contains(purpose) else { return nil }
        (self.number, self.purpose) = (number, purpose)
    }

    package var description: String { purpose == .revocation ? "\(number)" : "\(number)-\(purpose.rawValue)" }
}
