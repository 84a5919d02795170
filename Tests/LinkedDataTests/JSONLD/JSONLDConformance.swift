import CanonicalJSON
import TestSupport
import Testing

@testable import LinkedData

/// One case of the W3C's JSON-LD API suites (`json-ld-api`).
struct JSONLDCase: Sendable, CustomTestStringConvertible {
    static let baseIRI = "https://w3c.github.io/json-ld-api/tests/"

    let id: String
    let purpose: String
    let input: String
    /// The file of the expected result; nil when there is none to compare.
    let expected: String?
    let errorCode: String?
    let options: JSONLD.Options

    var testDescription: String { "\(id) \(purpose)" }

    /// The cases of a manifest that are about JSON-LD 1.1.
    static func all(in manifest: String) -> [JSONLDCase] {
        guard let bytes = try? Conformance.bytes("json-ld-api/\(manifest)"), let json = try? JSON(parsing: bytes) else {
            return []
        }
        return (json["sequence"]?.arrayValue ?? []).compactMap { JSONLDCase($0) }
    }

    private init?(_ json: JSON) {
        let option = json["option"] ?? [:]
        guard option["specVersion"] != "json-ld-1.0", option["processingMode"] != "json-ld-1.0" else { return nil }
        id = String((json["@id"]?.stringValue ?? "").dropFirst())
        purpose = json["name"]?.stringValue ?? ""
        input = json["input"]?.stringValue ?? ""
        expected = json["expect"]?.stringValue
        errorCode = json["expectErrorCode"]?.stringValue
        var options = JSONLD.Options()
        options.isSafe = false
        options.documentURL = Self.baseIRI + input
        options.base = option["base"]?.stringValue
        options.rdfDirection = option["rdfDirection"]?.stringValue.flatMap(JSONLD.RDFDirection.init(rawValue:))
        options.expandContext = option["expandContext"]?.stringValue.flatMap { try? Self.json($0) }
        self.options = options
    }

    static func json(_ path: String) throws -> JSON {
        try JSON(parsing: try Conformance.bytes("json-ld-api/\(path)"))
    }

    /// Every context that the suites name, under the IRI that they name it with.
    static let contexts: ContextRegistry = {
        var registry = ContextRegistry.published
        for folder in ["expand", "toRdf", "expand/c031", "toRdf/c031"] {
            for file in (try? Conformance.files(in: "json-ld-api/\(folder)")) ?? [] where file.contains(".jsonld") {
                guard let document = try? json("\(folder)/\(file)") else { continue }
                registry = registry.adding(url: "\(baseIRI)\(folder)/\(file)", document: document)
            }
        }
        return registry
    }()
}

extension JSON {
    /// With the elements of every array in one order, but those of lists.
    func withUnorderedSets(isList: Bool = false) -> JSON {
        switch self {
        case .array(let elements):
            let elements = elements.map { $0.withUnorderedSets() }
            return .array(isList ? elements : elements.sorted { $0.canonicalString < $1.canonicalString })
        case .object(let object):
            if object["@type"] == "@json" { return self }
            return .object(
                JSONObject(
                    uniqueMembers: object.map { ($0.key, $0.value.withUnorderedSets(isList: $0.key == "@list")) }))
        default: return self
        }
    }
}
