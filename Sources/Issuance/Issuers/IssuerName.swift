/// What an issuer of this service is called in paths and commands. Public: it stands in the log.
package struct IssuerName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// The issuer that a service is made with, which also signs its receipts.
    package static let `default` = IssuerName(unchecked: "default")

    private init(unchecked text: String) { self.text = text }

    /// Reads the form of a tenant: 1 to 63 of `a-z 0-9 . -`, beginning and ending with a letter or digit.
    package init?(_ text: String) {
        guard let name = TenantID(text) else { return nil }
        self.text = name.text
    }

    package var description: String { text }

    /// What a name looks like, for people.
    static let form = "expected 1 to 63 of a-z, 0-9, dots and hyphens, with a letter or digit at both ends"
}

/// Where the identifier of an issuer comes from.
package enum DIDMethod: String, Hashable, Sendable, CaseIterable {
    /// The key is the identifier: nothing to look up, and a new identifier with each key.
    case key = "did:key"
    /// The identifier is the service's address: one identifier with several keys, told by its `did.json`.
    case web = "did:web"
}
