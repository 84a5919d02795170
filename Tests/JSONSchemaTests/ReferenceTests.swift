import CanonicalJSON
import JSONSchema
import TestSupport
import Testing

@Suite("References and resources: Core sections 8 and 9")
struct ReferenceTests {
    /// What RFC 3986 section 5.4 makes of references seen from `http://a/b/c/d;p?q`.
    static let resolved = [
        "g:h": "g:h", "g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/", "/g": "http://a/g",
        "//g": "http://g", "?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y", "g#s": "http://a/b/c/g#s",
        "g?y#s": "http://a/b/c/g?y#s", ";x": "http://a/b/c/;x", "g;x": "http://a/b/c/g;x",
        "g;x?y#s": "http://a/b/c/g;x?y#s", ".": "http://a/b/c/", "./": "http://a/b/c/", "..": "http://a/b/",
        "../": "http://a/b/", "../g": "http://a/b/g", "../..": "http://a/", "../../": "http://a/",
        "../../g": "http://a/g", "../../../g": "http://a/g", "../../../../g": "http://a/g", "/./g": "http://a/g",
        "/../g": "http://a/g", "g.": "http://a/b/c/g.", ".g": "http://a/b/c/.g", "g..": "http://a/b/c/g..",
        "..g": "http://a/b/c/..g", "./../g": "http://a/b/g", "./g/.": "http://a/b/c/g/",
        "g/./h": "http://a/b/c/g/h", "g/../h": "http://a/b/c/h", "g;x=1/./y": "http://a/b/c/g;x=1/y",
        "g;x=1/../y": "http://a/b/c/y", "g?y/./x": "http://a/b/c/g?y/./x", "g#s/../x": "http://a/b/c/g#s/../x",
        "http:g": "http:g",
    ]

