package import CanonicalJSON
import Credentials
package import Cryptography
package import LinkedData

/// The cryptosuite `ecdsa-sd-2023`, cut where the specification cuts it: the issuer signs every statement of a document
/// apart, and the holder shows some of them ([3.5 and 3.6](https://www.w3.org/TR/vc-di-ecdsa/#ecdsa-sd-2023)).
package struct ECDSASD2023: Sendable {
    let contexts: ContextRegistry
    /// The proof configuration is made and hashed as that of ecdsa-rdfc-2019.
    let whole: WholeDocumentSuite

    /// The suite with the contexts that are known.
    package init(contexts: ContextRegistry) {
        self.contexts = contexts
        whole = WholeDocumentSuite(.ecdsaSD2023, for: .es256, contexts: contexts)
    }

    /// The secrets of one base proof, which nothing else may use.
    package struct Secrets: Sendable {
        /// What the names of blank nodes are made with.
        let hmacKey: [UInt8]
        /// The key that signs each statement, forgotten afterwards.
        let proofScopedKey: ECDSAPrivateKey

        /// Secrets that are given.
        package init(hmacKey: [UInt8], proofScopedKey: ECDSAPrivateKey) {
            (self.hmacKey, self.proofScopedKey) = (hmacKey, proofScopedKey)
        }

        /// New secrets.
        init(using random: inout some RandomNumberGenerator) throws(ProofError) {
            hmacKey = random.bytes(count: BaseProofValue.hmacKeyByteCount)
            do {
                proofScopedKey = try ECDSAPrivateKey(curve: .p256, using: &random)
            } catch {
                throw ProofError(.proofGeneration, at: JSONPointer(), "could not be signed: \(error)")
            }
        }
    }

    /// [3.6.1, create base proof](https://www.w3.org/TR/vc-di-ecdsa/#create-base-proof-ecdsa-sd-2023).
    package func createBaseProof(
        unsecuredDocument: JSONObject, options: JSONObject, mandatoryPointers: [String], secrets: Secrets,
        key: PrivateKey
    ) throws(ProofError) -> JSONObject {
        var proof = options
        let transformed = try baseProofTransformation(
            unsecuredDocument, mandatoryPointers: mandatoryPointers, hmacKey: secrets.hmacKey)
        let hashData = baseProofHashing(
            transformed, canonicalProofConfig: try proofConfiguration(options, for: unsecuredDocument))
        let value = try baseProofSerialization(hashData, secrets: secrets, key: key)
        proof["proofValue"] = .string(value.multibase)
        return proof
    }

    /// The result of 3.6.2.
    package struct TransformedDocument: Sendable {
        /// JSON Pointers to what is always shown.
        package let mandatoryPointers: [String]
        /// The statements that are always shown, by index.
        package let mandatory: [(index: Int, nquad: [UInt8])]
        /// The statements that may be left out, by index.
        package let nonMandatory: [(index: Int, nquad: [UInt8])]
    }

    /// [3.6.2](https://www.w3.org/TR/vc-di-ecdsa/#base-proof-transformation-ecdsa-sd-2023).
    package func baseProofTransformation(
        _ unsecuredDocument: JSONObject, mandatoryPointers: [String], hmacKey: [UInt8]
    ) throws(ProofError) -> TransformedDocument {
        let grouped = try GroupedStatements(
            unsecuredDocument, definitions: [mandatoryPointers], contexts: contexts
        ) { LabelMap(hmacKey: hmacKey, count: $0) }
        let isMandatory = Set(grouped.groups[0].matching)
        let lines = grouped.statements.nquads.enumerated().map { (index: $0, nquad: $1) }
        return TransformedDocument(
            mandatoryPointers: mandatoryPointers, mandatory: lines.filter { isMandatory.contains($0.index) },
            nonMandatory: lines.filter { !isMandatory.contains($0.index) })
    }

    /// The result of 3.6.3.
    package struct HashData: Sendable {
        /// What was hashed.
        package let document: TransformedDocument
        /// The hash of the proof configuration.
        package let proofHash: [UInt8]
        /// The hash of the statements that are always shown.
        package let mandatoryHash: [UInt8]
    }

    /// [3.6.3](https://www.w3.org/TR/vc-di-ecdsa/#base-proof-hashing-ecdsa-sd-2023).
    package func baseProofHashing(_ transformed: TransformedDocument, canonicalProofConfig: [UInt8]) -> HashData {
        HashData(
            document: transformed, proofHash: whole.hash(canonicalProofConfig),
            mandatoryHash: hashMandatoryNQuads(transformed.mandatory.map(\.nquad)))
    }

    /// [3.6.4](https://www.w3.org/TR/vc-di-ecdsa/#base-proof-configuration-ecdsa-sd-2023): in canonical form.
    package func proofConfiguration(
        _ options: JSONObject, for unsecuredDocument: JSONObject
    ) throws(ProofError) -> [UInt8] {
        var configuration = options
        configuration["@context"] = unsecuredDocument["@context"]
        return try whole.proofConfiguration(configuration)
    }

    /// [3.6.5](https://www.w3.org/TR/vc-di-ecdsa/#base-proof-serialization-ecdsa-sd-2023).
    package func baseProofSerialization(
        _ hashData: HashData, secrets: Secrets, key: PrivateKey
    ) throws(ProofError) -> BaseProofValue {
        let publicKey = secrets.proofScopedKey.publicKey
        let signData = serializeSignData(
            proofHash: hashData.proofHash, publicKey: publicKey, mandatoryHash: hashData.mandatoryHash)
        do throws(CryptographyError) {
            var signatures: [[UInt8]] = []
            for (_, nquad) in hashData.document.nonMandatory {
                signatures.append(try secrets.proofScopedKey.sign(nquad))
            }
            return BaseProofValue(
                baseSignature: try key.sign(signData), publicKey: publicKey, hmacKey: secrets.hmacKey,
                signatures: signatures, mandatoryPointers: hashData.document.mandatoryPointers)
        } catch {
            throw ProofError(.proofGeneration, at: JSONPointer(), "could not be signed: \(error)")
        }
    }

    /// [3.4.17](https://www.w3.org/TR/vc-di-ecdsa/#hashmandatorynquads).
    package func hashMandatoryNQuads(_ nquads: [[UInt8]]) -> [UInt8] { whole.hash(Array(nquads.joined())) }

    /// [3.5.1](https://www.w3.org/TR/vc-di-ecdsa/#serializesigndata).
    package func serializeSignData(
        proofHash: [UInt8], publicKey: ECDSAPublicKey, mandatoryHash: [UInt8]
    ) -> [UInt8] {
        proofHash + publicKey.multikeyBytes + mandatoryHash
    }
}
