/// Terms and statements in [canonical N-Quads](https://www.w3.org/TR/rdf-canon/#canonical-quads).
enum NQuadsWriter {
    static let stringDatatype = "http://www.w3.org/2001/XMLSchema#string"

    static func append(_ quad: Quad, to output: inout [UInt8]) throws(RDFProblem.Unwritable) {
        try appendSubject(quad.subject, to: &output)
        output.append(UInt8(ascii: " "))
        try appendPredicate(quad.predicate, to: &output)
        output.append(UInt8(ascii: " "))
        try appendObject(quad.object, to: &output)
        output.append(UInt8(ascii: " "))
        if let graph = quad.graph {
            try appendSubject(graph, to: &output)
            output.append(UInt8(ascii: " "))
        }
        output.append(contentsOf: ".\n".utf8)
    }

    private static func appendSubject(_ term: Term, to output: inout [UInt8]) throws(RDFProblem.Unwritable) {
        if case .literal = term { throw .misplacedTerm }
        try appendObject(term, to: &output)
    }

    static func appendPredicate(_ term: Term, to output: inout [UInt8]) throws(RDFProblem.Unwritable) {
        guard case .iri(let iri) = term else { throw .misplacedTerm }
        try append(iri: iri, to: &output)
    }

    private static func appendObject(_ term: Term, to output: inout [UInt8]) throws(RDFProblem.Unwritable) {
        switch term {
        case .iri(let iri): try append(iri: iri, to: &output)
        case .literal(let value, let datatype, let language):
            try append(literal: value, datatype: datatype, language: language, to: &output)
        case .blank(let label):
            guard label.hasPrefix("_:"), NQuadsNames.isBlankNodeLabel(label.dropFirst(2)) else {
                throw .invalidBlankNodeLabel
            }
            output.append(contentsOf: label.utf8)
        }
    }

    /// `<`, the IRI as it is, `>`: nothing in an IRI is ever escaped in the canonical form.
    static func append(iri: String, to output: inout [UInt8]) throws(RDFProblem.Unwritable) {
        var iri = iri
        output.append(UInt8(ascii: "<"))
        let isWritable = iri.withUTF8 { bytes in
            unsafe output.append(contentsOf: bytes)
            return unsafe NQuadsNames.isAllowedInIRI(bytes.span)
        }
        guard isWritable else { throw .invalidIRI }
        output.append(UInt8(ascii: ">"))
    }

    /// The datatype is left out for `xsd:string`, and gives way to a language.
    static func append(
        literal value: String, datatype: String, language: String?, to output: inout [UInt8]
    ) throws(RDFProblem.Unwritable) {
        appendQuoted(value, to: &output)
        if let language {
            guard NQuadsNames.isLanguageTag(language.utf8) else { throw .invalidLanguageTag }
            output.append(UInt8(ascii: "@"))
            output.append(contentsOf: language.utf8)
        } else if datatype != stringDatatype {
            output.append(contentsOf: "^^".utf8)
            try append(iri: datatype, to: &output)
        }
    }

    private static func appendQuoted(_ value: String, to output: inout [UInt8]) {
        var value = value
        output.append(UInt8(ascii: "\""))
        value.withUTF8 { bytes in
            // Most values need no escape, and are copied at once.
            if unsafe !bytes.contains(where: mayNeedEscape) {
                unsafe output.append(contentsOf: bytes)
            } else {
                for scalar in unsafe String(decoding: bytes, as: UTF8.self).unicodeScalars {
                    appendEscaped(scalar, to: &output)
                }
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// True for every byte with which a character begins that is escaped; U+FFFE and U+FFFF begin with EF.
    private static func mayNeedEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F || byte == 0xEF
    }

    private static func appendEscaped(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        switch scalar {
        case "\u{08}": output.append(contentsOf: "\\b".utf8)
        case "\t": output.append(contentsOf: "\\t".utf8)
        case "\n": output.append(contentsOf: "\\n".utf8)
        case "\u{0C}": output.append(contentsOf: "\\f".utf8)
        case "\r": output.append(contentsOf: "\\r".utf8)
        case "\"": output.append(contentsOf: "\\\"".utf8)
        case "\\": output.append(contentsOf: "\\\\".utf8)
        // Controls, and what the Char production of XML 1.1 leaves out.
        case "\0"..."\u{1F}", "\u{7F}", "\u{FFFE}", "\u{FFFF}":
            let digits = String(scalar.value, radix: 16, uppercase: true)
            output.append(contentsOf: "\\u".utf8)
            output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
            output.append(contentsOf: digits.utf8)
        default: output.append(contentsOf: UTF8.encode(scalar)!)
        }
    }
}
