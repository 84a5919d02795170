package import CanonicalJSON
package import Credentials
package import Cryptography
package import LinkedData
package import Temporal

/// Signs many documents with one key: what ``DataIntegrity/secure(_:with:key:contexts:)`` makes, with everything
/// prepared that is the same for all of them.
package struct ProofSigner: Sendable {
    /// The way of signing.
    package let cryptosuite: Cryptosuite
    /// The URL of the public key.
    package let verificationMethod: URI
    private let key: PrivateKey
    private let suite: WholeDocumentSuite
    /// The members of every proof but `created`, `@context` and `proofValue`.
    private let options: JSONObject

    /// - Throws: ``ProofError`` when the suite does not take such a key, or `verificationMethod` names another.
    package init(
        key: PrivateKey, verificationMethod: URI, cryptosuite: Cryptosuite = .eddsaJCS2022,
        proofPurpose: ProofPurpose = .assertionMethod, contexts: ContextRegistry = .published
    ) throws(ProofError) {
        suite = try DataIntegrity.signingSuite(cryptosuite, verificationMethod, key: key, contexts: contexts)
        (self.key, self.cryptosuite, self.verificationMethod) = (key, cryptosuite, verificationMethod)
        var options = ProofOptions(created: nil, proofPurpose: proofPurpose, verificationMethod: verificationMethod)
        options.cryptosuite = cryptosuite
        self.options = options.json
    }

    /// The document with its proof.
    /// - Throws: ``ProofError`` when it has a proof already, or cannot be canonicalized.
    package func secure(_ document: JSONObject, created: Instant) throws(ProofError) -> JSONObject {
        try DataIntegrity.refuseProof(in: document)
        var options = options
        options["created"] = .string(created.dateTimeStamp)
        let proof = try suite.createProof(unsecuredDocument: document, options: options, key: key)
        var securedDocument = document
        securedDocument["proof"] = .object(proof)
        return securedDocument
    }
}
