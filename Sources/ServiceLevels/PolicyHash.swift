import Cryptography

/// The identity of a policy document: SHA-256 over its RFC 8785 form. What a request is bound to for ever.
package struct PolicyHash: Hashable, Sendable, CustomStringConvertible {
    /// `sha256:` and 64 lower-case hexadecimal digits.
    package let text: String

    /// The hash of a document in its canonical form.
    package init(ofCanonical bytes: [UInt8]) { text = Self.prefix + SHA256.hash(bytes).description }

    /// Reads the text form; nil when it is not one.
    package init?(_ text: String) {
        let digits = text.utf8.dropFirst(Self.prefix.utf8.count)
        guard text.utf8.starts(with: Self.prefix.utf8), digits.count == 2 * SHA256Digest.byteCount,
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = text
    }

    /// The text form.
    package var description: String { text }

    private static let prefix = "sha256:"
}
