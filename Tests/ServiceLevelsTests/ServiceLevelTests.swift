import CanonicalJSON
import ServiceLevels
import Temporal
import TestSupport
import Testing

typealias Refusal = PolicyRefusal

@Suite("A service level")
struct ServiceLevelTests {
    @Test("is read as it was published")
    func reads() throws {
        let level = try Fixture.level()
        #expect(level.priority == 100)
        #expect(level.objective.metric == .issue)
        #expect(level.objective.target == .elapsed(.seconds(100)))
        #expect(level.pauses.map(\.reason) == [.awaitingRequester, .legalHold, .scheduledMaintenance])
        #expect(level.pauses.map(\.evidence) == [.noticeDelivered, .courtOrder, .publishedWindow])
        #expect(level.pauses.map(\.maxTotal) == [.elapsed(.seconds(60)), .calendarDays(2), nil])
        #expect(level.onCancel == .keepBreach)
        #expect(level.appliesTo.holds(for: Facts(tenant: "acme", tier: "premium", type: "Degree")))
    }

    @Test(
        "is refused, with the place, when it promises what this version does not keep",
        arguments: [
            Refusal("/kind", "Compensation", "expected ServiceLevel"),
            Refusal("/spec/appliesTo", nil, "missing"),
            Refusal("/spec/appliesTo", true, "object"),
            Refusal("/spec/priority", nil, "missing"),
            Refusal("/spec/priority", -1, "0 to 9999"),
            Refusal("/spec/priority", 10_000, "0 to 9999"),
            Refusal("/spec/calendarRef", "Berlin", "a-z"),
            Refusal("/spec/calendarRef", 1, "string"),
            Refusal("/spec/escalation", [], "nothing is at risk"),
            Refusal("/spec/objectives", [], "does not keep"),
            Refusal("/spec/objectives", nil, "missing"),
            Refusal("/spec/objectives/1", ["metric": "acknowledge"], at: "/spec/objectives/1/start", "missing"),
            Refusal("/spec/objectives/0/metric", "acknowledge", at: "/spec/objectives/0/stop", "does not keep"),
            Refusal("/spec/objectives/0/metric", "verify", "does not keep"),
            Refusal("/spec/objectives/0/metric", "claim", "does not keep"),
            Refusal("/spec/objectives/0/metric", "compensate", "does not keep"),
            Refusal("/spec/objectives/0/start", "evidence.complete", "does not keep"),
            Refusal("/spec/objectives/0/start", nil, "missing"),
            Refusal("/spec/objectives/0/stop", "credential.delivered", "does not keep"),
            Refusal("/spec/objectives/0/boundary", "met-if-before", "does not keep"),
            Refusal("/spec/objectives/0/clockSkewAllowance", "PT2S", "does not keep"),
            Refusal("/spec/objectives/0/atRisk", [:], at: "/spec/objectives/0/atRisk/consumed", "missing"),
            Refusal("/spec/objectives/0/population", [:], "does not keep"),
            Refusal("/spec/objectives/0/weight", 1, "unknown member"),
            Refusal("/spec/objectives/0/target", ["business": "PT8H"], "needs a calendar"),
            Refusal("/spec/objectives/0/target", ["workingDays": 3], "needs a calendar"),
            Refusal("/spec/objectives/0/target", "PT8H", "object"),
            Refusal("/spec/objectives/0/target", [:], "expected a span"),
            Refusal("/spec/objectives/0/target/business", "PT8H", "unknown member"),
            Refusal("/spec/objectives/0/target/elapsed", "PT0S", "no time"),
            Refusal("/spec/objectives/0/target/elapsed", "PT", "duration"),
            Refusal("/spec/objectives/0/target/elapsed", "P1D", "duration"),
            Refusal("/spec/objectives/0/target/elapsed", "PT1.5H", "duration"),
            Refusal("/spec/objectives/0/target/elapsed", "PT100000S", "five digits"),
            Refusal("/spec/objectives/0/target/elapsed", 5, "string"),
            Refusal("/spec/pause", nil, "missing"),
            Refusal("/spec/pause/0/reason", "lunch", "does not keep"),
            Refusal("/spec/pause/0/evidence", "hearsay", "does not keep"),
            Refusal("/spec/pause/0/evidence", nil, "missing"),
            Refusal("/spec/pause/0/maxTotal", ["workingDays": 3], "needs a calendar"),
            Refusal("/spec/pause/0/maxTotal", ["business": "PT3H"], "needs a calendar"),
            Refusal("/spec/pause/0/maxTotal/elapsed", "PT0H", "no time"),
            Refusal("/spec/pause/1/maxTotal/calendarDays", 0, "1 to 3660"),
            Refusal("/spec/pause/1/maxTotal/calendarDays", 3661, "1 to 3660"),
            Refusal("/spec/pause/0/backdateLimit", "1S", "duration"),
            Refusal("/spec/pause/0/backdateLimit", "PT100000S", "five digits"),
            Refusal("/spec/pause/0/backdateLimit", ["elapsed": "PT1S"], "string"),
            Refusal("/spec/pause/0/afterBreach", true, "does not keep"),
            Refusal("/spec/pause/0/note", "x", "unknown member"),
            Refusal("/spec/pause/3", ["reason": "legal-hold", "evidence": "court-order"], "twice"),
            Refusal("/spec/onCancel", nil, "missing"),
            Refusal("/spec/onCancel", "forget", "does not keep"),
            Refusal("/spec/bonus", 1, "unknown member"),
            Refusal("/spec/appliesTo", [:], at: "/spec/appliesTo/fact", "missing"),
            Refusal("/spec/appliesTo/any", [], "unknown member"),
            Refusal("/spec/appliesTo/all/0/fact", "delay.seconds", "does not keep"),
            Refusal("/spec/appliesTo/all/0/fact", "user.region", "does not keep"),
            Refusal("/spec/appliesTo/all/0/op", "ge", "no order"),
            Refusal("/spec/appliesTo/all/0/op", "matches", "does not keep"),
            Refusal("/spec/appliesTo/all/0/op", "eq", at: "/spec/appliesTo/all/0/value", "string"),
            Refusal("/spec/appliesTo/all/0/value", "standard", "array"),
            Refusal("/spec/appliesTo/all/0/value", [], "1 to 64"),
            Refusal("/spec/appliesTo/all/0/value/2", "gold", "standard"),
            Refusal("/spec/appliesTo/all/0/value/2", 7, "string"),
            Refusal("/spec/appliesTo/all/0/case", "any", "unknown member"),
            Refusal("/spec/appliesTo/all", .array(.init(repeating: ["all": []], count: 33)), "32 conditions"),
        ])
    func refused(_ refusal: Refusal) {
        let error = #expect(throws: PolicyError.self) { try Fixture.level(refusal.change, refusal.value) }
        #expect(error?.pointer.description == refusal.pointer)
        #expect(error?.problem.contains(refusal.problem) == true, "\(error?.description ?? "")")
    }

