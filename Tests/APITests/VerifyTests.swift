import API
import CanonicalJSON
import Cryptography
import Issuance
import StatusLists
import Temporal
import TestSupport
import Testing

@Suite("POST /credentials/verify and /presentations/verify")
struct VerifyTests {
    static let issuers: [RunningAPI.Issuer] = [
        .init(name: "jcs", securing: .eddsaJCS2022), .init(name: "rdfc", securing: .eddsaRDFC2022),
        .init(name: "sd", algorithm: .es256, securing: .ecdsaSD2023),
    ]

    private func issued(
        _ service: RunningAPI, by issuer: String = "rdfc", _ options: JSON = [:],
        _ change: (JSON) -> JSON = { $0 }
    ) throws -> JSON {
        let credential = change(RunningAPI.credential(issuer: try service.identifier(of: issuer)))
        let answer = try service.post(
            "/issuers/\(issuer)/credentials/issue", ["credential": credential, "options": options])
        return try #require(answer.json["verifiableCredential"], "\(answer.json)")
    }

    @Test("the profile strict answers 200 and says so, the profile suite 400 with problem details")
    func profiles() throws {
        let service = try RunningAPI(Self.issuers)
        let good = try issued(service)
        let forged = good.replacing("/credentialSubject/id", by: "did:example:other")
        for (document, isVerified) in [(good, true), (forged, false)] {
            let body: JSON = ["verifiableCredential": document]
            let strict = try service.post("/verifiers/strict/credentials/verify", body)
            #expect(strict.status == 200)
            #expect(strict.contentType == "application/json")
            let suite = try service.post("/verifiers/suite/credentials/verify", body)
            #expect(suite.status == (isVerified ? 200 : 400))
            #expect(suite.contentType == (isVerified ? "application/json" : "application/problem+json"))
            for answer in [strict, suite] {
                #expect(answer.json["verified"] == .bool(isVerified))
                #expect(answer.json["problemDetails"]?.arrayValue?.isEmpty == isVerified)
                #expect(answer.json["results"]?["proof"]?.arrayValue?.map { $0["verified"] } == [.bool(isVerified)])
            }
            if !isVerified {
                #expect(suite.json["type"] == "https://w3id.org/security#PROOF_VERIFICATION_ERROR")
                #expect(suite.json["status"] == 400)
            }
            let named = try service.post("/issuers/rdfc/credentials/verify", body)
            #expect(named.body == (try service.post("/credentials/verify", body)).body)
        }
        #expect(try service.post("/verifiers/none/credentials/verify", [:]).status == 404)
        #expect(try service.post("/issuers/none/credentials/verify", ["verifiableCredential": good]).status == 404)
    }

    /// What of a body is asked, and the status in the profiles `strict` and `suite`.
    static let bodies: [(change: String, value: JSON?, strict: Int, suite: Int)] = [
        ("/options", nil, 200, 200), ("/options/checks", ["proof"], 400, 200), ("/options/colour", 1, 400, 200),
        ("/colour", 1, 400, 200), ("/options", 1, 400, 400), ("/options/returnResults", 1, 400, 400),
        ("/verifiableCredential", nil, 400, 400), ("/verifiableCredential", "eyJ.e.s", 400, 400),
        ("/verifiableCredential", .null, 400, 400), ("/verifiableCredential", [], 400, 400),
        ("/verifiableCredential", [:], 200, 400), ("/verifiableCredential/proof", nil, 200, 400),
        ("/verifiableCredential/proof", .null, 200, 400), ("/verifiableCredential/proof", "p", 200, 400),
        ("/verifiableCredential/proof/type", nil, 200, 400),
        ("/verifiableCredential/proof/type", "UnknownProofType", 200, 400),
        ("/verifiableCredential/proof/cryptosuite", "unknown-2022", 200, 400),
        ("/verifiableCredential/proof/proofPurpose", nil, 200, 400),
        ("/verifiableCredential/proof/proofPurpose", "invalidPurpose", 200, 400),
        ("/verifiableCredential/proof/verificationMethod", nil, 200, 400),
        ("/verifiableCredential/proof/verificationMethod", "did:key:invalidVm", 200, 400),
        ("/verifiableCredential/proof/proofValue", nil, 200, 400),
        ("/verifiableCredential/proof/proofValue", .null, 200, 400),
        ("/verifiableCredential/proof/proofValue", "3WR99", 200, 400),
        ("/verifiableCredential/proof/created", "yesterday", 200, 400),
        ("/verifiableCredential/undefinedTerm", 1, 200, 400),
        ("/verifiableCredential/type/1", "UndefinedType", 200, 400),
        ("/verifiableCredential/@context/1", "https://unknown.example/v1", 200, 400),
    ]

