package import CanonicalJSON
import Credentials
package import Cryptography
package import LinkedData

extension DataIntegrity {
    /// The document with a base proof of `ecdsa-sd-2023`, for its holder only, who derives from it what others see
    /// ([3.6.1](https://www.w3.org/TR/vc-di-ecdsa/#create-base-proof-ecdsa-sd-2023)).
    ///
    /// - Parameters:
    ///   - mandatoryPointers: JSON Pointers to what is always shown.
    ///   - random: for a key that may sign as the issuer does, so ``Cryptography/SecureRandom``.
    /// - Throws: ``ProofError``: a pointer leads to nothing, or what ``addProof(to:with:key:contexts:)`` throws.
    package static func addBaseProof(
        to document: JSONObject, with options: ProofOptions, mandatoryPointers: [String], key: PrivateKey,
        contexts: ContextRegistry = .published, using random: inout some RandomNumberGenerator
    ) throws(ProofError) -> JSONObject {
        try check(options.cryptosuite, options.verificationMethod, signsWith: key.publicKey)
        guard options.cryptosuite == .ecdsaSD2023, options.previousProofs.isEmpty else {
            throw ProofError(
                .proofGeneration, at: JSONPointer().appending("proof"),
                "is to be selectively disclosed: it is made with ecdsa-sd-2023 and builds on no other")
        }
        let secrets = try ECDSASD2023.Secrets(using: &random)
        return try add(to: document, buildingOn: []) { (document) throws(ProofError) in
            try ECDSASD2023(contexts: contexts).createBaseProof(
                unsecuredDocument: document, options: options.json, mandatoryPointers: mandatoryPointers,
                secrets: secrets, key: key)
        }
    }

    /// What a holder shows of a document with a base proof: what is mandatory and what they choose, with a proof of
    /// that ([3.6.6](https://www.w3.org/TR/vc-di-ecdsa/#add-derived-proof-ecdsa-sd-2023)).
    ///
    /// - Parameter selectivePointers: JSON Pointers into the document.
    /// - Throws: ``ProofError``: there is not exactly one base proof, or a pointer leads to nothing.
    package static func derive(
        from securedDocument: JSONObject, revealing selectivePointers: [String],
        contexts: ContextRegistry = .published
    ) throws(ProofError) -> JSONObject {
        let proofs = try readProofs(of: securedDocument).filter { $0.proof.cryptosuite == .ecdsaSD2023 }
        guard let (place, proof) = proofs.first, proofs.count == 1 else {
            throw ProofError(
                .proofGeneration, at: JSONPointer().appending("proof"),
                "must have exactly one base proof of ecdsa-sd-2023, and has \(proofs.count)")
        }
        return try ECDSASD2023(contexts: contexts).addDerivedProof(
            to: document(securedDocument, withProofs: []), proof: proof, selectivePointers: selectivePointers,
            at: place)
    }
}
