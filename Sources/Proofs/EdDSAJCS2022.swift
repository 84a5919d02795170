package import CanonicalJSON
import Credentials
package import Cryptography
import Multiformats

/// The cryptosuite `eddsa-jcs-2022`, cut where the specification cuts it:
/// [Data Integrity EdDSA Cryptosuites 1.0, 3.3](https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022).
package enum EdDSAJCS2022 {
    /// [3.3.1](https://www.w3.org/TR/vc-di-eddsa/#create-proof-eddsa-jcs-2022): the proof for a document, from the
    /// proof's other members.
    package static func createProof(
        unsecuredDocument: JSONObject, options: JSONObject, key: Ed25519PrivateKey
    ) throws(ProofError) -> JSONObject {
        var proof = options
        proof["@context"] = unsecuredDocument["@context"]
        let hashData = hashing(
            transformedDocument: transformation(unsecuredDocument),
            canonicalProofConfig: proofConfiguration(proof))
        let proofBytes = try proofSerialization(hashData, key: key)
        proof["proofValue"] = .string(Multibase.encode(proofBytes, as: .base58btc))
        return proof
    }

    /// [3.3.2](https://www.w3.org/TR/vc-di-eddsa/#verify-proof-eddsa-jcs-2022): the document that the proof secures.
    ///
    /// - Parameters:
    ///   - unsecuredDocument: the document without this proof (step 1).
    ///   - proof: this proof, whose own members were read already.
    ///   - place: where the proof stands, for refusals.
    package static func verifyProof(
        unsecuredDocument: JSONObject, proof: DataIntegrityProof, key: Ed25519PublicKey, at place: JSONPointer
    ) throws(ProofError) -> JSONObject {
        var proofOptions = proof.json
        proofOptions["proofValue"] = nil
        let proofBytes = try decode(proof.proofValue, at: place.appending("proofValue"))
        var unsecuredDocument = unsecuredDocument
        if let contexts = proofOptions["@context"] {
            guard isPrefix(contexts, of: unsecuredDocument["@context"]) else {
                throw ProofError(
                    .proofVerification, at: place.appending("@context"),
                    "is not how the document's @context begins: the proof was made for other contexts")
            }
            unsecuredDocument["@context"] = contexts
        }
        let hashData = hashing(
            transformedDocument: transformation(unsecuredDocument),
            canonicalProofConfig: proofConfiguration(proofOptions))
        guard proofVerification(hashData, proofBytes: proofBytes, key: key) else {
            throw ProofError(
                .proofVerification, at: place,
                "does not match: the document or the proof was changed after signing, or another key signed it")
        }
        return unsecuredDocument
    }

    /// [3.3.3](https://www.w3.org/TR/vc-di-eddsa/#transformation-eddsa-jcs-2022). Its check of the options is made
    /// where they become a ``Cryptosuite``.
    package static func transformation(_ unsecuredDocument: JSONObject) -> [UInt8] {
        canonicalBytes(unsecuredDocument, expectedByteCount: 1024)
    }

    /// [3.3.4](https://www.w3.org/TR/vc-di-eddsa/#hashing-eddsa-jcs-2022): the hash of the proof configuration, then
    /// the hash of the document, 64 bytes.
    package static func hashing(transformedDocument: [UInt8], canonicalProofConfig: [UInt8]) -> [UInt8] {
        SHA256.hash(canonicalProofConfig).bytes + SHA256.hash(transformedDocument).bytes
    }

    /// [3.3.5](https://www.w3.org/TR/vc-di-eddsa/#proof-configuration-eddsa-jcs-2022). Its checks of the options are
    /// made where they become ``ProofOptions`` or a ``DataIntegrityProof``.
    package static func proofConfiguration(_ options: JSONObject) -> [UInt8] {
        canonicalBytes(options, expectedByteCount: 512)
    }

    /// [3.3.6](https://www.w3.org/TR/vc-di-eddsa/#proof-serialization-eddsa-jcs-2022): 64 bytes of signature.
    package static func proofSerialization(
        _ hashData: [UInt8], key: Ed25519PrivateKey
    ) throws(ProofError) -> [UInt8] {
        do {
            return try key.sign(hashData)
        } catch {
            throw ProofError(.proofGeneration, at: JSONPointer(), "could not be signed: \(error)")
        }
    }

    /// [3.3.7](https://www.w3.org/TR/vc-di-eddsa/#proof-verification-eddsa-jcs-2022).
    package static func proofVerification(_ hashData: [UInt8], proofBytes: [UInt8], key: Ed25519PublicKey) -> Bool {
        key.isValidSignature(proofBytes, for: hashData)
    }
}

extension EdDSAJCS2022 {
    private static func canonicalBytes(_ object: JSONObject, expectedByteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(expectedByteCount)
        object.appendCanonical(to: &bytes)
        return bytes
    }

    private static func decode(_ proofValue: String, at place: JSONPointer) throws(ProofError) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try Multibase.decode(proofValue, in: .base58btc)
        } catch {
            throw ProofError(.proofVerification, at: place, "is not in multibase base58btc: \(error)")
        }
        guard bytes.count == Ed25519PublicKey.signatureByteCount else {
            throw ProofError(
                .proofVerification, at: place,
                "has \(bytes.count) bytes; an Ed25519 signature has \(Ed25519PublicKey.signatureByteCount)")
        }
        return bytes
    }

    /// Whether `document` begins with all of `proof` in the same order; a context alone is a list of one.
    private static func isPrefix(_ proof: JSON, of document: JSON?) -> Bool {
        let document = document.map { $0.arrayValue ?? [$0] } ?? []
        return document.starts(with: proof.arrayValue ?? [proof])
    }
}
