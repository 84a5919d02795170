import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Proofs
import Temporal
import TestSupport
import Testing

/// What an issuer does with what it is asked to issue, as far as this floor goes: the rules of the data model, digests
/// of related resources, and a proof over RDF, which takes JSON-LD that says everything.
@discardableResult
func issue(_ credential: JSON) throws -> JSONObject {
    let key = try testKey(1)
    let draft = try CredentialDraft(credential)
    let issuable = try draft.issuable(
        id: nil, issuer: draft.issuer ?? IssuerID(key.did.uri), validFrom: nil, status: [])
    try RelatedResource.check(issuable, against: RelatedResource.publishedDigests)
    let signer = try ProofSigner(
        key: key, verificationMethod: key.did.verificationMethod, cryptosuite: .eddsaRDFC2022)
    return try signer.secure(issuable.json, created: now)
}

@Suite("What is accepted and refused at issue time")
struct IssueTimeTests {
    static let base: JSON = [
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"], "issuer": "did:example:issuer",
        "credentialSubject": ["id": "did:example:subject", "name": "Alice"],
    ]
    static let terms: JSON = ["X": "https://example.org/X", "x": "https://example.org/x"]
    static let digest = "sha256-WZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"
    static let v2: JSON = "https://www.w3.org/ns/credentials/v2"

    static let refused: [(String, JSON?)] = [
        // undefined type or term
        ("/type/1", "NobodyDefined"), ("/type/1", "relative"), ("/credentialSubject/undefined", "x"), ("/undefined", 1),
        // the parts that must be there
        ("/credentialSubject", nil), ("/credentialSubject", [:]), ("/credentialSubject", []),
        ("/credentialSubject", [["name": "x"], [:]]),
        ("/type", nil), ("/type", []), ("/type", ["ExampleCredential"]),
        ("/type/1", "https ://not-a-url"), ("/type/1", .null),
        // identifiers
        ("/id", .null), ("/id", ["did:a:b"]), ("/id", "https ://not-a-url-:;.}{"), ("/id", "relative"),
        ("/credentialSubject/id", ["did:a:b"]), ("/credentialSubject/id", "https ://not-a-url-:;.}{"),
        ("/issuer", .null), ("/issuer", ["id": nil]), ("/issuer", "fake-issuer"), ("/issuer", ["id": "fake-issuer"]),
        // contexts
        ("/@context", nil), ("/@context", []), ("/@context", ["https://www.w3.org/ns/credentials/examples/v2", v2]),
        ("/@context", [v2, 192_387]), ("/@context", [v2, "https ://not-a-url/contexts/example/v1"]),
        ("/@context", [v2, "https://example.com/nobody/knows/this"]), ("/@context", [terms, v2]),
        ("/@context", [v2, ["VerifiableCredential": "https://example.org/other"]]),
        ("/@context", [v2, ["type": ["@id": "https://example.org/type"]]]),
        ("/@context", [v2, ["id": "https://example.org/id"]]), ("/@context", [v2, nil]),
        // language objects with another key
        ("/name", ["@value": "x", "@language": "en", "url": "did:a:b"]),
        ("/description", ["@value": "x", "@language": "en", "url": "did:a:b"]),
        ("/issuer", ["id": "did:example:issuer", "name": ["@value": "x", "url": "did:a:b"]]),
        ("/issuer", ["id": "did:example:issuer", "description": ["@value": "x", "url": "did:a:b"]]),
        // times
        ("/validFrom", "Sat 25 Feb 2023 07:16:31 PM CST"), ("/validFrom", "Sat, 25 Feb 2023 07:16:31 +0000"),
        ("/validUntil", "Sat, 25 Feb 2023 07:16:31 +0000"), ("/validUntil", "2023-02-25"),
        // extensions without type, with a type that is none, with identifiers that are none
        ("/credentialStatus", ["id": "did:a:b"]), ("/termsOfUse", ["id": "did:a:b"]), ("/evidence", ["id": "did:a:b"]),
        ("/refreshService", ["id": "did:a:b"]), ("/credentialSchema", ["id": "did:a:b"]),
        ("/credentialStatus", ["type": 2]), ("/credentialStatus", ["type": "NobodyDefined"]),
        ("/credentialStatus", ["type": "BitstringStatusListEntry", "id": ["did:a:b"]]),
        ("/credentialStatus", ["type": "BitstringStatusListEntry", "id": "https ://not-a-url"]),
        ("/credentialSchema", ["type": "JsonSchema"]),
        ("/credentialSchema", ["type": "JsonSchema", "id": "https ://not-a-url"]),
        // related resources
        ("/relatedResource", [v2]), ("/relatedResource", ["digestSRI": .string(digest)]),
        ("/relatedResource", [["id": v2, "digestSRI": .string(digest)], ["id": v2, "digestSRI": .string(digest)]]),
        ("/relatedResource", ["id": v2]), ("/relatedResource", ["id": v2, "digestSRI": "sha256-AAAA"]),
        ("/relatedResource", ["id": v2, "digestMultibase": "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0"]),
    ]

