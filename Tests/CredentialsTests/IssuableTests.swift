import CanonicalJSON
import Credentials
import Temporal
import Testing

@Suite("What the issuer adds to a draft")
struct IssuableTests {
    let ours = IssuerID(URI(ours: "did:example:issuer"))
    let now = Instant(milliseconds: 1_700_000_000_000)

    private func issued(
        _ key: String, _ value: JSON?, id: URI? = nil, status: [JSONObject] = []
    ) throws -> JSONObject {
        let draft = try CredentialDraft(changed(key, to: value))
        return try draft.issuable(id: id, issuer: ours, validFrom: now, status: status).json
    }

    @Test("Nothing that the institution wrote is changed")
    func keepsWhatIsThere() throws {
        var credential = minimal
        credential["id"] = "urn:uuid:0c07c1ce-57cb-41af-bef2-1b932b986873"
        credential["validFrom"] = "2010-01-01T19:23:24+01:00"
        let draft = try CredentialDraft(.object(credential))
        let issuable = try draft.issuable(id: URI(ours: "did:example:other"), issuer: ours, validFrom: now, status: [])
        #expect(issuable.json == credential)
    }

    @Test("An id is added only where there is none and only if we have one")
    func addsID() throws {
        #expect(try issued("id", nil)["id"] == nil)
        #expect(try issued("id", nil, id: URI(ours: "did:example:new"))["id"] == "did:example:new")
    }

    @Test("The issuer is added where it is absent, and keeps its name where it is an object")
    func addsIssuer() throws {
        #expect(try issued("issuer", nil)["issuer"] == "did:example:issuer")
        #expect(try issued("issuer", [:])["issuer"] == ["id": "did:example:issuer"])
        let named: JSON = ["name": ["@value": "Ex", "@language": "en"], "description": "An example"]
        let issuer = try issued("issuer", named)["issuer"]
        #expect(
            issuer == [
                "id": "did:example:issuer", "name": ["@value": "Ex", "@language": "en"], "description": "An example",
            ])
    }

    @Test(
        "A draft in somebody else's name is refused",
        arguments: [
            "did:example:other", ["id": "did:example:other", "name": "x"], "did:example:issuer#", "DID:example:issuer",
        ] as [JSON])
    func foreignIssuer(issuer: JSON) {
        let error = #expect(throws: CredentialError.self) { try issued("issuer", issuer) }
        #expect(error?.pointer.description == "/issuer")
        #expect(error?.problem.contains("did:example:issuer") == true)
    }

    @Test("validFrom is the time of issue unless the draft says otherwise or the period is over by then")
    func addsValidFrom() throws {
        #expect(try issued("name", "x")["validFrom"] == "2023-11-14T22:13:20Z")
        #expect(try issued("validUntil", "2023-11-14T22:13:20Z")["validFrom"] == "2023-11-14T22:13:20Z")
        #expect(try issued("validUntil", "2023-11-14T22:13:19Z")["validFrom"] == nil)
        #expect(try issued("validFrom", "2030-01-01T00:00:00Z")["validFrom"] == "2030-01-01T00:00:00Z")
        let draft = try CredentialDraft(.object(minimal))
        #expect(try draft.issuable(id: nil, issuer: ours, validFrom: nil, status: []).json == minimal)
    }

    @Test("Status entries are put after those of the draft")
    func addsStatus() throws {
        let entry: JSONObject = ["type": "BitstringStatusListEntry", "statusListIndex": "1"]
        let other: JSONObject = ["type": "Other"]
        #expect(try issued("credentialStatus", nil, status: [entry])["credentialStatus"] == .object(entry))
        #expect(
            try issued("credentialStatus", nil, status: [entry, other])["credentialStatus"] == [
                .object(entry), .object(other),
            ])
        #expect(
            try issued("credentialStatus", .object(other), status: [entry])["credentialStatus"] == [
                .object(other), .object(entry),
            ])
        #expect(
            try issued("credentialStatus", [.object(other), .object(other)], status: [entry])["credentialStatus"]
                == [.object(other), .object(other), .object(entry)])
        #expect(try issued("credentialStatus", .object(other))["credentialStatus"] == .object(other))
    }
}
