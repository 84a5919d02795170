package import CanonicalJSON
package import Credentials
import Cryptography
import JSONSchema

/// Whether credentials are as the schemas describe that they name
/// ([VC JSON Schema](https://www.w3.org/TR/vc-json-schema/),
/// [VCDM 2.0, 4.11](https://www.w3.org/TR/vc-data-model-2.0/#data-schemas)).
///
/// Schemas are compiled once, here, and never fetched: what was not handed in cannot be told.
package struct SchemaCheck: Sendable {
    private var known: [URI: Known] = [:]

    private struct Known: Sendable {
        let type: String
        let digests: [RelatedResource.HashFunction: [UInt8]]
        let compiled: Compiled
    }

    /// A schema, or why there is none.
    private enum Compiled: Sendable {
        case schema(JSONSchema)
        case unusable(String)
    }

    /// Ready to be asked about many credentials. A schema that cannot be used spoils no other.
    package init(_ handed: [HandedSchema]) {
        var registry = SchemaRegistry()
        var problems: [URI: String] = [:]
        for schema in handed {
            do {
                try registry.register(schema.document(), at: schema.url.description)
            } catch {
                problems[schema.url] = "\(error)"
            }
        }
        for schema in handed {
            let compiled: Compiled
            do {
                if let problem = problems[schema.url] {
                    compiled = .unusable(problem)
                } else {
                    // By reference: a schema is registered once, also when it is the one to be compiled.
                    let reference: JSON = ["$ref": .string(schema.url.description)]
                    compiled = .schema(try JSONSchema(reference, registry: registry))
                }
            } catch {
                compiled = .unusable("\(error)")
            }
            known[schema.url] = Known(
                type: schema.credential == nil ? Self.schemaType : Self.credentialType,
                digests: RelatedResource.digests(of: schema.file), compiled: compiled)
        }
    }

    static let schemaType = "JsonSchema"
    static let credentialType = "JsonSchemaCredential"
}

extension SchemaCheck {
    /// The answer for one element of `credentialSchema`.
    package struct Answer: Hashable, Sendable {
        /// Whether the credential is as the schema describes it.
        package let outcome: Check.Outcome

        /// The reason, in a sentence for a person; no value of the credential is repeated in it.
        package let sentence: String

        /// The reason for a program: the schema, and what does not agree with it.
        package let facts: JSONObject
    }

    /// How many disagreements are reported; a person needs the first to begin with.
    private static let maximumViolations = 10

    /// One answer for each schema that a credential names, in their order; none when it names none.
    package func answers(for credential: UnsecuredCredential) -> [Answer] {
        credential.schemas.map { entry in
            let id = entry["id"]?.stringValue ?? ""
            let (outcome, sentence, violations) = answer(to: entry, id, for: credential)
            var facts: JSONObject = ["id": .string(id)]
            if !violations.isEmpty { facts["violations"] = .array(violations.map(\.json)) }
            return Answer(outcome: outcome, sentence: sentence.printable(limit: Check.maximumSentence), facts: facts)
        }
    }

    private func answer(
        to entry: JSONObject, _ id: String, for credential: UnsecuredCredential
    ) -> (Check.Outcome, String, [SchemaViolation]) {
        let types = (entry["type"].map { $0.arrayValue ?? [$0] } ?? []).compactMap(\.stringValue)
        guard let type = types.first(where: { [Self.schemaType, Self.credentialType].contains($0) }) else {
            return (.cannotTell, "Schemas of the type \((types.first ?? "").debugDescription) are not known here.", [])
        }
        guard let url = try? URI(id), let known = known[url] else {
            return (.cannotTell, "The schema \(id) is not at hand; schemas are never fetched.", [])
        }
        guard known.type == type else {
            return (.cannotTell, "What is at hand as \(id) is a \(known.type), and the credential names a \(type).", [])
        }
        guard agrees(entry, known, url, credential) else {
            return (.failed, "The schema \(id) that is at hand has another digest than the credential says.", [])
        }
        switch known.compiled {
        case .unusable(let problem): return (.cannotTell, "The schema \(id) cannot be used: \(problem).", [])
        case .schema(let schema): return judgement(of: credential, by: schema, id)
        }
    }

    private func judgement(
        of credential: UnsecuredCredential, by schema: JSONSchema, _ id: String
    ) -> (Check.Outcome, String, [SchemaViolation]) {
        do {
            let violations = try schema.validate(.object(credential.json))
            guard let first = violations.first else { return (.passed, "It is as the schema \(id) describes it.", []) }
            let sentence = "It is not as the schema \(id) describes it: \(first)."
            return (.failed, sentence, Array(violations.prefix(Self.maximumViolations)))
        } catch {
            return (.cannotTell, "The schema \(id) does not decide: \(error).", [])
        }
    }

    /// Whether no digest of the schema, here or in `relatedResource`, is another.
    private func agrees(_ entry: JSONObject, _ known: Known, _ url: URI, _ credential: UnsecuredCredential) -> Bool {
        let stated = entry["digestSRI"].map { $0.arrayValue ?? [$0] } ?? []
        let agreesHere = stated.allSatisfy { digest in
            digest.stringValue.map { RelatedResource.isDigestSRI($0, of: known.digests) } ?? false
        }
        do {
            try RelatedResource.check(credential) { $0 == url ? known.digests : nil }
            return agreesHere
        } catch {
            return false
        }
    }
}

extension RelatedResource {
    /// What a credential may say of a file.
    fileprivate static func digests(of file: [UInt8]) -> [HashFunction: [UInt8]] {
        [.sha256: SHA256.hash(file).bytes, .sha384: SHA384.hash(file), .sha512: SHA512.hash(file)]
    }
}

extension SchemaViolation {
    fileprivate var json: JSON {
        [
            "instanceLocation": .string(instanceLocation.description), "keyword": .string(keyword),
            "error": .string(error),
        ]
    }
}
