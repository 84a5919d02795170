package import CanonicalJSON
import Cryptography
import JOSE
package import Temporal

/// What the operator does about issuers and their keys, and institutions about contexts and schemas.
extension Service {
    /// Adds an issuer whose private key is in the vault.
    package func addIssuer(_ issuer: NewIssuer, _ reply: @escaping Sequencer.Completion) throws {
        guard issuer.tenant == .default || directory.tenants.values.contains(issuer.tenant) else {
            throw Refusal(.invalidIssuer, "There is no institution \(issuer.tenant).", at: "/tenant")
        }
        let key = try vault.key(issuer.key).publicKey
        let events = try issuer.events(key, url: url, at: now())
        // Whatever cannot be signed with is found out now, and not by the first request.
        _ = try CredentialSigner(events.issuer, events.key, vault.key(issuer.key), url: url)
        sequencer.submit(.addIssuer(events.issuer, events.key), reply)
    }

    /// Lets another key from the vault sign for an issuer from now on. What the one before signed stays valid.
    package func rotateKey(
        of name: IssuerName, to thumbprint: String, _ reply: @escaping Sequencer.Completion
    ) throws {
        guard let issuer = directory.issuers.issuers[name] else { throw Refusal.unknownIssuer }
        let added = try issuer.adding(try vault.key(thumbprint).publicKey, url: url, at: now())
        sequencer.submit(.addKey(added)) { [statusLists] result in
            statusLists.invalidate()
            reply(result)
        }
    }

    /// What the key signed since an instant is not to be believed, and it signs nothing more.
    package func revokeKey(_ id: String, since: Instant, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.revokeKey(KeyRevoked(id: id, since: since))) { [statusLists] result in
            statusLists.invalidate()
            reply(result)
        }
    }

    /// Every issuer with its keys.
    package func issuerList() -> JSONObject {
        let issuers = directory.issuers
        return [
            "issuers": .array(
                issuers.issuers.values.sorted { $0.name.text < $1.name.text }.map { issuer in
                    var document = issuer.facts
                    document["keys"] = .array(
                        issuers.keys(of: issuer.name).map { key in
                            .object(key.document(isActive: issuers.activeKey(of: issuer.name) == key))
                        })
                    return .object(document)
                })
        ]
    }

    /// A page of the requests whose credential a key signed, oldest first, and the cursor of the next page.
    package func requests(signedWith key: String, after cursor: RequestID?) throws -> JSONObject {
        guard directory.issuers.keys[key] != nil else { throw Refusal.unknownKey }
        return try store.read { reader in
            let scan = Scan(
                RequestRecord.self, index: "request_by_key", equals: [.text(key)],
                above: cursor.map { [.text($0.text)] } ?? [], limit: Self.pageSize + 1)
            let records = try reader.records(scan)
            let page = records.prefix(Self.pageSize)
            var list: JSONObject = [
                "key": .string(key),
                "requests": .array(
                    page.map { record in
                        var row: JSONObject = ["id": .string(record.id), "state": .string(record.state.rawValue)]
                        row["issuedAt"] = record.issuedAt.map { .string(Instant(milliseconds: $0).rfc3339) }
                        row["entry"] = record.issuedSeq.map { .integer($0) }
                        return .object(row)
                    }),
            ]
            if records.count > page.count, let last = page.last { list["next"] = .string(last.id) }
            return list
        }
    }
}

extension IssuerKey {
    fileprivate func document(isActive: Bool) -> JSONObject {
        var document: JSONObject = [
            "key": .string(id), "did": .string(added.did), "thumbprint": .string(added.thumbprint),
            "from": .string(added.from.rfc3339),
            "state": .string(revokedSince != nil ? "revoked" : isActive ? "active" : "retired"),
        ]
        document["retiredAt"] = retiredAt.map { .string($0.rfc3339) }
        document["revokedSince"] = revokedSince.map { .string($0.rfc3339) }
        return document
    }
}
