import CanonicalJSON

/// The schema of schemas under the published identifiers of draft 2020-12, so that others can refer to it.
///
/// The documents are our own words for the same facts: one for each vocabulary, written from ``Keyword/all``, and one
/// that takes all of the standard ones together. As in the published ones, `$dynamicAnchor` lets a schema that extends
/// this one be applied to subschemas, too.
enum Metaschema {
    static let uri = "https://json-schema.org/draft/2020-12/schema"

    /// Every document with its identifier.
    static var documents: [(uri: String, document: JSON)] {
        [(uri, standard)] + Vocabulary.allCases.map { (uri(of: $0), document(for: $0)) }
    }

    private static func uri(of vocabulary: Vocabulary) -> String {
        "https://json-schema.org/draft/2020-12/meta/\(vocabulary.rawValue)"
    }

    private static let standard: JSON = [
        "$schema": .string(uri),
        "$id": .string(uri),
        "$vocabulary": object(Vocabulary.standard.map { ($0.uri, true) }),
        "$dynamicAnchor": "meta",
        "allOf": .array(
            Vocabulary.allCases.filter { Vocabulary.standard.contains($0) }.map { ["$ref": .string(uri(of: $0))] }),
        "type": ["object", "boolean"],
    ]

    private static func document(for vocabulary: Vocabulary) -> JSON {
        let keywords = Keyword.all.filter { $0.value.isKnown(to: [vocabulary]) }
        return [
            "$schema": .string(uri),
            "$id": .string(uri(of: vocabulary)),
            "$vocabulary": [vocabulary.uri: true],
            "$dynamicAnchor": "meta",
            "type": ["object", "boolean"],
            "properties": object(keywords.map { ($0.key.text, $0.value.shape.schema) }),
        ]
    }

    private static func object(_ members: [(String, JSON)]) -> JSON {
        .object(JSONObject(uniqueMembers: members.map { (key: $0.0, value: $0.1) }))
    }
}

extension KeywordShape {
    private static let anySchema: JSON = ["$dynamicRef": "#meta"]
    private static let uniqueStrings: JSON = ["type": "array", "items": ["type": "string"], "uniqueItems": true]
    private static let anyPattern: JSON = ["type": "string", "format": "regex"]

    /// What ``check(_:at:)`` accepts, as a schema.
    fileprivate var schema: JSON {
        switch self {
        case .anything: true
        case .boolean: ["type": "boolean"]
        case .string: ["type": "string"]
        case .number: ["type": "number"]
        case .positiveNumber: ["type": "number", "exclusiveMinimum": 0]
        case .count: ["type": "integer", "minimum": 0]
        case .array: ["type": "array"]
        case .names: Self.uniqueStrings
        case .namesByName: ["type": "object", "additionalProperties": Self.uniqueStrings]
        case .types:
            [
                "anyOf": [
                    ["enum": TypeSet.allNames],
                    ["type": "array", "items": ["enum": TypeSet.allNames], "minItems": 1, "uniqueItems": true],
                ]
            ]
        case .pattern: Self.anyPattern
        case .identifier: ["type": "string", "format": "uri-reference", "pattern": "^[^#]*#?$"]
        case .anchor: ["type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9._-]*$"]
        case .vocabularies: ["type": "object", "additionalProperties": ["type": "boolean"]]
        case .schema: Self.anySchema
        case .schemas: ["type": "array", "items": Self.anySchema, "minItems": 1]
        case .schemasByName: ["type": "object", "additionalProperties": Self.anySchema]
        case .schemasByPattern:
            ["type": "object", "additionalProperties": Self.anySchema, "propertyNames": Self.anyPattern]
        }
    }
}
