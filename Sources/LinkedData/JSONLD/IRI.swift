/// What JSON-LD and RDF ask about IRIs ([RFC 3986](https://www.rfc-editor.org/rfc/rfc3986),
/// [RFC 3987](https://www.rfc-editor.org/rfc/rfc3987)).
enum IRI {
    /// Whether the text begins with a scheme and a colon.
    static func hasScheme(_ text: String) -> Bool { schemeLength(text.utf8Span.span) != nil }

    /// Whether RDF can say it: a scheme, none of the characters that may stand in no IRI
    /// ([RDF 1.1 N-Quads, 3](https://www.w3.org/TR/n-quads/#grammar-production-IRIREF)), and one fragment at most.
    static func isWellFormed(_ text: String) -> Bool {
        let bytes = text.utf8Span.span
        guard let scheme = schemeLength(bytes), NQuadsNames.isAllowedInIRI(bytes) else { return false }
        var fragments = 0
        for index in scheme..<bytes.count where bytes[index] == UInt8(ascii: "#") { fragments += 1 }
        return fragments <= 1
    }

    /// Whether the text is the label of a blank node.
    static func isBlank(_ text: String) -> Bool {
        text.utf8.first == UInt8(ascii: "_") && text.utf8.starts(with: "_:".utf8)
    }

    /// Whether the last character is one of the `gen-delims` of RFC 3986 section 2.2, after which a suffix can follow.
    static func endsWithDelimiter(_ text: String) -> Bool {
        switch text.utf8.last {
        case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    /// The number of bytes before the colon that ends the scheme; nil when there is none.
    static func schemeLength(_ bytes: Span<UInt8>) -> Int? {
        guard !bytes.isEmpty, NQuadsNames.isLetter(bytes[0]) else { return nil }
        for index in 1..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: ":"): return index
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): continue
            case let byte where NQuadsNames.isLetter(byte) || NQuadsNames.isDigit(byte): continue
            default: return nil
            }
        }
        return nil
    }
}
