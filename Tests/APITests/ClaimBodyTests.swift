import CanonicalJSON
import Foundation
import Issuance
import JSONSchema
import TestSupport
import Temporal
import Testing

@testable import API

/// The bodies of claims and offers: schema and parser are held against each other.
@Suite("Bodies of claims and offers")
struct ClaimBodyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let body: BodySchema
        let whole: JSON
        let wrong: [(String, JSON?)]
        let parse: @Sendable (inout ObjectReader) throws(JSONShapeError) -> Void
        var testDescription: String { body.rawValue }
    }

    private static func long(_ count: Int) -> JSON { .string(String(repeating: "x", count: count)) }

    static let rows: [Row] = [
        Row(
            body: .claim,
            whole: [
                "request": "r", "category": "impact", "channel": "web",
                "requested": ["benefitType": "credit", "unit": "PFC", "minor": 100], "text": "late",
                "evidence": [["kind": "screenshot", "content": "a"]], "locale": "en",
            ],
            wrong: [
                ("/request", nil), ("/category", nil), ("/category", "anger"), ("/channel", "fax"), ("/text", nil),
                ("/text", ""), ("/text", long(4097)), ("/text", 1), ("/requested", .null), ("/requested/minor", 0),
                ("/requested/minor", "1"), ("/requested/benefitType", "gold"), ("/requested/unit", "pfc"),
                ("/requested/more", 1), ("/evidence", "a"), ("/evidence/0/kind", "film"),
                ("/evidence/0/content", ""), ("/evidence/0/more", 1), ("/locale", "eng"), ("/locale", "EN"),
                ("/more", 1),
            ],
            parse: { body throws(JSONShapeError) in
                _ = try body.string("request")
                _ = try ClaimDraft(&body)
            }),
        Row(
            body: .verdict,
            whole: [
                "outcome": "denied", "note": "no",
                "rules": [["policy": .string("sha256:" + String(repeating: "0", count: 64)), "pointer": "/spec/a"]],
            ],
            wrong: [
                ("/outcome", nil), ("/outcome", "maybe"), ("/rules", "a"), ("/rules/0/policy", "sha256:0"),
                ("/rules/0/pointer", nil), ("/rules/0/more", 1), ("/note", long(4097)), ("/note", 1),
                ("/grant", ["benefitType": "credit", "unit": "PFC", "minor": 1]), ("/by", "x"),
            ], parse: { body throws(JSONShapeError) in _ = try ClaimVerdict(&body) }),
        Row(
            body: .appeal, whole: ["text": "again", "evidence": [["kind": "cost-receipt", "content": "b"]]],
            wrong: [("/text", nil), ("/text", ""), ("/evidence/0/kind", "film"), ("/category", "impact")],
            parse: { body throws(JSONShapeError) in _ = try ClaimFiled.Words.appeal(&body) }),
        Row(
            body: .evidenceRequest, whole: ["kinds": ["screenshot", "request-id"], "note": "please"],
            wrong: [
                ("/kinds", nil), ("/kinds", []), ("/kinds", ["film"]), ("/kinds", ["screenshot", "screenshot"]),
                ("/note", 1), ("/until", 1),
            ], parse: { body throws(JSONShapeError) in _ = try EvidenceRequest(&body) }),
        Row(
            body: .evidence, whole: ["evidence": [["kind": "screenshot", "content": "a"]]],
            wrong: [("/evidence", nil), ("/evidence", []), ("/evidence/0/content", long(4097)), ("/note", "x")],
            parse: { body throws(JSONShapeError) in _ = try ClaimEvidence.given(&body) }),
        Row(
            body: .offer,
            whole: [
                "request": "r", "benefit": 0, "minor": 100, "reason": "goodwill", "channel": "phone",
                "text": "sorry", "locale": "en",
            ],
            wrong: [
                ("/request", nil), ("/benefit", nil), ("/benefit", "0"), ("/minor", "1"), ("/reason", nil),
                ("/reason", "whim"), ("/channel", nil), ("/text", nil), ("/text", ""), ("/locale", "x"), ("/by", "x"),
            ],
            parse: { body throws(JSONShapeError) in
                _ = try body.string("request")
                _ = try OfferDraft(&body)
            }),
        Row(
            body: .assuranceCheck,
            whole: [
                "check": "identity-document", "result": "failed", "reason": "holder-absent",
                "evidence": .string(String(repeating: "0f", count: 32)), "note": "nobody came",
            ],
            wrong: [
                ("/check", nil), ("/check", "a hunch"), ("/result", nil), ("/result", "maybe"), ("/result", true),
                ("/result", "passed"), ("/reason", nil), ("/reason", "whim"), ("/evidence", nil), ("/evidence", ""),
                ("/evidence", "passport.jpg"), ("/evidence", .string(String(repeating: "0F", count: 32))),
                ("/evidence", long(64)), ("/note", 1), ("/note", long(4097)), ("/level", "high"), ("/by", "x"),
            ], parse: { body throws(JSONShapeError) in _ = try CheckDraft(&body) }),
        Row(
            body: .answer, whole: ["decision": "give"],
            wrong: [
                ("/decision", nil), ("/decision", "maybe"), ("/decision", true), ("/decision", .null),
                ("/by", "x"), ("/note", "x"),
            ],
            parse: { body throws(JSONShapeError) in
                let place = body.pointer(to: "decision")
                guard ["give", "refuse"].contains(try body.string("decision")) else {
                    throw JSONShapeError(pointer: place, problem: "use give or refuse")
                }
            }),
        Row(
            body: .surveyAnswer, whole: ["csat": 5, "nps": 10, "text": "thanks"],
            wrong: [
                ("/csat", nil), ("/csat", 0), ("/csat", 6), ("/csat", "5"), ("/nps", nil), ("/nps", -1), ("/nps", 11),
                ("/text", ""), ("/text", long(4097)), ("/text", 1), ("/holder", "x"),
            ], parse: { body throws(JSONShapeError) in _ = try SurveyReply(&body) }),
        Row(
            body: .waiver, whole: ["claimKey": .string(String(repeating: "0a", count: 32))],
            wrong: [
                ("/claimKey", nil), ("/claimKey", "0a"), ("/claimKey", 1), ("/claimKey", .null), ("/minor", 1),
                ("/claimKey", .string(String(repeating: "0A", count: 32))), ("/reason", "waived"),
            ],
            parse: { body throws(JSONShapeError) in
                let id = RequestID(at: Instant(milliseconds: 0), random: [UInt8](repeating: 1, count: 10))
                _ = try Reversal(waiverOf: TenantRequestID(id, of: .default), &body)
            }),
    ]

    @Test("parser and schema take the same bodies and refuse the same ones", arguments: rows)
    func agree(_ row: Row) throws {
        let file = Conformance.projectRoot.appending(path: "schemas/api.schema.json")
        var document = try #require(try JSON(parsing: [UInt8](Data(contentsOf: file))).objectValue)
        document["$ref"] = .string("#/$defs/\(row.body.rawValue)")
        let schema = try JSONSchema(.object(document))
        func parses(_ json: JSON) -> Bool {
            do {
                var reader = try ObjectReader(json)
                try row.parse(&reader)
                try reader.finish()
                return true
            } catch {
                return false
            }
        }
        #expect(parses(row.whole))
        #expect(try schema.validate(row.whole) == [])
        for (place, value) in row.wrong {
            let json = row.whole.replacing(place, by: value)
            #expect(!parses(json), "\(place)")
            #expect(try !schema.validate(json).isEmpty, "\(place)")
        }
    }
}
