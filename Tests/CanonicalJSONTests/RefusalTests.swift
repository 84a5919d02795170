import CanonicalJSON
import Testing

/// One document that must not be read, and what the refusal must say.
struct Refusal: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let reason: JSONError.Reason
    let offset: Int
    let line: Int
    let column: Int

    init(_ text: String, _ reason: JSONError.Reason, at offset: Int, line: Int = 1, column: Int? = nil) {
        self.init(bytes: Array(text.utf8), reason, at: offset, line: line, column: column)
    }

    init(bytes: [UInt8], _ reason: JSONError.Reason, at offset: Int, line: Int = 1, column: Int? = nil) {
        self.bytes = bytes
        self.reason = reason
        self.offset = offset
        self.line = line
        self.column = column ?? offset + 1
    }

    var testDescription: String { String(decoding: bytes.prefix(40), as: UTF8.self) }

    func check(limits: JSONLimits = .standard) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: bytes, limits: limits) }
        #expect(error?.reason == reason)
        #expect(error?.offset == offset)
        #expect(error?.line == line)
        #expect(error?.column == column)
    }
}

@Suite("Refusals: reason, byte, line and column")
struct RefusalTests {
    @Test(
        "RFC 8259 section 2: one value, no less and no more",
        arguments: [
            Refusal("", .unexpectedEnd(expected: "a value"), at: 0),
            Refusal(" \n\t\r ", .unexpectedEnd(expected: "a value"), at: 5, line: 2, column: 4),
            Refusal("1 2", .trailingContent, at: 2),
            Refusal("{}}", .trailingContent, at: 2),
            Refusal("[] //", .trailingContent, at: 3),
            Refusal("null\u{0}", .trailingContent, at: 4),
            Refusal("]", .unexpected(0x5D, expected: "a value"), at: 0),
            Refusal("/**/1", .unexpected(0x2F, expected: "a value"), at: 0),
            Refusal("\u{A0}1", .unexpected(0xC2, expected: "a value"), at: 0),
            Refusal("\u{FEFF}1", .byteOrderMark, at: 0),
            Refusal("'a'", .unexpected(0x27, expected: "a value"), at: 0),
        ])
    func document(refusal: Refusal) { refusal.check() }

    @Test(
        "RFC 8259 section 3: three words",
        arguments: [
            Refusal("tru", .unknownWord, at: 0),
            Refusal("[nul]", .unknownWord, at: 1),
            Refusal("falsy", .unknownWord, at: 0),
            Refusal("True", .unknownWord, at: 0),
            Refusal("NaN", .unknownWord, at: 0),
            Refusal("[1,\n undefined]", .unknownWord, at: 5, line: 2, column: 2),
            Refusal("truefalse", .trailingContent, at: 4),
            Refusal("[nullnull]", .unexpected(0x6E, expected: "a comma or ']'"), at: 5),
        ])
    func words(refusal: Refusal) { refusal.check() }

    @Test(
        "RFC 8259 sections 4 and 5: objects and arrays",
        arguments: [
            Refusal("[", .unexpectedEnd(expected: "a value"), at: 1),
            Refusal("[1", .unexpectedEnd(expected: "a comma or ']'"), at: 2),
            Refusal("[1,", .unexpectedEnd(expected: "a value"), at: 3),
            Refusal("[1,]", .unexpected(0x5D, expected: "a value"), at: 3),
            Refusal("[,1]", .unexpected(0x2C, expected: "a value"), at: 1),
            Refusal("[1 2]", .unexpected(0x32, expected: "a comma or ']'"), at: 3),
            Refusal("[1}", .unexpected(0x7D, expected: "a comma or ']'"), at: 2),
            Refusal("{", .unexpectedEnd(expected: "a name in quotes"), at: 1),
            Refusal("{a:1}", .unexpected(0x61, expected: "a name in quotes"), at: 1),
            Refusal("{1:1}", .unexpected(0x31, expected: "a name in quotes"), at: 1),
            Refusal("{\"a\"", .unexpectedEnd(expected: "a colon"), at: 4),
            Refusal("{\"a\"=1}", .unexpected(0x3D, expected: "a colon"), at: 4),
            Refusal("{\"a\":", .unexpectedEnd(expected: "a value"), at: 5),
            Refusal("{\"a\":}", .unexpected(0x7D, expected: "a value"), at: 5),
            Refusal("{\"a\":1", .unexpectedEnd(expected: "a comma or '}'"), at: 6),
            Refusal("{\"a\":1]", .unexpected(0x5D, expected: "a comma or '}'"), at: 6),
            Refusal("{\"a\":1,}", .unexpected(0x7D, expected: "a name in quotes"), at: 7),
            Refusal("{\"a\":1,", .unexpectedEnd(expected: "a name in quotes"), at: 7),
            Refusal(
                "{\n  \"é\": 1\n  \"b\": 2\n}", .unexpected(0x22, expected: "a comma or '}'"), at: 14, line: 3,
                column: 3),
        ])
    func structures(refusal: Refusal) { refusal.check() }

