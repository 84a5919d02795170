package import CanonicalJSON
package import Credentials
import Cryptography
import Multiformats
import Temporal

/// The keys of one controller and what each is for, such as the `did.json` of a `did:web`
/// ([CID 1.0, section 2](https://www.w3.org/TR/cid-1.0/#data-model)).
///
/// Whoever makes one vouches that it came from that controller; this room fetches nothing.
package struct ControlledIdentifierDocument: Sendable {
    /// Whose keys they are.
    package let id: URI

    /// The verification methods by absolute `id`; opened when one is asked for, because others may use unknown types.
    private let methods: [URI: OpenObject]
    private let relationships: [ProofPurpose: Set<URI>]

    /// Reads a document.
    /// - Throws: ``ProofError`` of type ``Credentials/ProblemType/invalidControlledIdentifierDocument``.
    package init(_ json: JSON) throws(ProofError) {
        do throws(CredentialError) {
            let document = try OpenObject(json, at: JSONPointer())
            let id = try document.uri("id")
            var methods: [URI: OpenObject] = [:]
            for method in try document.objects("verificationMethod") {
                methods[try Self.absolute(try method.value("id"), in: id, at: method.place)] = method
            }
            var relationships: [ProofPurpose: Set<URI>] = [:]
            for purpose in ProofPurpose.all {
                let json = document.object[purpose.rawValue] ?? []
                for (index, element) in (json.arrayValue ?? [json]).enumerated() {
                    let place = document.place.appending(purpose.rawValue).appending(index)
                    let url = try Self.absolute(element["id"] ?? element, in: id, at: place)
                    relationships[purpose, default: []].insert(url)
                    if case .object(let embedded) = element { methods[url] = OpenObject(embedded, at: place) }
                }
            }
            (self.id, self.methods, self.relationships) = (id, methods, relationships)
        } catch {
            throw ProofError(.invalidControlledIdentifierDocument, at: error.pointer, error.problem)
        }
    }

    /// A URL, or a fragment of this document.
    private static func absolute(_ json: JSON, in id: URI, at place: JSONPointer) throws(CredentialError) -> URI {
        guard case .string(let text) = json else { throw CredentialError(at: place, "must name a key by its URL") }
        return try URI(text.hasPrefix("#") ? id.description + text : text, at: place)
    }

    /// Steps 7 to 12 of [CID 1.0, 3.3](https://www.w3.org/TR/cid-1.0/#retrieve-verification-method).
    func verificationMethod(
        _ url: URI, for purpose: ProofPurpose, at place: JSONPointer
    ) throws(ProofError) -> VerificationMethod {
        func refusal(_ problem: String) -> ProofError { ProofError(.invalidVerificationMethod, at: place, problem) }
        guard let method = methods[url] else { throw refusal("is not in the document of \(id)") }
        guard method.object["controller"] == .string(id.description) else {
            throw refusal("is in the document of \(id), but not as a key of its own: its controller is another")
        }
        guard relationships[purpose, default: []].contains(url) else {
            throw ProofError(
                .invalidRelationship, at: place,
                "is in the document of \(id), but not for \(purpose.rawValue.debugDescription)")
        }
        do throws(CredentialError) {
            return VerificationMethod(
                id: url, controller: id, publicKey: try VerificationMethodType.publicKey(of: method),
                expires: try method.optionalTime("expires", missingOffset: .isUTC),
                revoked: try method.optionalTime("revoked", missingOffset: .isUTC))
        } catch {
            throw refusal("is in the document of \(id), but not as a key that can be used: \(error)")
        }
    }
}
