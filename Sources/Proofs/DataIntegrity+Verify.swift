package import CanonicalJSON
import Credentials
import Cryptography
import Multiformats
package import Temporal

/// What a verifier asks of every proof.
package struct ProofExpectations: Hashable, Sendable {
    /// What the proofs must be for.
    package var proofPurpose: ProofPurpose

    /// Exactly the domains that the proofs must name; nil: any, or none.
    package var domains: [String]?

    /// The words that the proofs must answer; nil: any, or none.
    package var challenge: String?

    /// What to expect.
    package init(proofPurpose: ProofPurpose, domains: [String]? = nil, challenge: String? = nil) {
        (self.proofPurpose, self.domains, self.challenge) = (proofPurpose, domains, challenge)
    }
}

/// A proof that was verified, and what that means.
package struct VerifiedProof: Hashable, Sendable {
    /// The proof.
    package let proof: DataIntegrityProof

    /// The key that made it, and who has the key.
    package let verificationMethod: VerificationMethod

    /// What was signed, without the proofs that this one builds on: act on this, not on the document that was shown.
    package let document: JSONObject
}

extension DataIntegrity {
    /// Verifies every proof of a document
    /// ([4.4 Verify Proof](https://www.w3.org/TR/vc-data-integrity/#verify-proof),
    /// [4.5 Verify Proof Sets and Chains](https://www.w3.org/TR/vc-data-integrity/#verify-proof-sets-and-chains)).
    ///
    /// - Returns: one result for each proof, in the order of the document; at least one.
    /// - Throws: ``ProofError`` for the first proof that does not verify.
    package static func verify(
        _ securedDocument: JSONObject, keys: KeySource, expecting expectations: ProofExpectations, at now: Instant
    ) throws(ProofError) -> [VerifiedProof] {
        let proofs = try readProofs(of: securedDocument)
        var results: [VerifiedProof] = []
        results.reserveCapacity(proofs.count)
        for (place, proof) in proofs {
            try check(proof, at: place, meets: expectations, now: now)
            let method = try keys.verificationMethod(
                proof.verificationMethod, for: proof.proofPurpose, at: place.appending("verificationMethod"))
            guard let matching = self.proofs(named: proof.previousProofs, in: proofs.map { .object($1.json) }) else {
                throw ProofError(
                    .proofVerification, at: place.appending("previousProof"),
                    "names a proof that is not in the document")
            }
            var document = try verify(
                proof, of: document(securedDocument, withProofs: matching), method: method, at: place)
            document["proof"] = nil
            results.append(VerifiedProof(proof: proof, verificationMethod: method, document: document))
        }
        return results
    }

    private static func readProofs(
        of document: JSONObject
    ) throws(ProofError) -> [(place: JSONPointer, proof: DataIntegrityProof)] {
        let place = JSONPointer().appending("proof")
        switch document["proof"] {
        case .object(let proof): return [(place, try DataIntegrityProof(.object(proof), at: place))]
        case .array(let elements) where 1...maximumProofs ~= elements.count:
            var proofs: [(place: JSONPointer, proof: DataIntegrityProof)] = []
            var ids: Set<URI> = []
            for (index, element) in elements.enumerated() {
                let place = place.appending(index)
                let proof = try DataIntegrityProof(element, at: place)
                if let id = proof.id, !ids.insert(id).inserted {
                    throw ProofError(.proofVerification, at: place.appending("id"), "is used by two proofs")
                }
                proofs.append((place, proof))
            }
            return proofs
        case .array:
            throw ProofError(.parsing, at: place, "must be a proof or a list of 1 to \(maximumProofs)")
        default:
            throw ProofError(
                .parsing, at: place, "must be an object or a list of objects; nothing secures this document")
        }
    }

    private static func check(
        _ proof: DataIntegrityProof, at place: JSONPointer, meets expectations: ProofExpectations, now: Instant
    ) throws(ProofError) {
        guard proof.proofPurpose == expectations.proofPurpose else {
            throw ProofError(
                .proofVerification, at: place.appending("proofPurpose"),
                "is \(proof.proofPurpose.rawValue.debugDescription) and must be \(expectations.proofPurpose.rawValue)")
        }
        if let domains = expectations.domains, Set(domains.map(JSON.string)) != Set(proof.domains.map(JSON.string)) {
            throw ProofError(
                .invalidDomain, at: place.appending("domain"), "must be exactly \(domains.joined(separator: ", "))")
        }
        if let challenge = expectations.challenge, proof.json["challenge"] != .string(challenge) {
            throw ProofError(.invalidChallenge, at: place.appending("challenge"), "is not the challenge that was given")
        }
        if let expires = proof.expires, now >= expires {
            throw ProofError(.proofVerification, at: place.appending("expires"), "is over: it was \(expires)")
        }
    }

    private static func verify(
        _ proof: DataIntegrityProof, of unsecuredDocument: JSONObject, method: VerificationMethod, at place: JSONPointer
    ) throws(ProofError) -> JSONObject {
        switch proof.cryptosuite {
        case .eddsaJCS2022:
            guard method.publicKey.type == .ed25519PublicKey,
                let key = try? Ed25519PublicKey(rawRepresentation: method.publicKey.bytes)
            else {
                throw ProofError(
                    .invalidVerificationMethod, at: place.appending("verificationMethod"),
                    "is not an Ed25519 key, which \(proof.cryptosuite.rawValue) needs")
            }
            return try EdDSAJCS2022.verifyProof(
                unsecuredDocument: unsecuredDocument, proof: proof, key: key, at: place)
        }
    }
}