    @Test("Refused", arguments: refused)
    func refuses(pointer: String, value: JSON?) {
        do {
            try issue(Self.base.replacing(pointer, by: value))
            Issue.record("accepted")
        } catch {
            #expect(error is CredentialError || error is ProofError)
        }
    }

    @Test(
        "A type that a context maps to something that is not a URL, or to nothing",
        arguments: [["X": "not a url"], ["X": nil], ["X": "relative"], [:]] as [JSON])
    func mappedTypes(terms: JSON) {
        let json = Self.base.replacing("/@context", by: [Self.v2, terms]).replacing("/type/1", by: "X")
        #expect(throws: (any Error).self) { try issue(json) }
        let mapped = json.replacing("/@context/1", by: ["X": "https://example.org/X"])
        #expect(throws: Never.self) { try issue(mapped) }
    }

    @Test("validFrom after validUntil is refused at once")
    func period() {
        let json = Self.base.replacing("/validFrom", by: "2025-01-01T00:00:00Z")
        #expect(throws: CredentialError.self) { try issue(json.replacing("/validUntil", by: "2024-01-01T00:00:00Z")) }
        #expect(throws: Never.self) { try issue(json.replacing("/validUntil", by: "2025-01-01T00:00:00Z")) }
    }

    static let accepted: [(String, JSON)] = [
        ("/validUntil", "2023-02-26T01:20:18Z"), ("/validFrom", "2023-02-25T19:10:39-06:00"),
        ("/validUntil", "2023-02-26T01:20:18.477Z"),
        ("/credentialSubject", [["name": "Alice"], ["id": "did:example:b", "name": "Bob"]]),
        ("/type", ["https://example.org/X", "VerifiableCredential"]), ("/type/1", "https://example.org/X"),
        ("/@context", [v2, terms]), ("/id", "urn:uuid:cb1f7f26-1c2b-4d5c-9a3c-4f5a6b7c8d9e"),
        ("/issuer", ["id": "did:example:issuer", "name": "Example", "description": "An example"]),
        ("/name", ["@value": "x", "@language": "en", "@direction": "ltr"]),
        (
            "/description",
            [["@value": "x", "@language": "en"], ["@value": "y", "@language": "ar", "@direction": "rtl"]]
        ),
        ("/credentialSchema", ["type": "JsonSchema", "id": "https://example.org/s"]),
        ("/credentialSchema", [["type": "JsonSchema", "id": "https://example.org/s"]]),
        (
            "/credentialStatus",
            [
                "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "94567",
                "statusListCredential": "https://example.com/credentials/status/3",
            ]
        ),
        ("/relatedResource", ["id": v2, "digestSRI": .string(digest)]),
    ]

    @Test("Accepted, kept as it was given, and verified", arguments: accepted)
    func accepts(pointer: String, value: JSON) throws {
        let json = Self.base.replacing(pointer, by: value)
        let secured = try issue(json)
        #expect(JSON.object(secured).replacing("/proof", by: nil) == json)
        #expect(try JSON.object(verify(.object(secured))[0].document) == json)
    }

    @Test(
        "Unknown kinds of status, terms and evidence are accepted when a context defines them, one or many",
        arguments: ["credentialStatus", "termsOfUse", "evidence", "refreshService", "confidenceMethod", "renderMethod"])
    func extensions(key: String) throws {
        let contextual = Self.base.replacing("/@context", by: [Self.v2, Self.terms])
        for value in [["type": "X"], [["type": "X", "x": "y"], ["type": ["X"]]]] as [JSON] {
            #expect(throws: Never.self) { try issue(contextual.replacing("/" + key, by: value)) }
            #expect(throws: ProofError.self) { try issue(Self.base.replacing("/" + key, by: value)) }
        }
    }

    @Test("Data model 1.1 is issued, with the context of Data Integrity")
    func versionOne() throws {
        let json: JSON = [
            "@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"],
            "issuer": "did:example:issuer", "issuanceDate": "2020-03-16T22:37:26.544Z",
            "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d", "credentialSubject": ["id": "did:example:subject"],
        ]
        let secured = try issue(json)
        #expect(secured["@context"]?.arrayValue?.last == "https://w3id.org/security/data-integrity/v2")
        #expect(try UnsecuredCredential(verified: verify(.object(secured))[0].document).dataModel == .v1_1)
        #expect(throws: ProofError.self) { try issue(json.replacing("/type/1", by: "InvalidType")) }
        #expect(throws: ProofError.self) { try issue(json.replacing("/credentialSubject/invalidTerm", by: "x")) }
        #expect(throws: CredentialError.self) { try issue(json.replacing("/credentialSubject", by: nil)) }
    }
}
