import CanonicalJSON
import Cryptography
import Issuance
import StatusLists
import TestSupport
import Testing

@Suite("POST /credentials/issue")
struct IssueTests {
    static let issuers: [RunningAPI.Issuer] = [
        .init(name: "eddsa-jcs", securing: .eddsaJCS2022),
        .init(name: "eddsa-rdfc", securing: .eddsaRDFC2022),
        .init(name: "p384", algorithm: .es384, securing: .ecdsaRDFC2019),
        .init(name: "sd", algorithm: .es256, securing: .ecdsaSD2023),
        .init(name: "jwt", algorithm: .es256, securing: .vcJWT),
        .init(name: "sd-jwt", securing: .vcSDJWT),
        .init(name: "web", algorithm: .es384, securing: .ecdsaJCS2019, statuses: [.revocation], method: .web),
        .init(name: "closed", securing: .eddsaJCS2022, isOpen: false),
        .init(name: "others", securing: .eddsaJCS2022, isOpen: false, isOthers: true),
    ]

    private func issue(
        _ service: RunningAPI, _ issuer: String, _ credential: JSON, _ options: JSON? = nil, key: String? = nil
    ) throws -> RunningAPI.Answer {
        var body: JSONObject = ["credential": credential]
        body["options"] = options
        return try service.post("/issuers/\(issuer)/credentials/issue", .object(body), key: key)
    }

