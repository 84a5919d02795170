package import CanonicalJSON
import Credentials
package import Cryptography

/// Proofs inside the documents that they secure ([Data Integrity 1.0](https://www.w3.org/TR/vc-data-integrity/)).
///
/// The documents are JSON objects of any kind: credentials, presentations, receipts.
package enum DataIntegrity {
    /// A proof can cover others, so the work grows with the square of their number. Documents in use have one to four.
    package static let maximumProofs = 16

    /// The document with its first proof ([4.2 Add Proof](https://www.w3.org/TR/vc-data-integrity/#add-proof)).
    ///
    /// - Throws: ``ProofError`` of type ``Credentials/ProblemType/proofGeneration``: the document has a proof already,
    ///   or the options name a `did:key` that is not the public key of `key`.
    package static func secure(
        _ document: JSONObject, with options: ProofOptions, key: Ed25519PrivateKey
    ) throws(ProofError) -> JSONObject {
        try refuseProof(in: document)
        return try addProof(to: document, with: options, key: key)
    }

    /// The document with one proof more, which builds on those that the options name
    /// ([4.3 Add Proof Set/Chain](https://www.w3.org/TR/vc-data-integrity/#add-proof-set-chain)).
    ///
    /// - Throws: ``ProofError`` of type ``Credentials/ProblemType/proofGeneration``: a proof that the options name is
    ///   not there, or there are ``maximumProofs`` already, or the key is not the one that the options name.
    package static func addProof(
        to document: JSONObject, with options: ProofOptions, key: Ed25519PrivateKey
    ) throws(ProofError) -> JSONObject {
        try check(options.verificationMethod, isKeyOf: key)
        let place = JSONPointer().appending("proof")
        var allProofs = document["proof"].map { $0.arrayValue ?? [$0] } ?? []
        guard allProofs.count < maximumProofs else {
            throw ProofError(.proofGeneration, at: place, "has \(maximumProofs) proofs already")
        }
        guard let matchingProofs = proofs(named: options.previousProofs, in: allProofs) else {
            throw ProofError(.proofGeneration, at: place, "has not all of the proofs that previousProof names")
        }
        let unsecuredDocument = self.document(document, withProofs: matchingProofs)
        let proof: JSONObject
        switch options.cryptosuite {
        case .eddsaJCS2022:
            proof = try EdDSAJCS2022.createProof(
                unsecuredDocument: unsecuredDocument, options: options.json, key: key)
        }
        allProofs.append(.object(proof))
        var securedDocument = document
        securedDocument["proof"] = allProofs.count == 1 ? allProofs[0] : .array(allProofs)
        return securedDocument
    }

    static func refuseProof(in document: JSONObject) throws(ProofError) {
        guard document["proof"] == nil else {
            throw ProofError(
                .proofGeneration, at: JSONPointer().appending("proof"),
                "is there already; add further proofs as a set or chain")
        }
    }

    /// A key that a `did:key` names must be the one that signs, or nobody could verify.
    static func check(_ verificationMethod: URI, isKeyOf key: Ed25519PrivateKey) throws(ProofError) {
        let identifier = verificationMethod.description.prefix { $0 != "#" }
        guard DIDKey.isDIDKey(identifier) else { return }
        guard verificationMethod == DIDKey(key.publicKey).verificationMethod else {
            throw ProofError(
                .proofGeneration, at: JSONPointer().appending("proof").appending("verificationMethod"),
                "is \(verificationMethod), which is not the key that signs")
        }
    }

    /// Those of `allProofs` that have one of these `id`s, in the order of the document; nil when one is missing.
    static func proofs(named ids: [String], in allProofs: [JSON]) -> [JSON]? {
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
