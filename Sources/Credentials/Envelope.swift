package import CanonicalJSON
import Multiformats

/// A token, such as a JWT, in the place of a credential or presentation: a JSON object whose `id` is the token as a
/// `data:` URL ([VCDM 2.0, 4.13.1](https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-credentials) and
/// [4.13.2](https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-presentations)). This room does not open it.
package struct Envelope: Hashable, Sendable {
    /// What the envelope says is inside; its raw value is the `type`.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// One credential.
        case credential = "EnvelopedVerifiableCredential"
        /// One presentation.
        case presentation = "EnvelopedVerifiablePresentation"
    }

    /// What the envelope says is inside.
    package let kind: Kind

    /// The form of the token: `application/vc+jwt`.
    package let mediaType: String

    /// The token, in UTF-8 or as binary as its form has it.
    package let content: [UInt8]

    /// Whether a document says that it is an envelope, rightly or not.
    package static func isEnvelope(_ json: JSON) -> Bool { kind(of: json) != nil }

    private static func kind(of json: JSON) -> Kind? {
        let types = (json["type"].map { $0.arrayValue ?? [$0] } ?? []).compactMap(\.stringValue)
        return types.count == 1 ? Kind(rawValue: types[0]) : nil
    }

    /// Reads an envelope.
    /// - Throws: ``CredentialError`` for the first rule that does not hold.
    package init(_ json: JSON) throws(CredentialError) {
        try self.init(reading: OpenObject(json, at: JSONPointer()))
    }

    init(reading envelope: OpenObject) throws(CredentialError) {
        guard let kind = Self.kind(of: .object(envelope.object)) else {
            throw envelope.malformed("type", "must be \(Kind.allCases.map(\.rawValue).joined(separator: " or "))")
        }
        let contexts = try envelope.value("@context")
        guard (contexts.arrayValue ?? [contexts]).contains(.string(DataModel.v2_0.context)) else {
            throw envelope.malformed("@context", "must include \(DataModel.v2_0.context)")
        }
        guard let (mediaType, content) = Self.open(try Self.url(of: envelope)) else {
            throw envelope.malformed("id", "must be a data: URL that holds the credential")
        }
        (self.kind, self.mediaType, self.content) = (kind, mediaType, content)
    }

    /// The `id`, without a line feed at its end, which a published token has there and which every parser by the
    /// [URL standard](https://url.spec.whatwg.org/#concept-basic-url-parser) drops.
    private static func url(of envelope: OpenObject) throws(CredentialError) -> URI {
        guard let text = try envelope.optionalString("id"), text.utf8.last == UInt8(ascii: "\n") else {
            return try envelope.uri("id")
        }
        return try URI(String(text.dropLast()), at: envelope.place.appending("id"))
    }

    /// The two parts of `data:application/vc+jwt,eyJ…` ([RFC 2397](https://www.rfc-editor.org/rfc/rfc2397)). Tokens
    /// need no percent-encoding, so none is read; base 64 may lack its padding, as published examples do.
    private static func open(_ url: URI) -> (mediaType: String, content: [UInt8])? {
        let parts = url.description.dropFirst("data:".count).split(
            separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard url.scheme == "data", parts.count == 2, !parts[1].isEmpty else { return nil }
        guard parts[0].hasSuffix(base64Mark) else { return (String(parts[0]), Array(parts[1].utf8)) }
        let padding = String(repeating: "=", count: (4 - parts[1].utf8.count % 4) % 4)
        guard let content = try? Base64.decode(parts[1] + padding) else { return nil }
        return (String(parts[0].dropLast(base64Mark.count)), content)
    }

    private static let base64Mark = ";base64"
}
