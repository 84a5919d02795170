import CanonicalJSON
import Credentials
import Proofs
import Temporal

/// Who vouches for the keys that signed, and whether they are those of whom the document names. A signature answers
/// neither.
struct KeyQuestions {
    private let signatures: [Statement.Signature]
    private let trust: Trust
    /// Whether what the verifier says about issuers is about these keys; it is not about the keys of holders.
    private let areIssuers: Bool

    init(_ statement: Statement, areIssuers: Bool = true, trusting trust: Trust) {
        (signatures, self.areIssuers, self.trust) = (statement.signatures, areIssuers, trust)
    }

    /// The key that the verifier named as the issuer's, or handed over.
    private var pinned: SigningKey? {
        signatures.map(\.key).first { key in
            key.origin == .verifier || areIssuers && trust.issuers.contains(where: key.isMeant)
        }
    }

    /// Who vouches for the key.
    var keyCheck: Check {
        var facts: JSONObject = ["signedBy": .array(signatures.map { .string($0.key.controller.description) })]
        func passed(_ voucher: String, _ name: String, _ sentence: String) -> Check {
            facts["vouchedFor"] = .string(name)
            facts["vouchedForBy"] = .string(voucher)
            return Check(.key, .passed, sentence, facts: facts)
        }
        if let pinned {
            return passed("verifier", pinned.controller.description, "It is the key that you named as the issuer's.")
        }
        if areIssuers, let unknown = trust.issuers.first(where: trust.lacksKeys) {
            return Check(
                .key, .cannotTell, "You named \(unknown) as the issuer, whose keys are not at hand.", facts: facts,
                need: .keyDocument)
        }
        if areIssuers, !trust.issuers.isEmpty {
            let named = trust.issuers.map(\.description).joined(separator: ", ")
            return Check(.key, .failed, "Another key signed than the one that you named, \(named).", facts: facts)
        }
        if let key = signatures.map(\.key).first(where: { $0.origin == .document }) {
            return passed(
                "document", key.controller.description, "It is in the document of \(key.controller), which you gave.")
        }
        if let record = signatures.lazy.compactMap(\.key.record).first {
            facts["entry"] = .integer(Int64(record.entry))
            return passed(
                "log", record.did.description,
                """
                The log vouches for it: entry \(record.entry) says that it is a key of the issuer \
                \(record.issuer.debugDescription), \(record.did), \(record.period).
                """)
        }
        let came = signatures.contains { $0.key.origin == .companion } ? "it came with the document itself, and " : ""
        let missing = areIssuers ? "you named no issuer" : "no document of its owner is at hand"
        return Check(
            .key, .notApplicable, "Nobody vouches for the key: \(came)\(missing).", facts: facts,
            need: areIssuers ? .issuer : nil)
    }

    /// Whether the key is the issuer's, or with another name the holder's.
    func ownerCheck(_ name: Check.Name, naming owner: String?) -> Check {
        let role = name == .holder ? "holder" : "issuer"
        guard let owner else {
            return name == .holder
                ? Check(.holder, .notApplicable, "It names no holder.")
                : .skipped(name, because: "it names no issuer")
        }
        let facts: JSONObject = [role: .string(owner)]
        let keys = signatures.map(\.key)
        if let key = keys.first(where: { JSON.string($0.controller.description) == .string(owner) }) {
            let sentence =
                switch key.origin {
                case .document: "The document of the \(role) that it names has the key that signed."
                case .log: "The log says that the key that signed is of the \(role) that it names."
                default: "The \(role) that it names is the key that signed."
                }
            return Check(name, .passed, sentence, facts: facts)
        }
        if keys.contains(where: { $0.record.map { JSON.string($0.did.description) == .string(owner) } ?? false }) {
            return Check(
                name, .passed, "The log says that the key that signed is of the \(role) that it names.", facts: facts)
        }
        if pinned != nil {
            return Check(
                name, .passed, "It names \(owner) as its \(role). That is not proven; you named the key instead.",
                facts: facts)
        }
        return Check(
            name, .cannotTell, "It names \(owner) as its \(role), and nothing shows that this is who has the key.",
            facts: facts, need: areIssuers ? .issuer : .keyDocument)
    }

    /// The controllers of the keys, by every name that something speaks for.
    var controllers: [URI] {
        signatures.flatMap { signature in
            [signature.key.controller, SigningKey.identifier(of: signature.key.publicKey)]
                + (signature.key.record.map { [$0.did] } ?? [])
        }
    }
}

extension Trust {
    /// Whether an issuer was named by an identifier that is no key, and no document was handed in for them.
    fileprivate func lacksKeys(of issuer: URI) -> Bool {
        let isKey = ["did:key:", "did:jwk:"].contains(where: issuer.description.hasPrefix)
        return !isKey && !keyDocuments.contains { $0.controlled?.dated.id == issuer }
    }
}
