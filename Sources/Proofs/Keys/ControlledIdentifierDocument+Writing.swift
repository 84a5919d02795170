package import CanonicalJSON
package import Credentials
import Cryptography
import JOSE
import Multiformats
import Temporal

extension ControlledIdentifierDocument {
    /// The document of somebody with these keys, to be served: the `did.json` of a `did:web`.
    ///
    /// A key is written as a Multikey, or as a JSON Web Key if it is an RSA key. Keys that expired or were revoked
    /// belong in it too, with their ends: what they signed before stays verifiable.
    ///
    /// - Parameter methods: the keys, whose `controller` is `id`, each with what it is for.
    package static func json(
        id: URI, methods: [(method: VerificationMethod, purposes: [ProofPurpose])]
    ) -> JSONObject {
        let hasJSONWebKeys = methods.contains { $0.method.publicKey.multikey == nil }
        var document: JSONObject = [
            "@context": .array(contexts + (hasJSONWebKeys ? ["https://w3id.org/security/jwk/v1"] : [])),
            "id": .string(id.description),
            "verificationMethod": .array(methods.map { .object(json(of: $0.method)) }),
        ]
        for purpose in ProofPurpose.all {
            let keys = methods.filter { $0.purposes.contains(purpose) }
            guard !keys.isEmpty else { continue }
            document[purpose.rawValue] = .array(keys.map { .string($0.method.id.description) })
        }
        return document
    }

    private static let contexts: [JSON] = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]

    private static func json(of method: VerificationMethod) -> JSONObject {
        var json: JSONObject = [
            "id": .string(method.id.description), "controller": .string(method.controller.description),
        ]
        if let multikey = method.publicKey.multikey {
            json["type"] = .string(VerificationMethodType.multikey.rawValue)
            json["publicKeyMultibase"] = .string(multikey.multibase)
        } else {
            json["type"] = .string(VerificationMethodType.jsonWebKey.rawValue)
            json["publicKeyJwk"] = .object(JSONWebKey(method.publicKey).json)
        }
        json["expires"] = method.expires.map { .string($0.dateTimeStamp) }
        json["revoked"] = method.revoked.map { .string($0.dateTimeStamp) }
        return json
    }
}
