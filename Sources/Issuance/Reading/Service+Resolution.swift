package import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Multiformats
import Proofs
import Temporal

/// What others resolve: identifiers of issuers, contexts, schemas.
extension Service {
    /// The document of an issuer's `did:web`
    /// ([CID 1.0, 2](https://www.w3.org/TR/cid-1.0/#data-model)): each key it had, since when it may not be used.
    ///
    /// - Throws: `Refusal.unknownIssuer`, also for an issuer without such an identifier.
    package func didDocument(of name: IssuerName) throws -> JSONObject {
        let issuers = directory.issuers
        guard let issuer = issuers.issuers[name], issuer.method == .web,
            let did = issuers.keys(of: name).first?.added.did
        else { throw Refusal.unknownIssuer }
        let keys = issuers.keys(of: name)
        let ids = JSON.array(keys.map { .string($0.id) })
        return [
            "@context": [
                "https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1",
                "https://w3id.org/security/jwk/v1",
            ],
            "id": .string(did), "verificationMethod": .array(try keys.map { .object(try $0.verificationMethod) }),
            "assertionMethod": ids,
        ]
    }

    /// A registered context or schema, by its hash.
    ///
    /// - Throws: `Refusal` with `unknownResource`.
    package func resource(_ kind: ResourceRegistered.Kind, _ hash: String) throws -> [UInt8] {
        try store.read { reader in
            let scan = Scan(
                ResourceRecord.self, index: "resource_by_hash", equals: [.text(hash), .text(kind.rawValue)], limit: 1)
            guard let record = try reader.records(scan).first,
                let document = try storedOpenings(record.seq, in: reader)["resource"]?["document"]
            else {
                throw Refusal(.unknownResource, "No \(kind.rawValue) with this hash is registered.")
            }
            return document.canonicalBytes
        }
    }
}

extension IssuerKey {
    /// As a Multikey where the key has that form, else as a JsonWebKey.
    fileprivate var verificationMethod: JSONObject {
        get throws {
            var method: JSONObject = ["id": .string(id), "controller": .string(added.did)]
            if let multikey = try JSONWebKey(added.publicKey).publicKey.multikey {
                method["type"] = "Multikey"
                method["publicKeyMultibase"] = .string(multikey.multibase)
            } else {
                method["type"] = "JsonWebKey"
                method["publicKeyJwk"] = added.publicKey
            }
            // Proofs say whole seconds: the second in which the key was retired is one in which it signed.
            method["expires"] = retiredAt.map { .string(($0 + .seconds(1)).dateTimeStamp) }
            method["revoked"] = revokedSince.map { .string($0.dateTimeStamp) }
            return method
        }
    }
}
