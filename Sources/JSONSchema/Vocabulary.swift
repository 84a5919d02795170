import CanonicalJSON

/// The vocabularies of draft 2020-12: JSON Schema Core section 4.3.1, Validation sections 6 to 9.
enum Vocabulary: String, CaseIterable, Sendable {
    case core
    case applicator
    case unevaluated
    case validation
    case metaData = "meta-data"
    case formatAnnotation = "format-annotation"
    case formatAssertion = "format-assertion"
    case content

    /// The dialect that a schema without `$schema` is written in.
    static let standard = Set(allCases).subtracting([.formatAssertion])

    /// The identifier that `$vocabulary` names it by.
    var uri: String { "https://json-schema.org/draft/2020-12/vocab/\(rawValue)" }

    init?(uri: String) {
        let vocabulary = Self.allCases.first { ExactString($0.uri) == ExactString(uri) }
        guard let vocabulary else { return nil }
        self = vocabulary
    }
}

/// A keyword of draft 2020-12: whose it is, and which values it may have.
struct Keyword: Sendable {
    let vocabulary: Vocabulary
    let shape: KeywordShape

    /// Whether a schema written with these vocabularies knows the keyword. Both vocabularies of `format` do.
    func isKnown(to vocabularies: Set<Vocabulary>) -> Bool {
        vocabularies.contains(vocabulary)
            || vocabulary == .formatAnnotation && vocabularies.contains(.formatAssertion)
    }

    /// All of them. This table is the only place that says what a schema may contain: the compiler checks by it, and
    /// the metaschema is written from it.
    static let all: [ExactString: Keyword] = {
        var all: [ExactString: Keyword] = [:]
        for (vocabulary, keywords) in table {
            for (name, shape) in keywords { all[ExactString(name)] = Keyword(vocabulary: vocabulary, shape: shape) }
        }
        return all
    }()

    private static let table: [Vocabulary: [String: KeywordShape]] = [
        .core: [
            "$schema": .string, "$vocabulary": .vocabularies, "$id": .identifier, "$anchor": .anchor,
            "$dynamicAnchor": .anchor, "$ref": .string, "$dynamicRef": .string, "$defs": .schemasByName,
            "$comment": .string,
        ],
        .applicator: [
            "prefixItems": .schemas, "items": .schema, "contains": .schema, "properties": .schemasByName,
            "patternProperties": .schemasByPattern, "additionalProperties": .schema, "propertyNames": .schema,
            "dependentSchemas": .schemasByName, "if": .schema, "then": .schema, "else": .schema,
            "allOf": .schemas, "anyOf": .schemas, "oneOf": .schemas, "not": .schema,
        ],
        .unevaluated: ["unevaluatedItems": .schema, "unevaluatedProperties": .schema],
        .validation: [
            "type": .types, "const": .anything, "enum": .array, "multipleOf": .positiveNumber,
            "maximum": .number, "exclusiveMaximum": .number, "minimum": .number, "exclusiveMinimum": .number,
            "maxLength": .count, "minLength": .count, "pattern": .pattern, "maxItems": .count, "minItems": .count,
            "uniqueItems": .boolean, "maxContains": .count, "minContains": .count, "maxProperties": .count,
            "minProperties": .count, "required": .names, "dependentRequired": .namesByName,
        ],
        .metaData: [
            "title": .string, "description": .string, "default": .anything, "deprecated": .boolean,
            "readOnly": .boolean, "writeOnly": .boolean, "examples": .array,
        ],
        .formatAnnotation: ["format": .string],
        .content: ["contentEncoding": .string, "contentMediaType": .string, "contentSchema": .schema],
    ]
}
