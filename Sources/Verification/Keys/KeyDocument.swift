package import CanonicalJSON
import Credentials
import Cryptography
import JOSE
package import Proofs

/// Keys that the verifier was handed, with the name of whose they are, or bare.
///
/// Whoever makes one stands up for it: that it came from that controller, on a way that can be trusted.
package struct KeyDocument: Sendable {
    /// The document with the periods of its keys, and without: a signature is verified first, and whether the key was
    /// good when it signed is another question.
    let controlled: (dated: ControlledIdentifierDocument, undated: ControlledIdentifierDocument)?
    /// The keys with a name, in the order of the document.
    let methods: [Method]
    /// Keys without a name: the verifier means these.
    let bare: [JSONWebKey]

    /// A key of the document, by the names that a token may use for it.
    struct Method {
        let url: URI
        let controller: URI
        /// `kid` of its JSON Web Key.
        let keyID: String?
    }

    /// Reads a controlled identifier document (a `did.json`), one verification method, the metadata of an issuer of
    /// SD-JWT VCs (`issuer` and `jwks`), a set of JSON Web Keys or a single one.
    ///
    /// - Throws: ``Proofs/ProofError`` when it is none of them.
    package init(_ json: JSON) throws(ProofError) {
        if let bare = try Self.bareKeys(in: json) {
            (self.bare, methods, controlled) = (bare, [], nil)
            return
        }
        let document = Self.document(from: json)
        let dated = try ControlledIdentifierDocument(.object(document))
        controlled = (dated, try ControlledIdentifierDocument(.object(Self.withoutPeriods(document))))
        methods = Self.methods(of: document, in: dated.id)
        guard !methods.isEmpty else {
            throw ProofError(
                .invalidControlledIdentifierDocument, at: JSONPointer().appending("verificationMethod"),
                "is missing: there is no key in it")
        }
        bare = []
    }

    private static func bareKeys(in json: JSON) throws(ProofError) -> [JSONWebKey]? {
        let keys: [JSON]
        switch (json["kty"], json["keys"]?.arrayValue) {
        case (.some, _): keys = [json]
        case (nil, let set?): keys = set
        case (nil, nil): return nil
        }
        var bare: [JSONWebKey] = []
        for key in keys {
            do throws(JOSEError) {
                bare.append(try JSONWebKey(key))
            } catch {
                throw ProofError(.invalidVerificationMethod, at: JSONPointer(), "is not a public key: \(error)")
            }
        }
        return bare
    }

    /// The document that says the same as a verification method or as the metadata of an issuer.
    private static func document(from json: JSON) -> JSONObject {
        let object = json.objectValue ?? [:]
        if let controller = object["controller"], object["publicKeyJwk"] != nil || object["publicKeyMultibase"] != nil {
            return document(of: controller, [object["id"]], [json])
        }
        guard let issuer = object["issuer"], let keys = object["jwks"]?["keys"]?.arrayValue else { return object }
        let ids = keys.indices.map { index in
            JSON.string("\(issuer.stringValue ?? "")#\(keys[index]["kid"]?.stringValue ?? String(index))")
        }
        return document(
            of: issuer, ids,
            zip(ids, keys).map { id, key in
                ["id": id, "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": key]
            })
    }

    private static func document(of controller: JSON, _ ids: [JSON?], _ methods: [JSON]) -> JSONObject {
        let ids = JSON.array(ids.compactMap(\.self))
        return [
            "id": controller, "verificationMethod": .array(methods), "assertionMethod": ids, "authentication": ids,
        ]
    }

    private static func methods(of document: JSONObject, in id: URI) -> [Method] {
        listed(in: document).compactMap { method in
            guard let text = method["id"]?.stringValue,
                let url = try? URI(text.hasPrefix("#") ? id.description + text : text)
            else { return nil }
            return Method(url: url, controller: id, keyID: method["publicKeyJwk"]?["kid"]?.stringValue)
        }
    }

    private static func listed(in document: JSONObject) -> [JSON] {
        relationships.flatMap { key in document[key].map { $0.arrayValue ?? [$0] } ?? [] }
    }

    /// Where keys can stand.
    private static let relationships = ["verificationMethod", "assertionMethod", "authentication"]

    private static func withoutPeriods(_ document: JSONObject) -> JSONObject {
        var document = document
        for key in relationships {
            guard let methods = document[key].map({ $0.arrayValue ?? [$0] }) else { continue }
            document[key] = .array(
                methods.map { method in
                    guard case .object(var object) = method else { return method }
                    object["expires"] = nil
                    object["revoked"] = nil
                    return .object(object)
                })
        }
        return document
    }
}
