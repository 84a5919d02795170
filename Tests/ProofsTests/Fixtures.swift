import CanonicalJSON
import Credentials
import Cryptography
import Multiformats
import Proofs
import Temporal
import TestSupport

let now = Instant(milliseconds: 1_700_000_000_000)

func testKey(_ number: UInt8) throws -> Ed25519PrivateKey {
    try Ed25519PrivateKey(seed: [UInt8](repeating: number, count: 32))
}

func options(
    _ key: Ed25519PrivateKey, _ change: (inout ProofOptions) -> Void = { _ in }
) -> ProofOptions {
    var options = ProofOptions(
        created: now, proofPurpose: .assertionMethod, verificationMethod: DIDKey(key.publicKey).verificationMethod)
    change(&options)
    return options
}

/// Verifies with what most tests expect.
@discardableResult
func verify(
    _ json: JSON, keys: KeySource = .didKey, expecting: ProofExpectations = .init(proofPurpose: .assertionMethod),
    at now: Instant = now
) throws -> [VerifiedProof] {
    try DataIntegrity.verify(json.objectValue ?? [:], keys: keys, expecting: expecting, at: now)
}

extension JSON {
    /// The object with another value for one member of its proof.
    func withProof(_ key: String, _ value: JSON?) -> JSON {
        guard case .object(var document) = self, case .object(var proof)? = document["proof"] else { return self }
        proof[key] = value
        document["proof"] = .object(proof)
        return .object(document)
    }
}

/// What stands in a folder of published vectors.
struct Vectors {
    let folder: String

    func json(_ name: String) throws -> JSON { try JSON(parsing: Conformance.bytes(folder + name)) }

    func text(_ name: String) throws -> String {
        String(decoding: try Conformance.bytes(folder + name), as: UTF8.self).split(separator: "\n").joined()
    }

    /// The key pair under these names.
    func key(_ json: JSON) throws -> Ed25519PrivateKey {
        let secret = try Multikey(multibase: json["privateKeyMultibase"]?.stringValue ?? "")
        return try Ed25519PrivateKey(seed: secret.bytes)
    }
}
