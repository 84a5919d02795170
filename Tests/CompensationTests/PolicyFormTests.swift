import CanonicalJSON
import Compensation
import Foundation
import JSONSchema
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// The schema that is published, the readers that publish, and the engine that pays, on documents of every sort.
@Suite("The form of policies")
struct PolicyFormTests {
    private static let schema = Result { try JSONSchema(JSON(parsing: PolicySchema.document)) }

    private static func isValid(_ document: JSON) throws -> Bool { try schema.get().validate(document).isEmpty }

    private static func isRead(_ document: JSON) -> Bool { (try? Policy(PolicyDocument(document))) != nil }

    static let samples = [Fixture.serviceLevel, Fixture.compensation, SuspensionTests.document]

    @Test("the schema is the file that others get")
    func file() throws {
        let file = Conformance.projectRoot.appending(path: "schemas/policy.schema.json")
        #expect(PolicySchema.document == [UInt8](try Data(contentsOf: file)))
    }

    @Test(
        "3.2/36: whatever the readers take, the schema takes; what it refuses, they refuse", arguments: UInt64(0)..<60)
    func agreement(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for sample in Self.samples {
            var document = sample
            for _ in 0..<Int.random(in: 1...3, using: &random) { document = document.mutated(using: &random) }
            if Self.isRead(document) { #expect(try Self.isValid(document), "\(document.canonicalString)") }
        }
    }

    /// Changes after which the schema and the readers must say the same: those that do not make parts contradict.
    @Test("single changes of a sample are refused by both or by none, but for what only a reader can see")
    func singles() throws {
        let values: [JSON] = [.null, true, 0, -1, 1, "", "x", [], [:], "2026-01-01T00:00:00Z", "PT1H"]
        var (both, onlyReader) = (0, 0)
        for sample in Self.samples {
            for place in JSONPlace.all(in: sample) {
                for value in values {
                    let document = place.replacing(in: sample, with: value)
                    let (isRead, isValid) = (Self.isRead(document), try Self.isValid(document))
                    #expect(!isRead || isValid, "\(place) = \(value.canonicalString)")
                    if isRead == isValid { both += 1 } else { onlyReader += 1 }
                }
            }
        }
        #expect(both > 1900 && onlyReader < 60, "\(both) agree, \(onlyReader) are for the reader alone")
    }

    @Test("3.2/36: a policy that can be published never makes the engine throw or loop", arguments: UInt64(0)..<40)
    func engine(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<30 {
            let document = Fixture.compensation.mutated(using: &random)
            guard case .compensation(let policy)? = try? Policy(PolicyDocument(document)) else { continue }
            for cause in [Cause.unknown, .forceMajeure, .requesterFault] {
                let delay = Milliseconds(.random(in: 0...3_000_000_000, using: &random))
                let due = Fixture.accepted
                let facts = AssessmentFacts(
                    due: due, until: due + delay, now: due + delay, isResolved: Bool.random(using: &random),
                    of: .init(id: "r", tenant: "t", tier: "standard", type: nil, price: nil),
                    incident: IncidentFacts(cause: cause))
                #expect(try policy.assess(facts).count <= 128)
            }
            #expect(!policy.plainWords.isEmpty)
        }
    }

    /// What section 2.3 of the design names, and what else can be wrong with a policy: never published, by either.
    static let wrong: [(name: String, sample: Int, place: String, value: JSON?)] = [
        ("a float amount", 1, "/spec/model/tiers/0/benefits/0/amount/minor", .number(1.5)),
        ("two kinds of time in one span", 1, "/spec/payout/within", ["elapsed": "PT1H", "calendarDays": 1]),
        ("a month as a duration", 1, "/spec/model/tiers/1/over/elapsed", "P1M"),
        ("a pause after the breach", 0, "/spec/pause/0/afterBreach", true),
        ("an unknown key", 0, "/spec/goodwill", true),
        ("a fact about a person", 0, "/spec/appliesTo", ["fact": "user.region", "op": "eq", "value": "x"]),
        ("a suspension by one", 2, "/spec/approvedBy", ["00000000000000aa"]),
        ("an amount below zero", 1, "/spec/model/tiers/0/benefits/0/amount/minor", -1),
        ("an amount that no sum can hold", 1, "/spec/model/tiers/0/benefits/0/amount/minor", 9_007_199_254_740_991),
        ("eligibility that may cancel", 1, "/spec/eligibility/otherwise", "none"),
        ("a kind that is none", 0, "/kind", "Amnesty"),
        ("another version of the format", 0, "/apiVersion", "punctual/v2"),
        ("no title", 0, "/metadata/title", [:]),
        ("a local instant", 0, "/metadata/effectiveFrom", "2026-01-01T00:00:00"),
        ("a policy that is not public", 1, "/metadata/public", false), ("a label", 1, "/metadata/labels", ["a": "b"]),
        ("a hash that is none", 1, "/metadata/supersedes", "sha256:00"),
        ("no tiers", 1, "/spec/model/tiers", []), ("no objective", 0, "/spec/objectives", []),
        ("an end that is no instant", 0, "/metadata/effectiveUntil", "never"),
        ("a suspension without an end", 2, "/spec/until", nil),
        ("a suspension without a reason", 2, "/spec/reason", nil),
        ("a suspension that reaches back", 2, "/spec/doesNotAffect", "nothing"),
        ("version nought", 0, "/metadata/version", 0),
        ("a pause for a reason that is none", 0, "/spec/pause/0/reason", "rain"),
    ]

    @Test("wrong documents are refused by the readers and by the schema", arguments: wrong)
    func refused(_ name: String, _ sample: Int, _ place: String, _ value: JSON?) throws {
        let document = Self.samples[sample].replacing(place, by: value)
        #expect(!Self.isRead(document), "\(name) is read")
        #expect(try !Self.isValid(document), "\(name) is valid")
    }

    @Test(
        "what contradicts itself is refused by the readers, which the schema cannot see",
        arguments: [
            ("/spec/model/tiers/2/over/elapsed", "PT1H", 1), ("/spec/model/tiers/2/benefits/0/amount/minor", 999, 1),
            ("/spec/caps/0/limit/minor", 499, 1), ("/spec/model/tiers/0/benefits/0/expires", ["elapsed": "PT1H"], 1),
            ("/spec/until", "2027-01-01T00:00:00Z", 2), ("/metadata/effectiveUntil", "1969-01-01T00:00:00Z", 1),
            ("/metadata/effectiveFrom", "2026-02-30T00:00:00Z", 0),
        ] as [(String, JSON, Int)])
    func contradictions(_ place: String, _ value: JSON, _ sample: Int) throws {
        let document = Self.samples[sample].replacing(place, by: value)
        #expect(!Self.isRead(document))
    }

    @Test("words say the numbers of their document: each number of a policy is in its rendering, and changes with it")
    func roundTrip() throws {
        let spans: [(String, JSON, String)] = [
            ("/spec/model/tiers/0/benefits/0/amount/minor", 611, "611 Pocket FIT credits"),
            ("/spec/model/tiers/1/benefits/1/amount/minor", 13, "13 days of premium access"),
            ("/spec/model/tiers/1/over/elapsed", "PT5H", "more than 5 hours"),
            ("/spec/payout/within", ["elapsed": "PT90M"], "1 hour 30 minutes"),
            ("/spec/caps/0/limit/minor", 4001, "4001 Pocket FIT credits"),
        ]
        for (place, value, words) in spans {
            let before = try Policy(PolicyDocument(Fixture.compensation)).plainWords.joined(separator: " ")
            let after = try Policy(PolicyDocument(Fixture.compensation.replacing(place, by: value))).plainWords
                .joined(separator: " ")
            #expect(!before.contains(words) && after.contains(words), "\(place): \(after)")
        }
        // Parsed back: the tiers as the words tell them are the tiers of the document.
        let policy = try CompensationPolicy(PolicyDocument(Fixture.compensation))
        let said = policy.plainWords.compactMap(Self.tier)
        let written = policy.tiers.map { [$0.over.count] + $0.benefits.compactMap { $0.amount?.minor } }
        #expect(said == written, "\(said)")
    }

    /// `Late by more than 4 hours: 1000 Pocket FIT credits and 7 days …` as milliseconds and amounts.
    private static func tier(_ sentence: String) -> [Int64]? {
        guard sentence.hasPrefix("Late "), let colon = sentence.firstIndex(of: ":") else { return nil }
        let head = sentence[..<colon].split(separator: " ").map(String.init)
        var over: Int64 = 0
        let units: [(String, Int64)] = [("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1000)]
        for (number, unit) in zip(head, head.dropFirst()) {
            guard let count = Int64(number), let length = units.first(where: { unit.hasPrefix($0.0) }) else { continue }
            over += count * length.1
        }
        let amounts = sentence[colon...].split { !$0.isNumber }.compactMap { Int64($0) }
        return [over] + amounts
    }

    @Test(
        "3.2/38: what one institution publishes changes no answer, page or binding of another",
        arguments: UInt64(0)..<20)
    func isolation(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let base = try Fixture.book()
        let now = Fixture.opened + .days(1)
        var book = base
        for version in Int64(1)...4 {
            let level = Fixture.document(Fixture.serviceLevel, version: version, tenant: "acme")
                .replacing(
                    "/spec/objectives/0/target/elapsed", by: .string("PT\(Int.random(in: 1...40, using: &random))H"))
            if let next = try? book.publishing(PolicyDocument(level), at: now + .seconds(version)).book { book = next }
        }
        for second: Int64 in [0, 3, 10] {
            let instant = now + .seconds(second)
            #expect(
                try book.binding(of: Fixture.facts(tenant: "b"), at: instant)
                    == base.binding(of: Fixture.facts(tenant: "b"), at: instant))
            #expect(
                PublicAnswers(from: book, for: "b", at: instant) == PublicAnswers(from: base, for: "b", at: instant))
        }
    }
}
