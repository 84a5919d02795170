import CanonicalJSON
import Issuance
import StatusLists
import TestSupport
import Testing

@Suite("POST /credentials/status")
struct StatusTests {
    /// A credential of the default issuer and of `other`, each issued as `urn:x:1` and `urn:x:2`.
    private func issued(_ service: RunningAPI, _ id: String, by issuer: String) throws -> JSON {
        let body: JSON = [
            "credential": RunningAPI.credential(issuer: try service.identifier(of: issuer)),
            "options": ["credentialId": .string(id)],
        ]
        let answer = try service.post("/issuers/\(issuer)/credentials/issue", body, key: service.apiKey)
        return answer.json["verifiableCredential"] ?? .null
    }

    private func update(_ id: String, _ purpose: String, _ isSet: Bool) -> JSON {
        [
            "credentialId": .string(id), "status": .bool(isSet),
            "credentialStatus": ["type": "BitstringStatusListEntry", "statusPurpose": .string(purpose)],
        ]
    }

    static let other = RunningAPI.Issuer(
        name: "other", securing: .eddsaJCS2022, statuses: [.revocation, .refresh])

    @Test("a suspension comes and goes, a revocation stays, and verifying sees both")
    func life() throws {
        let service = try RunningAPI()
        let credential = try issued(service, "urn:x:1", by: "default")
        func set(_ purpose: String, _ isSet: Bool) throws -> Int {
            try service.post("/credentials/status", update("urn:x:1", purpose, isSet), key: service.apiKey).status
        }
        func verified() throws -> JSON {
            try service.post("/credentials/verify", ["verifiableCredential": credential]).json
        }
        #expect(try verified()["verified"] == true)
        #expect(try verified()["results"]?["credentialStatus"]?.arrayValue?.map { $0["verified"] } == [true, true])
        #expect(try set("suspension", false) == 200)
        #expect(try set("suspension", true) == 200)
        #expect(try set("suspension", true) == 200)
        #expect(try verified()["verified"] == false)
        #expect(try set("suspension", false) == 200)
        #expect(try verified()["verified"] == true)
        #expect(try set("revocation", false) == 200)
        #expect(try set("revocation", true) == 200)
        #expect(try set("revocation", true) == 200)
        #expect(try set("revocation", false) == 400)
        #expect(try set("suspension", true) == 400)
        let values = try verified()["results"]?["credentialStatus"]?.arrayValue?.map { $0["value"] }
        #expect(values == [1, 0])
        #expect(
            try service.post("/verifiers/suite/credentials/verify", ["verifiableCredential": credential]).status == 400)
    }

    static let refusals: [(change: String, value: JSON?, status: Int)] = [
        ("/credentialId", "urn:x:none", 404), ("/credentialId", nil, 400), ("/credentialId", 1, 400),
        ("/status", nil, 400), ("/status", 1, 400), ("/credentialStatus", nil, 400),
        ("/credentialStatus/type", "StatusList2021Entry", 400), ("/credentialStatus/type", nil, 400),
        ("/credentialStatus/statusPurpose", "refresh", 400), ("/credentialStatus/statusPurpose", "message", 400),
        ("/credentialStatus/statusPurpose", nil, 400), ("/credentialStatus/statusListIndex", "x", 400),
        ("/credentialStatus/statusListCredential", "https://other.example/1", 400),
        ("/credentialStatus/colour", 1, 400), ("/indexAllocator", "a", 400),
    ]

    @Test("what is refused, and for whom")
    func refused() throws {
        let service = try RunningAPI([Self.other])
        let credential = try issued(service, "urn:x:1", by: "default")
        let good = update("urn:x:1", "suspension", true)
        for (change, value, status) in Self.refusals {
            let answer = try service.post("/credentials/status", good.replacing(change, by: value), key: service.apiKey)
            #expect(answer.status == status, "\(change): \(answer.json)")
            #expect(answer.contentType.contains("json"))
        }
        #expect(try service.post("/credentials/status", good).status == 401)
        #expect(try service.post("/credentials/status", good, key: "pk_none").status == 401)
        #expect(try service.post("/issuers/other/credentials/status", good, key: service.apiKey).status == 404)
        #expect(try service.post("/issuers/none/credentials/status", good, key: service.apiKey).status == 404)
        let entry = credential["credentialStatus"]?.arrayValue?.first { $0["statusPurpose"] == "suspension" } ?? .null
        let exact = good.replacing("/credentialStatus", by: entry)
        #expect(try service.post("/issuers/default/credentials/status", exact, key: service.apiKey).status == 200)
    }

    @Test("a status list comes with a type that says JSON, or with its own for those who name it")
    func list() throws {
        let service = try RunningAPI()
        let credential = try issued(service, "urn:x:1", by: "default")
        let entries = credential["credentialStatus"]?.arrayValue ?? []
        #expect(entries.count == 2)
        for entry in entries {
            let url = try #require(entry["statusListCredential"]?.stringValue)
            let path = url.replacing("https://issuer.example", with: "")
            let plain = try service.send("GET", path)
            #expect(plain.status == 200)
            #expect(plain.contentType == "application/json")
            #expect(plain.json["credentialSubject"]?["statusPurpose"] == entry["statusPurpose"])
            let named = try service.send("GET", path, headers: [("Accept", "application/vc")])
            #expect(named.contentType == "application/vc")
            let verified = try service.post("/credentials/verify", ["verifiableCredential": plain.json])
            #expect(verified.json["verified"] == true, "\(verified.json)")
        }
        #expect(try service.send("GET", "/status-lists/99").status == 404)
    }

    @Test("what a stranger had issued is not changed by this name")
    func open() throws {
        let service = try RunningAPI([Self.other])
        let body: JSON = [
            "credential": RunningAPI.credential(issuer: try service.identifier(of: "other")),
            "options": ["credentialId": "urn:x:1"],
        ]
        #expect(try service.post("/issuers/other/credentials/issue", body).status == 201)
        let answer = try service.post(
            "/credentials/status", update("urn:x:1", "revocation", true), key: service.apiKey)
        #expect(answer.status == 404)
    }
}
