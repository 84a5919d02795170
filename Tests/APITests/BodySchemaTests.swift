import CanonicalJSON
import Compensation
import Foundation
import Issuance
import JSONSchema
import ServiceLevels
import TestSupport
import Testing

@testable import API

/// The schemas are a promise to clients; the parsers decide. Here the two are held against each other, everywhere but
/// inside of `/credential`, whose rules no schema says.
@Suite("schemas/api.schema.json")
struct BodySchemaTests {
    private static func file() throws -> JSON {
        try JSON(
            parsing: [UInt8](
                Data(contentsOf: Conformance.projectRoot.appending(path: "schemas/api.schema.json"))))
    }

    private static func schema(_ body: BodySchema) throws -> JSONSchema {
        var document = try #require(try file().objectValue)
        document["$ref"] = .string("#/$defs/\(body.rawValue)")
        return try JSONSchema(.object(document))
    }

    @Test("it is a schema, also in the eyes of the metaschema, with the bodies that routes name and no other")
    func compiles() throws {
        let metaschema = try JSONSchema(["$ref": "https://json-schema.org/draft/2020-12/schema"])
        #expect(try metaschema.validate(Self.file()).isEmpty)
        for body in BodySchema.allCases { _ = try Self.schema(body) }
        let shared: Set = [
            "Credential", "Holder", "SecuringType", "Securing", "MandatoryPointers", "Note", "IncidentNote", "Stage",
            "GivenAmount", "GivenEvidence", "ClaimText", "Locale",
            "HolderID", "ShortText", "CouponCode", "SpendableUnit", "SpendableAmount", "CouponProof", "CouponUnit",
        ]
        let names = Set(BodySchema.components.map(\.key))
        #expect(names.symmetricDifference(shared.union(BodySchema.allCases.map(\.rawValue))) == [])
        // In an OpenAPI document nothing refers to where the file has it.
        #expect(!JSON.object(BodySchema.components).canonicalString.contains("$defs"))
    }

    private static func names<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> Set<String> {
        Set(type.allCases.map(\.rawValue))
    }

    @Test(
        "lists what the parsers know",
        arguments: [
            ("/$defs/Request/properties/tier/enum", names(Tier.self)),
            ("/$defs/Request/properties/review/enum", names(Review.self)),
            ("/$defs/SecuringType/enum", names(Securing.self)),
            ("/$defs/Hold/properties/reason/enum", names(PauseReason.self)),
            ("/$defs/Hold/properties/evidence/enum", names(PauseEvidence.self)),
            ("/$defs/Stage/enum", names(Stage.self)),
            ("/$defs/IncidentCause/properties/cause/enum", names(Cause.self)),
        ])
    func lists(_ place: String, _ names: Set<String>) throws {
        let listed = try #require(try Self.file()[pointer: place]?.arrayValue).compactMap(\.stringValue)
        #expect(Set(listed) == names)
        #expect(listed.count == names.count)
    }

    // MARK: Bodies that are read without a service

    private static let credential: JSON = RunningAPI.credential(issuer: "did:example:issuer")

    /// A body with all there is, and what reads it.
    private static let parsed: [(body: BodySchema, whole: JSON, parse: @Sendable (JSON) throws -> Void)] = [
        (
            .request,
            [
                "credential": credential, "holder": ["id": "urn:x:1", "email": "a@example.org"], "tier": "premium",
                "review": "manual", "issuer": "a-1.b",
                "securing": [
                    "type": "vc+sd-jwt", "mandatoryPointers": ["", "/credentialSubject/name"],
                    "disclosable": [["a", nil, 0], ["b"]], "decoys": 64, "holderKey": ["kty": "OKP"],
                    "everyTermDefined": true, "withoutID": false,
                ],
            ], { _ = try RequestDraft($0) }
        ),
        (
            .issueCredential,
            ["credential": credential, "options": ["credentialId": "urn:x:1", "mandatoryPointers": ["/issuer"]]],
            { _ = try IssueRequest($0, issuer: .default) }
        ),
        (
            .updateStatus,
            [
                "credentialId": "urn:x:1", "status": true,
                "credentialStatus": [
                    "id": "urn:x:1#1", "type": "BitstringStatusListEntry", "statusPurpose": "suspension",
                    "statusListIndex": "1", "statusListCredential": "https://issuer.example/1", "statusSize": 1,
                    "statusMessage": [],
                ],
            ], { _ = try StatusUpdate($0) }
        ),
        (
            .erasure, ["holders": ["urn:x:1", "b", "c"]],
            { body in
                var reader = try ObjectReader(body)
                _ = try ErasureDraft(&reader)
                try reader.finish()
            }
        ),
    ]

