import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

private let late = Default.target + Milliseconds(1)

/// A policy that pays less for some causes, and more in a major incident.
private func publish(in world: World, version: Int64 = 2) throws {
    let list = try world.world.service.policyList()["policies"]?.arrayValue ?? []
    let hash = list.first { $0["kind"] == "Compensation" }?["hash"]?.stringValue ?? ""
    var document = try JSON(parsing: world.world.service.policyDocument(hash)).objectValue ?? [:]
    var metadata = document["metadata"]?.objectValue ?? [:]
    metadata["version"] = .integer(version)
    var spec = document["spec"]?.objectValue ?? [:]
    func credit(_ minor: Int64) -> JSON {
        [
            "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": .integer(minor)],
            "expires": ["calendarDays": 365],
        ]
    }
    spec["model"] = [
        "kind": "tiered",
        "tiers": [
            ["over": "deadline", "benefits": [credit(500)]],
            ["over": ["elapsed": "PT1H"], "severityAtLeast": "major", "benefits": [credit(1500)]],
            ["over": ["elapsed": "PT6H"], "severityAtLeast": "major", "benefits": [credit(2500)]],
        ],
    ]
    spec["eligibility"] = [
        "require": ["all": []],
        "causes": [
            ["cause": "requester-fault", "treat": "none", "reason": ["en": "It was for you to do something."]],
            [
                "cause": "force-majeure", "treat": ["num": 1, "den": 2],
                "reason": ["en": "Nobody could prevent it."],
            ],
        ], "otherwise": "full",
    ]
    // Who would be worse off is told two weeks before.
    let from = world.world.clock.now + .days(15)
    metadata["effectiveFrom"] = .string(from.rfc3339)
    document["metadata"] = .object(metadata)
    document["spec"] = .object(spec)
    try world.world.publish(.object(document))
    world.world.clock.advance(by: .days(15))
}

/// Severity by length alone: major over two hours, critical over ten.
private func byLength(_ rules: inout JSONObject) {
    rules["severity"] = [
        "share": [], "criticality": [],
        "duration": [
            ["over": ["elapsed": "PT2H"], "points": 1], ["over": ["elapsed": "PT10H"], "points": 2],
        ],
        "levels": [["from": 1, "severity": "major"], ["from": 2, "severity": "critical"]],
    ]
}

