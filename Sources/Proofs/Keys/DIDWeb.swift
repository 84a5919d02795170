package import CanonicalJSON
package import Credentials

/// An identifier whose document stands at an `https` address
/// ([did:web](https://w3c-ccg.github.io/did-method-web/)): `did:web:example.org:users:alice`.
///
/// Only the two names are mapped onto each other here. Nothing is fetched: whoever has the document hands it over as a
/// ``ControlledIdentifierDocument``.
package struct DIDWeb: Hashable, Sendable, CustomStringConvertible {
    private static let prefix = "did:web:"
    private static let (scheme, wellKnown, fileName) = ("https://", "/.well-known/did.json", "/did.json")

    /// The host, and a port if there is one, as in a URL: `example.org:8443`.
    private let authority: String
    private let path: [Substring]

    /// Reads `did:web:…`, without a fragment, which stands at `place`.
    /// - Throws: ``ProofError`` of type ``Credentials/ProblemType/invalidVerificationMethodURL``.
    package init(_ text: String, at place: JSONPointer = JSONPointer()) throws(ProofError) {
        let parts = text.dropFirst(Self.prefix.count).split(separator: ":", omittingEmptySubsequences: false)
        let authority = String(parts.first ?? "").replacing("%3A", with: ":").replacing("%3a", with: ":")
        guard text.hasPrefix(Self.prefix),
            let web = Self(authority: authority, path: Array(parts.dropFirst()))
        else {
            throw ProofError(
                .invalidVerificationMethodURL, at: place, "is not a did:web; write did:web:example.org:path:to:it")
        }
        self = web
    }

    /// The identifier of the document at an address; nil when no `did:web` has its document there.
    package init?(documentURL: URI) {
        let text = documentURL.description
        guard text.hasPrefix(Self.scheme), text.hasSuffix(Self.fileName) else { return nil }
        let ending = text.hasSuffix(Self.wellKnown) ? Self.wellKnown : Self.fileName
        let parts = text.dropFirst(Self.scheme.count).dropLast(ending.count)
            .split(separator: "/", omittingEmptySubsequences: false)
        guard let authority = parts.first, (parts.count == 1) == (ending == Self.wellKnown) else { return nil }
        self.init(authority: String(authority), path: Array(parts.dropFirst()))
    }

    private init?(authority: String, path: [Substring]) {
        let (host, port) = (authority.prefix { $0 != ":" }, authority.drop { $0 != ":" }.dropFirst())
        let isName = host.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
        let hasEmptyLabel = host.split(separator: ".", omittingEmptySubsequences: false).contains("")
        guard isName, !hasEmptyLabel, port.isEmpty == !authority.contains(":"),
            port.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            path.allSatisfy(Self.isSegment)
        else { return nil }
        (self.authority, self.path) = (authority, path)
        guard (try? URI(description)) != nil, (try? URI(documentURLText)) != nil else { return nil }
    }

    /// Dots alone, percent-encoded or not, lead out of a folder.
    private static func isSegment(_ text: Substring) -> Bool {
        let plain = text.lowercased().replacing("%2e", with: ".")
        return !plain.isEmpty && plain != "." && plain != ".." && !plain.contains(where: ":/?#".contains)
    }

    /// The identifier: `did:web:example.org%3A8443:users:alice`.
    package var description: String {
        Self.prefix + ([authority.replacing(":", with: "%3A")[...]] + path).joined(separator: ":")
    }

    /// The identifier as a URL, such as an issuer.
    package var uri: URI { URI(ours: description) }

    /// Where the document stands: `https://example.org:8443/users/alice/did.json`.
    package var documentURL: URI { URI(ours: documentURLText) }

    private var documentURLText: String {
        path.isEmpty
            ? Self.scheme + authority + Self.wellKnown
            : Self.scheme + authority + "/" + path.joined(separator: "/") + Self.fileName
    }
}