    /// Whether both take a body; nil when only one does.
    private func agreed(_ json: JSON, _ schema: JSONSchema, _ parse: (JSON) throws -> Void) throws -> Bool? {
        let isTaken = (try? parse(json)) != nil
        return try schema.validate(json).isEmpty == isTaken ? isTaken : nil
    }

    static let wrong: [BodySchema: [(String, JSON?)]] = [
        .request: [
            ("/credential", nil), ("/credential", []), ("/holder", nil), ("/holder", "urn:x:1"), ("/holder/id", nil),
            ("/holder/id", ""), ("/holder/id", "a\u{1F}"), ("/holder/id", text(513)), ("/holder/name", "x"),
            ("/holder/email", .null), ("/holder/email", "a"), ("/holder/email", "@a"),
            ("/holder/email", "a@"), ("/holder/email", "a b@c"), ("/holder/email", "a@b@"),
            ("/holder/email", "a@\u{7F}"),
            ("/holder/email", text(253, "@a")), ("/tier", nil), ("/tier", "gold"), ("/review", nil), ("/review", true),
            ("/issuer", .null), ("/issuer", ""), ("/issuer", "A"), ("/issuer", "-a"), ("/issuer", "a\n"),
            ("/issuer", text(64)), ("/securing", .null), ("/securing", "jwt"), ("/securing/type", "jwt"),
            ("/securing/type", .null), ("/securing/mandatoryPointers", "/a"), ("/securing/mandatoryPointers/0", "a"),
            ("/securing/mandatoryPointers", list(257, "/a")), ("/securing/disclosable", [[]]),
            ("/securing/disclosable", ["a"]), ("/securing/disclosable/0/2", -1), ("/securing/disclosable/0/2", true),
            ("/securing/disclosable/0/2", .number(1.5)), ("/securing/disclosable/0/2", .number(1e300)),
            ("/securing/disclosable", list(257, ["a"])),
            ("/securing/decoys", 65), ("/securing/decoys", -1), ("/securing/decoys", "1"),
            ("/securing/holderKey", "key"), ("/securing/withoutID", 1), ("/securing/everyTermDefined", .null),
            ("/securing/decoy", 1), ("/idempotencyKey", "a"),
        ],
        .issueCredential: [
            ("/credential", nil), ("/credential", "x"), ("/options", .null), ("/options", []), ("/option", [:]),
            ("/options/credentialId", ""), ("/options/credentialId", text(231)), ("/options/credentialId", 1),
            ("/options/mandatoryPointers", .null), ("/options/mandatoryPointers/0", "issuer"),
            ("/options/challenge", "x"),
        ],
        .updateStatus: [
            ("/credentialId", nil), ("/credentialId", 1), ("/status", nil), ("/status", 1), ("/credentialStatus", nil),
            ("/credentialStatus", []), ("/credentialStatus/type", nil), ("/credentialStatus/type", "Other"),
            ("/credentialStatus/statusPurpose", nil), ("/credentialStatus/statusListIndex", 1),
            ("/credentialStatus/statusListCredential", .null), ("/credentialStatus/extra", 1), ("/extra", 1),
        ],
        .erasure: [
            ("/holders", nil), ("/holders", []), ("/holders", "urn:x:1"), ("/holders/0", ""), ("/holders/0", 1),
            ("/holders/0", text(513)), ("/holders", list(257, "a")), ("/institution", "i1"),
        ],
    ]

