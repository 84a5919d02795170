import CanonicalJSON
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Who is asked, when and how often; who answers; and what an erasure leaves: rules 68 to 70.
@Suite("Surveys of a service")
struct SurveyTests {
    /// A day, so that a test need not wait for three.
    static let after = Milliseconds.days(1)

    static func policy(sample: JSON = ["num": 1, "den": 1], minAnswers: Int64 = 1) -> JSON {
        [
            "apiVersion": "punctual/v1", "kind": "Review",
            "metadata": [
                "id": "rev", "version": 1, "tenant": "default", "effectiveFrom": "1970-01-01T00:00:00Z",
                "title": ["en": "Review"],
            ],
            "spec": [
                "every": "P1M", "surveyAfter": ["elapsed": "PT24H"], "surveySample": sample,
                "minAnswers": .integer(minAnswers), "metrics": ["csat", "nps"],
            ],
        ]
    }

    /// A world in which people are asked.
    static func world(seed: UInt64 = 1, minAnswers: Int64 = 1) throws -> World {
        let world = try World(seed: seed)
        try world.world.publish(policy(minAnswers: minAnswers))
        world.world.clock.advance(by: Milliseconds(1))
        return world
    }

    /// A request that is issued an hour late.
    static func late(_ world: World, _ key: String = "ask", holder: String = "urn:example:person:1") throws -> RequestID
    {
        let id = try world.waiting(key, holder: holder)
        try world.pass(Default.target + .hours(1))
        try approve(id, world)
        return id
    }

    static func approve(_ id: RequestID, _ world: World) throws {
        try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve \(id)")
    }

    /// What a stranger finds, but for what the test's jumps of the clock make late.
    static func settle(_ world: World) throws -> SettlementReport {
        var recomputation = Recomputation()
        for entry in try world.rows(EntryRecord.self) { recomputation.read(entry.body) }
        return recomputation.finish(at: try world.logTime())
    }

    static func expectReplay(_ world: World) throws {
        try world.world.store.read { reader in
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            let difference = try copy.read { try Replay.firstDifference(between: reader, and: $0) }
            #expect(difference == nil)
        }
    }

    static let happy: JSON = ["csat": 5, "nps": 10, "text": "Canary of a survey"]

    private static func refuse(_ code: Refusal.Code, _ world: World, _ body: () throws -> Void) throws {
        let before = try world.rows(EntryRecord.self).count
        let refusal = #expect(throws: Refusal.self) { try body() }
        #expect(refusal?.code == code, "\(String(describing: refusal))")
        #expect(try world.rows(EntryRecord.self).count == before)
    }

