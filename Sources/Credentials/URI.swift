package import CanonicalJSON

/// An absolute identifier, `https://…`, `did:…` or `urn:…`, with or without a fragment: a `URI` of
/// [RFC 3986, section 3](https://www.rfc-editor.org/rfc/rfc3986#section-3). Never a relative reference, never fetched.
///
/// Two URIs are equal when they have the same characters; nothing is normalized.
package struct URI: Hashable, Sendable, CustomStringConvertible {
    /// The text, as it was given: ASCII.
    package let description: String

    /// The part before the first colon, as it was given.
    package var scheme: Substring { description.prefix { $0 != ":" } }

    /// Reads a URI that stands at `pointer` in some document.
    /// - Throws: ``CredentialError`` that says which character leaves the grammar.
    package init(
        _ text: String, at pointer: @autoclosure () -> JSONPointer = JSONPointer()
    ) throws(CredentialError) {
        if let fault = URIGrammar.fault(in: text) {
            throw CredentialError(at: pointer(), "is not a URL: \(text.debugDescription) \(fault)")
        }
        description = text
    }

    /// For a text that we wrote ourselves; stops the program when it is not a URI.
    package init(ours text: String) {
        if let fault = URIGrammar.fault(in: text) { preconditionFailure("\(text.debugDescription) \(fault)") }
        description = text
    }
}

/// Who issues a credential: the URL that identifies the issuer globally
/// ([VCDM 2.0, 4.7](https://www.w3.org/TR/vc-data-model-2.0/#issuer)).
package struct IssuerID: Hashable, Sendable, CustomStringConvertible {
    /// The URL.
    package let uri: URI

    /// The issuer that a URL identifies.
    package init(_ uri: URI) { self.uri = uri }

    /// The URL.
    package var description: String { uri.description }
}
