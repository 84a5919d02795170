package import CanonicalJSON

/// Why a document has no RDF statements, or no canonical form, that a signature could rest on.
package struct LinkedDataError: Error, Hashable, Sendable {
    /// What kind of refusal it is. Those of JSON-LD are spelled as its specification spells them
    /// ([JSON-LD 1.1 API, 9.5](https://www.w3.org/TR/json-ld11-api/#jsonlderrorcode)).
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The specification's words, such as `invalid term definition`.
        package let rawValue: String

        /// A code by its words.
        package init(rawValue: String) { self.rawValue = rawValue }

        init(_ words: String) { rawValue = words }
    }

    /// What kind of refusal it is.
    package let code: Code

    /// The place in the document that was processed. The whole document for errors that have no place in JSON.
    package let pointer: JSONPointer

    /// What is wrong and what to do, as a sentence without a final stop.
    package let sentence: String

    /// A refusal at a place.
    package init(_ code: Code, at pointer: JSONPointer = JSONPointer(), _ sentence: String) {
        (self.code, self.pointer, self.sentence) = (code, pointer, sentence)
    }
}

extension LinkedDataError: CustomStringConvertible {
    /// The place, the code and the sentence, on one line: a name from outside is escaped as JSON escapes it.
    package var description: String {
        let place = pointer == JSONPointer() ? "the document" : Self.escaped(pointer.description)
        return "\(place): \(code.rawValue): \(sentence)"
    }

    /// The beginning of a text from outside, in quotation marks and safe to print.
    static func quoted(_ text: String) -> String {
        JSON.string(String(text.unicodeScalars.prefix(200))).canonicalString
    }

    private static func escaped(_ text: String) -> String {
        String(JSON.string(text).canonicalString.dropFirst().dropLast())
    }
}
