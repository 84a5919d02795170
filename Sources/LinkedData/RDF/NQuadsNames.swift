/// The small productions of the [grammar of N-Quads](https://www.w3.org/TR/n-quads/#sec-grammar), shared by the parser
/// and the writer.
enum NQuadsNames {
    /// Whether an IRIREF may hold the byte as it is. Bytes of characters beyond ASCII are allowed.
    static func isAllowedInIRI(_ byte: UInt8) -> Bool {
        // One bit for each ASCII character from U+0040 that is refused: \ ^ ` { | }
        let refused: UInt64 = 1 << 28 | 1 << 30 | 1 << 32 | 1 << 59 | 1 << 60 | 1 << 61
        return switch byte {
        case ...0x20, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"): false
        case 0x40..<0x80: refused >> (byte - 0x40) & 1 == 0
        default: true
        }
    }

    /// Whether an IRIREF may hold all of the bytes as they are. Eight at once: every IRI of a dataset passes here.
    static func isAllowedInIRI(_ bytes: Span<UInt8>) -> Bool {
        var offset = 0
        while offset + 8 <= bytes.count {
            let eight = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if holdsRefused(eight) { return false }
            offset += 8
        }
        while offset < bytes.count {
            if !isAllowedInIRI(bytes[offset]) { return false }
            offset += 1
        }
        return true
    }

    /// Whether one of eight bytes is refused. Of each test the high bit of a byte counts, and a borrow comes only from
    /// a byte that is refused itself. Characters that differ in one bit are tested together.
    private static func holdsRefused(_ eight: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        func bytes(of eight: UInt64, without bit: UInt64 = 0, are character: UInt64) -> UInt64 {
            let difference = (eight & ~(ones &* bit)) ^ (ones &* character)
            return (difference &- ones) & ~difference
        }
        let controlsAndSpace = (eight &- ones &* 0x21) & ~eight
        let quotes = bytes(of: eight, are: 0x22)
        let angles = bytes(of: eight, without: 0x02, are: 0x3C)
        let backslashAndCaret = bytes(of: eight, without: 0x02, are: 0x5C)
        let grave = bytes(of: eight, are: 0x60)
        let brace = bytes(of: eight, are: 0x7B)
        let barAndBrace = bytes(of: eight, without: 0x01, are: 0x7C)
        let found = controlsAndSpace | quotes | angles | backslashAndCaret | grave | brace | barAndBrace
        return found & (ones &* 0x80) != 0
    }

    /// Whether the IRI begins with a [scheme](https://www.rfc-editor.org/rfc/rfc3986#section-3.1) and a colon.
    static func hasScheme(_ iri: String) -> Bool {
        guard let colon = iri.utf8.firstIndex(of: UInt8(ascii: ":")), let first = iri.utf8.first, isLetter(first) else {
            return false
        }
        return iri.utf8[..<colon].allSatisfy { isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) }
    }

    /// LANGTAG without its `@`: letters, then groups of letters and digits, with hyphens between them.
    static func isLanguageTag(_ tag: some Collection<UInt8>) -> Bool {
        let parts = tag.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return parts.first?.allSatisfy(isLetter) == true
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { isLetter($0) || isDigit($0) } }
    }

    /// BLANK_NODE_LABEL without its `_:`.
    static func isBlankNodeLabel(_ label: Substring) -> Bool {
        let scalars = label.unicodeScalars
        guard let first = scalars.first, isBlankNodeLabelStart(first), scalars.last != "." else { return false }
        return scalars.allSatisfy { isBlankNodeLabelPart($0) }
    }

    /// PN_CHARS_U or a digit.
    private static func isBlankNodeLabelStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "_", ":": true
        case "\u{C0}"..."\u{D6}", "\u{D8}"..."\u{F6}", "\u{F8}"..."\u{2FF}", "\u{370}"..."\u{37D}": true
        case "\u{37F}"..."\u{1FFF}", "\u{200C}"..."\u{200D}", "\u{2070}"..."\u{218F}", "\u{2C00}"..."\u{2FEF}": true
        case "\u{3001}"..."\u{D7FF}", "\u{F900}"..."\u{FDCF}", "\u{FDF0}"..."\u{FFFD}": true
        case "\u{10000}"..."\u{EFFFF}": true
        default: false
        }
    }

    /// PN_CHARS or a full stop, which a label may hold but not end with.
    static func isBlankNodeLabelPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", ".", "\u{B7}", "\u{300}"..."\u{36F}", "\u{203F}"..."\u{2040}": true
        default: isBlankNodeLabelStart(scalar)
        }
    }

    static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
