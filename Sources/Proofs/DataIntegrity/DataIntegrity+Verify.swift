package import CanonicalJSON
import Credentials
import Cryptography
package import LinkedData
package import Temporal

/// What a verifier asks of every proof.
package struct ProofExpectations: Hashable, Sendable {
    /// What the proofs must be for.
    package var proofPurpose: ProofPurpose

    /// Exactly the domains that the proofs must name; nil: any, or none.
    package var domains: [String]?

    /// The words that the proofs must answer; nil: any, or none.
    package var challenge: String?

    /// Whether the proofs must say when they were made, which Data Integrity leaves to them.
    package var requiresCreated: Bool

    /// What to expect.
    package init(
        proofPurpose: ProofPurpose, domains: [String]? = nil, challenge: String? = nil, requiresCreated: Bool = false
    ) {
        (self.proofPurpose, self.domains, self.challenge) = (proofPurpose, domains, challenge)
        self.requiresCreated = requiresCreated
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
    /// A key that had expired or was revoked when the proof says that it was made (when it does not say: by `now`)
    /// makes no proof. The proof may lie about it: ``VerificationMethod/objection(toProofMadeAt:)`` asks again.
    ///
    /// - Parameter contexts: the JSON-LD contexts that are known, for suites over RDF.
    /// - Returns: one result for each proof, in the order of the document; at least one.
    /// - Throws: ``ProofError`` for the first proof that does not verify.
    package static func verify(
        _ securedDocument: JSONObject, keys: KeySource, contexts: ContextRegistry = .published,
        expecting expectations: ProofExpectations, at now: Instant
    ) throws(ProofError) -> [VerifiedProof] {
        let proofs = try readProofs(of: securedDocument)
        try refuseCycles(in: proofs.map(\.proof))
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
                proof, of: document(securedDocument, withProofs: matching), method: method, contexts: contexts,
                now: now, at: place)
            document["proof"] = nil
            results.append(VerifiedProof(proof: proof, verificationMethod: method, document: document))
        }
        return results
    }

    static func readProofs(
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
        if expectations.requiresCreated, proof.created == nil {
            throw ProofError(
                .proofVerification, at: place.appending("created"), "is missing, and this verifier requires it")
        }
        if let expires = proof.expires, now >= expires {
            throw ProofError(.proofVerification, at: place.appending("expires"), "is over: it was \(expires)")
        }
    }

    private static func verify(
        _ proof: DataIntegrityProof, of unsecuredDocument: JSONObject, method: VerificationMethod,
        contexts: ContextRegistry, now: Instant, at place: JSONPointer
    ) throws(ProofError) -> JSONObject {
        let methodPlace = place.appending("verificationMethod")
        guard proof.cryptosuite.algorithms.contains(method.publicKey.algorithm) else {
            throw ProofError(
                .invalidVerificationMethod, at: methodPlace,
                "is not \(proof.cryptosuite.keysInWords), which \(proof.cryptosuite.rawValue) needs")
        }
        if let objection = method.objection(toProofMadeAt: proof.created ?? now) {
            throw ProofError(.invalidVerificationMethod, at: methodPlace, objection)
        }
        guard proof.cryptosuite != .ecdsaSD2023 else {
            return try ECDSASD2023(contexts: contexts).verifyDerivedProof(
                unsecuredDocument: unsecuredDocument, proof: proof, key: method.publicKey, at: place)
        }
        let suite = WholeDocumentSuite(proof.cryptosuite, for: method.publicKey.algorithm, contexts: contexts)
        return try suite.verifyProof(
            unsecuredDocument: unsecuredDocument, proof: proof, key: method.publicKey, at: place)
    }

    /// A proof that builds on itself, through whatever others, could not have been made: the last one of a chain of
    /// proofs is always left over.
    private static func refuseCycles(in proofs: [DataIntegrityProof]) throws(ProofError) {
        var open = proofs.contains { !$0.previousProofs.isEmpty } ? proofs : []
        while !open.isEmpty {
            let openIDs = Set(open.compactMap { $0.id.map { JSON.string($0.description) } })
            let blocked = open.filter { $0.previousProofs.contains { openIDs.contains(.string($0)) } }
            guard blocked.count < open.count else {
                throw ProofError(
                    .proofVerification, at: JSONPointer().appending("proof"), "has proofs that build on each other")
            }
            open = blocked
        }
    }
}