    static let right: [BodySchema: [(String, JSON?)]] = [
        .request: [
            ("/holder/id", text(512)), ("/holder/email", nil), ("/holder/email", "a@b@c"),
            ("/holder/email", text(252, "@a")), ("/tier", "standard"), ("/review", "none"), ("/issuer", nil),
            ("/issuer", text(63)), ("/securing", nil), ("/securing", [:]), ("/securing", "dc+sd-jwt"),
            ("/securing/type", nil), ("/securing/mandatoryPointers", list(256, "/")),
            ("/securing/mandatoryPointers/0", "/\u{301}"), ("/securing/disclosable", []),
            ("/securing/disclosable", list(256, [nil])), ("/securing/decoys", 0), ("/securing/holderKey", [:]),
        ],
        .issueCredential: [
            ("/options", nil), ("/options", [:]), ("/options/credentialId", text(230)),
            ("/options/mandatoryPointers", []),
        ],
        .updateStatus: [
            ("/credentialStatus/statusListIndex", nil), ("/credentialStatus/id", 1), ("/status", false),
            ("/credentialStatus/statusPurpose", "x"),
        ],
        .erasure: [("/holders/0", text(512)), ("/holders", list(256, "a")), ("/holders/0", " ")],
    ]

    private static func text(_ count: Int, _ end: String = "") -> JSON {
        .string(String(repeating: "a", count: count) + end)
    }

    private static func list(_ count: Int, _ element: JSON) -> JSON {
        .array(Array(repeating: element, count: count))
    }

