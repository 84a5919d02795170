import Cryptography

/// The identity of a policy document: SHA-256 over its RFC 8785 form. What a request is bound to for ever.
package struct PolicyHash: Hashable, Sendable, CustomStringConvertible {
    /// `sha256:` and 64 lower-case hexadecimal digits.
    package let text: String

    /// The hash of a document in its canonical form.
    package init(ofCanonical bytes: [UInt8]) { text = Self.prefix + SHA256.hash(bytes).description }

    /// Reads the text form; nil when it is not one.
    package init?(_ text: String) {
        var text = text
        let isHash = text.withUTF8 { bytes in
            guard bytes.count == Self.prefix.utf8.count + 2 * SHA256Digest.byteCount else { return false }
            for (index, expected) in Self.prefix.utf8.enumerated() where unsafe bytes[index] != expected {
                return false
            }
            for index in Self.prefix.utf8.count..<bytes.count {
                let byte = unsafe bytes[index]
                guard (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) else { return false }
            }
            return true
        }
        guard isHash else { return nil }
        self.text = text
    }

    /// The text form.
    package var description: String { text }

    private static let prefix = "sha256:"
}