@Suite("What an incident says changes what is owed upwards, never what was given")
struct IncidentPaymentTests {
    @Test("3.1/20 the cause goes down and up: nothing is taken back, the difference is posted at once")
    func causes() throws {
        let world = try World()
        try publish(in: world)
        try world.openIncidents(at: 2, byLength)
        let ids = try world.waiting(2)
        try world.tend(after: late)
        let incident = try #require(try world.incidents().first?.id)
        for id in ids { #expect(try world.given(id) == 500) }
        try world.act(.classify, on: incident, ["cause": "requester-fault", "confidence": 90])
        try world.tend(after: .hours(3))
        #expect(try world.incidents().first?.severity == .major)
        for id in ids { #expect(try world.given(id) == 500) }
        try world.act(.classify, on: incident, ["cause": "force-majeure", "confidence": 50])
        try world.tend()
        for id in ids { #expect(try world.given(id) == 750) }
        try world.act(.classify, on: incident, ["cause": "deploy", "confidence": 99])
        try world.tend()
        for id in ids { #expect(try world.given(id) == 1500) }
        try world.act(.classify, on: incident, ["cause": "requester-fault", "confidence": 99])
        try world.tend(after: .hours(4))
        for id in ids { #expect(try world.given(id) == 1500) }
        try world.check(allowing: [])
    }

    @Test("Severity that rises pays the difference, also for who was issued meanwhile, and later tiers in their time")
    func severity() throws {
        let world = try World()
        try publish(in: world)
        try world.openIncidents(at: 2, byLength)
        let ids = try world.waiting(3)
        try world.tend(after: late)
        try world.tend(after: .minutes(90))
        // Late by an hour and a half, in what is still a minor incident.
        try world.world.perform(.approve(note: nil), on: ids[0], of: world.tenant, key: "approve")
        for id in ids { #expect(try world.given(id) == 500) }
        try world.tend(after: .minutes(40))
        #expect(try world.incidents().first?.severity == .major)
        for id in ids { #expect(try world.given(id) == 1500) }
        try world.tend(after: .hours(4))
        #expect(try world.given(ids[0]) == 1500)
        for id in ids.dropFirst() { #expect(try world.given(id) == 2500) }
        try world.check(allowing: [])
    }

    @Test("3.1/20 merging after payment: what the worse incident gives is topped up, in either direction")
    func mergeAfterPayment() throws {
        let world = try World()
        try publish(in: world)
        try world.openIncidents(at: 1, byLength)
        let first = try world.waiting(1, "first")[0]
        try world.tend(after: late)
        try world.act(.report, on: nil, ["stage": "signing", "state": "failing"])
        try world.tend(after: .hours(3))
        let second = try world.waiting(1, "second")[0]
        try world.tend(after: late)
        try world.tend(after: .minutes(70))
        #expect(try world.given(second) == 500)
        let incidents = try world.incidents()
        try world.act(.merge, on: incidents[1].id, ["other": .string(incidents[0].id)])
        try world.tend(after: .minutes(1))
        #expect(try world.incidents().last?.severity == .critical)
        #expect(try world.given(second) == 1500)
        #expect(try world.given(first) == 2500)
        try world.check(allowing: [])
    }

    @Test("Arriving at the worst step by step pays the same as knowing it from the start")
    func paths() throws {
        func pays(_ causes: [String]) throws -> Int64 {
            let world = try World()
            try publish(in: world)
            try world.openIncidents(at: 1, byLength)
            let id = try world.waiting(1)[0]
            try world.tend(after: late)
            for cause in causes {
                let incident = try #require(try world.incidents().first?.id)
                try world.act(.classify, on: incident, ["cause": .string(cause), "confidence": 1])
                try world.tend(after: .hours(1))
            }
            try world.act(.classify, on: try world.incidents()[0].id, ["cause": "capacity", "confidence": 7])
            try world.tend(after: .hours(7))
            try world.check(allowing: [])
            return try world.given(id)
        }
        #expect(try pays([]) == 2500)
        #expect(try pays(["requester-fault", "force-majeure", "unknown", "force-majeure", "requester-fault"]) == 2500)
    }

    @Test("3.1/30 a poisoned record is quarantined in its incident; all others get their difference")
    func quarantine() throws {
        let world = try World()
        try publish(in: world)
        try world.openIncidents(at: 2, byLength)
        let ids = try world.waiting(5)
        try world.tend(after: late)
        try world.tend(after: .minutes(110))
        let row = try #require(try world.rows(RequestRecord.self).first { $0.id == ids[2].text })
        var poisoned = row
        poisoned.serviceLevel = "sha256:" + String(repeating: "0", count: 64)
        try world.world.store.write { try $0.update(poisoned) }
        world.world.clock.advance(by: .minutes(12))
        _ = try world.world.service.assessDue()
        let failures = try world.world.service.tendIncidents()
        #expect(failures.map(\.request) == [ids[2].text])
        let incident = try #require(try world.incidents().first)
        #expect(incident.assessedSeq < incident.changedSeq)
        for (index, id) in ids.enumerated() { #expect(try world.given(id) == (index == 2 ? 500 : 1500)) }
        let open = try world.world.service.incidentDossier(incident.id)["open"]
        #expect(open?["quarantined"] == [.string(ids[2].text)] && open?["assessment"] == true)
        #expect(try world.world.service.dashboard()["quarantined"] == 1)
        let count = try world.rows(EntryRecord.self).count
        #expect(try world.world.service.tendIncidents().count == 1)
        #expect(try world.rows(EntryRecord.self).count == count)
        try world.world.store.write { try $0.update(row) }
        try world.tend()
        #expect(try world.given(ids[2]) == 1500)
        #expect(try world.world.service.dashboard()["quarantined"] == 0)
        try world.check(allowing: [.lateFreeze])
    }
}
