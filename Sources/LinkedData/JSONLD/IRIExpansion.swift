/// What IRI expansion makes of a string ([JSON-LD 1.1 API, 5.2](https://www.w3.org/TR/json-ld11-api/#iri-expansion)).
enum ExpandedIRI: Sendable {
    /// Nothing: a word that is reserved, or a term that is kept from having a meaning.
    case null
    case keyword(Keyword)
    /// An IRI, a blank node's label, or a relative reference that nothing made absolute.
    case iri(String)

    /// The text, with a keyword as it is written.
    var text: String? {
        switch self {
        case .null: nil
        case .keyword(let keyword): keyword.rawValue
        case .iri(let iri): iri
        }
    }
}

/// How a string may be read when it is neither a keyword nor absolute.
struct IRIReading: OptionSet {
    let rawValue: UInt8

    /// As a term, or after the vocabulary mapping.
    static let vocab = IRIReading(rawValue: 1 << 0)
    /// As a reference that the base IRI makes absolute.
    static let documentRelative = IRIReading(rawValue: 1 << 1)
}

extension ContextState {
    /// IRI expansion with what is defined so far.
    func expandIRI(_ value: String, _ reading: IRIReading) -> ExpandedIRI {
        if let keyword = Keyword(value) { return .keyword(keyword) }
        if Keyword.isReservedForm(value) { return .null }
        if let known = expandTerm(value, reading) { return known }
        return expandUndefined(value, reading)
    }

    /// Steps 4 and 5: what the string means as a term, or nil when it does not mean anything as one.
    func expandTerm(_ value: String, _ reading: IRIReading) -> ExpandedIRI? {
        guard let term = self[value] else { return nil }
        switch term.definition.mapping {
        case .keyword(let keyword): return .keyword(keyword)
        case .iri(let iri): return reading.contains(.vocab) ? .iri(iri) : nil
        case .null: return reading.contains(.vocab) ? .null : nil
        }
    }

    /// Steps 6 to 9: a string that is not a term.
    func expandUndefined(_ value: String, _ reading: IRIReading) -> ExpandedIRI {
        if let compact = CompactIRI(value) {
            if compact.isComplete { return .iri(value) }
            if let iri = iri(ofPrefix: compact) { return .iri(iri + compact.suffix) }
            if IRI.hasScheme(value) { return .iri(value) }
        }
        if reading.contains(.vocab), let vocabulary { return .iri(vocabulary + value) }
        if reading.contains(.documentRelative), let base { return .iri(IRIReference.resolve(value, against: base)) }
        return .iri(value)
    }
}

/// A string with a colon after its first character.
struct CompactIRI {
    private let text: String
    /// The bytes before the first such colon.
    private let colon: Int
    /// Whether it is an IRI with an authority or the label of a blank node, and so no compact IRI.
    let isComplete: Bool

    /// Nil for a string without such a colon.
    init?(_ text: String) {
        let bytes = text.utf8Span.span
        guard let colon = Self.colon(bytes) else { return nil }
        let hasAuthority =
            colon + 2 < bytes.count && bytes[colon + 1] == UInt8(ascii: "/") && bytes[colon + 2] == UInt8(ascii: "/")
        isComplete = hasAuthority || (colon == 1 && bytes[0] == UInt8(ascii: "_"))
        (self.text, self.colon) = (text, colon)
    }

    /// What stands before the colon; never empty.
    var prefix: String { String(Substring(text.utf8.prefix(colon))) }

    /// The first byte of ``prefix``.
    var firstByte: UInt8 { text.utf8[text.startIndex] }

    /// What follows the colon.
    var suffix: Substring { Substring(text.utf8.dropFirst(colon + 1)) }

    private static func colon(_ bytes: Span<UInt8>) -> Int? {
        for index in bytes.indices.dropFirst() where bytes[index] == UInt8(ascii: ":") { return index }
        return nil
    }
}