    @Test("whoever was late is asked once, when the time is over and not before, and is told")
    func once() throws {
        let world = try Self.world()
        let id = try Self.late(world)
        let kept = try world.waiting("kept", holder: "urn:example:person:2")
        try Self.approve(kept, world)
        try world.pass(Self.after - Milliseconds(1))
        #expect(try world.world.service.askSurveys().isEmpty)
        #expect(try world.rows(SurveyRecord.self).isEmpty)
        try world.pass(Milliseconds(1))
        for _ in 0..<3 { #expect(try world.world.service.askSurveys().isEmpty) }
        let survey = try #require(world.rows(SurveyRecord.self).first)
        #expect(try world.rows(SurveyRecord.self).count == 1 && survey.request == id.text)
        #expect(survey.until == survey.askedAt + 30 * 86_400_000 && survey.incident == nil)
        #expect(try world.story(of: id).suffix(2) == ["survey.asked", "notice.queued"])
        let asked = try #require(world.entries("survey.asked").first)
        #expect(asked["cm"]?["person"] != nil && !asked.canonicalString.contains("urn:example:person"))
        #expect(try world.rows(NoticeRecord.self).contains { $0.notice == "survey" && $0.about == survey.seq })
        #expect(try world.rows(SurveyDueRecord.self).isEmpty)
        #expect(try Self.settle(world).findings == [])
        try Self.expectReplay(world)
    }

    @Test("the first answer counts, its text stays beside the log, and every other answer is refused")
    func answers() throws {
        let world = try Self.world()
        let id = try Self.late(world)
        try Self.refuse(.unknownRequest, world) {
            try world.world.answerSurvey(Self.happy, about: id, of: world.tenant, key: "early")
        }
        try world.pass(Self.after)
        _ = try world.world.service.askSurveys()
        let stranger = try world.world.addInstitution("Another")
        try Self.refuse(.unknownRequest, world) {
            try world.world.answerSurvey(Self.happy, about: id, of: stranger, key: "other")
        }
        for body: JSON in [
            ["csat": 6, "nps": 1], ["csat": 0, "nps": 1], ["csat": 1, "nps": 11], ["nps": 1], ["csat": 1],
        ] {
            #expect(throws: JSONShapeError.self) {
                try world.world.answerSurvey(body, about: id, of: world.tenant, key: "wrong")
            }
        }
        let answer = try world.world.answerSurvey(Self.happy, about: id, of: world.tenant, key: "first")
        #expect(answer.kind == .created && answer.body["csat"] == 5 && answer.body["nps"] == 10)
        // A retry is told the same, and writes nothing.
        #expect(try world.world.answerSurvey(Self.happy, about: id, of: world.tenant, key: "first") == answer)
        try Self.refuse(.wrongState, world) {
            try world.world.answerSurvey(["csat": 1, "nps": 0], about: id, of: world.tenant, key: "second")
        }
        let entry = try #require(world.entries("survey.answered").first)
        #expect(entry["facts"] == ["csat": 5, "nps": 10] && entry["cm"]?["text"] != nil)
        #expect(
            try world.rows(EntryRecord.self).allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains("Canary") }
        )
        #expect(try world.world.service.survey(about: id, of: world.tenant)["text"] == "Canary of a survey")
        #expect(try Self.settle(world).findings == [])
        try Self.expectReplay(world)
    }

    @Test("the last millisecond is in time, and the next is not")
    func end() throws {
        let world = try Self.world()
        let first = try world.waiting("a", holder: "urn:example:person:1")
        let second = try world.waiting("b", holder: "urn:example:person:2")
        try world.pass(Default.target + .hours(1))
        for id in [first, second] { try Self.approve(id, world) }
        try world.pass(Self.after)
        _ = try world.world.service.askSurveys()
        try world.pass(.days(30) - Milliseconds(1))
        try world.world.answerSurvey(Self.happy, about: first, of: world.tenant, key: "in time")
        try world.pass(Milliseconds(1))
        try Self.refuse(.wrongState, world) {
            try world.world.answerSurvey(Self.happy, about: second, of: world.tenant, key: "late")
        }
    }

    @Test("an erasure takes the text and who it was, keeps the numbers, and whoever was not asked yet never is")
    func erased() throws {
        let world = try Self.world()
        let id = try Self.late(world)
        try world.pass(Self.after)
        _ = try world.world.service.askSurveys()
        try world.world.answerSurvey(Self.happy, about: id, of: world.tenant, key: "answer")
        let other = try Self.late(world, "other", holder: "urn:example:person:2")
        try world.world.erase(["urn:example:person:1", "urn:example:person:2"], of: world.tenant)
        let survey = try #require(world.rows(SurveyRecord.self).first)
        #expect(survey.holder.isEmpty && survey.csat == 5)
        for opening in try world.rows(OpeningRecord.self) {
            #expect(!String(decoding: opening.document, as: UTF8.self).contains("Canary"))
        }
        try world.pass(Self.after)
        #expect(try world.world.service.askSurveys().isEmpty)
        #expect(try !world.story(of: other).contains("survey.asked"))
        #expect(try Self.settle(world).findings == [])
        try Self.expectReplay(world)
    }

    @Test("one person is asked once about an incident, after it is resolved, and is spared for their other requests")
    func incidents() throws {
        let world = try Self.world()
        try world.openIncidents(at: 3)
        let mine = try (0..<3).map { try world.waiting("mine \($0)") }
        let theirs = try world.waiting("theirs", holder: "urn:example:person:2")
        try world.tend(after: Default.target + .minutes(1))
        let incident = try #require(world.incidents().first)
        for id in mine + [theirs] { try Self.approve(id, world) }
        try world.pass(Self.after - .minutes(1))
        #expect(try world.world.service.askSurveys().isEmpty && world.rows(SurveyRecord.self).isEmpty)
        try world.tend()
        let resolvedAt = try #require(world.incidents().first?.resolvedAt)
        try world.pass(Self.after - Milliseconds(1))
        #expect(try world.world.service.askSurveys().isEmpty && world.rows(SurveyRecord.self).isEmpty)
        try world.pass(Milliseconds(1))
        #expect(try world.world.service.askSurveys().isEmpty)
        let surveys = try world.rows(SurveyRecord.self)
        #expect(Set(surveys.map(\.holder)).count == 2 && surveys.count == 2)
        #expect(surveys.allSatisfy { $0.incident == incident.id && $0.askedAt == resolvedAt + Self.after.count })
        #expect(try world.entries("survey.spared").count == 2)
        #expect(try Self.settle(world).findings == [])
        try Self.expectReplay(world)
    }

    @Test("requests that are not drawn are not asked about, by a lot that anybody can draw again")
    func sample() throws {
        let world = try World()
        try world.world.publish(Self.policy(sample: ["num": 1, "den": 3]))
        world.world.clock.advance(by: Milliseconds(1))
        let ids = try (0..<24).map { try world.waiting("ask \($0)", holder: "urn:example:person:\($0)") }
        try world.pass(Default.target + .hours(1))
        for id in ids { try Self.approve(id, world) }
        try world.pass(Self.after)
        _ = try world.world.service.askSurveys()
        let asked = try world.rows(SurveyRecord.self).count
        #expect((1..<24).contains(asked))
        #expect(try Self.settle(world).findings == [])
    }
}
