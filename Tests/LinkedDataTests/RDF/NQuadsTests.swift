import LinkedData
import TestSupport
import Testing

@Suite("N-Quads")
struct NQuadsTests {
    static let stringType = "http://www.w3.org/2001/XMLSchema#string"
    static let languageType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

    private static func quad(_ object: Term, in graph: Term? = nil) -> Quad {
        Quad(.iri("urn:s"), .iri("urn:p"), object, in: graph)
    }

    static let accepted: [(text: String, quads: [Quad])] = [
        ("", []),
        ("\n\r\n\r \t\n", []),
        ("# a comment", []),
        ("<urn:s> <urn:p> <urn:o> .", [quad(.iri("urn:o"))]),
        ("<urn:s><urn:p><urn:o>.", [quad(.iri("urn:o"))]),
        ("\t <urn:s>\t<urn:p> \t<urn:o>\t.\t# more\n# end", [quad(.iri("urn:o"))]),
        ("<urn:s> <urn:p> <urn:o> .\r<urn:s> <urn:p> <urn:q> .\r\n", [quad(.iri("urn:o")), quad(.iri("urn:q"))]),
        ("<urn:s> <urn:p> <urn:o> <urn:g> .\n", [quad(.iri("urn:o"), in: .iri("urn:g"))]),
        ("<urn:s> <urn:p> _:a.b _:g.\n", [quad(.blank("_:a.b"), in: .blank("_:g"))]),
        ("<urn:s> <urn:p> _:1:é-· .\n", [quad(.blank("_:1:é-·"))]),
        ("<urn:s> <urn:p> _:a<urn:g>.", [quad(.blank("_:a"), in: .iri("urn:g"))]),
        ("<urn:\\u0073> <urn:p> <urn:\\U0001F303é> .", [quad(.iri("urn:🌃é"))]),
        ("<urn:s> <urn:p> \"\" .", [quad(.literal("", datatype: stringType, language: nil))]),
        ("<urn:s> <urn:p> \"a\tb#\" .", [quad(.literal("a\tb#", datatype: stringType, language: nil))]),
        (
            "<urn:s> <urn:p> \"\\t\\b\\n\\r\\f\\\"\\'\\\\\\u00e9\\U0001f303\" .",
            [quad(.literal("\t\u{8}\n\r\u{C}\"'\\é🌃", datatype: stringType, language: nil))]
        ),
        ("<urn:s> <urn:p> \"x\"^^<urn:d> .", [quad(.literal("x", datatype: "urn:d", language: nil))]),
        ("<urn:s> <urn:p> \"x\"@en-GB-1.", [quad(.literal("x", datatype: languageType, language: "en-GB-1"))]),
        (
            "<urn:s> <urn:p> \"x\"@en<urn:g>.",
            [
                quad(.literal("x", datatype: languageType, language: "en"), in: .iri("urn:g"))
            ]
        ),
    ]

