/// What JSON-LD and RDF ask about IRIs ([RFC 3986](https://www.rfc-editor.org/rfc/rfc3986),
/// [RFC 3987](https://www.rfc-editor.org/rfc/rfc3987)).
enum IRI {
    /// Whether the text begins with a scheme and a colon.
    static func hasScheme(_ text: String) -> Bool { schemeLength(text.utf8Span.span) != nil }

    /// Whether RDF can say it: a scheme, none of the characters that may stand in no IRI
    /// ([RDF 1.1 N-Quads, 3](https://www.w3.org/TR/n-quads/#grammar-production-IRIREF)), and one fragment at most.
    static func isWellFormed(_ text: String) -> Bool {
        let bytes = text.utf8Span.span
        guard let scheme = schemeLength(bytes) else { return false }
        var hasFragment = false
        for index in scheme..<bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "#") {
                guard !hasFragment else { return false }
                hasFragment = true
            }
            guard isAllowed(byte) else { return false }
        }
        return true
    }

    /// Whether the text is the label of a blank node.
    static func isBlank(_ text: String) -> Bool { text.utf8.starts(with: "_:".utf8) }

    /// Whether the last character is one of the `gen-delims` of RFC 3986 section 2.2, after which a suffix can follow.
    static func endsWithDelimiter(_ text: String) -> Bool {
        switch text.utf8.last {
        case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    private static func schemeLength(_ bytes: Span<UInt8>) -> Int? {
        guard !bytes.isEmpty, ASCII.isLetter(bytes[0]) else { return nil }
        for index in 1..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: ":"): return index
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): continue
            case let byte where ASCII.isLetter(byte) || ASCII.isDigit(byte): continue
            default: return nil
            }
        }
        return nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"),
            UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "\\"):
            false
        default: true
        }
    }
}
