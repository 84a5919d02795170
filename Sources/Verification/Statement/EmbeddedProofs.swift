import CanonicalJSON
import Credentials
import LinkedData
import Proofs
import Temporal

extension Statement {
    /// Verifies the proofs inside a document. Those of kinds that are not known here count for nothing, but one that is
    /// known must be there, and all that are known must hold.
    init(embeddedIn shown: JSONObject, for purpose: ProofPurpose, by verifier: Verifier) {
        let (document, unknown) = Self.withoutUnknownProofs(shown)
        guard shown["proof"] == nil || document["proof"] != nil else {
            let kinds = unknown.map(\.debugDescription).joined(separator: ", ")
            self.init(refused: .cannotTell, "It has a proof of the kind \(kinds), which is not known here.")
            return
        }
        let trust = verifier.trust
        do {
            let (document, isBase) = try Self.disclosingAll(document, contexts: trust.contexts)
            let proofs = try DataIntegrity.verify(
                document, keys: verifier.keyring.source, contexts: trust.contexts,
                expecting: ProofExpectations(proofPurpose: purpose, requiresCreated: trust.requiresCreated),
                at: trust.instant)
            self.init(proofs, shown: document, unknown: unknown, isBase: isBase, by: verifier)
        } catch {
            // A key or a context that is not at hand may be good: that is no fault of the evidence.
            switch error.type {
            case .invalidControlledIdentifierDocument:
                self.init(
                    refused: .cannotTell, "The proof cannot be verified: \(error).", need: .keyDocument,
                    problem: error.type)
            case .unknownContext:
                self.init(
                    refused: .cannotTell, "The proof cannot be verified: \(error).", need: .context,
                    problem: error.type)
            default: self.init(refused: .failed, "The proof does not hold: \(error).", problem: error.type)
            }
        }
    }

    /// A base proof is for the holder, who makes proofs of parts from it. It is verified as the part that is the whole.
    private static func disclosingAll(
        _ document: JSONObject, contexts: ContextRegistry
    ) throws(ProofError) -> (JSONObject, isBase: Bool) {
        guard case .object(let proof)? = document["proof"], proof["cryptosuite"] == "ecdsa-sd-2023",
            proof["proofValue"]?.stringValue?.hasPrefix(baseProofBeginning) ?? false
        else { return (document, false) }
        let members = document.keys.filter { !["@context", "proof"].contains($0) }
        let pointers = members.map { JSONPointer().appending($0).description }
        return (try DataIntegrity.derive(from: document, revealing: pointers, contexts: contexts), true)
    }

    /// The three bytes that begin a base proof, in base64url
    /// ([3.5.2](https://www.w3.org/TR/vc-di-ecdsa/#serializebaseproofvalue)).
    private static let baseProofBeginning = "u2V0A"

    private init(
        _ proofs: [VerifiedProof], shown: JSONObject, unknown: [String], isBase: Bool, by verifier: Verifier
    ) {
        // The documents of several proofs differ in the number of contexts only; the fewest are covered by all.
        var document = proofs.map(\.document).min { $0.contextCount < $1.contextCount } ?? [:]
        document["proof"] = nil
        let signatures = proofs.map { verified in
            Signature(
                key: verifier.keyring.signingKey(verified.verificationMethod, for: verified.proof.proofPurpose),
                madeAt: verified.proof.created, challenge: verified.proof.challenge, domains: verified.proof.domains)
        }
        let facts = zip(proofs, signatures).map { verified, signature in
            var facts = signature.facts
            facts["cryptosuite"] = .string(verified.proof.cryptosuite.rawValue)
            return JSON.object(facts)
        }
        var checkFacts: JSONObject = ["proofs": .array(facts)]
        let unsigned = shown.contextCount - document.contextCount
        if unsigned > 0 { checkFacts["unsignedContexts"] = .integer(Int64(unsigned)) }
        var sentences = zip(proofs, signatures).map { "\($0.proof.cryptosuite.rawValue) holds, \($1.words)." }
        if isBase { sentences.append("It is the base proof, with all that its holder may hide.") }
        if unsigned > 0 { sentences.append("The last \(unsigned) of its contexts were added after signing.") }
        if !unknown.isEmpty {
            let kinds = unknown.map(\.debugDescription).joined(separator: ", ")
            sentences.append("A proof of the kind \(kinds) is not known here and counts for nothing.")
        }
        let steps = verifier.trust.showsSteps ? proofs.flatMap { ProofSteps($0, in: shown, verifier).steps } : []
        self.init(
            document, signatures: signatures,
            check: Check(.proof, .passed, sentences.joined(separator: " "), facts: checkFacts, steps: steps))
        claims.isPartial = proofs.contains { $0.proof.cryptosuite == .ecdsaSD2023 }
    }

    /// The document with those proofs only that this version has an algorithm for, and the kinds of the others.
    private static func withoutUnknownProofs(_ document: JSONObject) -> (JSONObject, unknown: [String]) {
        let proofs = document["proof"].map { $0.arrayValue ?? [$0] } ?? []
        let kinds = proofs.map(unknownKind)
        let unknown = kinds.compactMap(\.self)
        guard !unknown.isEmpty else { return (document, []) }
        var document = document
        let known = zip(proofs, kinds).filter { $0.1 == nil }.map(\.0)
        document["proof"] = known.isEmpty ? nil : .array(known)
        return (document, unknown)
    }

    /// The type or cryptosuite of a proof that this version has no algorithm for; nil when it has one, and for what is
    /// no proof at all.
    private static func unknownKind(of proof: JSON) -> String? {
        let known = [DataIntegrityProof.type, Cryptosuite.ed25519Signature2020.rawValue]
        if let type = proof["type"]?.stringValue, !known.contains(type) { return type }
        guard proof["type"] == .string(DataIntegrityProof.type), let suite = proof["cryptosuite"]?.stringValue else {
            return nil
        }
        return Cryptosuite(rawValue: suite) == nil ? suite : nil
    }
}

extension JSONObject {
    fileprivate var contextCount: Int { self["@context"].map { $0.arrayValue?.count ?? 1 } ?? 0 }
}
