import CanonicalJSON
import Testing

@Suite("Errors help the person who reads them")
struct ErrorDescriptionTests {
    @Test(
        "each says where, what, and what to do",
        arguments: [
            (
                "{\n  \"a\": 1,\n  \"a\": 2\n}",
                "line 3, column 3 (byte 14): the name \"a\" is used twice in one object; keep one"
            ),
            ("[1,]", "line 1, column 4 (byte 3): found ']' where a value is needed"),
            ("[1\u{0}", "line 1, column 3 (byte 2): found the byte 0x00 where a comma or ']' is needed"),
            ("[1", "line 1, column 3 (byte 2): the document ends where a comma or ']' is needed"),
            (
                "[NaN]",
                "line 1, column 2 (byte 1): not a word of JSON, which has true, false and null in lower case; "
                    + "put text in quotes"
            ),
            ("1 2", "line 1, column 3 (byte 2): there is more after the value; send one value"),
            ("007", "line 1, column 1 (byte 0): a number begins with 0 and more digits; remove the leading zero"),
            (
                "1e400",
                "line 1, column 1 (byte 0): the number is beyond the range of a 64-bit floating-point number; "
                    + "send it as a string"
            ),
            ("\"\u{B}\"", "line 1, column 2 (byte 1): the byte 0x0B stands in a string; escape it"),
            (
                "\"\\q\"",
                "line 1, column 2 (byte 1): not an escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with "
                    + "four hexadecimal digits"
            ),
            (
                "\"\\ud800\"",
                "line 1, column 2 (byte 1): a surrogate without its other half; "
                    + "escape characters beyond U+FFFF as a pair"
            ),
            (
                "\u{FEFF}",
                "line 1, column 1 (byte 0): the document begins with a byte order mark; send UTF-8 without one"
            ),
            (
                "[[[1]]]",
                "line 1, column 3 (byte 2): arrays and objects are nested more than 2 deep; flatten the document"
            ),
            (
                String(repeating: " ", count: 81),
                "line 1, column 81 (byte 80): the document has more than 80 bytes; "
                    + "send less at once"
            ),
        ])
    func sentences(text: String, sentence: String) {
        let limits = JSONLimits(maximumBytes: 80, maximumDepth: 2)
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text.utf8, limits: limits) }
        #expect(error?.description == sentence)
    }

    @Test("bytes that are not UTF-8 say so")
    func encoding() {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
        #expect(
            error?.description == "line 1, column 2 (byte 1): the bytes are not UTF-8; encode the document as UTF-8")
    }

    @Test("names from outside cannot write to a terminal, nor fill it")
    func hostileNames() {
        let name = "\\u001b[31m" + String(repeating: "x", count: 500)
        let error = #expect(throws: JSONError.self) { try JSON(parsing: "{\"\(name)\":1,\"\(name)\":1}".utf8) }
        #expect(error?.reason.description.hasPrefix("the name \"\\u001b[31mxxx") == true)
        #expect(error?.description.utf8.count ?? .max < 160)
        let shape = JSONShapeError(pointer: JSONPointer().appending("\u{1B}[2J\n"), problem: "unknown member")
        #expect(shape.description == "/\\u001b[2J\\n: unknown member")
    }
}
