import CanonicalJSON
import Credentials
import Cryptography
import Multiformats
import Proofs
import Temporal
import Testing
import Verification

@Suite("Badges, schemas and resources")
struct RuleTests {
    private func verdict(
        _ document: JSONObject, _ change: (inout Trust) throws -> Void = { _ in }
    ) throws -> Verdict {
        var trust = Trust.sample()
        try change(&trust)
        let signed = try SampleKey.p256.secure(document, .ecdsaJCS2019)
        return Verifier(trust: trust).verify([try Evidence(signed)])[0]
    }

    @Test("a badge must follow the rules of Open Badges, though its signature holds")
    func badges() throws {
        let valid = try verdict(SampleBadge.document(.p256))
        Expected.valid.check(valid)
        #expect(valid.check(.badge)?.outcome == .passed)
        let bare = try verdict(SampleBadge.document(.p256) { $0["credentialSubject"] = ["id": "did:example:ada"] })
        Expected.invalid(.badge, "/credentialSubject").check(bare)
        #expect(bare.check(.proof)?.outcome == .passed)
        #expect((bare.check(.badge)?.facts["violations"]?.arrayValue?.count ?? 0) > 1)
        #expect(try verdict(SampleFormat.document()).check(.badge) == nil)
    }

    @Test("a schema of Open Badges is not asked beside their rules, and another is")
    func badgeSchemas() throws {
        let schema: JSON = [
            "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
            "type": "1EdTechJsonSchemaValidator2019",
        ]
        let badge = try verdict(SampleBadge.document(.p256) { $0["credentialSchema"] = [schema] })
        Expected.valid.check(badge)
        #expect(badge.check(.schema)?.outcome == .notApplicable)
        let other = try verdict(SampleFormat.document { $0["credentialSchema"] = schema })
        Expected.cannotTell(.schema, "not known here").check(other)
        #expect(other.check(.schema)?.need == .schema)
    }

    private static let address = "https://issuer.example/schema"

    private func withSchema(_ schema: String?, _ change: (inout Trust) -> Void = { _ in }) throws -> Verdict {
        let document = try SampleFormat.document {
            $0["credentialSchema"] = ["id": .string(Self.address), "type": "JsonSchema"]
        }
        return try verdict(document) { trust in
            if let schema {
                let url = try URI(Self.address)
                trust.schemas = SchemaCheck([HandedSchema(at: url, file: Array(schema.utf8))])
            }
            change(&trust)
        }
    }

    @Test("a schema that is at hand is asked; one that is not leaves the question open, unless that is waived")
    func schemas() throws {
        Expected.valid.check(try withSchema(#"{"required": ["credentialSubject"]}"#))
        Expected.invalid(.schema).check(try withSchema(#"{"required": ["name"]}"#))
        Expected.invalid(.schema).check(try withSchema(#"{"required": ["name"]}"#) { $0.mayLackSchemas = true })
        Expected.cannotTell(.schema, "not at hand").check(try withSchema(nil))
        let waived = try withSchema(nil) { $0.mayLackSchemas = true }
        Expected.valid.check(waived)
        #expect(waived.check(.schema)?.sentence.hasPrefix("Left out, as you asked: ") == true)
    }

    private func withResource(_ url: String, _ digest: String, _ bytes: String? = nil) throws -> Verdict {
        let document = try SampleFormat.document {
            $0["relatedResource"] = [["id": .string(url), "digestSRI": .string(digest)]]
        }
        return try verdict(document) { $0.resources[url] = bytes.map { Array($0.utf8) } }
    }

    @Test("a digest is compared with what is at hand, which the base context always is")
    func resources() throws {
        let photo = "https://issuer.example/photo"
        let sha256 = "sha256-" + Base64.encode(SHA256.hash(Array("photo".utf8)).bytes)
        let sha512 = "sha512-" + Base64.encode(SHA512.hash(Array("photo".utf8)))
        for digest in [sha256, sha512] {
            let same = try withResource(photo, digest, "photo")
            Expected.valid.check(same)
            #expect(same.check(.resources)?.facts["compared"] == [.string(photo)])
            Expected.invalid(.resources, "not the digest").check(try withResource(photo, digest, "another"))
        }
        let missing = try withResource(photo, sha256)
        Expected.valid.check(missing)
        #expect(missing.check(.resources)?.outcome == .notApplicable)
        let context = "https://www.w3.org/ns/credentials/v2"
        let published = try Hex.decode("59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734")
        Expected.valid.check(try withResource(context, "sha256-" + Base64.encode(published)))
        Expected.invalid(.resources).check(try withResource(context, sha256))
    }
}
