import CanonicalJSON
import Testing

@Suite("Strings")
struct StringTests {
    @Test(
        "RFC 8259 section 7: every escape is read",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u00E9""#, "A\u{E9}\u{E9}"),
            (#""\u0000""#, "\u{0}"), (#""\uD83D\uDE00""#, "\u{1F600}"), (#""\udbff\udfff""#, "\u{10FFFF}"),
            (#""\ud800\udc00""#, "\u{10000}"), (#""\ud7ff\ue000""#, "\u{D7FF}\u{E000}"), (#""a\/b""#, "a/b"),
            (#""\\u0041""#, "\\u0041"), (#""\\\"""#, "\\\""),
        ])
    func escapes(text: String, value: String) throws {
        #expect(try JSON(parsing: text.utf8) == .string(value))
    }

    @Test("noncharacters are accepted, escaped or not", arguments: [0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF])
    func noncharacters(code: UInt32) throws {
        let text = String(try #require(Unicode.Scalar(code)))
        let json = JSON.string(text)
        #expect(try JSON(parsing: "\"\(text)\"".utf8) == json)
        #expect(json.canonicalBytes == Array("\"\(text)\"".utf8))
    }

    @Test("RFC 8785 section 3.2.2.2: what is escaped, and how", arguments: 0...0x9F)
    func written(code: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(code))
        let expected =
            switch scalar {
            case "\u{8}": "\\b"
            case "\t": "\\t"
            case "\n": "\\n"
            case "\u{C}": "\\f"
            case "\r": "\\r"
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\u{0}"..."\u{F}": "\\u000" + String(code, radix: 16)
            case "\u{10}"..."\u{1F}": "\\u00" + String(code, radix: 16)
            default: String(scalar)
            }
        #expect(JSON.string(String(scalar)).canonicalString == "\"\(expected)\"")
    }

    @Test("what must be escaped is found at every place of strings of every small length", arguments: 1...26)
    func everyPlace(length: Int) throws {
        for filling in ["x", "!", "#", "[", "]", "\u{7F}"] {
            for place in 0..<length {
                let before = String(repeating: filling, count: place)
                let after = String(repeating: filling, count: length - place - 1)
                for (special, written) in [("\"", "\\\""), ("\\", "\\\\"), ("\n", "\\n"), ("\u{1F}", "\\u001f")] {
                    let text = "\"\(before)\(written)\(after)\""
                    #expect(JSON.string(before + special + after).canonicalString == text)
                    #expect(try JSON(parsing: text.utf8) == .string(before + special + after))
                }
                Refusal("\"\(before)\u{1}\(after)\"", .controlCharacter(1), at: 1 + place).check()
                Refusal("\"\(before)\"\(after)\"", .trailingContent, at: 2 + place).check()
            }
        }
    }

    @Test("bytes over 7F beside what is searched for change nothing", arguments: ["\u{E9}", "\u{FFFD}", "\u{1F600}"])
    func highBytes(text: String) throws {
        for count in 1...10 {
            let plain = String(repeating: text, count: count)
            #expect(JSON.string(plain).canonicalString == "\"\(plain)\"")
            #expect(JSON.string(plain + "\"" + plain).canonicalString == "\"\(plain)\\\"\(plain)\"")
            #expect(try JSON(parsing: "\"\(plain)\\t\(plain)\"".utf8) == .string(plain + "\t" + plain))
        }
    }
}
