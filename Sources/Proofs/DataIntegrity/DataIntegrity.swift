package import CanonicalJSON
import Credentials
package import Cryptography
package import LinkedData

/// Proofs inside the documents that they secure ([Data Integrity 1.0](https://www.w3.org/TR/vc-data-integrity/)).
///
/// The documents are JSON objects of any kind: credentials, presentations, receipts.
package enum DataIntegrity {
    /// A proof can cover others, so the work grows with the square of their number. Documents in use have one to four.
    package static let maximumProofs = 16

    /// The document with its first proof ([4.2 Add Proof](https://www.w3.org/TR/vc-data-integrity/#add-proof)).
    ///
    /// - Parameter contexts: the JSON-LD contexts that are known, for suites over RDF.
    /// - Throws: ``ProofError``: the document has a proof already, or the options name another key than `key`, or the
    ///   suite does not take such a key, or the document cannot be canonicalized.
    package static func secure(
        _ document: JSONObject, with options: ProofOptions, key: PrivateKey, contexts: ContextRegistry = .published
    ) throws(ProofError) -> JSONObject {
        try refuseProof(in: document)
        return try addProof(to: document, with: options, key: key, contexts: contexts)
    }

    /// The document with one proof more, which builds on those that the options name
    /// ([4.3 Add Proof Set/Chain](https://www.w3.org/TR/vc-data-integrity/#add-proof-set-chain)).
    ///
    /// - Throws: ``ProofError``: a proof that the options name is not there, or there are ``maximumProofs`` already, or
    ///   what ``secure(_:with:key:contexts:)`` throws.
    package static func addProof(
        to document: JSONObject, with options: ProofOptions, key: PrivateKey, contexts: ContextRegistry = .published
    ) throws(ProofError) -> JSONObject {
        let suite = try signingSuite(options, key: key, contexts: contexts)
        return try add(to: document, buildingOn: options.previousProofs) { (document) throws(ProofError) in
            try suite.createProof(unsecuredDocument: document, options: options.json, key: key)
        }
    }

    /// Puts a proof that `create` makes behind those that are there.
    static func add(
        to document: JSONObject, buildingOn previousProofs: [String],
        creating create: (JSONObject) throws(ProofError) -> JSONObject
    ) throws(ProofError) -> JSONObject {
        let place = JSONPointer().appending("proof")
        var allProofs = document["proof"].map { $0.arrayValue ?? [$0] } ?? []
        guard allProofs.count < maximumProofs else {
            throw ProofError(.proofGeneration, at: place, "has \(maximumProofs) proofs already")
        }
        guard let matchingProofs = proofs(named: previousProofs, in: allProofs) else {
            throw ProofError(.proofGeneration, at: place, "has not all of the proofs that previousProof names")
        }
        allProofs.append(.object(try create(self.document(document, withProofs: matchingProofs))))
        var securedDocument = document
        securedDocument["proof"] = allProofs.count == 1 ? allProofs[0] : .array(allProofs)
        return securedDocument
    }

    /// The suite, when it signs whole documents with such a key under that name.
    private static func signingSuite(
        _ options: ProofOptions, key: PrivateKey, contexts: ContextRegistry
    ) throws(ProofError) -> WholeDocumentSuite {
        try check(options.cryptosuite, options.verificationMethod, signsWith: key.publicKey)
        guard options.cryptosuite != .ecdsaSD2023 else { throw needsRandomness }
        return WholeDocumentSuite(options.cryptosuite, for: key.publicKey.algorithm, contexts: contexts)
    }

    static var needsRandomness: ProofError {
        ProofError(
            .proofGeneration, at: JSONPointer().appending("proof").appending("cryptosuite"),
            "is ecdsa-sd-2023, whose proofs take random keys: give a source of randomness")
    }

    static func refuseProof(in document: JSONObject) throws(ProofError) {
        guard document["proof"] == nil else {
            throw ProofError(
                .proofGeneration, at: JSONPointer().appending("proof"),
                "is there already; add further proofs as a set or chain")
        }
    }

    /// Refuses what nobody could verify.
    static func check(
        _ cryptosuite: Cryptosuite, _ verificationMethod: URI, signsWith key: PublicKey
    ) throws(ProofError) {
        let proof = JSONPointer().appending("proof")
        try KeySource.check(verificationMethod, isKeyOf: key, at: proof.appending("verificationMethod"))
        let place = proof.appending("cryptosuite")
        guard cryptosuite.isForSigning else {
            throw ProofError(.proofGeneration, at: place, "is \(cryptosuite.rawValue), which is only verified")
        }
        guard cryptosuite.algorithms.contains(key.algorithm) else {
            throw ProofError(
                .proofGeneration, at: place,
                "is \(cryptosuite.rawValue), which needs \(cryptosuite.keysInWords), not one for "
                    + key.algorithm.rawValue
            )
        }
    }

    /// Those of `allProofs` that have one of these `id`s, in the order of the document; nil when one is missing.
    static func proofs(named ids: [String], in allProofs: [JSON]) -> [JSON]? {
        guard !ids.isEmpty else { return [] }
        let wanted = Set(ids.map(JSON.string))
        let matching = allProofs.filter { $0["id"].map(wanted.contains) ?? false }
        return Set(matching.compactMap { $0["id"] }) == wanted ? matching : nil
    }

    /// The document as a proof covers it: with the proofs that this one builds on, or with none.
    static func document(_ document: JSONObject, withProofs proofs: [JSON]) -> JSONObject {
        var document = document
        document["proof"] = proofs.isEmpty ? nil : .array(proofs)
        return document
    }
}
