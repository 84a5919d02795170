/// Language tags, as far as RDF asks ([BCP 47](https://www.rfc-editor.org/rfc/bcp47)).
enum LanguageTag {
    /// Whether it has the form `1*8ALPHA *("-" 1*8(ALPHA / DIGIT))`, which every well-formed tag has.
    static func isWellFormed(_ tag: String) -> Bool {
        var length = 0
        var isFirst = true
        for byte in tag.utf8 {
            if byte == UInt8(ascii: "-") {
                guard length > 0 else { return false }
                (length, isFirst) = (0, false)
            } else {
                guard NQuadsNames.isLetter(byte) || (!isFirst && NQuadsNames.isDigit(byte)), length < 8 else {
                    return false
                }
                length += 1
            }
        }
        return length > 0
    }

    /// The tag in lower case, the form that RDF compares
    /// ([RDF 1.1 Concepts, 3.3](https://www.w3.org/TR/rdf11-concepts/#section-Graph-Literal)).
    static func normalized(_ tag: String) -> String {
        tag.utf8.contains { $0 >= 0x41 && $0 <= 0x5A } ? tag.lowercased() : tag
    }
}
