package import CanonicalJSON
import Credentials
package import Cryptography
import LinkedData

extension ECDSASD2023 {
    /// The result of 3.5.9.
    package struct VerifyData: Sendable {
        /// The parts of the proof.
        package let proofValue: DerivedProofValue
        /// The hash of the proof configuration.
        package let proofHash: [UInt8]
        /// All statements, in order.
        package let nquads: [[UInt8]]
        /// The statements that could have been left out.
        package let nonMandatory: [[UInt8]]
        /// The hash of the others.
        package let mandatoryHash: [UInt8]
    }

    /// [3.5.9, createVerifyData](https://www.w3.org/TR/vc-di-ecdsa/#createverifydata).
    package func createVerifyData(
        _ document: JSONObject, proof: DataIntegrityProof, at place: JSONPointer
    ) throws(ProofError) -> VerifyData {
        var options = proof.json
        options["proofValue"] = nil
        let valuePlace = place.appending("proofValue")
        let value = try DerivedProofValue(multibase: proof.proofValue, at: valuePlace)
        let quads: [Quad]
        do {
            quads = try JSONLD.quads(of: document, contexts: contexts)
        } catch {
            throw ProofError(error)
        }
        let statements = try LabelledStatements(quads) { (count) throws(ProofError) in
            guard value.labelMap.labels.count == count else {
                throw ProofError(
                    .proofVerification, at: valuePlace,
                    "names \(value.labelMap.labels.count) blank nodes, and the document has \(count)")
            }
            return value.labelMap
        }
        let nquads = statements.nquads
        guard value.mandatoryIndexes.last ?? -1 < nquads.count else {
            throw ProofError(.proofVerification, at: valuePlace, "counts more statements than the document makes")
        }
        let mandatory = Set(value.mandatoryIndexes)
        return VerifyData(
            proofValue: value,
            proofHash: whole.hash(try proofConfiguration(options, for: document)),
            nquads: nquads, nonMandatory: nquads.indices.filter { !mandatory.contains($0) }.map { nquads[$0] },
            mandatoryHash: hashMandatoryNQuads(value.mandatoryIndexes.map { nquads[$0] }))
    }

    /// [3.6.7, verify derived proof](https://www.w3.org/TR/vc-di-ecdsa/#verify-derived-proof-ecdsa-sd-2023): the
    /// document that the proof secures.
    ///
    /// The base signature is checked with the issuer's key and the others with the proof's own; the specification's
    /// text names only one key, its published proofs are made with these.
    package func verifyDerivedProof(
        unsecuredDocument: JSONObject, proof: DataIntegrityProof, key: PublicKey, at place: JSONPointer
    ) throws(ProofError) -> JSONObject {
        if let contexts = proof.json["@context"], contexts != unsecuredDocument["@context"] {
            throw WholeDocumentSuite.otherContexts(at: place)
        }
        let data = try createVerifyData(unsecuredDocument, proof: proof, at: place)
        let value = data.proofValue
        guard value.signatures.count == data.nonMandatory.count else {
            throw ProofError(
                .proofVerification, at: place.appending("proofValue"),
                "signs \(value.signatures.count) statements apart, and the document makes \(data.nonMandatory.count)")
        }
        let signData = serializeSignData(
            proofHash: data.proofHash, publicKey: value.publicKey, mandatoryHash: data.mandatoryHash)
        guard key.isValidSignature(value.baseSignature, for: signData),
            zip(value.signatures, data.nonMandatory).allSatisfy({ value.publicKey.isValidSignature($0, for: $1) })
        else { throw WholeDocumentSuite.noMatch(at: place) }
        return unsecuredDocument
    }
}
