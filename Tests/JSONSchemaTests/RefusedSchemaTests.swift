import CanonicalJSON
import JSONSchema
import Testing

/// A schema that must not compile, and what the refusal must say.
struct RefusedSchema: Sendable, CustomTestStringConvertible {
    let schema: JSON
    let place: String
    let reason: SchemaError.Reason

    init(_ schema: JSON, _ place: String, _ problem: String) {
        self.init(schema, place, .notASchema(problem))
    }

    init(_ schema: JSON, _ place: String, _ reason: SchemaError.Reason) {
        (self.schema, self.place, self.reason) = (schema, place, reason)
    }

    var testDescription: String { schema.canonicalString }

    func check(registry: SchemaRegistry = SchemaRegistry(), assertsFormats: Bool = false) {
        let error = #expect(throws: SchemaError.self) {
            try JSONSchema(schema, registry: registry, assertsFormats: assertsFormats)
        }
        #expect(error?.reason == reason)
        #expect(error?.location.description == place)
    }
}

@Suite("Schemas that are refused, and where")
struct RefusedSchemaTests {
    private static let aSchema = "expected a schema: an object, true or false"
    private static let schemas = "expected an array of one schema or more"
    private static let count = "expected a whole number, 0 or more"
    private static let names = "expected an array of strings, each once"
    private static let types =
        #"expected "null", "boolean", "object", "array", "number", "string", "integer", "#
        + "or an array of these, each once"
    private static let anchor = "expected a name: a letter or '_', then letters, digits, '-', '_' and '.'"
    private static let identifier = "expected a URI reference without a fragment"

    @Test(
        "a schema is an object, true or false (Core section 4.3)",
        arguments: [
            RefusedSchema(nil, "#", aSchema),
            RefusedSchema(1, "#", aSchema),
            RefusedSchema("string", "#", aSchema),
            RefusedSchema([], "#", aSchema),
            RefusedSchema(["items": [["type": "string"]]], "#/items", aSchema),
            RefusedSchema(["not": nil], "#/not", aSchema),
            RefusedSchema(["if": "x"], "#/if", aSchema),
            RefusedSchema(["then": 1], "#/then", aSchema),
            RefusedSchema(["contentSchema": 1], "#/contentSchema", aSchema),
            RefusedSchema(["unevaluatedProperties": 0], "#/unevaluatedProperties", aSchema),
            RefusedSchema(["properties": ["a/b": 1]], "#/properties/a~1b", aSchema),
            RefusedSchema(["$defs": ["é": ["$defs": ["x": []]]]], "#/$defs/%C3%A9/$defs/x", aSchema),
            RefusedSchema(["patternProperties": ["^a": nil]], "#/patternProperties/%5Ea", aSchema),
            RefusedSchema(["dependentSchemas": ["a": "b"]], "#/dependentSchemas/a", aSchema),
            RefusedSchema(["allOf": [true, 1]], "#/allOf/1", aSchema),
        ])
    func schema(refused: RefusedSchema) { refused.check() }

    @Test(
        "applicators hold schemas (Core section 10)",
        arguments: [
            RefusedSchema(["allOf": []], "#/allOf", schemas),
            RefusedSchema(["anyOf": [:]], "#/anyOf", schemas),
            RefusedSchema(["oneOf": true], "#/oneOf", schemas),
            RefusedSchema(["prefixItems": []], "#/prefixItems", schemas),
            RefusedSchema(["properties": []], "#/properties", "expected an object"),
            RefusedSchema(["$defs": 1], "#/$defs", "expected an object"),
            RefusedSchema(["patternProperties": "x"], "#/patternProperties", "expected an object"),
        ])
    func applicators(refused: RefusedSchema) { refused.check() }

