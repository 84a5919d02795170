import CanonicalJSON
import Credentials
import Temporal
import TestSupport
import Testing

@Suite("Data model 1.1")
struct VersionOneTests {
    static let base = "https://www.w3.org/2018/credentials/v1"
    static let dataIntegrity = "https://w3id.org/security/data-integrity/v2"
    static let minimal: JSONObject = [
        "@context": [.string(base)], "type": ["VerifiableCredential"], "issuer": "did:example:issuer",
        "issuanceDate": "2010-01-01T19:23:24Z", "credentialSubject": ["id": "did:example:subject"],
    ]

    private static func with(_ key: String, _ value: JSON?) -> JSON {
        var credential = minimal
        credential[key] = value
        return .object(credential)
    }

    static let accepted: [(String, JSON)] = [
        ("@context", [.string(base), "https://example.org/v1", ["A": "https://example.org/A"]]),
        ("expirationDate", "2020-01-01T19:23:24Z"), ("issuer", ["id": "did:example:issuer", "name": ["x"]]),
        ("credentialStatus", ["id": "https://example.org/1", "type": "CredentialStatusList2017"]),
        ("credentialSchema", ["id": "https://example.org/s", "type": "JsonSchemaValidator2018"]),
        ("refreshService", ["id": "https://example.org/r", "type": "ManualRefreshService2018"]),
        ("termsOfUse", ["type": "IssuerPolicy"]), ("evidence", [["type": ["DocumentVerification"]]]),
        // Members of 2.0 mean nothing here: whether a context defines them is for JSON-LD to say.
        ("name", 1), ("relatedResource", "x"), ("validFrom", "whenever"), ("confidenceMethod", "x"),
    ]

    @Test("A credential that follows the rules is kept as it was given", arguments: accepted)
    func accepts(key: String, value: JSON) throws {
        let json = Self.with(key, value)
        let read = try UnsecuredCredential(json)
        #expect(JSON.object(read.json) == json && read.dataModel == .v1_1)
        #expect(try CredentialDraft(json).dataModel == .v1_1)
        #expect(try SecuredCredential(json.replacing("/proof", by: ["type": "P"])).unsecured == read)
    }

    static let refused: [(String, JSON?, String, String)] = [
        ("@context", .string(base), "/@context", "list"),
        ("@context", [.string(base), "https://www.w3.org/ns/credentials/v2"], "/@context/1", "another version"),
        ("@context", ["https://example.org/v1", .string(base)], "/@context/0", "must be"),
        ("type", ["Other"], "/type", "VerifiableCredential"), ("id", "x", "/id", "not a URL"),
        ("issuer", ["name": "x"], "/issuer/id", "missing"), ("issuer", nil, "/issuer", "missing"),
        ("issuanceDate", nil, "/issuanceDate", "requires"),
        ("issuanceDate", "2010-01-01", "/issuanceDate", "dateTimeStamp"),
        ("issuanceDate", "2010-01-01T19:23:24", "/issuanceDate", "dateTimeStamp"),
        ("issuanceDate", .null, "/issuanceDate", "string"),
        ("expirationDate", "never", "/expirationDate", "dateTimeStamp"),
        ("expirationDate", "2009-01-01T19:23:24Z", "/expirationDate", "issuanceDate"),
        ("credentialSubject", nil, "/credentialSubject", "missing"),
        ("credentialSubject", [:], "/credentialSubject", "no claim"),
        ("credentialStatus", ["type": "S"], "/credentialStatus/id", "missing"),
        ("credentialStatus", ["id": "a:b"], "/credentialStatus/type", "missing"),
        ("credentialSchema", ["type": "S"], "/credentialSchema/id", "missing"),
        ("refreshService", ["type": "R"], "/refreshService/id", "missing"),
        ("termsOfUse", ["id": "a:b"], "/termsOfUse/type", "missing"), ("evidence", "x", "/evidence", "object"),
        ("proof", ["type": "P"], "/proof", "not allowed"),
    ]

    @Test("A broken rule is named with its place", arguments: refused)
    func refuses(key: String, value: JSON?, pointer: String, words: String) {
        let error = #expect(throws: CredentialError.self) { try UnsecuredCredential(Self.with(key, value)) }
        #expect(error?.pointer.description == pointer)
        #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "")")
    }

    @Test("The period is issuanceDate to expirationDate")
    func period() throws {
        let read = try UnsecuredCredential(Self.with("expirationDate", "2020-01-01T19:23:24+01:00"))
        #expect(read.validFrom?.rfc3339 == "2010-01-01T19:23:24.000Z")
        #expect(read.validUntil?.rfc3339 == "2020-01-01T18:23:24.000Z")
        let draft = try CredentialDraft(Self.with("expirationDate", "2020-01-01T19:23:24Z"))
        #expect(draft.validFrom == read.validFrom && draft.validUntil?.dateTimeStamp == "2020-01-01T19:23:24Z")
    }

    private func issued(_ json: JSON, embedsProof: Bool = true) throws -> JSONObject {
        try CredentialDraft(json).issuable(
            id: nil, issuer: IssuerID(URI(ours: "did:example:issuer")),
            validFrom: Instant(milliseconds: 1_700_000_000_000), status: [], embedsProof: embedsProof
        ).json
    }

    @Test("The issuer adds issuanceDate to a draft that has none, unless the period is over")
    func addsDate() throws {
        #expect(try issued(Self.with("issuanceDate", nil))["issuanceDate"] == "2023-11-14T22:13:20Z")
        #expect(try issued(.object(Self.minimal))["issuanceDate"] == Self.minimal["issuanceDate"])
        let over = Self.with("issuanceDate", nil).replacing("/expirationDate", by: "2020-01-01T00:00:00Z")
        let error = #expect(throws: CredentialError.self) { try issued(over) }
        #expect(error?.pointer.description == "/issuanceDate")
    }

    @Test("The context of Data Integrity is added at the end, for an embedded proof and only where none is")
    func addsContext() throws {
        #expect(try issued(.object(Self.minimal))["@context"] == [.string(Self.base), .string(Self.dataIntegrity)])
        #expect(try issued(.object(Self.minimal), embedsProof: false)["@context"] == [.string(Self.base)])
        for present in [Self.dataIntegrity, "https://w3id.org/security/data-integrity/v1"] {
            let contexts: JSON = [.string(Self.base), .string(present), "https://example.org/v1"]
            #expect(try issued(Self.with("@context", contexts))["@context"] == contexts)
        }
        #expect(try issued(changed("name", to: "x"))["@context"] == ["https://www.w3.org/ns/credentials/v2"])
    }
}
