package import CanonicalJSON
import Credentials
package import Cryptography
package import LinkedData
import Multiformats

/// The cryptosuites that sign one hash of the whole document, cut where their specifications cut them, which is at the
/// same places: [Data Integrity EdDSA Cryptosuites 1.0, 3.2 and 3.3](https://www.w3.org/TR/vc-di-eddsa/#algorithms),
/// [Data Integrity ECDSA Cryptosuites 1.0, 3.2 and 3.3](https://www.w3.org/TR/vc-di-ecdsa/#algorithms).
///
/// The section numbers below are those of eddsa-jcs-2022, 3.3 there.
package struct WholeDocumentSuite: Sendable {
    /// How a document becomes bytes.
    package let canonicalization: Canonicalization
    /// Over the bytes, and inside of RDF canonicalization.
    package let hash: ProofHash
    private let contexts: ContextRegistry

    /// A suite for one key: its hash is the key's.
    package init(_ cryptosuite: Cryptosuite, for algorithm: SignatureAlgorithm, contexts: ContextRegistry) {
        canonicalization = cryptosuite.canonicalization
        hash = algorithm == .es384 ? .sha384 : .sha256
        self.contexts = contexts
    }

    /// 3.3.1, create proof: the proof for a document, from the proof's other members.
    package func createProof(
        unsecuredDocument: JSONObject, options: JSONObject, key: PrivateKey
    ) throws(ProofError) -> JSONObject {
        try createProof(unsecuredDocument: unsecuredDocument, options: options, key: key, prepared: nil)
    }

    /// - Parameter prepared: configurations of options that differ from these in `created` only.
    func createProof(
        unsecuredDocument: JSONObject, options: JSONObject, key: PrivateKey, prepared: PreparedConfigurations?
    ) throws(ProofError) -> JSONObject {
        var proof = options
        proof["@context"] = unsecuredDocument["@context"]
        let canonicalProofConfig: [UInt8]
        if let prepared, let contexts = proof["@context"], let created = options["created"]?.stringValue {
            canonicalProofConfig = try prepared.configuration(contexts: contexts, created: created) {
                () throws(ProofError) in try proofConfiguration(proof)
            }
        } else {
            canonicalProofConfig = try proofConfiguration(proof)
        }
        let hashData = hashing(
            transformedDocument: try transformation(unsecuredDocument), canonicalProofConfig: canonicalProofConfig)
        let proofBytes = try proofSerialization(hashData, key: key)
        // A proof over the JSON itself carries its contexts; one over statements is read with the document's.
        if canonicalization == .rdfc { proof["@context"] = options["@context"] }
        proof["proofValue"] = .string(Multibase.encode(proofBytes, as: .base58btc))
        return proof
    }

    /// 3.3.2, verify proof: the document that the proof secures.
    ///
    /// - Parameters:
    ///   - unsecuredDocument: the document without this proof (step 1).
    ///   - proof: this proof, whose own members were read already.
    ///   - place: where the proof stands, for refusals.
    package func verifyProof(
        unsecuredDocument: JSONObject, proof: DataIntegrityProof, key: PublicKey, at place: JSONPointer
    ) throws(ProofError) -> JSONObject {
        var proofOptions = proof.json
        proofOptions["proofValue"] = nil
        let proofBytes = try decode(proof.proofValue, for: key, at: place.appending("proofValue"))
        let unsecuredDocument = try withContexts(ofProof: &proofOptions, unsecuredDocument, at: place)
        let hashData = hashing(
            transformedDocument: try transformation(unsecuredDocument),
            canonicalProofConfig: try proofConfiguration(proofOptions))
        guard proofVerification(hashData, proofBytes: proofBytes, key: key) else { throw Self.noMatch(at: place) }
        return unsecuredDocument
    }

    /// 3.3.3, transformation. Its check of the options is made where they become a ``Cryptosuite``.
    package func transformation(_ unsecuredDocument: JSONObject) throws(ProofError) -> [UInt8] {
        try canonicalization.bytes(of: unsecuredDocument, hash: hash, contexts: contexts, expectedByteCount: 1024)
    }

    /// 3.3.4, hashing: the hash of the proof configuration, then the hash of the document.
    package func hashing(transformedDocument: [UInt8], canonicalProofConfig: [UInt8]) -> [UInt8] {
        hash(canonicalProofConfig) + hash(transformedDocument)
    }

    /// 3.3.5, proof configuration. Its checks of the options are made where they become ``ProofOptions`` or a
    /// ``DataIntegrityProof``.
    package func proofConfiguration(_ options: JSONObject) throws(ProofError) -> [UInt8] {
        try canonicalization.bytes(of: options, hash: hash, contexts: contexts, expectedByteCount: 512)
    }

    /// 3.3.6, proof serialization: the signature.
    package func proofSerialization(_ hashData: [UInt8], key: PrivateKey) throws(ProofError) -> [UInt8] {
        do {
            return try key.sign(hashData)
        } catch {
            throw ProofError(.proofGeneration, at: JSONPointer(), "could not be signed: \(error)")
        }
    }

    /// 3.3.7, proof verification.
    package func proofVerification(_ hashData: [UInt8], proofBytes: [UInt8], key: PublicKey) -> Bool {
        key.isValidSignature(proofBytes, for: hashData)
    }
}

extension WholeDocumentSuite {
    private func decode(
        _ proofValue: String, for key: PublicKey, at place: JSONPointer
    ) throws(ProofError) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try Multibase.decode(proofValue, in: .base58btc)
        } catch {
            throw ProofError(.proofVerification, at: place, "is not in multibase base58btc: \(error)")
        }
        let byteCount = key.algorithm == .es384 ? 96 : 64
        guard bytes.count == byteCount else {
            throw ProofError(
                .proofVerification, at: place,
                "has \(bytes.count) bytes; a signature of \(key.algorithm.rawValue) has \(byteCount)")
        }
        return bytes
    }

    /// The document with the contexts that the proof was made for, and the proof's options likewise.
    private func withContexts(
        ofProof proofOptions: inout JSONObject, _ unsecuredDocument: JSONObject, at place: JSONPointer
    ) throws(ProofError) -> JSONObject {
        var document = unsecuredDocument
        let contexts = proofOptions["@context"]
        switch canonicalization {
        case .jcs:
            guard let contexts else { return document }
            guard isPrefix(contexts, of: document["@context"]) else {
                throw ProofError(
                    .proofVerification, at: place.appending("@context"),
                    "is not how the document's @context begins: the proof was made for other contexts")
            }
            document["@context"] = contexts
        case .rdfc:
            guard contexts == nil || contexts == document["@context"] else { throw Self.otherContexts(at: place) }
            proofOptions["@context"] = document["@context"]
        }
        return document
    }

    static func noMatch(at place: JSONPointer) -> ProofError {
        ProofError(
            .proofVerification, at: place,
            "does not match: the document or the proof was changed after signing, or another key signed it")
    }

    static func otherContexts(at place: JSONPointer) -> ProofError {
        ProofError(
            .proofVerification, at: place.appending("@context"),
            "is not the document's @context, by which both are read; leave it out")
    }

    /// Whether `document` begins with all of `proof` in the same order; a context alone is a list of one.
    private func isPrefix(_ proof: JSON, of document: JSON?) -> Bool {
        let document = document.map { $0.arrayValue ?? [$0] } ?? []
        return document.starts(with: proof.arrayValue ?? [proof])
    }
}
