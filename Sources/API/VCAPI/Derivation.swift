import CanonicalJSON
import Credentials
import HTTPServer
import Issuance
import LinkedData
import Proofs

/// The body of `POST /credentials/derive`: what of a credential with a base proof of `ecdsa-sd-2023` is to be shown.
struct Derivation {
    private let credential: JSONObject
    private let pointers: [String]

    /// Reads a body.
    init(_ body: JSON) throws {
        try Problem.refuseUnknown(["verifiableCredential", "options"], in: body, at: JSONPointer())
        var reader = try ObjectReader(body)
        _ = try reader.object("verifiableCredential")
        credential = body["verifiableCredential"]?.objectValue ?? [:]
        guard var options = try reader.optionalObject("options") else {
            pointers = []
            return
        }
        try Problem.refuseUnknown(
            ["selectivePointers"], in: body["options"] ?? [:], at: JSONPointer().appending("options"))
        let elements = try options.optionalArray("selectivePointers") ?? []
        guard elements.count <= SigningOrder.maximumPaths else {
            throw JSONShapeError(
                pointer: options.pointer(to: "selectivePointers"), problem: "more than \(SigningOrder.maximumPaths)")
        }
        pointers = try elements.map { (json, place) throws(JSONShapeError) in
            guard let text = json.stringValue else {
                throw JSONShapeError(pointer: place, problem: "expected a string")
            }
            return text
        }
    }

    /// The derived credential.
    ///
    /// - Throws: `Refusal` when it has no base proof, or a pointer leads nowhere.
    func answer(contexts: ContextRegistry) throws -> HTTPResponse {
        do throws(ProofError) {
            let derived = try DataIntegrity.derive(from: credential, revealing: pointers, contexts: contexts)
            return .json(.created, ["verifiableCredential": .object(derived)])
        } catch {
            throw Refusal(
                .invalidCredential, "Nothing can be derived from it: \(error).",
                at: "/verifiableCredential" + error.pointer.description, problem: error.type)
        }
    }
}