    @Test("a reference is resolved as RFC 3986 section 5.4 has it", arguments: resolved.keys.sorted())
    func resolution(reference: String) throws {
        let expected = try #require(Self.resolved[reference])
        let error = #expect(throws: SchemaError.self) {
            try JSONSchema(["$ref": .string(reference)], at: "http://a/b/c/d;p?q")
        }
        #expect(error?.reason == .unknownReference(expected))
        var registry = SchemaRegistry()
        let document = expected.prefix { $0 != "#" }
        try registry.register(["$defs": ["x": ["$anchor": "s", "type": "null"]]], at: String(document))
        guard !expected.hasSuffix("/../x") else { return }
        let schema = try JSONSchema(["$ref": .string(reference)], at: "http://a/b/c/d;p?q", registry: registry)
        #expect(try schema.validate(1).isEmpty == !expected.hasSuffix("#s"))
    }

    @Test("a registered schema is found under its own identifier and under the one it was registered at")
    func twoNames() throws {
        var registry = SchemaRegistry()
        try registry.register(["$id": "https://a.example/own", "type": "null"], at: "https://b.example/found")
        for uri in ["https://a.example/own", "https://b.example/found"] {
            let schema = try JSONSchema(["$ref": .string(uri)], registry: registry)
            #expect(try schema.validate(1).map(\.absoluteKeywordLocation.resource) == ["https://a.example/own"])
        }
    }

    @Test("names that Swift calls equal are different schemas")
    func codeUnits() throws {
        let schema = try JSONSchema([
            "$defs": ["\u{E9}": ["type": "string"], "e\u{301}": ["type": "null"]],
            "properties": ["\u{E9}": ["$ref": "#/$defs/%C3%A9"], "e\u{301}": ["$ref": "#/$defs/e%CC%81"]],
            "additionalProperties": false,
        ])
        #expect(try schema.validate(["\u{E9}": "x", "e\u{301}": nil]).isEmpty)
        #expect(try schema.validate(["\u{E9}": nil]).map(\.keyword) == ["type"])
        #expect(try schema.validate(["e\u{301}": "x"]).map(\.keyword) == ["type"])
        #expect(try JSONSchema(["required": ["\u{E9}"]]).validate(["e\u{301}": 1]).count == 1)
    }

    @Test("the metaschema accepts a schema exactly when its shape is right")
    func metaschema() throws {
        let metaschema = try JSONSchema(["$ref": "https://json-schema.org/draft/2020-12/schema"])
        #expect(try metaschema.validate(["$defs": ["a": ["items": ["not": true]]]]).isEmpty)
        let violations = try metaschema.validate(["properties": ["a": ["items": ["minLength": -1]]]])
        #expect(violations.map(\.instanceLocation.description) == ["/properties/a/items/minLength"])
        #expect(
            violations.map(\.absoluteKeywordLocation.description)
                == ["https://json-schema.org/draft/2020-12/meta/validation#/properties/minLength/minimum"])
    }

    @Test("a metaschema that extends the published one applies to subschemas, too (Core section 8.2.3.2)")
    func extendedMetaschema() throws {
        let strict = try JSONSchema([
            "$id": "https://a.example/strict",
            "$dynamicAnchor": "meta",
            "$ref": "https://json-schema.org/draft/2020-12/schema",
            "unevaluatedProperties": false,
        ])
        #expect(try strict.validate(["items": ["type": "null"]]).isEmpty)
        let violations = try strict.validate(["items": ["typ": "null"]])
        #expect(violations.map(\.instanceLocation.description) == ["/items/typ"])
    }

    @Test("a dialect without a vocabulary passes over its keywords, and `format` is asserted by the one that says so")
    func vocabularies() throws {
        var registry = SchemaRegistry()
        let vocabulary = "https://json-schema.org/draft/2020-12/vocab/"
        try registry.register(
            ["$vocabulary": ["\(vocabulary)core": true, "\(vocabulary)applicator": true]], at: "urn:no-validation")
        try registry.register(
            ["$vocabulary": ["\(vocabulary)core": true, "\(vocabulary)format-assertion": true]], at: "urn:formats")
        let lax = try JSONSchema(
            ["$schema": "urn:no-validation", "type": 1, "properties": ["a": false]], registry: registry)
        #expect(try lax.validate(1).isEmpty)
        #expect(try !lax.validate(["a": 1]).isEmpty)
        let strict = try JSONSchema(
            ["$schema": "urn:formats", "format": "ipv4", "not": true], registry: registry)
        #expect(try strict.validate("127.0.0.1").isEmpty)
        #expect(try strict.validate("127.0.0").map(\.keyword) == ["format"])
        #expect(try JSONSchema(["format": "ipv4"]).validate("127.0.0").isEmpty)
        #expect(try !JSONSchema(["format": "ipv4"], assertsFormats: true).validate("127.0.0").isEmpty)
    }

    @Test("a format that cannot be checked is refused where formats are asserted")
    func uncheckedFormat() throws {
        RefusedSchema(["format": "idn-hostname"], "#/format", .uncheckedFormat("idn-hostname"))
            .check(assertsFormats: true)
        #expect(try JSONSchema(["format": "idn-hostname"]).validate("..").isEmpty)
    }

    @Test(
        "published schemas of the data model compile, one of them referring to the other",
        .enabled(if: Conformance.isExpected, Conformance.absence))
    func dataModel() throws {
        func json(_ path: String) throws -> JSON { try JSON(parsing: Conformance.bytes("vc-data-model/\(path)")) }
        let credentials = try json("schema/verifiable-credential/verifiable-credential-schema.json")
        let presentations = try json("schema/verifiable-presentation/verifiable-presentation-schema.json")
        #expect(throws: SchemaError.self) { try JSONSchema(presentations) }
        var registry = SchemaRegistry()
        try registry.register(credentials, at: try #require(credentials["$id"]?.stringValue))
        _ = try JSONSchema(presentations, registry: registry)

        let schema = try JSONSchema(credentials, assertsFormats: true)
        var credential = try #require(json("input/credential-ok.json").objectValue)
        let violations = try schema.validate(.object(credential))
        #expect(violations.map(\.error) == [#"the required member "issuer" is missing"#])
        credential["issuer"] = "https://issuer.example/"
        #expect(try schema.validate(.object(credential)) == [])
    }
}
