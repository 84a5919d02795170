import CanonicalJSON
import Compensation
import Foundation
import JSONSchema
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("Policies for claims")
struct ClaimsPolicyTests {
    static let whole: JSON = [
        "apiVersion": "punctual/v1", "kind": "Claims",
        "metadata": [
            "id": "claims", "version": 1, "tenant": "acme", "effectiveFrom": "2026-01-01T00:00:00Z",
            "title": ["en": "Claims"],
        ],
        "spec": [
            "fileWithin": ["calendarDays": 90], "decideWithin": ["elapsed": "PT240H"],
            "appealWithin": ["calendarDays": 30], "appealDecideWithin": ["calendarDays": 15], "onSilence": "grant",
            "evidence": ["request-id", "intake-receipt"], "fourEyesOver": ["unit": "EUR", "minor": 10000],
            "independentAssessor": [
                "when": [
                    "all": [
                        ["fact": "claim.requested", "op": "ge", "value": 50000],
                        ["not": ["fact": "claim.category", "op": "in", "value": ["refund"]]],
                        ["any": [["fact": "claim.requested", "op": "lt", "value": 90000]]],
                    ]
                ], "within": ["calendarDays": 20],
            ],
        ],
    ]

    private static func policy(_ json: JSON) throws -> ClaimsPolicy { try ClaimsPolicy(PolicyDocument(json)) }

    private static func schema() throws -> JSONSchema {
        try JSONSchema(
            JSON(
                parsing: [UInt8](
                    Data(contentsOf: Conformance.projectRoot.appending(path: "schemas/policy.schema.json")))))
    }

    @Test("a whole one is read")
    func read() throws {
        let policy = try Self.policy(Self.whole)
        #expect(policy.fileWithin == .calendarDays(90) && policy.decideWithin.nominal == .days(10))
        #expect(policy.onSilence == .grant && policy.evidence == [.requestID, .intakeReceipt])
        let amount = { Amount($0, .currency("EUR")) }
        #expect(!policy.needsTwo(amount(10000)) && policy.needsTwo(amount(10001)))
        #expect(!policy.needsTwo(Amount(1_000_000, .pocketFitCredits)))
        #expect(policy.grantedBySilence(amount(10000)) == amount(10000))
        #expect(policy.grantedBySilence(amount(10001)) == nil && policy.grantedBySilence(nil) == nil)
        #expect(policy.grantedBySilence(Amount(1, .pocketFitCredits)) == nil)
        let when = try #require(policy.independentAssessor?.when)
        #expect(when.holds(category: .impact, requested: 50000) && !when.holds(category: .impact, requested: 49999))
        #expect(!when.holds(category: .refund, requested: 50000) && !when.holds(category: .impact, requested: nil))
        #expect(!when.holds(category: .impact, requested: 90000))
        #expect(try Self.schema().validate(Self.whole) == [])
    }

    @Test("what may be left out, may")
    func least() throws {
        var json = Self.whole
        for member in ["onSilence", "evidence", "fourEyesOver", "independentAssessor"] {
            json = json.replacing("/spec/\(member)", by: nil)
        }
        let policy = try Self.policy(json)
        #expect(policy.onSilence == .escalate && policy.evidence.isEmpty && policy.independentAssessor == nil)
        #expect(policy.grantedBySilence(Amount(1, .pocketFitCredits)) == nil)
        #expect(try Self.schema().validate(json) == [])
    }