    @Test("each issuer signs in its way, without an id of its own making, and what it signs is verified")
    func ways() throws {
        let service = try RunningAPI(Self.issuers)
        for issuer in Self.issuers where issuer.isOpen {
            let credential = RunningAPI.credential(issuer: try service.identifier(of: issuer.name))
            let answer = try issue(service, issuer.name, credential)
            #expect(answer.status == 201, "\(issuer.name): \(answer.problem)")
            let issued = answer.json["verifiableCredential"] ?? .null
            let isToken = issuer.securing == .vcJWT || issuer.securing == .vcSDJWT
            if isToken {
                #expect(issued["type"] == "EnvelopedVerifiableCredential")
                #expect(
                    issued["id"]?.stringValue?.hasPrefix("data:application/\(issuer.securing.rawValue),eyJ") == true)
            } else {
                #expect(issued["proof"]?["cryptosuite"] == .string(issuer.securing.rawValue))
                #expect(issued["id"] == nil)
                #expect(issued["@context"] == credential["@context"])
            }
            if issuer.securing == .ecdsaSD2023 { continue }
            let verified = try service.post("/credentials/verify", ["verifiableCredential": issued])
            #expect(verified.json["verified"] == true, "\(issuer.name): \(verified.json.canonicalString)")
        }
    }

    @Test("the same credentialId and body get the same bytes, another body 422, and no credentialId a new credential")
    func idempotency() throws {
        let service = try RunningAPI([.init(name: "a", securing: .eddsaJCS2022)])
        let credential = RunningAPI.credential(issuer: try service.identifier(of: "a"))
        for key in [nil, service.apiKey] {
            let first = try issue(service, "a", credential, ["credentialId": "urn:x:1"], key: key)
            #expect(first.status == 201)
            #expect(try issue(service, "a", credential, ["credentialId": "urn:x:1"], key: key).body == first.body)
            let other = credential.replacing("/credentialSubject/id", by: "did:example:other")
            let mismatch = try issue(service, "a", other, ["credentialId": "urn:x:1"], key: key)
            #expect(mismatch.status == 422)
            #expect(mismatch.json["type"] == "urn:punctual:problem:idempotency-mismatch")
            let location = try #require(first.header("Location"))
            #expect(location.hasPrefix("/v1/requests/"))
            #expect(try service.send("GET", location, key: service.apiKey).status == (key == nil ? 404 : 200))
            // What a stranger names never stands in the way of what an institution names.
            let unnamed = try issue(service, "a", credential, key: key)
            #expect(try issue(service, "a", credential, key: key).header("Location") != unnamed.header("Location"))
        }
        let body = JSON.object(["credential": credential]).canonicalBytes
        func named() throws -> RunningAPI.Answer {
            try service.send(
                "POST", "/issuers/a/credentials/issue", body,
                headers: [("Idempotency-Key", "k"), ("Content-Type", "application/json")])
        }
        #expect(try named().body == named().body)
    }

    @Test("data model 1.1 is issued with the context that its proof needs, and verified")
    func dataModel1() throws {
        let service = try RunningAPI([.init(name: "a", securing: .eddsaRDFC2022)])
        let credential = RunningAPI.credential(issuer: try service.identifier(of: "a"))
            .replacing("/@context/0", by: "https://www.w3.org/2018/credentials/v1")
            .replacing("/issuanceDate", by: "2020-03-16T22:37:26.544Z")
        let issued = try issue(service, "a", credential).json["verifiableCredential"]
        #expect(
            issued?["@context"] == [
                "https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2",
            ])
        let verified = try service.post("/credentials/verify", ["verifiableCredential": issued ?? .null])
        #expect(verified.json["verified"] == true, "\(verified.json.canonicalString)")
        #expect(verified.json["results"]?["validFrom"]?["verified"] == true)
    }

    @Test("who may have whom issue")
    func access() throws {
        let service = try RunningAPI(Self.issuers)
        let credential = RunningAPI.credential(issuer: "did:example:any")
        for (issuer, key, status): (String, String?, Int) in [
            ("eddsa-jcs", nil, 400), ("eddsa-jcs", service.apiKey, 400), ("eddsa-jcs", "pk_none", 401),
            ("closed", nil, 401), ("closed", service.apiKey, 400), ("none", nil, 401), ("none", service.apiKey, 404),
            ("others", nil, 401), ("others", service.apiKey, 404), ("Not a name", service.apiKey, 404),
        ] {
            let path = issuer.replacing(" ", with: "%20")
            let answer = try issue(service, path, credential, key: key)
            #expect(answer.status == status, "\(issuer) \(key ?? "-"): \(answer.problem)")
            #expect(answer.contentType.contains("json"))
        }
        let body = JSON.object(["credential": credential]).canonicalBytes
        #expect(try service.send("POST", "/credentials/issue", body).status == 401)
        #expect(try service.send("GET", "/credentials/issue").status == 405)
        #expect(
            try service.send("POST", "/credentials/issue", body, headers: [("Content-Type", "text/plain")]).status
                == 401)
        #expect(
            try service.send(
                "POST", "/credentials/issue", body, headers: [("Content-Type", "text/plain")], key: service.apiKey
            ).status == 415)
        // A route of the operator's is not for the network.
        #expect(try service.send("POST", "/operator/issuers", body, key: service.apiKey).status == 403)
    }

    /// A change of a good body, and where what is wrong with it is found.
    static let refusals: [(change: String, value: JSON?, at: String?)] = [
        ("/credential", nil, "/credential"), ("/credential", "eyJ", nil), ("/options", 1, "/options"),
        ("/options/colour", 1, "/options/colour"), ("/colour", 1, "/colour"),
        ("/options/credentialId", 1, "/options/credentialId"), ("/options/credentialId", "", "/options/credentialId"),
        ("/options/credentialId", .string(String(repeating: "a", count: 231)), "/options/credentialId"),
        ("/options/mandatoryPointers", ["/issuer"], "/options/mandatoryPointers"),
        ("/options/mandatoryPointers", ["issuer"], "/options/mandatoryPointers/0"),
        ("/credential/@context", nil, "/credential/@context"),
        ("/credential/@context", "https://www.w3.org/ns/credentials/v2", "/credential/@context"),
        ("/credential/@context/0", "https://www.w3.org/ns/credentials/examples/v2", "/credential/@context/0"),
        ("/credential/@context/1", "https://unknown.example/v1", nil), ("/credential/@context/1", 5, nil),
        ("/credential/@context/1", ["id": "urn:x:id"], nil),
        ("/credential/@context/1", ["VerifiableCredential": "urn:x:t"], nil),
        ("/credential/type", nil, "/credential/type"), ("/credential/type", [], "/credential/type"),
        ("/credential/type", ["VerifiablePresentation"], "/credential/type"),
        ("/credential/type/1", "UndefinedType", nil), ("/credential/undefinedTerm", 1, nil),
        ("/credential/credentialSubject/undefinedTerm", 1, nil),
        ("/credential/issuer", nil, "/credential/issuer"), ("/credential/issuer", nil, "/credential/issuer"),
        ("/credential/issuer", ["name": "N"], "/credential/issuer"),
        ("/credential/issuer", .null, "/credential/issuer"),
        ("/credential/issuer", ["id": .null], nil), ("/credential/issuer", "fake-issuer", "/credential/issuer"),
        ("/credential/issuer", "did:example:other", "/credential/issuer"),
        ("/credential/id", .null, "/credential/id"), ("/credential/id", ["urn:x:1"], "/credential/id"),
        ("/credential/id", "https ://not-a-url", "/credential/id"),
        ("/credential/credentialSubject", nil, nil), ("/credential/credentialSubject", [:], nil),
        ("/credential/credentialSubject", [["id": "urn:x:1"], [:]], nil),
        ("/credential/credentialSubject/id", ["urn:x:1"], nil),
        ("/credential/validFrom", "Sat 25 Feb 2023 07:16:31 PM CST", "/credential/validFrom"),
        ("/credential/validUntil", "Sun, 26 Feb 2023 01:22:14 +0000", "/credential/validUntil"),
        ("/credential/name", ["@value": "N", "url": "urn:x:1"], "/credential/name/url"),
        ("/credential/credentialStatus", ["id": "urn:x:1"], nil),
        ("/credential/credentialStatus", ["type": 5], nil),
        ("/credential/termsOfUse", ["id": "urn:x:1"], nil), ("/credential/evidence", ["id": "urn:x:1"], nil),
        ("/credential/refreshService", ["id": "urn:x:1"], nil),
        ("/credential/credentialSchema", ["id": "urn:x:1"], nil),
        ("/credential/credentialSchema", ["type": "JsonSchema", "id": "not a url"], nil),
        ("/credential/relatedResource", ["urn:x:1"], nil),
        ("/credential/relatedResource", ["id": "urn:x:1"], nil),
        (
            "/credential/relatedResource",
            [
                "id": "https://www.w3.org/ns/credentials/v2",
                "digestSRI": "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            ], nil
        ),
        ("/credential/proof", ["type": "DataIntegrityProof"], nil),
    ]

    @Test("what is refused, also where the signature is over the text alone, is a 400 that says where")
    func refused() throws {
        let service = try RunningAPI(Array(Self.issuers.prefix(6)))
        for issuer in ["eddsa-jcs", "eddsa-rdfc", "jwt"] {
            let good: JSON = [
                "credential": RunningAPI.credential(issuer: try service.identifier(of: issuer)), "options": [:],
            ]
            let path = "/issuers/\(issuer)/credentials/issue"
            #expect(try service.post(path, good).status == 201)
            for (change, value, place) in Self.refusals {
                let answer = try service.post(path, good.replacing(change, by: value))
                #expect(
                    answer.status == 400, "\(issuer) \(change) \(value?.canonicalString ?? "removed"): \(answer.json)")
                #expect(answer.contentType == "application/problem+json")
                if let place { #expect(answer.json["pointer"]?.stringValue == place, "\(change): \(answer.problem)") }
            }
        }
        let good: JSON = [
            "credential": RunningAPI.credential(issuer: try service.identifier(of: "sd")), "options": [:],
        ]
        for (pointers, status): (JSON, Int) in [
            (["/credentialSubject/id"], 201), (["/credentialSubject/none"], 400), (["issuer"], 400), (5, 400),
        ] {
            let body = good.replacing("/options/mandatoryPointers", by: pointers)
            #expect(try service.post("/issuers/sd/credentials/issue", body).status == status)
        }
    }

    @Test("an unknown option is said in the words of VCALM")
    func unknownOption() throws {
        let service = try RunningAPI([.init(name: "a", securing: .eddsaJCS2022)])
        let answer = try service.post(
            "/issuers/a/credentials/issue",
            ["credential": RunningAPI.credential(issuer: "did:example:a"), "options": ["colour": "red"]])
        #expect(answer.json["type"] == "https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED")
    }
}
