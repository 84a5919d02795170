import CanonicalJSON
import Cryptography
import Proofs
import TestSupport

/// The published examples of the data model, so that contexts, scoped terms, containers and directions that the samples
/// here do not have are canonicalized by both sides, too.
extension IssuedHere {
    private static let folders = [
        "vc-data-model/input", "vc-data-model/input/names-and-descriptions",
        "vc-data-model/schema/verifiable-credential", "vc-data-model/schema/verifiable-presentation",
    ]

    static func publishedExamples() throws -> [Specimen] {
        let signer = try Signer.numbered(1, .edDSA)
        let proofs = try ProofSigner(
            key: signer.key, verificationMethod: signer.method, cryptosuite: .eddsaRDFC2022)
        var specimens: [Specimen] = []
        for path in try folders.flatMap({ folder in try Conformance.files(in: folder).map { "\(folder)/\($0)" } }) {
            guard path.hasSuffix("-ok.json") || path.contains("/example-"),
                case .object(var document) = try JSON(parsing: Conformance.bytes(path))
            else { continue }
            document["proof"] = nil
            let secured = try proofs.secure(document, created: Times.created)
            specimens.append(
                Specimen(
                    name: path, judges: ["composed"], request: request(secured),
                    forgeries: Forgeries.changing(
                        .object(secured),
                        [
                            ("id", "/id", "urn:uuid:00000000-0000-4000-8000-000000000000"),
                            ("proof's time", "/proof/created", "2026-01-03T00:00:00Z"),
                        ])))
        }
        return specimens
    }
}