    static let wrong: [(String, JSON?)] = [
        ("/kind", "Claim"), ("/spec/fileWithin", nil), ("/spec/decideWithin", nil), ("/spec/appealWithin", nil),
        ("/spec/appealDecideWithin", nil), ("/spec/fileWithin", ["workingDays": 0]),
        ("/spec/fileWithin", ["business": "P1D"]), ("/spec/fileWithin", ["calendarDays": 0]),
        ("/spec/fileWithin", ["calendarDays": 1, "elapsed": "PT1H"]), ("/spec/fileWithin", "PT1H"),
        ("/spec/decideWithin", ["elapsed": "PT0H"]), ("/spec/onSilence", "deny"), ("/spec/onSilence", .null),
        ("/spec/evidence", "screenshot"), ("/spec/evidence", ["photograph"]),
        ("/spec/evidence", ["screenshot", "screenshot"]), ("/spec/fourEyesOver", nil),
        ("/spec/fourEyesOver/minor", 0), ("/spec/fourEyesOver/minor", .number(0.5)),
        ("/spec/fourEyesOver/unit", "euro"), ("/spec/fourEyesOver/more", 1),
        ("/spec/independentAssessor/when", nil), ("/spec/independentAssessor/within", nil),
        ("/spec/independentAssessor/when", [:]), ("/spec/independentAssessor/when", true),
        ("/spec/independentAssessor/when", ["fact": "claim.requested", "op": "in", "value": 1]),
        ("/spec/independentAssessor/when", ["fact": "claim.requested", "op": "ge", "value": -1]),
        ("/spec/independentAssessor/when", ["fact": "claim.requested", "op": "ge", "value": "1"]),
        ("/spec/independentAssessor/when", ["fact": "claim.category", "op": "eq", "value": "impact"]),
        ("/spec/independentAssessor/when", ["fact": "claim.category", "op": "in", "value": ["anger"]]),
        ("/spec/independentAssessor/when", ["fact": "user.region", "op": "eq", "value": "EU"]),
        ("/spec/independentAssessor/when", ["not": []]), ("/spec/more", 1), ("/spec", []),
    ]

    @Test("everything else is refused, and the schema refuses it too", arguments: wrong)
    func refusals(_ place: String, _ value: JSON?) throws {
        let json = Self.whole.replacing(place, by: value)
        #expect(throws: PolicyError.self) { try Self.policy(json) }
        #expect(try !Self.schema().validate(json).isEmpty)
    }

    @Test("no random change stops the parser, and what it takes the schema takes", arguments: [1, 2, 3] as [UInt64])
    func fuzz(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let schema = try Self.schema()
        let bytes = Self.whole.canonicalBytes
        var taken = 0
        for _ in 0..<2000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                changed[Int.random(in: 0..<changed.count, using: &random)] =
                    Array("{}[]\",:0159aeglnt-".utf8).randomElement(using: &random) ?? 0
            }
            guard let json = try? JSON(parsing: changed), (try? Self.policy(json)) != nil else { continue }
            taken += 1
            #expect(try schema.validate(json) == [], "\(json.canonicalString)")
        }
        #expect(taken > 20)
    }

    @Test("its plain words say its numbers, and change with them")
    func words() throws {
        let words = try Self.policy(Self.whole).plainWords.joined(separator: "\n")
        for number in ["90 days", "10 days", "30 days", "15 days", "20 days", "10000 EUR", "50000"] {
            #expect(words.contains(number), "\(number)")
        }
        let other = try Self.policy(Self.whole.replacing("/spec/appealWithin", by: ["calendarDays": 31]))
        #expect(other.plainWords.joined().contains("31 days"))
        let silent = try Self.policy(Self.whole.replacing("/spec/onSilence", by: "escalate"))
        #expect(silent.plainWords.contains { $0.contains("somebody else has to decide") && !$0.contains("you get") })
    }

    @Test("a lot is what its seed says, and falls everywhere")
    func draw() {
        let first = ReviewerDraw(seed: "00", claim: "r.1", number: 0)
        #expect(first.place(among: 7) == ReviewerDraw(seed: "00", claim: "r.1", number: 0).place(among: 7))
        #expect(first.place(among: 0) == nil && first.place(among: 1) == 0)
        var counts = [Int](repeating: 0, count: 5)
        for number in 0..<1000 {
            counts[ReviewerDraw(seed: "5a", claim: "r.1", number: Int64(number)).place(among: 5) ?? 0] += 1
        }
        #expect(counts.allSatisfy { (150...250).contains($0) }, "\(counts)")
    }
}
