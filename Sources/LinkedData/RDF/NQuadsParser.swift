/// One pass over the bytes of N-Quads, by the productions of its [grammar](https://www.w3.org/TR/n-quads/#sec-grammar).
struct NQuadsParser {
    private let bytes: [UInt8]
    private let maximumStatements: Int
    private var offset = 0
    private var line = 1

    init(_ bytes: [UInt8], limits: NQuads.Limits) throws(RDFProblem) {
        guard bytes.count <= limits.maximumBytes else { throw .tooManyBytes(limit: limits.maximumBytes) }
        (self.bytes, maximumStatements) = (bytes, limits.maximumStatements)
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            let before = bytes[..<error.byteOffsets.lowerBound]
            throw .malformed(line: 1 + before.count { $0 == UInt8(ascii: "\n") }, .invalidUTF8)
        }
    }

    /// nquadsDoc.
    mutating func parse() throws(RDFProblem) -> [Quad] {
        var quads: [Quad] = []
        while offset < bytes.count {
            do {
                if let quad = try lineOfStatement() { quads.append(quad) }
            } catch { throw .malformed(line: line, error) }
            guard quads.count <= maximumStatements else { throw .tooManyStatements(limit: maximumStatements) }
            line += 1
        }
        return quads
    }

    /// What stands on one line, with its end: a statement, a comment, both or nothing.
    private mutating func lineOfStatement() throws(RDFProblem.Syntax) -> Quad? {
        skipSpaces()
        guard let byte = next, !isLineEnd(byte), byte != UInt8(ascii: "#") else {
            skipToNextLine()
            return nil
        }
        let quad = try statement()
        skipSpaces()
        if let byte = next, !isLineEnd(byte), byte != UInt8(ascii: "#") { throw .expected("the end of the line") }
        skipToNextLine()
        return quad
    }

    /// subject predicate object graphLabel? '.'
    private mutating func statement() throws(RDFProblem.Syntax) -> Quad {
        let subject = try node("a subject, as <IRI> or _:label,")
        guard next == UInt8(ascii: "<") else { throw .expected("a predicate, as <IRI>,") }
        let predicate = Term.iri(try iri())
        let object =
            next == UInt8(ascii: "\"") ? try literal() : try node("an object, as <IRI>, _:label or \"string\",")
        var quad = Quad(subject, predicate, object)
        if next != UInt8(ascii: ".") { quad.graph = try node("a graph, as <IRI> or _:label, or a full stop") }
        guard next == UInt8(ascii: ".") else { throw .expected("a full stop") }
        offset += 1
        return quad
    }

    /// IRIREF or BLANK_NODE_LABEL, and the white space after it.
    private mutating func node(_ expected: String) throws(RDFProblem.Syntax) -> Term {
        switch next {
        case UInt8(ascii: "<"): return .iri(try iri())
        case UInt8(ascii: "_"):
            let label = try blankNodeLabel()
            skipSpaces()
            return .blank(label)
        default: throw .expected(expected)
        }
    }

    /// BLANK_NODE_LABEL, with its `_:`. A full stop belongs to the label only if more of it follows.
    private mutating func blankNodeLabel() throws(RDFProblem.Syntax) -> String {
        let start = offset
        guard bytes[offset...].starts(with: "_:".utf8) else { throw .invalidBlankNodeLabel }
        // The bytes are valid UTF-8 and a label holds no space, so it ends before one, and before what begins a term.
        let end = bytes[offset...].firstIndex { $0 <= 0x20 || $0 == UInt8(ascii: "<") } ?? bytes.count
        let scalars = String(decoding: bytes[start + 2..<end], as: UTF8.self).unicodeScalars
        var label = scalars.prefix(while: NQuadsNames.isBlankNodeLabelPart)
        while label.last == "." { label.removeLast() }
        guard NQuadsNames.isBlankNodeLabel(Substring(label)) else { throw .invalidBlankNodeLabel }
        offset += 2 + Substring(label).utf8.count
        return "_:" + String(label)
    }

    /// IRIREF, and the white space after it.
    private mutating func iri() throws(RDFProblem.Syntax) -> String {
        offset += 1
        let iri = try text(until: UInt8(ascii: ">"), isIRI: true)
        guard iri.utf8.allSatisfy(NQuadsNames.isAllowedInIRI) else { throw .forbiddenCharacter }
        guard NQuadsNames.hasScheme(iri) else { throw .relativeIRI }
        skipSpaces()
        return iri
    }

    /// literal, and the white space after it.
    private mutating func literal() throws(RDFProblem.Syntax) -> Term {
        offset += 1
        let value = try text(until: UInt8(ascii: "\""), isIRI: false)
        defer { skipSpaces() }
        switch next {
        case UInt8(ascii: "@"):
            let start = offset + 1
            let end = bytes[start...].firstIndex {
                !NQuadsNames.isLetter($0) && !NQuadsNames.isDigit($0) && $0 != UInt8(ascii: "-")
            }
            let tag = bytes[start..<(end ?? bytes.count)]
            guard NQuadsNames.isLanguageTag(tag) else { throw .invalidLanguageTag }
            offset = tag.endIndex
            return .literal(
                value, datatype: "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
                language: String(decoding: tag, as: UTF8.self))
        case UInt8(ascii: "^"):
            guard bytes[offset...].starts(with: "^^<".utf8) else { throw .expected("a datatype, as ^^<IRI>,") }
            offset += 2
            return .literal(value, datatype: try iri(), language: nil)
        default: return .literal(value, datatype: NQuadsWriter.stringDatatype, language: nil)
        }
    }
}

extension NQuadsParser {
    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpaces() {
        while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { offset += 1 }
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    /// Past the rest of the line and its end, which is LF, CR or both.
    private mutating func skipToNextLine() {
        offset = bytes[offset...].firstIndex(where: isLineEnd) ?? bytes.count
        if bytes[offset...].starts(with: "\r\n".utf8) { offset += 1 }
        if offset < bytes.count { offset += 1 }
    }

    /// The characters up to the closing quotation mark or bracket, with escapes undone, and past it.
    private mutating func text(until close: UInt8, isIRI: Bool) throws(RDFProblem.Syntax) -> String {
        var text: [UInt8] = []
        while let byte = next, !isLineEnd(byte) {
            offset += 1
            switch byte {
            case close: return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += UTF8.encode(try escaped(isIRI: isIRI))!
            default: text.append(byte)
            }
        }
        throw .unterminated
    }

    /// UCHAR, or outside an IRI ECHAR, after its backslash.
    private mutating func escaped(isIRI: Bool) throws(RDFProblem.Syntax) -> Unicode.Scalar {
        guard let kind = next else { throw .invalidEscape }
        offset += 1
        switch kind {
        case UInt8(ascii: "u"): return try hexadecimal(digits: 4)
        case UInt8(ascii: "U"): return try hexadecimal(digits: 8)
        case _ where isIRI: throw .invalidEscape
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): return Unicode.Scalar(kind)
        default: throw .invalidEscape
        }
    }

    private mutating func hexadecimal(digits: Int) throws(RDFProblem.Syntax) -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw .invalidEscape
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        // Surrogates and what lies beyond U+10FFFF are no characters.
        guard let scalar = Unicode.Scalar(value) else { throw .invalidEscape }
        return scalar
    }
}
