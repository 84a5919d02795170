import CanonicalJSON
import Credentials
import Testing

/// A credential that breaks no rule; the tables below change one thing in it.
let minimal: JSONObject = [
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:issuer",
    "credentialSubject": ["id": "did:example:subject"],
]

func changed(_ key: String, to value: JSON?) -> JSON {
    var credential = minimal
    credential[key] = value
    return .object(credential)
}

@Suite("Rules of the data model")
struct CredentialRulesTests {
    static let accepted: [(String, JSON)] = [
        (
            "@context",
            ["https://www.w3.org/ns/credentials/v2", "https://example.org/v1", ["A": "https://example.org/A"]]
        ),
        ("id", "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"),
        ("type", "VerifiableCredential"),
        ("type", ["https://example.org/#A", "VerifiableCredential", "B"]),
        ("issuer", ["id": "https://example.org/issuer", "name": "Example", "url": "anything"]),
        ("issuer", ["id": "did:example:i", "description": [["@value": "Hund", "@language": "de"], ["@value": "x"]]]),
        ("name", ["@value": "مرحبا", "@language": "ar-EG", "@direction": "rtl"]),
        ("validFrom", "2023-02-25T19:10:39-06:00"), ("validUntil", "2023-02-26T01:20:18.477Z"),
        ("credentialSubject", [["id": "did:example:a"], ["name": "B"]]),
        ("credentialStatus", ["type": "Anything"]),
        ("credentialStatus", [["type": "A", "id": "did:example:s"], ["type": ["B", "C"]]]),
        ("credentialSchema", ["type": "JsonSchema", "id": "https://example.org/s"]),
        ("termsOfUse", ["type": "T", "id": "did:example:t"]), ("evidence", [["type": "E"]]),
        ("refreshService", ["type": "R", "url": "https://example.org"]), ("renderMethod", ["type": "T"]),
        (
            "relatedResource",
            [
                [
                    "id": "https://example.org/a",
                    "digestSRI": "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg",
                ],
                ["id": "https://example.org/b", "mediaType": "image/png", "digestMultibase": ["zQmWvQ", "uEiA"]],
                [
                    "id": "https://example.org/c",
                    "digestSRI": "sha256-47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU= sha512-z4Ph",
                ],
            ]
        ),
        ("somethingNobodyDefined", nil),
    ]

    @Test("A credential that follows the rules is kept as it was given", arguments: accepted)
    func accepts(key: String, value: JSON) throws {
        let json = changed(key, to: value)
        #expect(try JSON.object(UnsecuredCredential(json).json) == json)
        #expect(try JSON.object(CredentialDraft(json).json) == json)
        var secured = changed(key, to: value).objectValue ?? [:]
        secured["proof"] = ["type": "DataIntegrityProof"]
        #expect(try SecuredCredential(.object(secured)).json == secured)
        #expect(try JSON.object(SecuredCredential(.object(secured)).unsecured.json) == json)
    }

