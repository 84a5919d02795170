/// Bytes as text that says in its first character which base it is in (the multibase registry; W3C Controlled
/// Identifiers 1.0, section 2.4).
package enum Multibase {
    /// The prefix and the bytes; base10, base36 and base58 trap on more than ``Base58/maximumByteCount``.
    package static func encode(_ bytes: [UInt8], as base: Base) -> String {
        let prefix = String(base.prefix)
        return switch base.codec {
        case .bits(let codec): prefix + codec.encode(bytes)
        case .radix(let codec): prefix + codec.encode(bytes)
        case .emoji: prefix + Base256Emoji.encode(bytes)
        }
    }

    /// Reads a text in any base of ``Base``.
    package static func decode(_ text: String) throws(MultiformatsError) -> (base: Base, bytes: [UInt8]) {
        let base = try base(of: text)
        return (base, try decode(text, as: base))
    }

    /// Reads a text that must be in one base, as most places of a specification ask.
    package static func decode(_ text: String, in expected: Base) throws(MultiformatsError) -> [UInt8] {
        let base = try base(of: text)
        guard base == expected else { throw .wrongBase(base, expected: expected) }
        return try decode(text, as: base)
    }

    private static func base(of text: String) throws(MultiformatsError) -> Base {
        guard let prefix = text.unicodeScalars.first else { throw .noBase }
        guard let base = Base(prefix: prefix) else { throw .unknownBase }
        return base
    }

    private static func decode(_ text: String, as base: Base) throws(MultiformatsError) -> [UInt8] {
        switch base.codec {
        case .bits(let codec): try codec.decode(text.utf8.span.extracting(droppingFirst: 1))
        case .radix(let codec): try codec.decode(text.utf8.span.extracting(droppingFirst: 1))
        case .emoji: try Base256Emoji.decode(text.unicodeScalars.dropFirst())
        }
    }
}
