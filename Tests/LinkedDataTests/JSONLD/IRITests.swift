import CanonicalJSON
import TestSupport
import Testing

@testable import LinkedData

@Suite("JSON-LD: IRIs, language tags, numbers")
struct IRITests {
    @Test(
        "References are resolved as RFC 3986 section 5.4 has it",
        arguments: [
            ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"),
            (";x", "http://a/b/c/;x"), ("g;x", "http://a/b/c/g;x"), ("g;x?y#s", "http://a/b/c/g;x?y#s"),
            ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"), ("..", "http://a/b/"),
            ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../", "http://a/"),
            ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"),
            ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"),
            ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"), ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"),
            ("g;x=1/./y", "http://a/b/c/g;x=1/y"), ("g;x=1/../y", "http://a/b/c/y"),
            ("g?y/./x", "http://a/b/c/g?y/./x"), ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("g#s/./x", "http://a/b/c/g#s/./x"), ("g#s/../x", "http://a/b/c/g#s/../x"), ("http:g", "http:g"),
        ])
    func resolves(_ reference: String, _ expected: String) {
        #expect(IRIReference.resolve(reference, against: "http://a/b/c/d;p?q") == expected)
    }

    @Test(
        "An IRI for RDF is absolute and has only characters that IRIs have",
        arguments: [
            ("urn:x", true), ("https://é.example/ü?q#f", true), ("did:key:z6Mk", true), ("a+b-c.d:x", true),
            ("x:", true),
            ("", false), ("x", false), (":x", false), ("1a:x", false), ("a b:x", false), ("é:x", false), ("_:b", false),
            ("urn:a b", false), ("urn:<a>", false), ("urn:\"", false), ("urn:{}", false), ("urn:a|b", false),
            ("urn:^", false), ("urn:`", false), ("urn:\\", false), ("urn:\u{0}", false), ("urn:\n", false),
            ("urn:#a#b", false), ("#a:b", false),
        ])
    func isWellFormed(_ text: String, _ expected: Bool) { #expect(IRI.isWellFormed(text) == expected) }

    @Test(
        "A language tag has subtags of one to eight letters, after the first also digits",
        arguments: [
            ("en", true), ("de-AT-1996", true), ("x-1", true), ("", false), ("-", false), ("en-", false),
            ("-en", false),
            ("1", false), ("en_GB", false), ("abcdefghi", false), ("e n", false), ("é", false),
        ])
    func isLanguageTag(_ tag: String, _ expected: Bool) { #expect(LanguageTag.isWellFormed(tag) == expected) }

    @Test(
        "Numbers have one lexical form",
        arguments: [
            ("1", "1", "integer"), ("-0", "0", "integer"), ("1.0", "1", "integer"), ("1e2", "100", "integer"),
            ("9007199254740993", "9007199254740992", "integer"),
            ("1e20", "100000000000000000000", "integer"), ("-1e20", "-100000000000000000000", "integer"),
            ("1e21", "1.0E21", "double"), ("-2.5e21", "-2.5E21", "double"), ("5.3", "5.3E0", "double"),
            ("0.1", "1.0E-1", "double"), ("1e-7", "1.0E-7", "double"), ("5e-324", "4.940656458412465E-324", "double"),
            ("1.7976931348623157e308", "1.797693134862316E308", "double"),
            ("0.30000000000000004", "3.0E-1", "double"), ("9.95", "9.949999999999999E0", "double"),
        ])
    func numbers(_ text: String, _ lexical: String, _ datatype: String) throws {
        let document = try Documents.json("{\"urn:p\": \(text)}")
        #expect(
            try JSONLD.quads(of: document, contexts: .published).map(\.object)
                == [.literal(lexical, datatype: "http://www.w3.org/2001/XMLSchema#\(datatype)", language: nil)])
    }

    @Test("A whole number with the datatype xsd:double is written as one, with any other datatype as an integer")
    func typedNumbers() throws {
        let xsd = "http://www.w3.org/2001/XMLSchema#"
        for (datatype, lexical) in [("double", "1.0E1"), ("decimal", "10"), ("float", "10")] {
            let document: JSON = ["urn:p": ["@value": 10, "@type": .string(xsd + datatype)]]
            #expect(
                try JSONLD.quads(of: document, contexts: .published).map(\.object)
                    == [.literal(lexical, datatype: xsd + datatype, language: nil)])
        }
    }

    @Test("Language tags are compared in lower case, and so written")
    func languageCase() throws {
        let document: JSON = [
            "@context": ["p": ["@id": "urn:p", "@language": "DE"]],
            "urn:p": ["@value": "x", "@language": "en-GB"], "p": "y",
        ]
        #expect(try Documents.lines(document) == ["_:c14n0 <urn:p> \"x\"@en-gb .\n", "_:c14n0 <urn:p> \"y\"@de .\n"])
    }
}
