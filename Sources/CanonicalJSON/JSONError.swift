/// Why bytes are not a JSON document we accept, and where.
package struct JSONError: Error, Hashable, Sendable {
    /// What was wrong.
    package enum Reason: Hashable, Sendable {
        /// The document has more bytes than the limit.
        case tooManyBytes(limit: Int)
        /// More arrays and objects are open than the limit.
        case tooDeep(limit: Int)
        /// The document begins with a byte order mark.
        case byteOrderMark
        /// The document ends where something was still needed.
        case unexpectedEnd(expected: String)
        /// Something else stands where this was needed.
        case unexpected(UInt8, expected: String)
        /// A word that is not `true`, `false` or `null`.
        case unknownWord
        /// There is more after the value.
        case trailingContent
        /// An object uses a name twice (RFC 7493 section 2.3).
        case duplicateName(String)
        /// A number has a zero before its other digits.
        case leadingZero
        /// A number's value is beyond the range of a Double.
        case numberTooLarge
        /// A control character stands in a string without an escape.
        case controlCharacter(UInt8)
        /// A backslash is followed by something that is no escape.
        case invalidEscape
        /// A surrogate stands without its other half (RFC 7493 section 2.1).
        case loneSurrogate
        /// The bytes are not UTF-8.
        case invalidUTF8
    }

    /// What was wrong.
    package let reason: Reason

    /// Bytes before the place, from 0.
    package let offset: Int

    /// The line of the place, from 1. Lines end with a line feed.
    package let line: Int

    /// The place within its line, from 1, counted in characters (Unicode scalar values).
    package let column: Int

    /// Finds line and column of a failure in the document it is about.
    init(_ failure: JSONFailure, in bytes: Span<UInt8>) {
        var (line, column) = (1, 1)
        for index in 0..<min(failure.offset, bytes.count) {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        (reason, offset) = (failure.reason, failure.offset)
        (self.line, self.column) = (line, column)
    }
}

/// A refusal on its way out of the parser, before anyone has counted lines.
struct JSONFailure: Error {
    let reason: JSONError.Reason
    let offset: Int
}

extension JSONError: CustomStringConvertible {
    /// What was wrong, where, and what to do.
    package var description: String { "line \(line), column \(column) (byte \(offset)): \(reason)" }
}

extension JSONError.Reason: CustomStringConvertible {
    /// What was wrong, and what to do.
    package var description: String {
        switch self {
        case .tooManyBytes(let limit): "the document has more than \(limit) bytes; send less at once"
        case .tooDeep(let limit): "arrays and objects are nested more than \(limit) deep; flatten the document"
        case .byteOrderMark: "the document begins with a byte order mark; send UTF-8 without one"
        case .unexpectedEnd(let expected): "the document ends where \(expected) is needed"
        case .unexpected(let byte, let expected): "found \(Self.inWords(byte)) where \(expected) is needed"
        case .unknownWord: "not a word of JSON, which has true, false and null in lower case; put text in quotes"
        case .trailingContent: "there is more after the value; send one value"
        case .duplicateName(let name): "the name \(Self.quoted(name)) is used twice in one object; keep one"
        case .leadingZero: "a number begins with 0 and more digits; remove the leading zero"
        case .numberTooLarge: "the number is beyond the range of a 64-bit floating-point number; send it as a string"
        case .controlCharacter(let byte): "\(Self.inWords(byte)) stands in a string; escape it"
        case .invalidEscape: #"not an escape; JSON has \" \\ \/ \b \f \n \r \t and \u with four hexadecimal digits"#
        case .loneSurrogate: "a surrogate without its other half; escape characters beyond U+FFFF as a pair"
        case .invalidUTF8: "the bytes are not UTF-8; encode the document as UTF-8"
        }
    }

    /// The beginning of a name from outside, safe to print.
    private static func quoted(_ name: String) -> String {
        JSON.string(String(name.unicodeScalars.prefix(64))).canonicalString
    }

    private static func inWords(_ byte: UInt8) -> String {
        if (0x21...0x7E).contains(byte) { return "'\(Character(Unicode.Scalar(byte)))'" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "the byte 0x" + (digits.count == 1 ? "0" : "") + digits
    }
}
