import CanonicalJSON
import Credentials
import Cryptography
import Multiformats
import TestSupport
import Testing
import Verification

@Suite("Schemas of a credential")
struct SchemaTests {
    static let url = URI(ours: "https://school.example/schemas/pupil.json")
    static let file = Array(
        """
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://school.example/schemas/pupil.json",
         "properties": {"credentialSubject": {"required": ["grade"], "properties": {"grade": {"enum": ["A", "B"]}}}}}
        """.utf8)

    static func credential(grade: JSON = "A", _ entry: JSON = schemaEntry(), more: JSON? = nil) throws
        -> UnsecuredCredential
    {
        var json: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
            "issuer": "did:example:school", "credentialSubject": ["id": "did:example:alice", "grade": grade],
            "credentialSchema": entry,
        ]
        json["relatedResource"] = more
        return try UnsecuredCredential(.object(json))
    }

    static func schemaEntry(_ url: URI = url, type: JSON = "JsonSchema", digest: JSON? = nil) -> JSON {
        var entry: JSONObject = ["id": .string(url.description), "type": type]
        entry["digestSRI"] = digest
        return .object(entry)
    }

    static func answer(
        _ credential: UnsecuredCredential, _ handed: [HandedSchema] = [HandedSchema(at: url, file: file)]
    )
        throws -> SchemaCheck.Answer
    {
        let answers = SchemaCheck(handed).answers(for: credential)
        #expect(answers.count == 1)
        return try #require(answers.first)
    }

    @Test("A credential that is as its schema says passes; another fails, with the place and without the value")
    func judgement() throws {
        #expect(try Self.answer(Self.credential()).outcome == .passed)
        let failed = try Self.answer(Self.credential(grade: "Secret"))
        #expect(failed.outcome == .failed && failed.sentence.contains("/credentialSubject/grade"))
        #expect(!failed.sentence.contains("Secret"))
        let violation = failed.facts["violations"]?.arrayValue?.first
        #expect(violation?["instanceLocation"] == "/credentialSubject/grade" && violation?["keyword"] == "enum")
        #expect(failed.facts["id"] == .string(Self.url.description))
    }

    @Test("A credential without schemas has no answers, one with several an answer for each")
    func several() throws {
        let check = SchemaCheck([HandedSchema(at: Self.url, file: Self.file)])
        let other = URI(ours: "https://school.example/schemas/other.json")
        let both = try Self.credential(grade: "C", [Self.schemaEntry(), Self.schemaEntry(other)])
        #expect(check.answers(for: both).map(\.outcome) == [.failed, .cannotTell])
        var json = both.json
        json["credentialSchema"] = nil
        #expect(check.answers(for: try UnsecuredCredential(.object(json))) == [])
    }

    @Test("What is not at hand, not known or not usable cannot be told, and spoils nothing else")
    func cannotTell() throws {
        #expect(try Self.answer(Self.credential(), []).sentence.contains("not at hand"))
        for type in ["1EdTechJsonSchemaValidator2019", ["Other"]] as [JSON] {
            let answer = try Self.answer(Self.credential(Self.schemaEntry(type: type)))
            #expect(answer.outcome == .cannotTell && answer.sentence.contains("not known here"))
        }
        #expect(try Self.answer(Self.credential(Self.schemaEntry(type: ["Other", "JsonSchema"]))).outcome == .passed)
        for broken in [
            "{", "1", "{\"type\": 1}", "{\"$ref\": \"https://elsewhere.example\"}",
            "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}",
        ] {
            let url = URI(ours: "https://school.example/schemas/broken.json")
            let handed = [HandedSchema(at: url, file: Array(broken.utf8)), HandedSchema(at: Self.url, file: Self.file)]
            let answer = try Self.answer(Self.credential(Self.schemaEntry(url)), handed)
            #expect(answer.outcome == .cannotTell && answer.sentence.contains("cannot be used"), "\(broken)")
            #expect(try Self.answer(Self.credential(), handed).outcome == .passed)
        }
    }

    @Test("Schemas may refer to each other, whatever the order they are handed in")
    func references() throws {
        let url = URI(ours: "https://school.example/schemas/both.json")
        let both = HandedSchema(at: url, file: Array("{\"$ref\": \"pupil.json\"}".utf8))
        let pupil = HandedSchema(at: Self.url, file: Self.file)
        for handed in [[both, pupil], [pupil, both]] {
            #expect(try Self.answer(Self.credential(Self.schemaEntry(url)), handed).outcome == .passed)
            #expect(try Self.answer(Self.credential(grade: 1, Self.schemaEntry(url)), handed).outcome == .failed)
        }
    }

    @Test("A schema that refers to itself without end does not decide")
    func endless() throws {
        let handed = HandedSchema(at: Self.url, file: Array("{\"$ref\": \"#\"}".utf8))
        let answer = try Self.answer(Self.credential(), [handed])
        #expect(answer.outcome == .cannotTell && answer.sentence.contains("does not decide"))
    }

    @Test("A digest that is another refuses the schema, here and among the related resources")
    func digests() throws {
        let right = "sha256-" + Base64.encode(SHA256.hash(Self.file).bytes)
        let right384 = "sha384-" + Base64.encode(SHA384.hash(Self.file))
        let wrong = "sha256-" + Base64.encode(SHA256.hash([]).bytes)
        for (digest, outcome) in [
            (.string(right), .passed), (.string(right384), .passed), (.string("\(right) \(right384)"), .passed),
            ([.string(right)], .passed), (.string(wrong), .failed), (.string("\(right) \(wrong)"), .failed),
            ("x", .failed), (1, .failed),
        ] as [(JSON, Check.Outcome)] {
            #expect(try Self.answer(Self.credential(Self.schemaEntry(digest: digest))).outcome == outcome, "\(digest)")
        }
        let multibase = Multibase.encode([0x12, 0x20] + SHA256.hash(Self.file).bytes, as: .base58btc)
        for (key, text, outcome) in [
            ("digestSRI", right, .passed), ("digestSRI", wrong, .failed), ("digestMultibase", multibase, .passed),
        ] as [(String, String, Check.Outcome)] {
            let related: JSON = [["id": .string(Self.url.description), key: .string(text)].json]
            #expect(try Self.answer(Self.credential(more: related)).outcome == outcome)
        }
        let elsewhere: JSON = [["id": "https://school.example/other", "digestSRI": .string(wrong)]]
        #expect(try Self.answer(Self.credential(more: elsewhere)).outcome == .passed)
    }

    @Test("A JsonSchemaCredential serves once its proof was verified, for credentials that name such a one")
    func schemaCredential() throws {
        let schema = try JSON(parsing: Self.file)
        let json: JSON = [
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "JsonSchemaCredential"], "issuer": "did:example:school",
            "credentialSubject": [
                "id": "https://school.example/schemas/pupil.json", "type": "JsonSchema", "jsonSchema": schema,
            ],
        ]
        let url = URI(ours: "https://school.example/schemas/pupil-credential.json")
        let handed = HandedSchema(at: url, file: json.canonicalBytes, securing: try UnsecuredCredential(json))
        let entry = Self.schemaEntry(url, type: "JsonSchemaCredential")
        #expect(try Self.answer(Self.credential(entry), [handed]).outcome == .passed)
        #expect(try Self.answer(Self.credential(grade: "C", entry), [handed]).outcome == .failed)
        #expect(try Self.answer(Self.credential(Self.schemaEntry(url)), [handed]).outcome == .cannotTell)
        for (pointer, value) in [
            ("/type", ["VerifiableCredential"]), ("/credentialSubject/type", "Schema"),
            ("/credentialSubject/jsonSchema", nil),
        ] as [(String, JSON?)] {
            let other = try UnsecuredCredential(json.replacing(pointer, by: value))
            let handed = HandedSchema(at: url, file: [], securing: other)
            #expect(try Self.answer(Self.credential(entry), [handed]).outcome == .cannotTell)
        }
    }

    @Test(
        "The published schema of the data model describes the published credentials",
        .enabled(if: Conformance.isExpected, Conformance.absence))
    func published() throws {
        let folder = "vc-data-model/schema/verifiable-credential/"
        let file = try Conformance.bytes(folder + "verifiable-credential-schema.json")
        let url = URI(ours: "https://www.w3.org/2022/credentials/v2/verifiable-credential-schema.json")
        let check = SchemaCheck([HandedSchema(at: url, file: file)])
        var count = 0
        for name in try Conformance.files(in: "vc-data-model/input") where name.hasPrefix("credential-") {
            var json = try #require(try JSON(parsing: Conformance.bytes("vc-data-model/input/" + name)).objectValue)
            json["credentialSchema"] = Self.schemaEntry(url)
            json["issuer"] = json["issuer"] ?? "did:example:school"
            json["proof"] = nil
            guard name.hasSuffix("-ok.json"), let credential = try? UnsecuredCredential(.object(json)) else { continue }
            let answer = try #require(check.answers(for: credential).first)
            #expect(answer.outcome == .passed, "\(name): \(answer.sentence)")
            count += 1
        }
        #expect(count > 30)
        // The data model takes a time without offset as UTC when it reads; the schema does not.
        var offsetless = try Self.credential(Self.schemaEntry(url)).json
        offsetless["validFrom"] = "2026-01-01T00:00:00"
        let refused = try #require(check.answers(for: UnsecuredCredential(verified: offsetless)).first)
        #expect(refused.outcome == .failed && refused.sentence.contains("/validFrom"))
    }
}

extension [String: JSON] {
    fileprivate var json: JSON { .object(JSONObject(uniqueMembers: map { (key: $0.key, value: $0.value) })) }
}
