import CanonicalJSON
import Credentials
import Cryptography
import Proofs
import StatusLists
import Temporal
import TransparencyLog
import Verification

/// An issuer with a key from a fixed seed, who signs whatever a test asks for.
struct SampleIssuer {
    let key: Ed25519PrivateKey
    var did: DIDKey { DIDKey(key.publicKey) }

    /// - Parameter seed: another number is another issuer.
    init(_ seed: UInt8 = 1) throws { key = try sampleKey(seed) }

    func sign(_ document: JSONObject, at created: Instant = .issued) throws -> JSONObject {
        let options = ProofOptions(
            created: created, proofPurpose: .assertionMethod, verificationMethod: did.verificationMethod)
        return try DataIntegrity.secure(document, with: options, key: .ed25519(key))
    }

    /// A credential, with a status at ``statusIndex`` of ``statusListAddress``.
    func credential(_ change: (inout JSONObject) throws -> Void = { _ in }) throws -> JSONObject {
        var document: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
            "id": "urn:uuid:0190d6a0-7b2e-7cc3-98c4-dc0c0c07398f",
            "type": ["VerifiableCredential", "AlumniCredential"],
            "issuer": .string(did.description), "validFrom": .string(Instant.issued.dateTimeStamp),
            "validUntil": .string((Instant.issued + .days(365)).dateTimeStamp),
            "credentialSubject": ["id": "did:example:ada", "alumniOf": "The School of Examples"],
            "credentialStatus": .object(try Self.statusEntry()),
        ]
        try change(&document)
        return try sign(document)
    }

    static let statusListAddress = "https://issuer.example/status-lists/0"
    static let statusIndex = 4711

    static func statusEntry(
        _ purpose: StatusPurpose = .revocation, index: Int = statusIndex, list: String = statusListAddress
    ) throws -> JSONObject {
        BitstringStatusListEntry(
            statusPurpose: purpose, statusListIndex: index, statusListCredential: try URI(list)
        ).json
    }

    /// A status list, in which the places `set` have their bit set.
    func statusList(
        set: [Int] = [], id: String = statusListAddress, purpose: StatusPurpose = .revocation,
        madeAt: Instant = .issued + .hours(1),
        _ change: (inout JSONObject) throws -> Void = { _ in }
    ) throws -> JSONObject {
        var bits = Bitstring()
        for index in set { bits[index] = true }
        var document = StatusListCredential.unsecured(
            id: try URI(id), issuer: IssuerID(did.uri), statusPurpose: purpose, bitstring: bits, validFrom: madeAt
        ).json
        try change(&document)
        return try sign(document, at: madeAt)
    }

    /// The receipt for the first request of a ``SampleLog``.
    func receipt(_ change: (inout JSONObject) throws -> Void = { _ in }) throws -> JSONObject {
        var document: JSONObject = [
            "type": "IntakeReceipt", "request": .string(SampleLog.rid), "tenant": "university",
            "issuer": .string(did.description), "log": .string(SampleLog.origin), "loggedWithin": "PT1M",
            "objective": "issue", "acceptedAt": .string(Instant.accepted.rfc3339),
            "dueAt": .string(Instant.due.rfc3339), "serviceLevel": .string(SampleLog.serviceLevel),
            "compensation": .string(SampleLog.compensation), "credentialDigest": .string(SampleLog.draftDigest),
        ]
        try change(&document)
        return try sign(document, at: .accepted)
    }
}

func sampleKey(_ seed: UInt8) throws -> Ed25519PrivateKey {
    try Ed25519PrivateKey(seed: (0..<32).map { seed &* 37 &+ $0 })
}

extension Instant {
    /// 2026-03-02T09:00:00Z, when the sample request was accepted.
    static let accepted = Instant(milliseconds: 1_772_442_000_000)
    /// When its credential was promised.
    static let due = accepted + .hours(2)
    /// When it was issued: late.
    static let issued = accepted + .hours(30)
    /// When the tests verify.
    static let judged = issued + .hours(4)
}

extension Trust {
    static func sample(_ change: (inout Trust) -> Void = { _ in }) -> Trust {
        var trust = Trust(at: .judged)
        change(&trust)
        return trust
    }
}

extension Evidence {
    init(_ json: JSONObject) throws { try self.init(parsing: JSON.object(json).canonicalBytes) }
}
