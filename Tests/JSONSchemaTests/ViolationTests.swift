import CanonicalJSON
import JSONSchema
import Testing

/// A schema, an instance that does not meet it, and the line that says why.
struct Complaint: Sendable, CustomTestStringConvertible {
    let schema: JSON
    let instance: JSON
    let lines: [String]

    init(_ schema: JSON, _ instance: JSON, _ lines: String...) {
        (self.schema, self.instance, self.lines) = (schema, instance, lines)
    }

    var testDescription: String { "\(schema.canonicalString) for \(instance.canonicalString)" }

    func check() throws { #expect(try JSONSchema(schema).validate(instance).map(\.description) == lines) }
}

@Suite("Violations: place, sentence and keyword (Core section 12)")
struct ViolationTests {
    @Test(
        "what is demanded of a value",
        arguments: [
            Complaint(false, 1, "the document: nothing is allowed here (#)"),
            Complaint(["type": "string"], nil, "the document: expected a string, found null (#/type)"),
            Complaint(
                ["type": ["null", "integer"]], .number(1.5),
                "the document: expected null or an integer, found a number with a fraction (#/type)"),
            Complaint(["const": ["a": 1]], 1, #"the document: expected {"a":1}, and nothing else (#/const)"#),
            Complaint(["enum": ["a", 1]], "b", #"the document: expected one of "a", 1 (#/enum)"#),
            Complaint(
                ["enum": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]], 0,
                "the document: expected one of 1, 2, 3, 4, 5, 6, 7, 8 and 2 more (#/enum)"),
            Complaint(
                ["multipleOf": .number(0.5)], .number(0.7), "the document: expected a multiple of 0.5 (#/multipleOf)"),
            Complaint(["maximum": 1], 2, "the document: expected at most 1 (#/maximum)"),
            Complaint(["exclusiveMaximum": 1], 1, "the document: expected less than 1 (#/exclusiveMaximum)"),
            Complaint(["minimum": .number(1.5)], 1, "the document: expected at least 1.5 (#/minimum)"),
            Complaint(["exclusiveMinimum": 1], 1, "the document: expected greater than 1 (#/exclusiveMinimum)"),
            Complaint(["maxLength": 1], "ab", "the document: expected at most 1 character, found 2 (#/maxLength)"),
            Complaint(["minLength": 2], "é", "the document: expected at least 2 characters, found 1 (#/minLength)"),
            Complaint(["maxItems": 0], [1], "the document: expected at most 0 elements, found 1 (#/maxItems)"),
            Complaint(
                ["minProperties": 1], [:], "the document: expected at least 1 member, found 0 (#/minProperties)"),
            Complaint(["pattern": "^a"], "b", #"the document: does not match the pattern "^a" (#/pattern)"#),
            Complaint(
                ["uniqueItems": true], [1, 2, 1], "the document: the elements 0 and 2 are equal (#/uniqueItems)"),
            Complaint(
                ["required": ["a", "b"]], ["a": 1], #"the document: the required member "b" is missing (#/required)"#),
            Complaint(
                ["required": ["a", "b", "c"]], ["b": 1],
                #"the document: the required members "a", "c" are missing (#/required)"#),
            Complaint(
                ["dependentRequired": ["a": ["b"]]], ["a": 1],
                #"the document: the member "b" is missing, which "a" requires (#/dependentRequired)"#),
        ])
    func values(complaint: Complaint) throws { try complaint.check() }

    @Test(
        "what is demanded of members and elements",
        arguments: [
            Complaint(
                ["properties": ["a/b": ["type": "null"]]], ["a/b": 1],
                "/a~1b: expected null, found an integer (#/properties/a~1b/type)"),
            Complaint(
                ["additionalProperties": false, "properties": ["a": true]], ["a": 1, "b": 2, "c\n": 3],
                "/b: no member of this name is allowed (#/additionalProperties)",
                #"/c\n: no member of this name is allowed (#/additionalProperties)"#),
            Complaint(
                ["patternProperties": ["^x": ["type": "null"]]], ["xy": 1],
                "/xy: expected null, found an integer (#/patternProperties/%5Ex/type)"),
            Complaint(
                ["propertyNames": ["maxLength": 1]], ["ab": 1],
                "/ab: the name is not as described at #/propertyNames (#/propertyNames)"),
            Complaint(
                ["prefixItems": [true, ["type": "null"]], "items": false], [1, 2, 3],
                "/1: expected null, found an integer (#/prefixItems/1/type)",
                "/2: no element is allowed here (#/items)"),
            Complaint(
                ["contains": ["const": 1]], [2],
                "the document: expected at least 1 as described at #/contains, found 0 (#/contains)"),
            Complaint(
                ["contains": ["const": 1], "minContains": 2], [1],
                "the document: expected at least 2 as described at #/contains, found 1 (#/minContains)"),
            Complaint(
                ["contains": ["const": 1], "maxContains": 1], [1, 1],
                "the document: expected at most 1 as described at #/contains, found 2 (#/maxContains)"),
            Complaint(
                ["properties": ["a": true], "unevaluatedProperties": false], ["b": 1],
                "/b: no member of this name is allowed (#/unevaluatedProperties)"),
            Complaint(
                ["prefixItems": [true], "unevaluatedItems": ["type": "null"]], [1, 2],
                "/1: expected null, found an integer (#/unevaluatedItems/type)"),
        ])
    func children(complaint: Complaint) throws { try complaint.check() }

    @Test(
        "what is demanded by other schemas",
        arguments: [
            Complaint(
                ["$id": "urn:a", "$ref": "#/$defs/x", "$defs": ["x": ["type": "null"]]], 1,
                "the document: expected null, found an integer (urn:a#/$defs/x/type)"),
            Complaint(
                ["allOf": [["minimum": 2], ["multipleOf": 2]]], 1,
                "the document: expected at least 2 (#/allOf/0/minimum)",
                "the document: expected a multiple of 2 (#/allOf/1/multipleOf)"),
            Complaint(["not": ["type": "null"]], nil, "the document: must not be as described at #/not (#/not)"),
            Complaint(
                ["if": ["type": "null"], "then": false, "else": ["minimum": 1]], 0,
                "the document: expected at least 1 (#/else/minimum)"),
            Complaint(
                ["dependentSchemas": ["a": ["required": ["b"]]]], ["a": 1],
                #"the document: the required member "b" is missing (#/dependentSchemas/a/required)"#),
            Complaint(
                ["oneOf": [["minimum": 1], ["maximum": 2]]], 1,
                "the document: is as described at #/oneOf/0 and at #/oneOf/1, and may be only one (#/oneOf)"),
            Complaint(
                ["anyOf": [["type": "null"], ["type": "string"]]], 1,
                "the document: is not as described by any of the 2 alternatives (#/anyOf)"),
        ])
    func inPlace(complaint: Complaint) throws { try complaint.check() }

    @Test(
        "where one alternative was probably meant, its complaints follow",
        arguments: [
            Complaint(
                ["oneOf": [["const": "now"], ["properties": ["after": ["type": "integer"]]]]], ["after": "1"],
                "the document: is not as described by any of the 2 alternatives (#/oneOf)",
                "/after: expected an integer, found a string (#/oneOf/1/properties/after/type)"),
            Complaint(
                [
                    "anyOf": [
                        ["type": "string"],
                        ["anyOf": [["type": "null"], ["properties": ["a": ["type": "null"]]]]],
                    ]
                ], ["a": 1],
                "the document: is not as described by any of the 2 alternatives (#/anyOf)",
                "the document: is not as described by any of the 2 alternatives (#/anyOf/1/anyOf)",
                "/a: expected null, found an integer (#/anyOf/1/anyOf/1/properties/a/type)"),
            Complaint(
                ["anyOf": [["properties": ["a": false]], ["properties": ["a": ["type": "null"]]]]], ["a": 1],
                "the document: is not as described by any of the 2 alternatives (#/anyOf)"),
        ])
    func alternatives(complaint: Complaint) throws { try complaint.check() }

    @Test("a schema that fails for another reason does not also complain about unevaluated members")
    func noEcho() throws {
        try Complaint(
            ["allOf": [["properties": ["a": ["type": "null"]]]], "unevaluatedProperties": false], ["a": 1],
            "/a: expected null, found an integer (#/allOf/0/properties/a/type)"
        ).check()
    }

    @Test("no value of the instance is repeated")
    func silence() throws {
        let schema = try JSONSchema(
            [
                "type": "null", "const": 0, "enum": [0], "pattern": "^$", "maxLength": 1, "format": "ipv4",
                "not": ["type": "string"], "anyOf": [false],
            ], assertsFormats: true)
        let violations = try schema.validate("secret")
        #expect(violations.count == 8)
        #expect(violations.allSatisfy { !$0.description.contains("secret") })
    }

    @Test("the search ends with the hundredth violation, also inside an alternative")
    func manyViolations() throws {
        let instance = JSON.array((0..<1000).map { .integer($0) })
        #expect(JSONSchema.maximumViolations == 100)
        #expect(try JSONSchema(["items": false]).validate(instance).count == 100)
        #expect(try JSONSchema(["anyOf": [["items": false], ["type": "null"]]]).validate(instance).count == 100)
        #expect(try JSONSchema(["allOf": [["items": false], ["items": false]]]).validate(instance).count == 100)
    }

    @Test("violations below a long name are fewer, because each repeats it")
    func longName() throws {
        let instance: JSON = .object([String(repeating: "x", count: 50_000): .array([1, 2, 3, 4, 5])])
        #expect(try JSONSchema(["additionalProperties": ["items": false]]).validate(instance).count == 2)
    }
}
