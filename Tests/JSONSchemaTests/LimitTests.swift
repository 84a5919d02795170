import CanonicalJSON
import JSONSchema
import Testing

@Suite("Limits")
struct LimitTests {
    private func reason(
        _ schema: JSON, _ instance: JSON, limits: SchemaLimits = .standard
    ) -> SchemaError.Reason? {
        do throws(SchemaError) {
            _ = try JSONSchema(schema, limits: limits).validate(instance)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(
        "a schema that refers to itself without end cannot decide",
        arguments: [
            ["$ref": "#"],
            ["$dynamicRef": "#a", "$dynamicAnchor": "a"],
            ["anyOf": [false, ["$ref": "#"]]],
            ["not": ["$ref": "#"]],
            ["if": ["$ref": "#"]],
            ["$defs": ["a": ["$ref": "#/$defs/b"], "b": ["allOf": [["$ref": "#/$defs/a"]]]], "$ref": "#/$defs/a"],
        ] as [JSON])
    func endless(schema: JSON) { #expect(reason(schema, 1) == .tooDeep(limit: 256)) }

    @Test("depth: as many schemas within each other as allowed, and one more")
    func depth() {
        let schema: JSON = ["items": ["$ref": "#"]]
        func instance(_ depth: Int) -> JSON { (0..<depth).reduce(1) { json, _ in [json] } }
        #expect(reason(schema, instance(127)) == nil)
        #expect(reason(schema, instance(128)) == .tooDeep(limit: 256))
        let low = SchemaLimits(maximumSteps: 1000, maximumDepth: 1)
        #expect(reason(["type": "null"], 1, limits: low) == nil)
        #expect(reason(["not": true], 1, limits: low) == .tooDeep(limit: 1))
    }

    /// Schemas that multiply work, and instances that make them.
    private static let poison: [(name: String, schema: JSON, instance: JSON)] = [
        (
            "doubling",
            [
                "$ref": "#/$defs/0",
                "$defs": .object(
                    JSONObject(
                        uniqueMembers: (0...40).map { level in
                            let next: JSON = ["$ref": .string("#/$defs/\(min(level + 1, 40))")]
                            return (key: "\(level)", value: level == 40 ? true : ["allOf": [next, next]])
                        })),
            ], 1
        ),
        (
            "nested unevaluated",
            [
                "$ref": "#/$defs/a",
                "$defs": [
                    "a": ["allOf": .array(Array(repeating: ["$ref": "#/$defs/b"], count: 200))],
                    "b": ["allOf": .array(Array(repeating: ["unevaluatedItems": true], count: 200))],
                ],
            ], .array((0..<1000).map { .integer($0) })
        ),
        (
            "unique",
            ["allOf": .array(Array(repeating: ["uniqueItems": true], count: 1000))],
            .array((0..<2000).map { .string("a\($0)") })
        ),
        (
            "choices", ["items": ["enum": .array((0..<5000).map { .integer($0) })]],
            .array(Array(repeating: 4999, count: 2000))
        ),
        (
            "large constant",
            ["items": ["const": .array((0..<5000).map { .integer($0) })]],
            .array(Array(repeating: .array((0..<5000).map { .integer($0) }), count: 2000))
        ),
        (
            "names",
            [
                "patternProperties": .object(
                    JSONObject(uniqueMembers: (0..<500).map { (key: "a\($0)", value: true) }))
            ],
            .object(JSONObject(uniqueMembers: (0..<5000).map { (key: "key\($0)", value: 1) }))
        ),
        (
            "long names",
            ["allOf": .array(Array(repeating: ["properties": ["a": true]], count: 5000))],
            .object([String(repeating: "x", count: 100_000): 1])
        ),
        (
            "long text", ["allOf": .array(Array(repeating: ["minLength": 1], count: 5000))],
            .string(String(repeating: "x", count: 100_000))
        ),
    ]

    @Test("work that multiplies ends with the steps", arguments: poison.map(\.name))
    func steps(name: String) throws {
        let (_, schema, instance) = try #require(Self.poison.first { $0.name == name })
        let limits = SchemaLimits(maximumSteps: 500_000, maximumDepth: 256)
        #expect(reason(schema, instance, limits: limits) == .tooManySteps(limit: 500_000))
    }

    @Test("steps: exactly as many as needed, and one less")
    func exact() {
        // The schema, its rule, the element's schema, its rule, and the element.
        let schema: JSON = ["items": ["type": "null"]]
        #expect(reason(schema, [nil], limits: SchemaLimits(maximumSteps: 5, maximumDepth: 8)) == nil)
        let few = SchemaLimits(maximumSteps: 4, maximumDepth: 8)
        #expect(reason(schema, [nil], limits: few) == .tooManySteps(limit: 4))
    }

    @Test("complaints that are forgotten cost what it took to write them")
    func forgotten() {
        let name = String(repeating: "x", count: 1900)
        let schema: JSON = [
            "items": ["anyOf": [["$ref": .string("#/$defs/\(name)")], true]],
            "$defs": .object([name: ["not": true]]),
        ]
        let limits = SchemaLimits(maximumSteps: 200_000, maximumDepth: 256)
        let instance = JSON.array(Array(repeating: 1, count: 1000))
        #expect(reason(schema, instance, limits: limits) == .tooManySteps(limit: 200_000))
    }

    @Test("schemas: too many parts, and names so long that places cannot be kept, are refused")
    func schemas() {
        func schema(_ part: JSON, _ count: Int) -> JSON { ["allOf": .array(Array(repeating: part, count: count))] }
        #expect(reason(schema(true, 16_383), 1) == nil)
        #expect(reason(schema(true, 16_384), 1) == .tooManySubschemas(limit: 16_384))
        #expect(reason(schema(["not": true], 9000), 1) == .tooManySubschemas(limit: 16_384))
        let longName = String(repeating: "x", count: 2000)
        #expect(reason(["$defs": .object([longName: true])], 1) == nil)
        #expect(reason(["$defs": .object([longName: ["not": true]])], 1) == .locationTooLong(limit: 2000))
        #expect(reason(["$id": .string("urn:" + longName), "not": false], 1) == .locationTooLong(limit: 2000))
    }

    @Test("deep schemas compile without recursion")
    func deepSchema() {
        let schema = (0..<400).reduce(true as JSON) { json, _ in ["not": json] }
        #expect(reason(schema, 1) == .tooDeep(limit: 256))
    }
}