    static let refused: [(String, JSON?, String, String)] = [
        ("@context", nil, "/@context", "missing"),
        ("@context", "https://www.w3.org/ns/credentials/v2", "/@context", "list"),
        ("@context", [], "/@context/0", "must be https://www.w3.org/ns/credentials/v2"),
        ("@context", ["https://example.org/v1"], "/@context/0", "must be"),
        ("@context", ["https://www.w3.org/ns/credentials/v1"], "/@context/0", "1.1"),
        (
            "@context", ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1"],
            "/@context/1", "another version"
        ),
        ("@context", [[:], "https://www.w3.org/ns/credentials/v2"], "/@context/0", "must be"),
        ("@context", ["https://www.w3.org/ns/credentials/v2", "https ://not-a-url"], "/@context/1", "not a URL"),
        ("@context", ["https://www.w3.org/ns/credentials/v2", 123_192_875], "/@context/1", "URL or an object"),
        ("@context", ["https://www.w3.org/ns/credentials/v2", nil], "/@context/1", "URL or an object"),
        ("@context", ["https://www.w3.org/ns/credentials/v2", "a:b", "a:b"], "/@context/2", "twice"),
        (
            "@context", .array(["https://www.w3.org/ns/credentials/v2"] + (1...64).map { .string("a:\($0)") }),
            "/@context", "64"
        ),
        ("id", .null, "/id", "one URL"), ("id", ["did:a:b"], "/id", "one URL"),
        ("id", "x", "/id", "not a URL"),
        ("type", nil, "/type", "missing"), ("type", [], "/type", "empty"),
        ("type", "Other", "/type", "VerifiableCredential"),
        ("type", ["Other"], "/type", "VerifiableCredential"),
        ("type", ["VerifiableCredential", 2], "/type/1", "string"),
        ("type", ["VerifiableCredential", ""], "/type/1", "term"),
        ("type", ["@id", "VerifiableCredential"], "/type/0", "@"),
        ("type", ["VerifiableCredential", "https ://x"], "/type/1", "not a URL"), ("type", [:], "/type", "string"),
        ("issuer", .null, "/issuer", "URL"), ("issuer", "fake-issuer", "/issuer", "not a URL"),
        ("issuer", 7, "/issuer", "URL"), ("issuer", ["did:example:issuer"], "/issuer", "URL"),
        ("issuer", ["id": nil], "/issuer/id", "URL"), ("issuer", ["id": "fake-issuer"], "/issuer/id", "not a URL"),
        ("issuer", ["id": "did:a:b", "name": ["@value": "x", "url": "y"]], "/issuer/name/url", "not allowed"),
        ("name", 1, "/name", "object"), ("name", .null, "/name", "object"), ("name", [], "/name", "empty"),
        ("name", ["x"], "/name/0", "object"), ("name", [:], "/name/@value", "missing"),
        ("name", ["@value": 1], "/name/@value", "string"),
        ("name", ["@value": "x", "@language": "e_n"], "/name/@language", "tag"),
        ("name", ["@value": "x", "@language": ""], "/name/@language", "tag"),
        ("name", ["@value": "x", "@language": "123"], "/name/@language", "tag"),
        ("name", ["@value": "x", "@language": "en-"], "/name/@language", "tag"),
        ("description", ["@value": "x", "@direction": "up"], "/description/@direction", "ltr or rtl"),
        ("description", [["@value": "x"], ["@value": "x", "@type": "y"]], "/description/1/@type", "not allowed"),
        ("validFrom", "2023-02-24T23:36:38", "/validFrom", "dateTimeStamp"), ("validFrom", 1, "/validFrom", "string"),
        ("validFrom", .null, "/validFrom", "string"),
        ("validFrom", "Sat 25 Feb 2023 07:16:31 PM CST", "/validFrom", "dateTimeStamp"),
        ("validUntil", "Sun, 26 Feb 2023 01:22:14 +0000", "/validUntil", "dateTimeStamp"),
        ("credentialSubject", nil, "/credentialSubject", "missing"),
        ("credentialSubject", [], "/credentialSubject", "empty"),
        ("credentialSubject", [:], "/credentialSubject", "no claim"),
        ("credentialSubject", "did:a:b", "/credentialSubject", "object"),
        ("credentialSubject", [["id": "did:a:b"], [:]], "/credentialSubject/1", "no claim"),
        ("credentialSubject", [["id": "did:a:b"], "x"], "/credentialSubject/1", "object"),
        ("credentialSubject", ["id": ["did:a:b"]], "/credentialSubject/id", "one URL"),
        ("credentialSubject", ["id": "subject"], "/credentialSubject/id", "not a URL"),
        ("credentialStatus", [:], "/credentialStatus/type", "missing"),
        ("credentialStatus", [], "/credentialStatus", "empty"),
        ("credentialStatus", "x", "/credentialStatus", "object"),
        ("credentialStatus", ["type": 2], "/credentialStatus/type", "string"),
        ("credentialStatus", ["type": "S", "id": ["did:a:b"]], "/credentialStatus/id", "one URL"),
        ("credentialStatus", [["type": "S"], ["id": "did:a:b"]], "/credentialStatus/1/type", "missing"),
        ("credentialSchema", ["type": "S"], "/credentialSchema/id", "missing"),
        ("credentialSchema", ["id": "did:a:b"], "/credentialSchema/type", "missing"),
        ("credentialSchema", ["type": "S", "id": "https ://not-a-url"], "/credentialSchema/id", "not a URL"),
        ("termsOfUse", ["id": "did:a:b"], "/termsOfUse/type", "missing"),
        ("evidence", [[:]], "/evidence/0/type", "missing"),
        ("refreshService", ["id": "did:a:b"], "/refreshService/type", "missing"),
        ("confidenceMethod", [:], "/confidenceMethod/type", "missing"),
        ("renderMethod", "x", "/renderMethod", "object"),
        ("relatedResource", ["https://example.org"], "/relatedResource/0", "object"),
        ("relatedResource", ["digestSRI": "sha256-AAAA"], "/relatedResource/id", "missing"),
        ("relatedResource", ["id": "a:b"], "/relatedResource", "digestSRI or digestMultibase"),
        ("relatedResource", ["id": "a:b", "digestSRI": []], "/relatedResource", "digestSRI or digestMultibase"),
        ("relatedResource", ["id": "a:b", "digestSRI": "md5-AAAA"], "/relatedResource/digestSRI", "sha256-"),
        ("relatedResource", ["id": "a:b", "digestSRI": "sha256-"], "/relatedResource/digestSRI", "sha256-"),
        ("relatedResource", ["id": "a:b", "digestSRI": "sha256-A!"], "/relatedResource/digestSRI", "sha256-"),
        ("relatedResource", ["id": "a:b", "digestSRI": "sha256-A==="], "/relatedResource/digestSRI", "sha256-"),
        ("relatedResource", ["id": "a:b", "digestSRI": "sha256-=="], "/relatedResource/digestSRI", "sha256-"),
        ("relatedResource", ["id": "a:b", "digestSRI": ""], "/relatedResource/digestSRI", "sha256-"),
        ("relatedResource", ["id": "a:b", "digestSRI": 1], "/relatedResource/digestSRI", "sha256-"),
        ("relatedResource", ["id": "a:b", "digestMultibase": "AAAA"], "/relatedResource/digestMultibase", "multibase"),
        ("relatedResource", ["id": "a:b", "digestMultibase": "u"], "/relatedResource/digestMultibase", "multibase"),
        ("relatedResource", ["id": "a:b", "digestMultibase": "f00"], "/relatedResource/digestMultibase", "multibase"),
        (
            "relatedResource", ["id": "a:b", "mediaType": 1, "digestMultibase": "uAA"], "/relatedResource/mediaType",
            "string"
        ),
        (
            "relatedResource", [["id": "a:b", "digestMultibase": "uAA"], ["id": "a:b", "digestMultibase": "uAA"]],
            "/relatedResource/1/id", "twice"
        ),
        ("proof", ["type": "DataIntegrityProof"], "/proof", "not allowed"), ("proof", .null, "/proof", "not allowed"),
    ]

