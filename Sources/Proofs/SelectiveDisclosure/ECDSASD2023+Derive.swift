package import CanonicalJSON
import Credentials
import LinkedData

extension ECDSASD2023 {
    /// The result of 3.5.4: what a holder shows, and the proof of it.
    package struct DisclosureData: Sendable {
        /// The proof.
        package let proofValue: DerivedProofValue
        /// The part of the document.
        package let revealDocument: JSONObject
    }

    /// [3.5.4, createDisclosureData](https://www.w3.org/TR/vc-di-ecdsa/#createdisclosuredata).
    package func createDisclosureData(
        _ document: JSONObject, proofValue base: BaseProofValue, selectivePointers: [String]
    ) throws(ProofError) -> DisclosureData {
        let combinedPointers = base.mandatoryPointers + selectivePointers
        guard !combinedPointers.isEmpty else {
            throw ProofError(.proofGeneration, at: JSONPointer(), "is not shown at all: name what is to be shown")
        }
        let grouped = try GroupedStatements(
            document, definitions: [base.mandatoryPointers, selectivePointers, combinedPointers],
            contexts: contexts
        ) { LabelMap(hmacKey: base.hmacKey, count: $0) }
        let mandatory = Set(grouped.groups[0].matching)
        let selective = Set(grouped.groups[1].matching)
        let combined = grouped.groups[2]
        let signedIndexes = grouped.statements.nquads.indices.filter { !mandatory.contains($0) }
        guard signedIndexes.count == base.signatures.count else {
            throw ProofError(
                .proofVerification, at: JSONPointer(),
                "makes \(signedIndexes.count) statements that may be left out, and its base proof signs "
                    + "\(base.signatures.count): it is not the document that was signed")
        }
        return DisclosureData(
            proofValue: DerivedProofValue(
                baseSignature: base.baseSignature, publicKey: base.publicKey,
                signatures: zip(signedIndexes, base.signatures).filter { selective.contains($0.0) }.map(\.1),
                labelMap: try verifierLabelMap(combined, grouped.statements),
                mandatoryIndexes: combined.matching.indices.filter { mandatory.contains(combined.matching[$0]) }),
            revealDocument: try Selection(of: document, by: combinedPointers).document)
    }

    /// The names of the blank nodes, in the order in which the verifier will number them.
    private func verifierLabelMap(
        _ combined: GroupedStatements.Group, _ statements: LabelledStatements
    ) throws(ProofError) -> LabelMap {
        LabelMap(
            labels: try canonicalize(combined.quads).issuedLabels.map { label in
                guard let name = statements.labels[.blank("_:" + label)]?.blankLabel else {
                    preconditionFailure("a part has no nodes but those of the whole")
                }
                return name
            })
    }

    /// [3.6.6, add derived proof](https://www.w3.org/TR/vc-di-ecdsa/#add-derived-proof-ecdsa-sd-2023).
    ///
    /// - Parameters:
    ///   - document: the document without its proofs.
    ///   - proof: its base proof.
    ///   - place: where that stands, for refusals.
    package func addDerivedProof(
        to document: JSONObject, proof: DataIntegrityProof, selectivePointers: [String], at place: JSONPointer
    ) throws(ProofError) -> JSONObject {
        let base = try BaseProofValue(multibase: proof.proofValue, at: place.appending("proofValue"))
        let data = try createDisclosureData(document, proofValue: base, selectivePointers: selectivePointers)
        var newProof = proof.json
        newProof["proofValue"] = .string(data.proofValue.multibase)
        var revealed = data.revealDocument
        revealed["proof"] = .object(newProof)
        return revealed
    }
}

extension Term {
    /// The label without `_:`; nil when this is no blank node.
    fileprivate var blankLabel: String? {
        if case .blank(let label) = self { String(label.dropFirst(2)) } else { nil }
    }
}