    @Test(
        "validation keywords have values of their kind (Validation section 6)",
        arguments: [
            RefusedSchema(["type": "int"], "#/type", types),
            RefusedSchema(["type": []], "#/type", types),
            RefusedSchema(["type": ["null", "null"]], "#/type", types),
            RefusedSchema(["type": ["null", 1]], "#/type", types),
            RefusedSchema(["type": nil], "#/type", types),
            RefusedSchema(["enum": "a"], "#/enum", "expected an array"),
            RefusedSchema(["multipleOf": 0], "#/multipleOf", "expected a number greater than 0"),
            RefusedSchema(["multipleOf": .number(-0.5)], "#/multipleOf", "expected a number greater than 0"),
            RefusedSchema(["maximum": "1"], "#/maximum", "expected a number"),
            RefusedSchema(["exclusiveMinimum": true], "#/exclusiveMinimum", "expected a number"),
            RefusedSchema(["maxLength": -1], "#/maxLength", count),
            RefusedSchema(["minItems": .number(1.5)], "#/minItems", count),
            RefusedSchema(["maxProperties": "1"], "#/maxProperties", count),
            RefusedSchema(["minContains": nil], "#/minContains", count),
            RefusedSchema(["uniqueItems": "true"], "#/uniqueItems", "expected true or false"),
            RefusedSchema(["required": "a"], "#/required", names),
            RefusedSchema(["required": ["a", 1]], "#/required", names),
            RefusedSchema(["required": ["a", "a"]], "#/required", names),
            RefusedSchema(["dependentRequired": ["a": "b"]], "#/dependentRequired/a", names),
            RefusedSchema(["dependentRequired": []], "#/dependentRequired", "expected an object"),
            RefusedSchema(["pattern": 1], "#/pattern", "expected a string: a regular expression"),
        ])
    func validation(refused: RefusedSchema) { refused.check() }

    @Test(
        "identifiers and annotations have values of their kind (Core section 8, Validation sections 7 to 9)",
        arguments: [
            RefusedSchema(["$id": 1], "#/$id", identifier),
            RefusedSchema(["$id": "#a"], "#/$id", identifier),
            RefusedSchema(["$defs": ["x": ["$id": "y#z"]]], "#/$defs/x/$id", identifier),
            RefusedSchema(["$anchor": "#a"], "#/$anchor", anchor),
            RefusedSchema(["$anchor": ""], "#/$anchor", anchor),
            RefusedSchema(["$dynamicAnchor": "1a"], "#/$dynamicAnchor", anchor),
            RefusedSchema(["$dynamicAnchor": "é"], "#/$dynamicAnchor", anchor),
            RefusedSchema(["$ref": ["a"]], "#/$ref", "expected a string"),
            RefusedSchema(["$schema": 1], "#/$schema", "expected a string"),
            RefusedSchema(["$vocabulary": ["a:b": 1]], "#/$vocabulary/a:b", "expected true or false"),
            RefusedSchema(["title": 1], "#/title", "expected a string"),
            RefusedSchema(["deprecated": "no"], "#/deprecated", "expected true or false"),
            RefusedSchema(["examples": "x"], "#/examples", "expected an array"),
            RefusedSchema(["format": 1], "#/format", "expected a string"),
            RefusedSchema(["contentEncoding": nil], "#/contentEncoding", "expected a string"),
        ])
    func core(refused: RefusedSchema) { refused.check() }

    @Test(
        "references lead somewhere, and the refusal names the target (Core section 8.2.3)",
        arguments: [
            RefusedSchema(["$ref": "#/$defs/x"], "#/$ref", .unknownReference("#/$defs/x")),
            RefusedSchema(["$ref": "#x"], "#/$ref", .unknownReference("#x")),
            RefusedSchema(["$dynamicRef": "#x"], "#/$dynamicRef", .unknownReference("#x")),
            RefusedSchema(["$ref": "other.json"], "#/$ref", .unknownReference("other.json")),
            RefusedSchema(["$ref": "#/%"], "#/$ref", .unknownReference("#/%")),
            RefusedSchema(["$ref": "#/%FF"], "#/$ref", .unknownReference("#/%FF")),
            RefusedSchema(["$ref": "#/$defs/~2"], "#/$ref", .unknownReference("#/$defs/~2")),
            RefusedSchema(
                ["allOf": [true], "$ref": "#/allOf/00"], "#/$ref", .unknownReference("#/allOf/00")),
            RefusedSchema(["allOf": [true], "$ref": "#/allOf/1"], "#/$ref", .unknownReference("#/allOf/1")),
            RefusedSchema(
                ["$id": "https://a.example/x", "items": ["$ref": "../y?z#w"]], "https://a.example/x#/items/$ref",
                .unknownReference("https://a.example/y?z#w")),
            RefusedSchema(["title": "x", "$ref": "#/title"], "#/title", aSchema),
        ])
    func references(refused: RefusedSchema) { refused.check() }