    @Test("says its promise in words that name every number of it")
    func plainWords() throws {
        let words = try Fixture.level().plainWords.joined(separator: "\n")
        #expect(words.contains("whose tier is standard or premium"))
        #expect(words.contains("within 1 minute 40 seconds"))
        #expect(words.contains("while we wait for the requester, for at most 1 minute in all"))
        #expect(words.contains("for at most 2 days in all"))
        #expect(words.contains("during announced maintenance, for as long as it takes"))
        #expect(words.contains("stays owed"))
        #expect(
            try Fixture.level("/spec/onCancel", "stop-clock-void").plainWords.last?.contains("not given any more")
                == true)
    }

    @Test(
        "says lengths of time as people do",
        arguments: [
            (0, "no time"), (1, "1 millisecond"), (60_000, "1 minute"), (3_600_000, "1 hour"), (86_400_000, "24 hours"),
            (172_799_000, "47 hours 59 minutes 59 seconds"), (172_800_000, "2 days"), (176_400_000, "2 days 1 hour"),
        ] as [(Int64, String)])
    func lengths(_ count: Int64, _ words: String) {
        #expect(Milliseconds(count).inWords == words)
    }
}

@Suite("A condition")
struct ConditionTests {
    static let facts = Facts(tenant: "acme", tier: "standard", type: "Kyc")

    @Test(
        "holds exactly when it says so",
        arguments: [
            (["all": []], true), (["any": []], false), (["not": ["any": []]], true),
            (["fact": "request.tenant", "op": "eq", "value": "acme"], true),
            (["fact": "request.tenant", "op": "eq", "value": "acme2"], false),
            (["fact": "request.tenant", "op": "ne", "value": "acme"], false),
            (["fact": "request.tier", "op": "in", "value": ["premium", "standard"]], true),
            (["fact": "request.tier", "op": "in", "value": ["premium"]], false),
            (["fact": "request.tier", "op": "notIn", "value": ["premium"]], true),
            (["fact": "request.type", "op": "eq", "value": "Kyc"], true),
            (["fact": "request.type", "op": "eq", "value": "kyc"], false),
            // The Kelvin sign is canonically equivalent to K, and another text.
            (["fact": "request.type", "op": "eq", "value": "\u{212A}yc"], false),
            (["all": [["all": []], ["any": []]]], false), (["any": [["any": []], ["all": []]]], true),
            (["all": [["all": []], ["not": ["fact": "request.type", "op": "eq", "value": "Degree"]]]], true),
        ] as [(JSON, Bool)])
    func holds(_ condition: JSON, _ expected: Bool) throws {
        #expect(try Fixture.level("/spec/appliesTo", condition).appliesTo.holds(for: Self.facts) == expected)
    }

    @Test(
        "is said in words",
        arguments: [
            (["all": []], "of every kind"), (["any": []], "of no kind"),
            (["not": ["fact": "request.tier", "op": "eq", "value": "premium"]], "not (whose tier is premium)"),
            (
                ["any": [["fact": "request.type", "op": "in", "value": ["A", "B"]], ["all": []]]],
                "(whose type is A or B) or (of every kind)"
            ),
        ] as [(JSON, String)])
    func words(_ condition: JSON, _ expected: String) throws {
        let words = try Fixture.level("/spec/appliesTo", condition).plainWords
        #expect(words.first == "This holds for requests \(expected).")
    }
}