    @Test("A broken rule is named with its place, in drafts and in credentials", arguments: refused)
    func refuses(key: String, value: JSON?, pointer: String, words: String) {
        let json = changed(key, to: value)
        for read in [{ _ = try UnsecuredCredential($0) }, { _ = try CredentialDraft($0) }] as [(JSON) throws -> Void] {
            let error = #expect(throws: CredentialError.self) { try read(json) }
            #expect(error?.type == .malformedValue)
            #expect(error?.pointer.description == pointer)
            #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "")")
        }
    }

    @Test("Whoever shows us a credential is held to the same rules", arguments: refused.filter { $0.0 != "proof" })
    func refusesSecured(key: String, value: JSON?, pointer: String, words: String) {
        var secured = changed(key, to: value).objectValue ?? [:]
        secured["proof"] = ["type": "DataIntegrityProof"]
        if value == "2023-02-24T23:36:38" {
            #expect(throws: Never.self) { try SecuredCredential(.object(secured)) }
        } else {
            let error = #expect(throws: CredentialError.self) { try SecuredCredential(.object(secured)) }
            #expect(error?.pointer.description == pointer)
        }
    }

    @Test(
        "A period may not end before it begins, whatever the offsets say",
        arguments: [
            ("2023-02-26T01:21:23Z", "2023-02-25T19:21:29-06:00", true),
            ("2023-01-01T00:00:00Z", "2023-01-01T00:00:00Z", true),
            ("2023-01-01T00:00:00Z", "2023-01-01T00:00:00+01:00", false),
            ("2030-01-01T00:00:00Z", "2023-01-01T00:00:00Z", false),
        ])
    func period(from: String, until: String, isAccepted: Bool) throws {
        var credential = minimal
        credential["validFrom"] = .string(from)
        credential["validUntil"] = .string(until)
        if isAccepted {
            let read = try UnsecuredCredential(.object(credential))
            #expect(try #require(read.validFrom) <= #require(read.validUntil))
        } else {
            let error = #expect(throws: CredentialError.self) { try UnsecuredCredential(.object(credential)) }
            #expect(error?.pointer.description == "/validUntil")
        }
    }