    @Test(
        "an identifier means one schema (Core section 8.2.1)",
        arguments: [
            RefusedSchema(
                ["$defs": ["a": ["$id": "urn:x"], "b": ["$id": "urn:x", "type": "null"]]], "#/$defs/b",
                .duplicateIdentifier("urn:x")),
            RefusedSchema(
                ["$defs": ["a": ["$anchor": "x"], "b": ["$anchor": "x"]]], "#/$defs/a/$anchor",
                .duplicateIdentifier("#x")),
            RefusedSchema(
                ["$id": "https://json-schema.org/draft/2020-12/schema"],
                "#", .duplicateIdentifier("https://json-schema.org/draft/2020-12/schema")),
        ])
    func identifiers(refused: RefusedSchema) { refused.check() }

    @Test(
        "a dialect that is not known is not guessed (Core section 8.1)",
        arguments: [
            RefusedSchema(
                ["$schema": "http://json-schema.org/draft-07/schema#"], "#/$schema",
                .unknownDialect("http://json-schema.org/draft-07/schema#")),
            RefusedSchema(
                ["$defs": ["a": ["$id": "urn:x", "$schema": "urn:dialect"]]], "#/$defs/a/$schema",
                .unknownDialect("urn:dialect")),
            RefusedSchema(
                ["$schema": "urn:needs-more"], "#/$schema", .unknownVocabulary("urn:vocabulary")),
        ])
    func dialects(refused: RefusedSchema) throws {
        var registry = SchemaRegistry()
        try registry.register(
            ["$vocabulary": ["urn:vocabulary": true, "urn:other": false]], at: "urn:needs-more")
        refused.check(registry: registry)
    }

    @Test("only a part that is reached is checked in a registered schema, and refused at its own place")
    func registered() throws {
        var registry = SchemaRegistry()
        try registry.register(["$defs": ["a": ["type": 1], "b": true]], at: "https://a.example/s")
        RefusedSchema(["$ref": "https://a.example/s#/$defs/a"], "https://a.example/s#/$defs/a/type", Self.types)
            .check(registry: registry)
        _ = try JSONSchema(["$ref": "https://a.example/s#/$defs/b"], registry: registry)
    }

    @Test(
        "a registered schema has an absolute identifier",
        arguments: ["", "a", "/a", "//a.example/b", "https://a.example/#", "https://a.example/#b", "1a:b"])
    func notAbsolute(uri: String) {
        var registry = SchemaRegistry()
        let error = #expect(throws: SchemaError.self) { try registry.register(true, at: uri) }
        #expect(error?.reason == .identifierNotAbsolute(uri))
    }

    @Test("a schema may be registered twice, another one at its place may not, and leaves nothing behind")
    func registeredTwice() throws {
        var registry = SchemaRegistry()
        try registry.register(["type": "null"], at: "urn:a")
        try registry.register(["type": "null"], at: "urn:a")
        let error = #expect(throws: SchemaError.self) {
            try registry.register(["$defs": ["x": ["$id": "urn:b"], "y": ["$id": "urn:a"]]], at: "urn:c")
        }
        #expect(error?.reason == .duplicateIdentifier("urn:a"))
        for uri in ["urn:b", "urn:c"] {
            RefusedSchema(["$ref": .string(uri)], "#/$ref", .unknownReference(uri)).check(registry: registry)
        }
    }

    @Test("what a refusal says can be printed, and tells what to do")
    func descriptions() throws {
        let error = #expect(throws: SchemaError.self) { try JSONSchema(["items": ["$ref": "urn:a\u{1B}[31m"]]) }
        #expect(
            error?.description == """
                #/items/$ref: refers to "urn:a\\u001b[31m", which is not there; schemas are never fetched, \
                so register it
                """)
    }
}
