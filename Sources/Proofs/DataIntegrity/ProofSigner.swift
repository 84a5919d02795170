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
    private let contexts: ContextRegistry
    private let suite: WholeDocumentSuite
    /// The members of every proof but `created`, `@context` and `proofValue`.
    private let options: JSONObject
    /// For suites over RDF: the JSON itself is canonicalized as fast as it would be looked up.
    private let prepared: PreparedConfigurations?

    /// - Throws: ``ProofError`` when the suite does not take such a key, or `verificationMethod` names another.
    package init(
        key: PrivateKey, verificationMethod: URI, cryptosuite: Cryptosuite = .eddsaJCS2022,
        proofPurpose: ProofPurpose = .assertionMethod, contexts: ContextRegistry = .published
    ) throws(ProofError) {
        try DataIntegrity.check(cryptosuite, verificationMethod, signsWith: key.publicKey)
        (self.key, self.cryptosuite, self.verificationMethod) = (key, cryptosuite, verificationMethod)
        self.contexts = contexts
        suite = WholeDocumentSuite(cryptosuite, for: key.publicKey.algorithm, contexts: contexts)
        var options = ProofOptions(created: nil, proofPurpose: proofPurpose, verificationMethod: verificationMethod)
        options.cryptosuite = cryptosuite
        self.options = options.json
        prepared = cryptosuite.canonicalization == .rdfc ? PreparedConfigurations() : nil
    }

    /// The document with its proof. Not for ecdsa-sd-2023, which takes randomness.
    /// - Throws: ``ProofError`` when it has a proof already, or cannot be canonicalized.
    package func secure(_ document: JSONObject, created: Instant) throws(ProofError) -> JSONObject {
        guard cryptosuite != .ecdsaSD2023 else { throw DataIntegrity.needsRandomness }
        return try secure(document, created: created) { (options) throws(ProofError) in
            try suite.createProof(unsecuredDocument: document, options: options, key: key, prepared: prepared)
        }
    }

    /// The document with its proof, by any suite.
    ///
    /// - Parameters:
    ///   - mandatoryPointers: for ecdsa-sd-2023, JSON Pointers to what a holder always shows; empty for other suites.
    ///   - random: for keys, so ``Cryptography/SecureRandom``; other suites leave it alone.
    /// - Throws: ``ProofError`` when it has a proof already, cannot be canonicalized, or a pointer leads to nothing.
    package func secure(
        _ document: JSONObject, created: Instant, mandatoryPointers: [String],
        using random: inout some RandomNumberGenerator
    ) throws(ProofError) -> JSONObject {
        guard cryptosuite == .ecdsaSD2023 else {
            guard mandatoryPointers.isEmpty else {
                throw ProofError(
                    .proofGeneration, at: JSONPointer(),
                    "is signed with \(cryptosuite.rawValue), which shows all or nothing: give no mandatory pointers")
            }
            return try secure(document, created: created)
        }
        let secrets = try ECDSASD2023.Secrets(using: &random)
        return try secure(document, created: created) { (options) throws(ProofError) in
            try ECDSASD2023(contexts: contexts).createBaseProof(
                unsecuredDocument: document, options: options, mandatoryPointers: mandatoryPointers,
                secrets: secrets, key: key)
        }
    }

    private func secure(
        _ document: JSONObject, created: Instant, proof: (_ options: JSONObject) throws(ProofError) -> JSONObject
    ) throws(ProofError) -> JSONObject {
        try DataIntegrity.refuseProof(in: document)
        var options = options
        options["created"] = .string(created.dateTimeStamp)
        var securedDocument = document
        securedDocument["proof"] = .object(try proof(options))
        return securedDocument
    }
}