    @Test("Only a draft may leave its issuer to us")
    func issuerOfDraft() throws {
        for issuer: JSON? in [nil, ["name": "Example"]] {
            #expect(try CredentialDraft(changed("issuer", to: issuer)).issuer == nil)
            #expect(throws: CredentialError.self) { try UnsecuredCredential(changed("issuer", to: issuer)) }
        }
    }

    @Test(
        "A document that is not an object is refused",
        arguments: [nil, true, 1, "x", [], ["VerifiableCredential"]] as [JSON])
    func notAnObject(json: JSON) {
        #expect(throws: CredentialError.self) { try UnsecuredCredential(json) }
        #expect(throws: CredentialError.self) { try CredentialDraft(json) }
        #expect(throws: CredentialError.self) { try SecuredCredential(json) }
        #expect(throws: CredentialError.self) { try VerifiablePresentation(json) }
    }

    @Test(
        "A proof must be there and have a type before anything is verified",
        arguments: [
            nil, .null, "x", [], [:], ["type": nil], [["type": "A"], [:]], [["type": "A"], 1],
        ] as [JSON?])
    func proofs(proof: JSON?) {
        let error = #expect(throws: CredentialError.self) { try SecuredCredential(changed("proof", to: proof)) }
        #expect(error?.pointer.description.hasPrefix("/proof") == true)
    }

    @Test("What the rules found can be asked for")
    func accessors() throws {
        var credential = minimal
        credential["id"] = "did:example:credential"
        credential["credentialStatus"] = [["type": "A"], ["type": "B"]]
        credential["credentialSchema"] = ["type": "JsonSchema", "id": "https://example.org/s"]
        let read = try UnsecuredCredential(.object(credential))
        #expect(read.id?.description == "did:example:credential")
        #expect(read.issuer.description == "did:example:issuer")
        #expect(read.types == ["VerifiableCredential"])
        #expect(read.subjects == [["id": "did:example:subject"]])
        #expect(read.statusEntries == [["type": "A"], ["type": "B"]])
        #expect(read.schemas == [["type": "JsonSchema", "id": "https://example.org/s"]])
        #expect(read.validFrom == nil && read.validUntil == nil)
    }
}
