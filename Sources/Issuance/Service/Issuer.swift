import CanonicalJSON
import Credentials
package import Cryptography
import Proofs
import StatusLists
import Temporal

/// The only place that signs credentials, receipts and status lists: one key, one did:key.
package struct Issuer: Sendable {
    /// Who issues: a did:key.
    package let id: String
    /// Where the service is found; the beginning of the addresses of its status lists.
    let url: String
    private let signer: ProofSigner
    private let issuerID: IssuerID

    package init(key: Ed25519PrivateKey, url: String) throws {
        let did = DIDKey(key.publicKey)
        id = did.description
        issuerID = IssuerID(did.uri)
        self.url = url
        signer = try ProofSigner(key: .ed25519(key), verificationMethod: did.verificationMethod)
    }

    /// The signed credential for a draft.
    ///
    /// - Throws: `Refusal` when the draft cannot be issued by us.
    func credential(
        _ draft: CredentialDraft, id: RequestID, list: Int64, index: Int64, at now: Instant
    ) throws -> IssuedCredential {
        let entry = BitstringStatusListEntry(
            statusPurpose: .revocation, statusListIndex: Int(index), statusListCredential: listAddress(list))
        let issuable: UnsecuredCredential
        do throws(CredentialError) {
            issuable = try draft.issuable(
                id: URI(ours: "urn:uuid:\(id)"), issuer: issuerID, validFrom: now, status: [entry.json])
        } catch {
            throw Refusal(.invalidCredential, error.problem, at: "/credential" + error.pointer.description)
        }
        return IssuedCredential(credential: .object(try sign(issuable.json, at: now)), list: list, index: index)
    }

    /// The promise, signed: what the institution can hold against us.
    func receipt(_ accepted: Receipt) throws -> JSON {
        .object(try sign(accepted.document(issuer: id), at: accepted.acceptedAt))
    }

    /// The signed status list credential, in its canonical bytes.
    func statusList(_ list: Int64, revoked: [Int], at now: Instant) throws -> [UInt8] {
        var bits = Bitstring()
        for index in revoked { bits[index] = true }
        let credential = StatusListCredential.unsecured(
            id: listAddress(list), issuer: issuerID, statusPurpose: .revocation, bitstring: bits, validFrom: now)
        return JSON.object(try sign(credential.json, at: now)).canonicalBytes
    }

    private func listAddress(_ list: Int64) -> URI { URI(ours: "\(url)/status-lists/\(list)") }

    private func sign(_ document: JSONObject, at now: Instant) throws -> JSONObject {
        try signer.secure(document, created: now)
    }
}

/// What an intake receipt says, before it is signed.
struct Receipt {
    let request: RequestID
    let tenant: TenantID
    let origin: String
    let objective: String
    let acceptedAt: Instant
    let dueAt: Instant
    let serviceLevel: String
    let compensation: String
    /// SHA-256 of the canonical credential as it was asked for, in hexadecimal.
    let credentialDigest: String

    /// The time within which an accepted request stands in the log: a receipt whose request is missing there after it
    /// convicts the operator.
    static let loggedWithin = Milliseconds.minutes(1)

    func document(issuer: String) -> JSONObject {
        [
            "type": "IntakeReceipt", "request": .string(request.text), "tenant": .string(tenant.text),
            "issuer": .string(issuer), "log": .string(origin), "loggedWithin": .string(Self.loggedWithin.iso8601),
            "objective": .string(objective), "acceptedAt": .string(acceptedAt.rfc3339),
            "dueAt": .string(dueAt.rfc3339), "serviceLevel": .string(serviceLevel),
            "compensation": .string(compensation), "credentialDigest": .string("sha256:" + credentialDigest),
        ]
    }
}
