package import CanonicalJSON
package import Credentials
package import Temporal

/// A proof as it stands in a document, well-formed and not yet verified
/// ([Data Integrity, 2.1 and 3.1](https://www.w3.org/TR/vc-data-integrity/#proofs)).
package struct DataIntegrityProof: Hashable, Sendable {
    /// The proof type of every cryptosuite; one older type is accepted too: ``Cryptosuite/ed25519Signature2020``.
    package static let type = "DataIntegrityProof"

    /// The proof as it was given.
    package let json: JSONObject

    /// How it was made.
    package let cryptosuite: Cryptosuite

    /// What it is for.
    package let proofPurpose: ProofPurpose

    /// The URL of the key that made it.
    package let verificationMethod: URI

    /// The signature, not decoded yet.
    package let proofValue: String

    /// What identifies it within the document.
    package let id: URI?

    /// When the signer says that it was made.
    package let created: Instant?

    /// From when on it counts no more.
    package let expires: Instant?

    /// Where it may be used; empty: anywhere.
    package let domains: [String]

    /// The verifier's words that it answers.
    package let challenge: String?

    /// The `id`s of the proofs that it builds on.
    package let previousProofs: [String]

    /// Reads the proof that stands at `place`.
    /// - Throws: ``ProofError`` for the first member that is not as it must be.
    package init(_ json: JSON, at place: JSONPointer) throws(ProofError) {
        do throws(CredentialError) {
            let proof = try OpenObject(json, at: place)
            cryptosuite = try Self.cryptosuite(of: proof)
            proofPurpose = ProofPurpose(rawValue: try Self.string("proofPurpose", of: proof))
            verificationMethod = try proof.uri("verificationMethod")
            proofValue = try Self.string("proofValue", of: proof)
            id = try proof.optionalURI("id")
            created = try proof.optionalTime("created", missingOffset: .isUTC)
            expires = try proof.optionalTime("expires", missingOffset: .isUTC)
            domains = try Self.strings("domain", of: proof)
            challenge = try proof.optionalString("challenge")
            previousProofs = try Self.strings("previousProof", of: proof)
            _ = try proof.optionalString("nonce")
            self.json = proof.object
        } catch {
            throw ProofError(.proofVerification, at: error.pointer, error.problem)
        }
    }

    private static func cryptosuite(of proof: OpenObject) throws(CredentialError) -> Cryptosuite {
        let type = try string("type", of: proof)
        if type == Cryptosuite.ed25519Signature2020.proofType { return .ed25519Signature2020 }
        guard type == Self.type else {
            throw proof.malformed("type", "is \(type.debugDescription); only \(Self.type) is supported")
        }
        let name = try string("cryptosuite", of: proof)
        guard let cryptosuite = Cryptosuite(rawValue: name), cryptosuite.proofType == Self.type else {
            throw proof.malformed(
                "cryptosuite", "is \(name.debugDescription), which is not supported; supported: \(Cryptosuite.names)")
        }
        return cryptosuite
    }

    private static func string(_ key: String, of proof: OpenObject) throws(CredentialError) -> String {
        guard let text = try proof.optionalString(key) else { throw proof.malformed(key, "is missing and required") }
        return text
    }

    /// One string or a list of them; none when the member is absent.
    private static func strings(_ key: String, of proof: OpenObject) throws(CredentialError) -> [String] {
        guard let json = proof.object[key] else { return [] }
        let elements = json.arrayValue ?? [json]
        let strings = elements.compactMap(\.stringValue)
        guard strings.count == elements.count else {
            throw proof.malformed(key, "must be a string or a list of strings")
        }
        return strings
    }
}