    @Test(
        "RFC 7493 section 2.3: a name is used once, however it is spelled",
        arguments: [
            Refusal("{\"a\":1,\"a\":1}", .duplicateName("a"), at: 7),
            Refusal("{\"a\":1,\n \"\\u0061\":2}", .duplicateName("a"), at: 9, line: 2, column: 2),
            Refusal("{\"b\":1,\"a\":2,\"b\":3}", .duplicateName("b"), at: 13),
            Refusal("{\"\":1,\"\":2}", .duplicateName(""), at: 6),
            Refusal("[{\"x\":{\"a\":1,\"a\":2}}]", .duplicateName("a"), at: 13),
            Refusal("{\"\u{1F600}\":1,\"\\uD83D\\ude00\":2}", .duplicateName("\u{1F600}"), at: 10, column: 8),
        ])
    func duplicates(refusal: Refusal) { refusal.check() }

    @Test(
        "RFC 8259 section 6: numbers",
        arguments: [
            Refusal("-", .unexpectedEnd(expected: "a digit"), at: 1),
            Refusal("+1", .unexpected(0x2B, expected: "a value"), at: 0),
            Refusal(".5", .unexpected(0x2E, expected: "a value"), at: 0),
            Refusal("-.5", .unexpected(0x2E, expected: "a digit"), at: 1),
            Refusal("1.", .unexpectedEnd(expected: "a digit"), at: 2),
            Refusal("1.e1", .unexpected(0x65, expected: "a digit"), at: 2),
            Refusal("1e", .unexpectedEnd(expected: "a digit"), at: 2),
            Refusal("[1e+]", .unexpected(0x5D, expected: "a digit"), at: 4),
            Refusal("1e-+1", .unexpected(0x2B, expected: "a digit"), at: 3),
            Refusal("00", .leadingZero, at: 0),
            Refusal("[-012]", .leadingZero, at: 2),
            Refusal("01.5", .leadingZero, at: 0),
            Refusal("0x1F", .trailingContent, at: 1),
            Refusal("1_000", .trailingContent, at: 1),
            Refusal("-Infinity", .unexpected(0x49, expected: "a digit"), at: 1),
            Refusal("1e309", .numberTooLarge, at: 0),
            Refusal("[0,-1.7976931348623159e308]", .numberTooLarge, at: 3),
            Refusal("1e99999999999999999999999999", .numberTooLarge, at: 0),
            Refusal(String(repeating: "9", count: 400), .numberTooLarge, at: 0),
        ])
    func numbers(refusal: Refusal) { refusal.check() }

    @Test(
        "RFC 8259 section 7: strings",
        arguments: [
            Refusal("\"", .unexpectedEnd(expected: "the end of the string"), at: 1),
            Refusal("\"abc", .unexpectedEnd(expected: "the end of the string"), at: 4),
            Refusal("\"a\\n", .unexpectedEnd(expected: "the end of the string"), at: 4),
            Refusal("\"a\\", .unexpectedEnd(expected: "an escape"), at: 3),
            Refusal("\"\u{0}\"", .controlCharacter(0x00), at: 1),
            Refusal("\"a\tb\"", .controlCharacter(0x09), at: 2),
            Refusal("\"a\nb\"", .controlCharacter(0x0A), at: 2),
            Refusal("\"\\n\u{1F}\"", .controlCharacter(0x1F), at: 3),
            Refusal("\"\\a\"", .invalidEscape, at: 1),
            Refusal("\"\\'\"", .invalidEscape, at: 1),
            Refusal("\"é\\x41\"", .invalidEscape, at: 3, column: 3),
            Refusal("\"\\U0041\"", .invalidEscape, at: 1),
            Refusal("\"\\u\"", .invalidEscape, at: 1),
            Refusal("\"\\u004\"", .invalidEscape, at: 1),
            Refusal("\"\\u004", .invalidEscape, at: 1),
            Refusal("\"\\u+041\"", .invalidEscape, at: 1),
            Refusal("\"\\u00g1\"", .invalidEscape, at: 1),
            Refusal("\"\\u{41}\"", .invalidEscape, at: 1),
            Refusal("\"\\uD800\"", .loneSurrogate, at: 1),
            Refusal("\"ab\\uDBFF\\n\"", .loneSurrogate, at: 3),
            Refusal("\"\\uDC00\"", .loneSurrogate, at: 1),
            Refusal("\"\\uD83D\\uD83D\\uDE00\"", .loneSurrogate, at: 1),
            Refusal("\"\\uD83D\\u00e9\"", .loneSurrogate, at: 1),
            Refusal("\"\\uD83D\\uDE0\"", .loneSurrogate, at: 1),
            Refusal("\"\\uDE00\\uD83D\"", .loneSurrogate, at: 1),
            Refusal("{\"\\uD800\":1}", .loneSurrogate, at: 2),
        ])
    func strings(refusal: Refusal) { refusal.check() }

    @Test(
        "RFC 3629: the bytes of a string are UTF-8",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]])
    func encoding(sequence: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        for prefix in ["", "x", "\u{E9}\u{E9}", "\u{1F600}ab", "\\n", "eight by"] {
            for suffix in ["", "y", "eight by"] {
                let bytes = [quote] + prefix.utf8 + sequence + suffix.utf8 + [quote]
                let shown = prefix == "\\n" ? 2 : prefix.unicodeScalars.count
                Refusal(bytes: bytes, .invalidUTF8, at: 1 + prefix.utf8.count, column: 2 + shown).check()
            }
        }
    }
}
