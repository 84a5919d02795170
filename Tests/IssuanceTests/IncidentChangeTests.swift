import CanonicalJSON
import Compensation
import Cryptography
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

private let late = Default.target + Milliseconds(1)

@Suite("Incidents change, and nothing that was given does (rules 42, 44)")
struct IncidentChangeTests {
    /// A world with an open incident of so many requests of the first institution.
    private func opened(_ count: Int) throws -> (world: World, ids: [RequestID], incident: String) {
        let world = try World()
        try world.openIncidents(at: 2)
        let ids = try world.waiting(count)
        try world.tend(after: late)
        return (world, ids, try #require(try world.incidents().first?.id))
    }

    @Test("3.1/20 merge: the requests of both have what the one that stays says, and both stages go on joining")
    func merge() throws {
        let (world, ids, first) = try opened(2)
        try world.act(.report, on: nil, ["stage": "signing", "state": "failing"])
        let others = try world.waiting(2, "signing")
        try world.tend(after: late)
        let second = try #require(try world.incidents().last?.id)
        #expect(try world.incidents().map(\.stage) == [.review, .signing])
        let before = try world.rows(PaymentRecord.self)
        try world.act(.classify, on: first, ["cause": "deploy", "confidence": 60])
        try world.act(.merge, on: first, ["other": .string(second), "note": "one outage"])
        try world.tend(after: .minutes(1))
        let root = try #require(try world.incidents().first)
        #expect(root.count == 4 && root.cause == .deploy)
        #expect(try world.incidents().last?.mergedInto == first)
        let root4 = naiveRoot((ids + others).map(\.text).sorted()[...]).base64
        #expect(try world.entries("incident.frozen").last?["facts"]?["root"]?.stringValue == root4)
        #expect(try world.rows(PaymentRecord.self).filter { row in before.contains(row) }.count == before.count)
        // Who is late at `signing` from here on joins what was merged, and is counted where it was merged into.
        let third = try world.waiting(1, "later")[0]
        try world.tend(after: late)
        #expect(try world.affected(third)?.incident == second)
        #expect(try world.incidents().first?.count == 5)
        #expect(throws: Refusal.self) { try world.act(.classify, on: second, ["cause": "deploy", "confidence": 1]) }
        try world.check(allowing: [])
    }

    @Test("3.1/20 split: what befell some institutions becomes an incident of its own, also for whom joins later")
    func split() throws {
        let (world, ids, first) = try opened(2)
        let other = try world.world.addInstitution("Aurora")
        let foreign = try world.waiting(3, "aurora", of: other)
        try world.tend(after: late)
        try world.act(.classify, on: first, ["cause": "capacity", "confidence": 90])
        try world.act(.split, on: first, ["tenants": [.string(other.text)]])
        try world.tend(after: .minutes(1))
        let child = try #require(try world.incidents().last)
        #expect(child.parent == first && child.members == 3 && child.count == 3 && child.cause == .capacity)
        #expect(try world.incidents().first?.count == 2)
        for id in foreign { #expect(try world.affected(id)?.incident == child.id) }
        for id in ids { #expect(try world.affected(id)?.incident == first) }
        let later = try world.waiting(1, "later", of: other)[0]
        try world.tend(after: late)
        #expect(try world.affected(later)?.incident == child.id)
        // And back again.
        try world.act(.merge, on: first, ["other": .string(child.id)])
        try world.tend(after: .minutes(2))
        #expect(try world.incidents().first?.count == 6)
        try world.check(allowing: [])
    }

    @Test("3.1/20 an incident opened after everything was over takes those who were late then, and resolves")
    func openedAfterResolution() throws {
        let world = try World()
        let ids = try world.waiting(3)
        try world.pass(late)
        let from = world.world.clock.now
        for (index, id) in ids.dropLast().enumerated() {
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve-\(index)")
        }
        world.world.clock.advance(by: .minutes(5))
        try world.world.perform(.approve(note: nil), on: ids[2], of: world.tenant, key: "approve-2")
        try world.tend(after: .hours(2))
        #expect(try world.incidents().isEmpty)
        #expect(throws: Refusal.self) { try world.act(.open, on: nil, ["stage": "review"]) }
        try world.act(.open, on: nil, ["stage": "review", "from": .string(from.rfc3339), "note": "found in the logs"])
        try world.tend()
        let incident = try #require(try world.incidents().first)
        // Two stopped at `from`, which is not later than that.
        #expect(incident.members == 1 && incident.count == 1)
        #expect(try world.affected(ids[2])?.incident == incident.id)
        #expect(incident.resolvedAt == world.world.clock.now.milliseconds)
        try world.check(allowing: [])
    }

    @Test("3.1/20 a person whose two requests stand in two incidents is given for each what each gives")
    func userInTwo() throws {
        let world = try World()
        try world.openIncidents(at: 1)
        let first = try world.waiting("one", holder: "urn:example:person:1")
        try world.tend(after: late)
        try world.act(.report, on: nil, ["stage": "signing", "state": "failing"])
        let second = try world.waiting("two", holder: "urn:example:person:1")
        try world.tend(after: late)
        #expect(try world.incidents().count == 2)
        #expect(try world.affected(first)?.incident != world.affected(second)?.incident)
        try world.act(.merge, on: try world.incidents()[1].id, ["other": .string(try world.incidents()[0].id)])
        try world.tend(after: .hours(30))
        #expect(try world.given(first) == world.given(second) && world.given(first) > 0)
        try world.check(allowing: [])
    }

    @Test("What may not be is refused, and changes nothing")
    func refusals() throws {
        let (world, _, first) = try opened(2)
        let stranger = "inc-1"
        let cases: [(IncidentVerb, String?, JSONObject)] = [
            (.open, nil, ["stage": "review"]), (.open, nil, ["stage": "nowhere"]), (.open, nil, [:]),
            (.open, nil, ["stage": "ledger", "from": "2099-01-01T00:00:00Z"]), (.open, nil, ["stage": "ledger"]),
            (.classify, stranger, ["cause": "deploy", "confidence": 1]), (.classify, nil, ["cause": "deploy"]),
            (.classify, first, ["cause": "weather", "confidence": 1]),
            (.classify, first, ["cause": "deploy", "confidence": 101]),
            (.classify, first, ["cause": "deploy", "confidence": -1]),
            (.classify, first, ["cause": "deploy", "confidence": 1, "more": 1]),
            (.merge, first, ["other": .string(first)]), (.merge, first, ["other": .string(stranger)]),
            (.merge, first, ["other": "inc-01"]), (.merge, stranger, ["other": .string(first)]),
            (.split, first, ["tenants": []]), (.split, first, ["tenants": ["a", "a"]]),
            (.split, first, ["tenants": [1]]),
            (.split, stranger, ["tenants": ["a"]]), (.resolve, stranger, [:]),
            (.postmortem, first, ["text": ""]), (.postmortem, stranger, ["text": "x"]),
            (.plan, first, ["text": "x", "owner": "o"]), (.plan, first, ["text": "x", "owner": "o", "dueAt": "soon"]),
            (.done, first, ["action": 0]), (.report, nil, ["stage": "review", "state": "working"]),
            (.report, nil, ["stage": "review", "state": "failing", "tenant": "nobody"]),
            (.rules, nil, ["document": [:]]),
        ]
        for (verb, incident, body) in cases {
            let size = try world.rows(EntryRecord.self).count
            #expect(throws: (any Error).self, "\(verb) \(body)") { try world.act(verb, on: incident, body) }
            #expect(try world.rows(EntryRecord.self).count == size)
        }
        try world.act(.resolve, on: first)
        #expect(throws: Refusal.self) { try world.act(.resolve, on: first) }
        try world.check(allowing: [])
    }

    @Test("A command that is repeated under its key is done once, and under the same key with other words refused")
    func idempotency() throws {
        let (world, _, first) = try opened(2)
        let body: JSONObject = ["cause": "deploy", "confidence": 70]
        let answer = try world.act(.classify, on: first, body, key: "k")
        #expect(try world.act(.classify, on: first, body, key: "k") == answer)
        #expect(try world.entries("incident.classified").count == 1)
        #expect(throws: Refusal.self) {
            try world.act(.classify, on: first, ["cause": "deploy", "confidence": 71], key: "k")
        }
        try world.world.restart()
        #expect(try world.act(.classify, on: first, body, key: "k") == answer)
        try world.check(allowing: [])
    }

    @Test("The causes it was given stay in its history with who gave them, and actions are overdue from their instant")
    func lessons() throws {
        let (world, _, first) = try opened(2)
        try world.act(.classify, on: first, ["cause": "deploy", "confidence": 40, "note": "a guess"])
        try world.act(.classify, on: first, ["cause": "third-party-verifier", "confidence": 95])
        try world.act(.postmortem, on: first, ["text": "names and all", "public": "A verifier was slow."])
        let due = world.world.clock.now + .hours(1)
        let (owner, _) = try world.world.addStaff("Ina Berg", [.incidentManager])
        let plan: JSONObject = [
            "text": "ask twice", "owner": .string(owner.text), "dueAt": .string(due.rfc3339),
        ]
        try world.act(.plan, on: first, plan, by: owner.text)
        let (agent, _) = try world.world.addStaff("Uwe Voss", [.agent])
        #expect(throws: Refusal.self) { try world.act(.plan, on: first, plan, by: agent.text) }
        #expect(throws: Refusal.self) { try world.act(.plan, on: first, plan, by: "0123456789abcdef") }
        try world.tend(after: .hours(1))
        let service = world.world.service
        #expect(try service.recurrenceReport()["overdue"] == [])
        try world.tend(after: Milliseconds(1))
        #expect(try service.recurrenceReport()["overdue"]?.arrayValue?.count == 1)
        let history = try service.incidentDossier(first)["history"]?.arrayValue ?? []
        #expect(history.compactMap { $0["cause"]?.stringValue } == ["deploy", "third-party-verifier"])
        #expect(history.first { $0["cause"] != nil }?["note"] == "a guess")
        let shown = JSON.object(try service.publicState()).canonicalString
        #expect(shown.contains("A verifier was slow.") && !shown.contains("names and all"))
        #expect(!shown.contains("a guess") && !shown.contains("ask twice"))
        try world.act(.done, on: first, ["action": 0])
        #expect(try service.recurrenceReport()["overdue"] == [])
        #expect(throws: Refusal.self) { try world.act(.done, on: first, ["action": 0]) }
        try world.check(allowing: [])
    }

    @Test("How often a cause came back is counted within 90 days")
    func recurrence() throws {
        let world = try World()
        try world.openIncidents(at: 1)
        for (index, cause) in ["deploy", "deploy", "capacity", "deploy"].enumerated() {
            let id = try world.waiting(1, "r\(index)")[0]
            try world.tend(after: late)
            try world.act(
                .classify, on: try #require(try world.incidents().last?.id), ["cause": .string(cause), "confidence": 9])
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve-\(index)")
            try world.tend(after: .hours(1))
            if index == 2 { world.world.clock.advance(by: .days(91)) }
        }
        let causes = try world.world.service.recurrenceReport()["causes"]?.arrayValue ?? []
        #expect(causes.first { $0["cause"] == "deploy" } == ["cause": "deploy", "incidents": 3, "recurred": 1])
        #expect(causes.first { $0["cause"] == "capacity" } == ["cause": "capacity", "incidents": 1, "recurred": 0])
        try world.check(allowing: [])
    }
}
