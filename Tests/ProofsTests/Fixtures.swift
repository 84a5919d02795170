import CanonicalJSON
import Credentials
import Cryptography
import Multiformats
import Proofs
import Temporal
import TestSupport

let now = Instant(milliseconds: 1_700_000_000_000)

func testKey(_ number: UInt8, _ algorithm: SignatureAlgorithm = .edDSA) throws -> PrivateKey {
    switch algorithm {
    case .edDSA: .ed25519(try Ed25519PrivateKey(seed: [UInt8](repeating: number, count: 32)))
    case .es256: .ecdsa(try ECDSAPrivateKey(curve: .p256, scalar: [UInt8](repeating: number, count: 32)))
    case .es384: .ecdsa(try ECDSAPrivateKey(curve: .p384, scalar: [UInt8](repeating: number, count: 48)))
    case .rs256: preconditionFailure("no suite takes RSA")
    }
}

extension PrivateKey {
    /// The key that a Multikey is, as the published key pairs write it.
    init(secret multikey: Multikey) throws {
        switch multikey.type {
        case .ed25519SecretKey: self = .ed25519(try Ed25519PrivateKey(seed: multikey.bytes))
        case .p256SecretKey: self = .ecdsa(try ECDSAPrivateKey(curve: .p256, scalar: multikey.bytes))
        case .p384SecretKey: self = .ecdsa(try ECDSAPrivateKey(curve: .p384, scalar: multikey.bytes))
        case .ed25519PublicKey, .p256PublicKey, .p384PublicKey: preconditionFailure("not a secret key")
        }
    }

    /// The key of a published pair.
    init(keyPair json: JSON) throws {
        let secret = json["secretKeyMultibase"] ?? json["privateKeyMultibase"]
        try self.init(secret: Multikey(multibase: secret?.stringValue ?? ""))
    }

    var did: DIDKey {
        guard let did = DIDKey(publicKey) else { preconditionFailure("RSA has no did:key") }
        return did
    }
}

func options(
    _ key: PrivateKey, _ cryptosuite: Cryptosuite = .eddsaJCS2022, _ change: (inout ProofOptions) -> Void = { _ in }
) -> ProofOptions {
    var options = ProofOptions(
        created: now, proofPurpose: .assertionMethod, verificationMethod: key.did.verificationMethod)
    options.cryptosuite = cryptosuite
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
