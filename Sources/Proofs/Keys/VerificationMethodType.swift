import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Multiformats

/// How a verification method writes its key, by its `type`.
///
/// `Multikey` and `JsonWebKey` are those of [CID 1.0, 2.2](https://www.w3.org/TR/cid-1.0/#verification-methods). The
/// others are older names for the same forms that documents in use still have.
enum VerificationMethodType: String, CaseIterable {
    case multikey = "Multikey"
    case jsonWebKey = "JsonWebKey"
    case jsonWebKey2020 = "JsonWebKey2020"
    case ed25519VerificationKey2020 = "Ed25519VerificationKey2020"

    /// The key of a verification method.
    static func publicKey(of method: OpenObject) throws(CredentialError) -> PublicKey {
        let name = try method.optionalString("type") ?? ""
        guard let type = Self(rawValue: name) else {
            let known = allCases.map(\.rawValue).joined(separator: ", ")
            throw method.malformed("type", "is \(name.debugDescription), which is not known; known are \(known)")
        }
        switch type {
        case .multikey: return try multikey(of: method)
        case .jsonWebKey, .jsonWebKey2020: return try jsonWebKey(of: method)
        case .ed25519VerificationKey2020:
            let key = try multikey(of: method)
            guard case .ed25519 = key else { throw method.malformed("publicKeyMultibase", "is not an Ed25519 key") }
            return key
        }
    }

    private static func multikey(of method: OpenObject) throws(CredentialError) -> PublicKey {
        do {
            return try PublicKey(Multikey(multibase: method.optionalString("publicKeyMultibase") ?? ""))
        } catch {
            throw method.malformed("publicKeyMultibase", "is not a public key in multibase: \(error)")
        }
    }

    private static func jsonWebKey(of method: OpenObject) throws(CredentialError) -> PublicKey {
        do {
            return try JSONWebKey(method.value("publicKeyJwk")).publicKey
        } catch {
            throw method.malformed("publicKeyJwk", "is not a public key as a JSON Web Key: \(error)")
        }
    }
}
