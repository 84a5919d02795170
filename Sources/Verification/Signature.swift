import CanonicalJSON
import Credentials
import Proofs
import Temporal

/// The proofs of a document, verified: which key signed, apart from the question whose key that is.
struct Signature {
    /// What was signed, without proofs; nil when no proof holds. It can have fewer contexts than the document shown.
    let document: JSONObject?
    /// Whoever has the keys that signed.
    let controllers: [URI]
    /// Whether and how the proofs hold.
    let check: Check

    init(of shown: JSONObject, at instant: Instant) {
        do {
            if let kind = Self.unknownKind(of: shown) {
                self.init(refused: .cannotTell, "It has a proof of the kind \(kind), which is not known here.")
                return
            }
            let proofs = try DataIntegrity.verify(
                shown, keys: .didKey, expecting: ProofExpectations(proofPurpose: .assertionMethod), at: instant)
            self.init(proofs, shown: shown)
        } catch {
            // A key in a document that is not at hand may be good, and so may a context: no fault of the evidence.
            let isMissing = [.invalidControlledIdentifierDocument, .unknownContext].contains(error.type)
            self.init(refused: isMissing ? .cannotTell : .failed, "The proof does not hold: \(error).")
        }
    }

    private init(refused outcome: Check.Outcome, _ sentence: String) {
        document = nil
        controllers = []
        check = Check(.proof, outcome, sentence)
    }

    private init(_ proofs: [VerifiedProof], shown: JSONObject) {
        // The documents of several proofs differ in the number of contexts only; the fewest are covered by all.
        var document = proofs.map(\.document).min { $0.contextCount < $1.contextCount } ?? [:]
        document["proof"] = nil
        self.document = document
        controllers = proofs.map(\.verificationMethod.controller)
        var facts: JSONObject = ["proofs": .array(proofs.map(\.proof.facts))]
        let unsigned = shown.contextCount - document.contextCount
        if unsigned > 0 { facts["unsignedContexts"] = .integer(Int64(unsigned)) }
        let sentences = proofs.map {
            "\($0.proof.cryptosuite.rawValue) holds, \($0.proof.plainTime)by \($0.controllerText)."
        }
        let note = unsigned > 0 ? " The last \(unsigned) of its contexts were added after signing." : ""
        check = Check(.proof, .passed, sentences.joined(separator: " ") + note, facts: facts)
    }

    /// The proof type or cryptosuite that this version has no algorithm for; nil when there is none.
    private static func unknownKind(of document: JSONObject) -> String? {
        let proofs = document["proof"].map { $0.arrayValue ?? [$0] } ?? []
        for proof in proofs {
            let type = proof["type"]?.stringValue
            if type == Cryptosuite.ed25519Signature2020.rawValue { continue }
            if let type, type != DataIntegrityProof.type { return type.debugDescription }
            let cryptosuite = proof["cryptosuite"]?.stringValue
            if let cryptosuite, Cryptosuite(rawValue: cryptosuite) == nil { return cryptosuite.debugDescription }
        }
        return nil
    }
}

extension Signature {
    /// Who vouches for the key, and whether the key is the one of the issuer that the document names.
    func issuerChecks(naming issuer: String?, trusting trusted: [DIDKey]) -> [Check] {
        guard document != nil else {
            return [Check.Name.key, .issuer].map { .skipped($0, because: "no proof holds") }
        }
        let pinned = controllers.first { controller in trusted.contains { $0.uri == controller } }
        return [keyCheck(pinned: pinned, trusting: trusted), issuerCheck(naming: issuer, pinned: pinned)]
    }

    private func keyCheck(pinned: URI?, trusting trusted: [DIDKey]) -> Check {
        let signers = controllers.map { JSON.string($0.description) }
        if let pinned {
            return Check(
                .key, .passed, "It is the key that you named as the issuer's.",
                facts: ["signedBy": .array(signers), "vouchedFor": .string(pinned.description)])
        }
        let facts: JSONObject = ["signedBy": .array(signers)]
        guard trusted.isEmpty else {
            let named = trusted.map(\.description).joined(separator: ", ")
            return Check(.key, .failed, "Another key signed than the one that you named, \(named).", facts: facts)
        }
        return Check(
            .key, .notApplicable, "Nobody vouches for the key: you named no issuer.", facts: facts, need: .issuer)
    }

    private func issuerCheck(naming issuer: String?, pinned: URI?) -> Check {
        guard let issuer else { return .skipped(.issuer, because: "it names no issuer") }
        let facts: JSONObject = ["issuer": .string(issuer)]
        if controllers.contains(where: { .string($0.description) == JSON.string(issuer) }) {
            return Check(.issuer, .passed, "The issuer that it names is the key that signed.", facts: facts)
        }
        if pinned != nil {
            return Check(
                .issuer, .passed, "It names \(issuer) as its issuer. That is not proven; you named the key instead.",
                facts: facts)
        }
        return Check(
            .issuer, .cannotTell, "It names \(issuer) as its issuer, and nothing shows that this is who has the key.",
            facts: facts, need: .issuer)
    }
}

extension VerifiedProof {
    fileprivate var controllerText: String { verificationMethod.controller.description }
}

extension DataIntegrityProof {
    /// When the signer says that it was made; nothing but their word says so.
    fileprivate var plainTime: String { created.map { "made \($0.dateTimeStamp) " } ?? "" }

    fileprivate var facts: JSON {
        var facts: JSONObject = [
            "cryptosuite": .string(cryptosuite.rawValue), "verificationMethod": .string(verificationMethod.description),
        ]
        facts["created"] = created.map { .string($0.rfc3339) }
        return .object(facts)
    }
}

extension JSONObject {
    fileprivate var contextCount: Int { self["@context"].map { $0.arrayValue?.count ?? 1 } ?? 0 }
}
