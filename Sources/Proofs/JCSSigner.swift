package import CanonicalJSON
package import Credentials
package import Cryptography
package import Temporal

/// Signs many documents in one issuer's name with ``EdDSAJCS2022``: what ``DataIntegrity/secure(_:with:key:)`` makes,
/// with everything prepared that is the same for all of them.
package struct JCSSigner: Sendable {
    private let key: Ed25519PrivateKey
    /// The members of every proof but `created`, `@context` and `proofValue`.
    private let options: JSONObject

    /// - Throws: ``ProofError`` when `verificationMethod` is a `did:key` that is not the public key of `key`.
    package init(
        key: Ed25519PrivateKey, verificationMethod: URI, proofPurpose: ProofPurpose = .assertionMethod
    ) throws(ProofError) {
        try DataIntegrity.check(verificationMethod, isKeyOf: key)
        self.key = key
        options = ProofOptions(created: nil, proofPurpose: proofPurpose, verificationMethod: verificationMethod).json
    }

    /// The document with its proof.
    /// - Throws: ``ProofError`` when it has a proof already.
    package func secure(_ document: JSONObject, created: Instant) throws(ProofError) -> JSONObject {
        try DataIntegrity.refuseProof(in: document)
        var options = options
        options["created"] = .string(created.dateTimeStamp)
        let proof = try EdDSAJCS2022.createProof(unsecuredDocument: document, options: options, key: key)
        var securedDocument = document
        securedDocument["proof"] = .object(proof)
        return securedDocument
    }
}
