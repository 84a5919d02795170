import CanonicalJSON
import Credentials
import Cryptography
import Foundation
import LinkedData
import Multiformats
import OpenBadges
import Proofs
import Temporal
import Testing
import Verification

/// The program as a person uses it with files of every sort.
@Suite("vcverify: formats and what is handed in beside them")
struct ProgramFormatTests {
    private let desk: TestDesk

    init() throws { desk = try TestDesk() }

    @Test("a bare token is a file like any other")
    func token() throws {
        try desk.put(String(decoding: SampleFormat.p256JWT.bytes(), as: UTF8.self) + "\n", "diploma.jwt")
        try desk.expect(
            "--issuer \(SampleKey.p256.identifier) diploma.jwt",
            """
            VALID: diploma.jwt (a credential)
              ok   Data model  It follows the Verifiable Credentials Data Model 2.0.
              ok   Proof       A token of VC-JOSE-COSE (vc+jwt), ES256, holds, by
                               \(SampleKey.p256.identifier).
              ok   Key         It is the key that you named as the issuer's.
              ok   Issuer      The issuer that it names is the key that signed.
              ok   Period      Valid from 2026-03-03T15:00:00Z until 2027-03-03T15:00:00Z.
              -    Status      It has no status: its issuer keeps no way to withdraw it.

            """, exitCode: 0)
    }

    @Test("keys, contexts, schemas and resources are handed in as files")
    func files() throws {
        let web = KeyTests.web
        let address = "https://issuer.example/terms"
        let schema = "https://issuer.example/schema"
        var document = try SampleFormat.document {
            $0["issuer"] = .string(web)
            $0["@context"] = ["https://www.w3.org/ns/credentials/v2", .string(address)]
            $0["credentialSchema"] = ["id": .string(schema), "type": "JsonSchema"]
            $0["relatedResource"] = [
                ["id": "https://issuer.example/photo", "digestMultibase": .string(Self.digest)]
            ]
        }
        let context: JSON = ["@context": ["AlumniCredential": "urn:a:b", "alumniOf": "urn:a:c"]]
        let key = SampleKey.ed25519
        var options = ProofOptions(
            created: .issued, proofPurpose: .assertionMethod, verificationMethod: try URI(web + "#key-1"))
        options.cryptosuite = .eddsaRDFC2022
        document = try DataIntegrity.secure(
            document, with: options, key: key.key,
            contexts: ContextRegistry.published.adding(url: address, document: context))
        try desk.put(document, "diploma.json")
        try desk.put(context.canonicalString, "terms.json")
        try desk.put(#"{"required": ["credentialSubject"]}"#, "schema.json")
        try desk.put("a photograph", "photo")
        let method: JSON = [
            "id": .string(web + "#key-1"), "type": "Multikey", "controller": .string(web),
            "publicKeyMultibase": .string(String(key.identifier.description.dropFirst("did:key:".count))),
        ]
        try desk.put(method.canonicalString, "key.json")
        let without = try desk.vcverify("diploma.json")
        #expect(without.exitCode == 3)
        #expect(
            without.complaints == "Get the signer's keys on a way that you trust, and give them: --did-document FILE.\n"
        )
        let withKey = try desk.vcverify("--did-document key.json diploma.json")
        #expect(withKey.exitCode == 3)
        #expect(withKey.complaints == "Give the context by its URL: --context URL=FILE.\n")
        try desk.expect(
            """
            --did-document key.json --context \(address)=terms.json --schema \(schema)=schema.json \
            --resource https://issuer.example/photo=photo diploma.json
            """,
            """
            VALID: diploma.json (a credential)
              ok   Data model  It follows the Verifiable Credentials Data Model 2.0.
              ok   Proof       eddsa-rdfc-2022 holds, made 2026-03-03T15:00:00Z by
                               did:web:issuer.example#key-1.
              ok   Key         It is in the document of did:web:issuer.example, which you
                               gave.
              ok   Issuer      The document of the issuer that it names has the key that
                               signed.
              ok   Period      Valid from 2026-03-03T15:00:00Z until 2027-03-03T15:00:00Z.
              ok   Schema      It is as the schema https://issuer.example/schema describes
                               it.
              ok   Resources   1 of the 1 resources that it refers to are at hand, and are
                               the same.
              -    Status      It has no status: its issuer keeps no way to withdraw it.

            """, exitCode: 0)
        try desk.put("another photograph", "photo")
        try desk.put(#"{"required": ["name"]}"#, "schema.json")
        let changed = try desk.vcverify(
            """
            --did-document key.json --context \(address)=terms.json --schema \(schema)=schema.json \
            --resource https://issuer.example/photo=photo diploma.json
            """)
        #expect(changed.exitCode == 1)
        #expect(changed.text.contains("FAIL Schema") && changed.text.contains("FAIL Resources"))
    }

    /// SHA-256 of `a photograph`, as a multihash.
    private static let digest = Multibase.encode(
        [0x12, 0x20] + SHA256.hash(Array("a photograph".utf8)).bytes, as: .base64url)

    @Test("a presentation is told with its parts, and must answer what it was asked")
    func presentation() throws {
        let key = SampleKey.ed25519
        var options = key.options(for: .authentication)
        options.challenge = "abc"
        options.domains = ["verifier.example"]
        let document: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiablePresentation",
            "holder": .string(key.identifier.description),
            "verifiableCredential": [try JSON(parsing: SampleFormat.eddsaJCS.bytes())],
        ]
        try desk.put(DataIntegrity.secure(document, with: options, key: key.key), "shown.json")
        try desk.expect(
            "--challenge abc --domain verifier.example shown.json",
            """
            VALID: shown.json (a presentation)
              ok   Data model  A presentation of the Verifiable Credentials Data Model 2.0,
                               of 1 credential.
              ok   Proof       eddsa-jcs-2022 holds, made 2026-03-03T15:00:00Z by
                               \(key.identifier).
              -    Key         Nobody vouches for the key: no document of its owner is at
                               hand.
              ok   Holder      The holder that it names is the key that signed.
              ok   Challenge   It answers your challenge and your domain.
            Inside it, a credential: VALID
              ok   Data model  It follows the Verifiable Credentials Data Model 2.0.
              ok   Proof       eddsa-jcs-2022 holds, made 2026-03-03T15:00:00Z by
                               \(key.identifier).
              -    Key         Nobody vouches for the key: you named no issuer.
              ok   Issuer      The issuer that it names is the key that signed.
              ok   Period      Valid from 2026-03-03T15:00:00Z until 2027-03-03T15:00:00Z.
              -    Status      It has no status: its issuer keeps no way to withdraw it.

            """, exitCode: 0)
        #expect(try desk.vcverify("--challenge xyz shown.json").exitCode == 1)
    }

    @Test("a badge is read out of its image")
    func badge() throws {
        let key = SampleKey.p256
        let document = try key.secure(SampleBadge.document(key), .ecdsaJCS2019)
        let image = try BadgeImage(Array(#"<svg xmlns="http://www.w3.org/2000/svg"></svg>"#.utf8))
        let baked = try image.baking(BakedCredential(document))
        try desk.put(String(decoding: baked, as: UTF8.self), "badge.svg")
        let output = try desk.vcverify("badge.svg")
        #expect(output.exitCode == 0)
        #expect(output.text.hasPrefix("VALID: badge.svg (a credential baked into an SVG)\n"))
        #expect(output.text.contains("  ok   Badge       It follows the rules of Open Badges 3.0.\n"))
    }
}