    @Test("parser and schema take the same bodies and refuse the same ones", arguments: parsed.indices)
    func tables(_ index: Int) throws {
        let (body, whole, parse) = Self.parsed[index]
        let schema = try Self.schema(body)
        #expect(try agreed(whole, schema, parse) == true)
        for (place, value) in try #require(Self.right[body]) {
            let isTaken = try agreed(whole.replacing(place, by: value), schema, parse)
            #expect(isTaken == true, "\(place) \(value?.canonicalString ?? "-")")
        }
        for (place, value) in try #require(Self.wrong[body]) {
            let isTaken = try agreed(whole.replacing(place, by: value), schema, parse)
            #expect(isTaken == false, "\(place) \(value?.canonicalString ?? "-")")
        }
        for other: JSON in [nil, [], "", 1, true] { #expect(try agreed(other, schema, parse) == false) }
    }

    @Test("parser and schema agree about bodies changed at random", arguments: parsed.indices)
    func mutations(_ index: Int) throws {
        let (body, whole, parse) = Self.parsed[index]
        let schema = try Self.schema(body)
        var random = SeededRandom(seed: 3)
        var (taken, refused) = (0, 0)
        for _ in 0..<1500 {
            let changed = Self.changed(whole, using: &random)
            let isTaken = try agreed(changed, schema, parse)
            #expect(isTaken != nil, "\(changed.canonicalString)")
            if isTaken == true { taken += 1 } else { refused += 1 }
        }
        #expect(taken > 50 && refused > 200, "\(taken) taken, \(refused) refused")
    }

    /// The body with one to three changes, none of them inside of its credential.
    private static func changed(_ whole: JSON, using random: inout some RandomNumberGenerator) -> JSON {
        var changed = whole
        if Bool.random(using: &random) {
            changed = changed.mutated(using: &random)
        } else if let place = JSONPlace.all(in: changed).randomElement(using: &random) {
            changed = place.replacing(in: changed, with: .random(using: &random))
        }
        guard case .object(var object) = changed, case .object? = object["credential"] else { return changed }
        object["credential"] = credential
        return .object(object)
    }

    // MARK: Bodies of actions, as they are answered

    private static let note: [(JSON, Bool)] = [
        ([:], true), (["note": "x"], true), (["note": 1], false), (["note": .null], false), (["notes": "x"], false),
        ([], false), ("x", false),
    ]

    private static let actions: [(name: String, body: BodySchema, cases: [(JSON, Bool)])] = [
        ("approve", .noteOnly, note), ("cancel", .noteOnly, note), ("revoke", .noteOnly, note),
        ("updates", .noteOnly, note),
        ("resume", .nothing, [([:], true), (["note": "x"], false), ([], false), (.null, false)]),
        (
            "hold", .hold,
            [
                (["reason": "legal-hold", "evidence": "court-order"], true),
                (["reason": "legal-hold", "evidence": "court-order", "note": ""], true),
                (["reason": "weather", "evidence": "court-order"], false), (["reason": "legal-hold"], false),
                (["reason": "legal-hold", "evidence": "rumour"], false), (["evidence": "court-order"], false),
                (["reason": "legal-hold", "evidence": "court-order", "until": "x"], false),
                (["reason": .null, "evidence": "court-order"], false), ([:], false), ([], false),
            ]
        ),
        (
            "deny", .denial,
            [
                (["reason": "requirements-not-met"], true), (["reason": "other", "note": "x"], true),
                (["reason": "dislike"], false), (["note": "x"], false), ([:], false), ([], false),
                (["reason": .null], false), (["reason": "other", "until": 1], false),
                (["reason": "other", "note": 1], false),
            ]
        ),
        (
            "status", .statusChange,
            [
                (["purpose": "suspension", "value": 1], true),
                (["purpose": "suspension", "value": 0, "note": "x"], true), (["purpose": "suspension"], false),
                (["value": 1], false), (["purpose": "suspension", "value": true], false),
                (["purpose": "suspension", "value": .number(1.5)], false), (["purpose": 1, "value": 1], false),
                (["purpose": "suspension", "value": 1, "until": 1], false), (["purpose": .null, "value": 1], false),
                (["purpose": "suspension", "value": .number(1e300)], false),
                (["purpose": "suspension", "value": .number(-1e300)], false), ("suspension", false),
            ]
        ),
    ]

    @Test("what the schemas of actions refuse is answered 400, and what they take gets as far as the request")
    func answers() throws {
        let service = try RunningAPI()
        let problems = try Self.schema(.problem)
        func status(_ path: String, _ body: JSON) throws -> Int {
            let answer = try service.send(
                "POST", path, body.canonicalBytes,
                headers: [("Idempotency-Key", "a"), ("Content-Type", "application/json")], key: service.apiKey)
            if answer.status >= 400 { #expect(try problems.validate(answer.json).isEmpty, "\(answer.problem)") }
            return answer.status
        }
        let nobodys = "/v1/requests/01900000-0000-7000-8000-000000000000/"
        for (name, body, cases) in Self.actions {
            let schema = try Self.schema(body)
            for (json, isRight) in cases {
                #expect(try schema.validate(json).isEmpty == isRight, "\(name) \(json.canonicalString)")
                #expect(try status(nobodys + name, json) == (isRight ? 404 : 400), "\(name) \(json.canonicalString)")
            }
        }
        let document: JSON = ["$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"]
        let registration: [(JSON, Bool)] = [
            (["url": "https://a.example/s", "document": document], true), (["url": "https://a.example/t"], false),
            (["document": document], false), (["url": 1, "document": document], false),
            (["url": "https://a.example/u", "document": document, "hash": "x"], false), ([], false),
        ]
        let schema = try Self.schema(.registration)
        for (json, isRight) in registration {
            #expect(try schema.validate(json).isEmpty == isRight, "\(json.canonicalString)")
            #expect(try (status("/v1/schemas", json) < 300) == isRight, "\(json.canonicalString)")
        }
    }

    @Test(
        "a problem has a type, a title, a status of a failure and a detail, and may have a pointer",
        arguments: [
            ("/type", nil), ("/type", 1), ("/title", nil), ("/title", .null), ("/status", nil), ("/status", 399),
            ("/status", 600), ("/status", "400"), ("/detail", nil), ("/detail", [:]), ("/pointer", 1), ("", []),
        ] as [(String, JSON?)])
    func problem(_ place: String, _ value: JSON?) throws {
        let problem: JSON = ["type": "about:blank", "title": "a", "status": 400, "detail": "a", "pointer": "/a"]
        let schema = try Self.schema(.problem)
        #expect(try schema.validate(problem).isEmpty)
        #expect(try !schema.validate(problem.replacing(place, by: value)).isEmpty)
    }

    @Test("the description that is served says of each of these routes what its body is")
    func described() throws {
        let answer = try RunningAPI().send("GET", "/openapi.json").json
        #expect(answer["components"]?["schemas"] == .object(BodySchema.components))
        let paths = try #require(answer["paths"]?.objectValue)
        func reference(_ path: String) -> JSON? {
            paths[path]?[pointer: "/post/requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"]
        }
        var expected: [String: BodySchema] = [
            "/v1/claims": .claim, "/v1/claims/{id}/appeal": .appeal, "/v1/claims/{id}/ask": .evidenceRequest,
            "/v1/claims/{id}/decide": .verdict, "/v1/claims/{id}/evidence": .evidence,
            "/v1/claims/{id}/opinion": .opinion, "/v1/contexts": .registration, "/v1/credits/redeem": .redeemCredits,
            "/v1/credits/reservations/{number}/confirm": .nothing,
            "/v1/credits/reservations/{number}/release": .nothing, "/v1/credits/reserve": .reserveCredits,
            "/v1/erasures": .erasure, "/v1/incidents": .incident, "/v1/incidents/{id}/actions": .incidentAction,
            "/v1/incidents/{id}/classify": .incidentCause, "/v1/incidents/{id}/done": .incidentDone,
            "/v1/incidents/{id}/merge": .incidentMerge, "/v1/incidents/{id}/postmortem": .incidentPostmortem,
            "/v1/incidents/{id}/resolve": .noteOnly, "/v1/incidents/{id}/split": .incidentSplit,
            "/v1/offers": .offer, "/v1/offers/{id}/accept": .nothing, "/v1/offers/{id}/decline": .noteOnly,
            "/v1/requests": .request, "/v1/schemas": .registration, "/v1/stage-reports": .stageReport,
            "/v1/surveys/{id}/answer": .surveyAnswer, "/v1/requests/{id}/waiver": .waiver,
            "/v1/requests/{id}/check": .assuranceCheck,
            "/v1/questions/{id}/answer": .answer,
        ]
        let coupons: [String: BodySchema] = [
            "/coupons": .mintCoupons, "/coupons/{coupon}/send": .sendCoupon, "/coupons/redeem": .redeemCoupon,
            "/coupons/reservations/{number}/confirm": .nothing, "/coupons/reservations/{number}/release": .nothing,
            "/coupons/reserve": .reserveCoupon, "/coupons/revoke": .revokeCoupons,
        ]
        for (path, body) in coupons {
            expected["/v1" + path] = body
            expected["/v1/institutions/{tenant}" + path] = body
        }
        for action in Self.actions { expected["/v1/requests/{id}/\(action.name)"] = action.body }
        for place in ["", "/issuers/{name}"] {
            expected[place + "/credentials/issue"] = .issueCredential
            expected[place + "/credentials/status"] = .updateStatus
        }
        for (path, body) in expected {
            #expect(reference(path) == .string("#/components/schemas/\(body.rawValue)"), "\(path)")
            #expect(
                paths[path]?[pointer: "/post/requestBody/required"] == .bool(![.noteOnly, .nothing].contains(body)))
        }
        #expect(paths.filter { $0.value["post"]?["requestBody"] != nil }.count == expected.count)
    }
}