    @Test("what is not verified, and what is not even a question")
    func refused() throws {
        let service = try RunningAPI(Self.issuers)
        for issuer in ["jcs", "rdfc"] {
            let good: JSON = ["verifiableCredential": try issued(service, by: issuer), "options": [:]]
            for (change, value, strict, suite) in Self.bodies {
                let body = good.replacing(change, by: value)
                for (profile, expected) in [("strict", strict), ("suite", suite)] {
                    let answer = try service.post("/verifiers/\(profile)/credentials/verify", body)
                    #expect(
                        answer.status == expected,
                        "\(issuer) \(profile) \(change) \(value?.canonicalString ?? "removed")")
                    #expect(answer.contentType.contains("json"))
                    if expected == 200, suite == 400, profile == "strict" {
                        #expect(answer.json["verified"] == false, "\(issuer) \(change)")
                    }
                }
            }
        }
        let unknown = try service.post(
            "/credentials/verify", ["verifiableCredential": [:], "options": ["checks": ["proof"]]])
        #expect(unknown.json["type"] == "https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED")
    }

    @Test("options choose what comes back")
    func options() throws {
        let service = try RunningAPI(Self.issuers)
        let document = try issued(service)
        func members(_ options: JSON) throws -> [String] {
            let answer = try service.post(
                "/credentials/verify", ["verifiableCredential": document, "options": options])
            return answer.json.objectValue?.map(\.key) ?? []
        }
        #expect(try members([:]) == ["problemDetails", "results", "verified"])
        #expect(try members(["returnResults": false]) == ["problemDetails", "verified"])
        #expect(try members(["returnProblemDetails": false]) == ["results", "verified"])
        #expect(try members(["returnCredential": true]).contains("credential"))
    }

    @Test("a status that others keep is not fetched: the credential is verified, and the results say that nobody asked")
    func foreignStatus() throws {
        let service = try RunningAPI(Self.issuers)
        let document = try issued(service) {
            $0.replacing(
                "/credentialStatus",
                by: [
                    "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "1",
                    "statusListCredential": "https://other.example/status-lists/1",
                ])
        }
        let answer = try service.post("/credentials/verify", ["verifiableCredential": document])
        #expect(answer.json["verified"] == true, "\(answer.json)")
        let status = try #require(answer.json["results"]?["credentialStatus"]?.arrayValue?.first)
        #expect(status["verified"] == nil)
        #expect(status["problemDetails"]?.arrayValue?.count == 1)
    }

    @Test("what a revoked key signed is not verified, although the key is its own name")
    func revokedKey() throws {
        let service = try RunningAPI(Self.issuers)
        let document = try issued(service, by: "jcs")
        let key = try #require(document["proof"]?["verificationMethod"])
        try service.operate(
            "/operator/keys/revoke", ["key": key, "since": .string(try RunningAPI.instant.get().rfc3339)])
        let answer = try service.post("/credentials/verify", ["verifiableCredential": document])
        #expect(answer.json["verified"] == false)
        #expect(
            answer.json["problemDetails"]?.arrayValue?.map { $0["type"] }
                == ["https://w3id.org/security#INVALID_VERIFICATION_METHOD"])
    }

    @Test("a context that an institution registered counts for that institution, when it issues and when it verifies")
    func registeredContext() throws {
        let service = try RunningAPI(Self.issuers)
        let url: JSON = "https://nordhafen.example/context/v1"
        let context: JSON = [
            "url": url, "document": ["@context": ["berth": "https://nordhafen.example/terms#berth"]],
        ]
        #expect(try service.post("/v1/contexts", context, key: service.apiKey).status == 201)
        for issuer in ["jcs", "rdfc"] {
            let credential = RunningAPI.credential(issuer: try service.identifier(of: issuer))
                .replacing("/@context/1", by: url).replacing("/credentialSubject/berth", by: "4")
            let path = "/issuers/\(issuer)/credentials/issue"
            #expect(try service.post(path, ["credential": credential]).status == 400)
            let answer = try service.post(path, ["credential": credential], key: service.apiKey)
            #expect(answer.status == 201, "\(answer.problem)")
            let body: JSON = ["verifiableCredential": answer.json["verifiableCredential"] ?? .null]
            let known = try service.post("/credentials/verify", body, key: service.apiKey)
            #expect(known.json["verified"] == true, "\(known.json)")
            #expect(try service.post("/credentials/verify", body).json["verified"] == false)
        }
    }

    @Test("one that is over, or has not begun, is not verified")
    func period() throws {
        let service = try RunningAPI(Self.issuers)
        let over = try issued(service) { $0.replacing("/validUntil", by: "2026-11-21T20:59:59Z") }
        let early = try issued(service) { $0.replacing("/validFrom", by: "2026-11-21T21:00:01Z") }
        for (document, member) in [(over, "validUntil"), (early, "validFrom")] {
            let answer = try service.post("/credentials/verify", ["verifiableCredential": document])
            #expect(answer.json["verified"] == false)
            #expect(answer.json["results"]?[member]?["verified"] == false)
            #expect(
                try service.post("/verifiers/suite/credentials/verify", ["verifiableCredential": document]).status
                    == 400)
        }
    }

    @Test("deriving is off unless it was turned on, and then what it derives is verified")
    func derive() throws {
        let off = try RunningAPI(Self.issuers)
        #expect(try off.post("/credentials/derive", [:]).status == 404)
        let service = try RunningAPI(Self.issuers, vcapi: VCAPI.Settings(derives: true))
        let base = try issued(service, by: "sd", ["mandatoryPointers": ["/issuer"]]) {
            $0.replacing("/name", by: "a name").replacing("/description", by: "for few")
        }
        for (pointers, status): (JSON, Int) in [
            (["/name", "/credentialSubject/id"], 201), (["/credentialSubject/none"], 400), (["name"], 400),
            ("/name", 400), ([1], 400),
        ] {
            let answer = try service.post(
                "/credentials/derive",
                ["verifiableCredential": base, "options": ["selectivePointers": pointers]])
            #expect(answer.status == status, "\(pointers): \(answer.json)")
            guard status == 201 else { continue }
            let derived = answer.json["verifiableCredential"] ?? .null
            #expect(derived["name"] == "a name")
            #expect(derived["description"] == nil)
            let verified = try service.post("/credentials/verify", ["verifiableCredential": derived])
            #expect(verified.json["verified"] == true, "\(verified.json)")
        }
        let other = try issued(service)
        for body: JSON in [[:], ["verifiableCredential": other], ["verifiableCredential": 1]] {
            #expect(try service.post("/credentials/derive", body).status == 400)
        }
        #expect(
            try service.post("/credentials/derive", ["verifiableCredential": base, "options": ["colour": 1]]).json[
                "type"]
                == "https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED")
    }

    @Test(
        "whatever is asked, nothing is answered with 500, and everything with JSON", arguments: [1, 2, 3] as [UInt64])
    func anything(_ seed: UInt64) throws {
        let service = try RunningAPI(
            Self.issuers, vcapi: VCAPI.Settings(profile: seed == 1 ? .strict : .suite, derives: true))
        let credential = RunningAPI.credential(issuer: try service.identifier(of: "rdfc"))
        let issued = try issued(service)
        let base = try self.issued(service, by: "sd")
        let entry: JSON = ["type": "BitstringStatusListEntry", "statusPurpose": "revocation"]
        let bodies: [(path: String, JSON)] = [
            ("/issuers/rdfc/credentials/issue", ["credential": credential, "options": ["credentialId": "a"]]),
            ("/issuers/jcs/credentials/issue", ["credential": credential]),
            (
                "/issuers/sd/credentials/issue",
                ["credential": credential, "options": ["mandatoryPointers": ["/issuer"]]]
            ),
            ("/credentials/verify", ["verifiableCredential": issued, "options": ["challenge": "c", "domain": "d"]]),
            (
                "/presentations/verify",
                [
                    "verifiablePresentation": [
                        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiablePresentation",
                        "verifiableCredential": [issued], "proof": issued["proof"] ?? .null,
                    ]
                ]
            ),
            ("/credentials/status", ["credentialId": "a", "credentialStatus": entry, "status": true]),
            ("/credentials/derive", ["verifiableCredential": base, "options": ["selectivePointers": ["/type"]]]),
        ]
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            for (path, body) in bodies {
                let answer = try service.post(path, body.mutated(using: &random), key: service.apiKey)
                #expect(answer.status < 500, "\(path) \(answer.json)")
                #expect(answer.contentType.contains("json"), "\(path)")
            }
        }
    }
}
