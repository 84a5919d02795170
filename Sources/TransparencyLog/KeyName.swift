/// The name of a key in a signed note: not empty, no Unicode space, no plus, no control character
/// ([signed-note](https://c2sp.org/signed-note), "Format"). Equal when the bytes are.
package struct KeyName: Sendable, CustomStringConvertible {
    /// What a cosigned message has room for ([tlog-cosignature](https://c2sp.org/tlog-cosignature)).
    package static let maximumBytes = 255

    /// The name as it stands in signature lines and keys.
    package let text: String

    /// - Throws: ``TransparencyLogError/malformed(_:problem:)``.
    package init(_ text: String) throws(TransparencyLogError) {
        guard 1...Self.maximumBytes ~= text.utf8.count else {
            throw .malformed(.keyName, problem: "it must have 1 to \(Self.maximumBytes) bytes")
        }
        let isAllowed = text.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20
        }
        guard isAllowed else {
            throw .malformed(.keyName, problem: "it must not contain a space, a plus sign or a control character")
        }
        self.text = text
    }

    /// The name.
    package var description: String { text }
}

extension KeyName: Hashable {
    // Swift's strings are equal when they are canonically equivalent; keys must not be.
    /// Whether the bytes are the same.
    package static func == (left: KeyName, right: KeyName) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Feeds the bytes to a hasher.
    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
