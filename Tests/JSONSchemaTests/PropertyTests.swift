import CanonicalJSON
import JSONSchema
import TestSupport
import Testing

/// Random schemas and instances, made of few names and values so that they have something to do with each other.
struct RandomSchema {
    var random: SeededRandom

    mutating func instance(_ depth: Int = 3) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return nil
        case 1: return [true, false].randomElement(using: &random)!
        case 2, 3: return [0, 1, 2, 3, .number(1.5), -1].randomElement(using: &random)!
        case 4, 5: return ["", "a", "ab", "b", "é"].randomElement(using: &random)!
        case 6: return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in instance(depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...3, using: &random) { object[name()] = instance(depth - 1) }
            return .object(object)
        }
    }

    mutating func schema(_ depth: Int = 3) -> JSON {
        if depth == 0 || Int.random(in: 0..<8, using: &random) == 0 {
            let leaves: [JSON] = [true, true, false, ["type": "string"], ["$ref": "#/$defs/x"]]
            return leaves.randomElement(using: &random)!
        }
        var object = JSONObject()
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let (keyword, value) = keyword(depth - 1)
            object[keyword] = value
        }
        return .object(object)
    }

    /// A whole document: what parts refer to is there.
    mutating func document() -> JSON {
        var schema = schema().objectValue ?? [:]
        schema["$defs"] = ["x": ["type": ["string", "null", "object"]]]
        return .object(schema)
    }

    private mutating func name() -> String { ["a", "b", "ab", "é"].randomElement(using: &random)! }

    private mutating func keyword(_ depth: Int) -> (String, JSON) {
        switch Int.random(in: 0..<25, using: &random) {
        case 0: ("type", ["string", ["null", "integer"], "object", "array"].randomElement(using: &random)!)
        case 1: ("const", instance(1))
        case 2: ("enum", .array([instance(1), instance(1), instance(1)]))
        case 3: ("minimum", [0, 1, .number(1.5)].randomElement(using: &random)!)
        case 4: ("multipleOf", [1, .number(0.5), 2].randomElement(using: &random)!)
        case 5: (["maxLength", "minItems", "maxProperties"].randomElement(using: &random)!, 1)
        case 6: ("pattern", ["^a", "b$", "^(a|b)*$", "^(?!a)"].randomElement(using: &random)!)
        case 7: ("uniqueItems", true)
        case 8: ("required", [.string(name())])
        case 9: ("dependentRequired", .object([name(): [.string(name())]]))
        case 10: ("properties", .object([name(): schema(depth)]))
        case 11: ("patternProperties", ["^a": schema(depth)])
        case 12: ("additionalProperties", schema(depth))
        case 13: ("propertyNames", schema(depth))
        case 14: ("prefixItems", [schema(depth), schema(depth)])
        case 15: ("items", schema(depth))
        case 16: ("contains", schema(depth))
        case 17: ("allOf", [schema(depth), schema(depth)])
        case 18: ("anyOf", [schema(depth), schema(depth)])
        case 19: ("oneOf", [schema(depth), schema(depth)])
        case 20: ("not", schema(depth))
        case 21: ("if", schema(depth))
        case 22: (["then", "else"].randomElement(using: &random)!, schema(depth))
        case 23: ("unevaluatedProperties", schema(depth))
        default: ("unevaluatedItems", schema(depth))
        }
    }
}

@Suite("Properties, from seeds")
struct PropertyTests {
    private func isValid(_ schema: JSON, _ instance: JSON) throws -> Bool {
        try JSONSchema(schema).validate(instance).isEmpty
    }

    @Test("a schema wrapped in others means what the others make of it", arguments: 1...12)
    func wrapped(seed: UInt64) throws {
        var generator = RandomSchema(random: SeededRandom(seed: seed))
        for _ in 0..<40 {
            let (document, instance) = (generator.document(), generator.instance())
            let verdict = try isValid(document, instance)
            func wrapped(_ use: (JSON) -> JSON) throws -> Bool {
                var outer = use(["$ref": "urn:inner"]).objectValue ?? [:]
                var inner = document.objectValue ?? [:]
                inner["$id"] = "urn:inner"
                outer["$defs"] = ["inner": .object(inner)]
                return try isValid(.object(outer), instance)
            }
            #expect(try wrapped { $0 } == verdict)
            #expect(try wrapped { ["allOf": [$0, $0]] } == verdict)
            #expect(try wrapped { ["anyOf": [$0, false]] } == verdict)
            #expect(try wrapped { ["oneOf": [false, $0]] } == verdict)
            #expect(try wrapped { ["not": $0] } == !verdict)
            #expect(try wrapped { ["if": $0, "else": false] } == verdict)
            #expect(try wrapped { ["oneOf": [$0, $0]] } == false)
            #expect(try wrapped { ["allOf": [$0], "unevaluatedProperties": true] } == verdict)
            #expect(try isValid(["items": document, "$defs": document["$defs"] ?? [:]], [instance]) == verdict)
        }
    }

    @Test("without schemas for the same value, unevaluated is what is additional (Core section 11)", arguments: 1...12)
    func unevaluated(seed: UInt64) throws {
        var generator = RandomSchema(random: SeededRandom(seed: seed))
        for _ in 0..<60 {
            let (named, matching, other) = (generator.schema(1), generator.schema(1), generator.schema(1))
            let instance = generator.instance()
            func schema(_ object: String, _ array: String) -> JSON {
                [
                    "$defs": ["x": true],
                    "properties": ["a": named], "patternProperties": ["b$": matching], "prefixItems": [named],
                    object: other, array: other,
                ]
            }
            #expect(
                try isValid(schema("additionalProperties", "items"), instance)
                    == isValid(schema("unevaluatedProperties", "unevaluatedItems"), instance))
        }
    }

    @Test("a changed schema is refused for its shape exactly when the metaschema refuses it", arguments: 1...12)
    func metaschema(seed: UInt64) throws {
        let metaschema = try JSONSchema(["$ref": "https://json-schema.org/draft/2020-12/schema"])
        var generator = RandomSchema(random: SeededRandom(seed: seed))
        for _ in 0..<20 {
            var document = generator.document()
            for _ in 0..<4 {
                guard let place = JSONPlace.all(in: document).randomElement(using: &generator.random) else { break }
                let value = Bool.random(using: &generator.random) ? generator.instance(2) : generator.schema(1)
                document = place.replacing(in: document, with: value)
            }
            let isAccepted = try metaschema.validate(document).isEmpty
            do throws(SchemaError) {
                let schema = try JSONSchema(document)
                #expect(isAccepted, "\(document.canonicalString)")
                for _ in 0..<3 { _ = try schema.validate(generator.instance()) }
            } catch {
                switch error.reason {
                case .notASchema: #expect(!isAccepted, "\(document.canonicalString)")
                case .unknownReference, .tooDeep: break
                default: Issue.record("\(error)")
                }
            }
        }
    }

    @Test("every violation is at a place of the instance and of the schema", arguments: 1...12)
    func places(seed: UInt64) throws {
        var generator = RandomSchema(random: SeededRandom(seed: seed))
        for _ in 0..<50 {
            let (document, instance) = (generator.document(), generator.instance())
            let places = Set([""] + JSONPlace.all(in: instance).map(\.description))
            let schemaPlaces = Set([""] + JSONPlace.all(in: document).map(\.description))
            for violation in try JSONSchema(document).validate(instance) {
                #expect(places.contains(violation.instanceLocation.description))
                #expect(schemaPlaces.contains(violation.absoluteKeywordLocation.pointer.description))
            }
        }
    }
}