    @Test("statements in every form that the grammar allows", arguments: accepted)
    func parsing(text: String, quads: [Quad]) throws { #expect(try NQuads.parse(Array(text.utf8)) == quads) }

    static let refused: [(text: String, words: String)] = [
        ("<urn:s> <urn:p> <urn:o>", "full stop"),
        ("<urn:s> <urn:p> <urn:o> <urn:g>", "full stop"),
        ("<urn:s> <urn:p> .", "an object"),
        ("<urn:s> .", "a predicate"),
        (".", "a subject"),
        ("<urn:s> <urn:p> <urn:o> <urn:g> <urn:h> .", "full stop"),
        ("<urn:s> <urn:p> <urn:o> . <urn:s> <urn:p> <urn:o> .", "end of the line"),
        ("<urn:s> <urn:p> <urn:o> . x", "end of the line"),
        ("<urn:s> <urn:p>\n<urn:o> .", "an object"),
        ("\"s\" <urn:p> <urn:o> .", "a subject"),
        ("<urn:s> _:p <urn:o> .", "a predicate"),
        ("<urn:s> \"p\" <urn:o> .", "a predicate"),
        ("<urn:s> <urn:p> <urn:o> \"g\" .", "a graph"),
        ("<urn:s> <urn:p> 1 .", "an object"),
        ("<urn:s> <urn:p> true .", "an object"),
        ("<urn:s> a <urn:o> .", "a predicate"),
        ("@prefix x: <urn:x> .", "a subject"),
        ("<urn:s> <urn:p> x:y .", "an object"),
        ("<urn:s> <urn:p> <urn:o>, <urn:q> .", "a graph"),
        ("<urn:s> <urn:p> <o> .", "no scheme"),
        ("<> <urn:p> <urn:o> .", "no scheme"),
        ("<//x/y> <urn:p> <urn:o> .", "no scheme"),
        ("<1a:b> <urn:p> <urn:o> .", "no scheme"),
        ("<a/b:c> <urn:p> <urn:o> .", "no scheme"),
        ("<urn:s> <urn:p> \"x\"^^<d> .", "no scheme"),
        ("<urn:s s> <urn:p> <urn:o> .", "may not"),
        ("<urn:\\u0020> <urn:p> <urn:o> .", "may not"),
        ("<urn:\\u003e> <urn:p> <urn:o> .", "may not"),
        ("<urn:<> <urn:p> <urn:o> .", "may not"),
        ("<urn:\"> <urn:p> <urn:o> .", "may not"),
        ("<urn:{> <urn:p> <urn:o> .", "may not"),
        ("<urn:}> <urn:p> <urn:o> .", "may not"),
        ("<urn:|> <urn:p> <urn:o> .", "may not"),
        ("<urn:^> <urn:p> <urn:o> .", "may not"),
        ("<urn:`> <urn:p> <urn:o> .", "may not"),
        ("<urn:\u{1}> <urn:p> <urn:o> .", "may not"),
        ("<urn:\\n> <urn:p> <urn:o> .", "escape"),
        ("<urn:\\\\> <urn:p> <urn:o> .", "escape"),
        ("<urn:s", "not closed"),
        ("<urn:s\n> <urn:p> <urn:o> .", "not closed"),
        ("<urn:s> <urn:p> \"x", "not closed"),
        ("<urn:s> <urn:p> \"x\ny\" .", "not closed"),
        ("<urn:s> <urn:p> \"x\ry\" .", "not closed"),
        ("<urn:s> <urn:p> \"x\\", "escape"),
        ("<urn:s> <urn:p> 'x' .", "an object"),
        ("<urn:s> <urn:p> \"\"\"x\"\"\" .", "a graph"),
        ("<urn:s> <urn:p> \"\\a\" .", "escape"),
        ("<urn:s> <urn:p> \"\\u12\" .", "escape"),
        ("<urn:s> <urn:p> \"\\u12G4\" .", "escape"),
        ("<urn:s> <urn:p> \"\\uD800\" .", "escape"),
        ("<urn:s> <urn:p> \"\\uD83C\\uDF03\" .", "escape"),
        ("<urn:s> <urn:p> \"\\U00110000\" .", "escape"),
        ("<urn:s> <urn:p> \"\\U0001F30\" .", "escape"),
        ("<urn:s> <urn:p> \"\\x41\" .", "escape"),
        ("<urn:s> <urn:p> \"x\"@ .", "language tag"),
        ("<urn:s> <urn:p> \"x\"@1 .", "language tag"),
        ("<urn:s> <urn:p> \"x\"@en- .", "language tag"),
        ("<urn:s> <urn:p> \"x\"@en--us .", "language tag"),
        ("<urn:s> <urn:p> \"x\"@en_us .", "a label"),
        ("<urn:s> <urn:p> \"x\" @en .", "a graph"),
        ("<urn:s> <urn:p> \"x\"^<urn:d> .", "a datatype"),
        ("<urn:s> <urn:p> \"x\"^^ <urn:d> .", "a datatype"),
        ("<urn:s> <urn:p> \"x\"^^\"d\" .", "a datatype"),
        ("_: <urn:p> <urn:o> .", "a label"),
        ("_:-a <urn:p> <urn:o> .", "a label"),
        ("_:.a <urn:p> <urn:o> .", "a label"),
        ("_:\u{B7} <urn:p> <urn:o> .", "a label"),
        ("_a <urn:p> <urn:o> .", "a label"),
        ("_ :a <urn:p> <urn:o> .", "a label"),
        ("_:a\u{D7} <urn:p> <urn:o> .", "a predicate"),
        ("\u{FEFF}<urn:s> <urn:p> <urn:o> .", "a subject"),
        ("<urn:s>\u{A0}<urn:p> <urn:o> .", "a predicate"),
        ("<urn:s> <urn:p> << <urn:s> <urn:p> <urn:o> >> .", "may not"),
    ]

    @Test("what the grammar does not allow is refused, with its line and a reason", arguments: refused)
    func refusal(text: String, words: String) throws {
        for (before, line) in [("", 1), ("\n# two\r\n<urn:s> <urn:p> \"\\n\" .\r", 4)] {
            let error = #expect(throws: LinkedDataError.self) { try NQuads.parse(Array((before + text).utf8)) }
            #expect(error?.code == .invalidNQuads)
            #expect(error?.sentence.hasPrefix("line \(line): ") == true)
            #expect(error?.sentence.contains(words) == true, "\(error?.sentence ?? "")")
        }
    }

    static let notUTF8: [[UInt8]] = [
        [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
    ]

    @Test("bytes that are not UTF-8 are refused with their line, in comments too", arguments: notUTF8)
    func invalidUTF8(_ bytes: [UInt8]) throws {
        for start in ["<urn:s> <urn:p> \"", "# "] {
            let error = #expect(throws: LinkedDataError.self) {
                try NQuads.parse(Array("\n\n\(start)".utf8) + bytes + Array("\" .\n".utf8))
            }
            #expect(error?.sentence.hasPrefix("line 3: ") == true)
        }
    }

    @Test("limits are kept to the byte and to the statement")
    func limits() throws {
        let bytes = Array("<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> <urn:o> .\n".utf8)
        func parse(_ maximumBytes: Int, _ maximumStatements: Int) throws -> Int {
            try NQuads.parse(
                bytes, limits: .init(maximumBytes: maximumBytes, maximumStatements: maximumStatements)
            ).count
        }
        #expect(try parse(bytes.count, 2) == 2)
        #expect(throws: LinkedDataError.self) { try parse(bytes.count - 1, 2) }
        #expect(throws: LinkedDataError.self) { try parse(bytes.count, 1) }
    }

    @Test("the canonical form escapes what it must, and nothing else")
    func escapes() throws {
        let every = (0...0x24F).compactMap(Unicode.Scalar.init) + ["\u{FFFD}", "\u{FFFE}", "\u{FFFF}", "\u{1FFFE}"]
        for scalar in every {
            let quad = Self.quad(.literal(String(Character(scalar)), datatype: Self.stringType, language: nil))
            let line = String(decoding: try NQuads.serialize([quad]), as: UTF8.self)
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let unicode = "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            let expected =
                switch scalar {
                case "\u{8}": "\\b"
                case "\t": "\\t"
                case "\n": "\\n"
                case "\u{C}": "\\f"
                case "\r": "\\r"
                case "\"": "\\\""
                case "\\": "\\\\"
                case "\0"..."\u{1F}", "\u{7F}", "\u{FFFE}", "\u{FFFF}": unicode
                default: String(Character(scalar))
                }
            #expect(line.unicodeScalars.elementsEqual("<urn:s> <urn:p> \"\(expected)\" .\n".unicodeScalars))
            #expect(try NQuads.parse(Array(line.utf8)) == [quad])
        }
    }

    @Test("an IRI holds no character that the grammar keeps out, wherever it stands")
    func charactersOfIRIs() throws {
        let beyond: [Unicode.Scalar] = ["\u{80}", "\u{FF}", "\u{FFFF}", "\u{1F303}"]
        for scalar in (0...0x7F).map({ Unicode.Scalar(UInt8($0)) }) + beyond {
            let isRefused = scalar.value <= 0x20 || "<>\"{}|^`\\".unicodeScalars.contains(scalar)
            for place in 0...17 {
                let iri = String(repeating: "\u{7F}", count: place) + String(scalar) + "urn:é!~"
                let isWritten = (try? NQuads.serialize([Self.quad(.iri(iri))])) != nil
                #expect(isWritten != isRefused, "\(scalar.value) at \(place)")
            }
        }
    }

    @Test("labels and languages are written as they are; xsd:string is not written")
    func writing() throws {
        let text = "_:b.1 <urn:p> \"x\"@en-GB _:g .\n<urn:s> <urn:é> \"1\"^^<urn:d> .\n<urn:s> <urn:p> \"x\" .\n"
        #expect(try NQuads.serialize(Datasets.quads(text)).elementsEqual(text.utf8))
    }

    @Test("a label that cannot be written is refused", arguments: ["b", "_:", "_:a b", "_:a.", "_:.", "_:-", ""])
    func labels(_ label: String) throws {
        let error = #expect(throws: LinkedDataError.self) { try NQuads.serialize([Self.quad(.blank(label))]) }
        #expect(error?.code == .invalidStatement)
    }

    @Test("what is read prints as what is read again, and damaged bytes never trap", arguments: 0..<40)
    func damage(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let quads = Datasets.random(statements: 6, nodes: 3, using: &random)
        let bytes = try NQuads.serialize(quads)
        #expect(try NQuads.parse(bytes) == quads)
        let alphabet = Array("<>_:@^\"\\.#uU0 \t\r\n{aé\u{1F303}".utf8) + [0xFF, 0xC3]
        for _ in 0..<200 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = byte
                case 1: damaged.insert(byte, at: place)
                default: damaged.removeSubrange(place..<min(place + 3, damaged.count))
                }
            }
            guard let read = try? NQuads.parse(damaged) else { continue }
            #expect(try NQuads.parse(NQuads.serialize(read)) == read)
        }
    }
}
