import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

@Suite("Rule 88: a promise that is broken too often opens an incident")
struct BurnTests {
    /// A world in which one promise in five may be broken, and a number of late requests that is never reached.
    static func world(
        long: String = "PT1H", short: String = "PT5M", atLeast: Int64 = 3, seed: UInt64 = 1
    ) throws -> World {
        let world = try World(seed: seed)
        try world.openIncidents(at: 50) { rules in
            rules["burnRate"] = [
                [
                    "serviceLevel": "standard", "target": ["num": 9, "den": 10],
                    "alerts": [
                        [
                            "threshold": ["num": 2, "den": 1], "lookbackWindow": ["elapsed": .string(long)],
                            "shortWindow": ["elapsed": .string(short)], "atLeast": .integer(atLeast),
                        ]
                    ],
                ]
            ]
        }
        return world
    }

    private func approve(_ ids: [RequestID], _ prefix: String, in world: World) throws {
        for (index, id) in ids.enumerated() {
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "\(prefix)-\(index)")
        }
    }

    /// Three are late, and so many were not a millisecond before.
    private func burnt(kept: Int) throws -> World {
        let world = try Self.world()
        _ = try world.waiting(3, "late")
        let others = try world.waiting(kept, "kept")
        try world.tend(after: Default.target)
        try approve(others, "keep", in: world)
        try world.tend(after: Milliseconds(1))
        return world
    }

    private func find(
        _ world: World, _ kind: Finding.Kind, _ name: String, _ change: (inout Forger) -> Void
    ) throws {
        var forger = try Forger(world)
        let honest = try forger.report().findingCounts[kind, default: 0]
        change(&forger)
        let report = try forger.report()
        #expect(report.findingCounts[kind, default: 0] > honest, "\(name): \(report.findings.prefix(4))")
    }

    @Test("over twice the budget an incident opens by itself, and says by which broken promise; each fraud is found")
    func opens() throws {
        let world = try burnt(kept: 11)
        let incident = try #require(try world.incidents().first)
        #expect(incident.stage == .review && incident.members == 3)
        let opened = try #require(try world.entries("incident.opened").last?["facts"])
        let broken = try world.entries("sla.breach")
        #expect(
            opened["alert"] == broken[2]["seq"] && opened["by"] == nil && opened["from"] == broken[0]["facts"]?["dueAt"]
        )
        #expect(try world.rows(BurnAlertRecord.self).isEmpty)
        #expect(try world.entries("incident.frozen").last?["facts"]?["count"] == 3)
        try world.tend(after: .minutes(20))
        try world.check(allowing: [])

        try find(world, .missedIncident, "opens none") { forger in
            forger.drafts.removeAll { $0.type.hasPrefix("incident.") && $0.type != "incident.rules" }
        }
        try find(world, .wrongIncident, "leaves the alert out") { $0.change("incident.opened") { $0["alert"] = nil } }
        try find(world, .wrongIncident, "names another promise") { forger in
            forger.change("incident.opened") { $0["alert"] = broken[1]["seq"] }
        }
        try find(world, .wrongIncident, "by somebody, on an alert") {
            $0.change("incident.opened") { $0["by"] = "operator" }
        }
        try find(world, .missedIncident, "six minutes late") { forger in
            let place = forger.drafts.firstIndex { $0.type == "incident.opened" }!
            for index in place..<forger.drafts.count { forger.drafts[index].t += 360_000 }
        }
        try find(world, .wrongIncident, "publishes milder rules in the log") { forger in
            forger.change("incident.rules") { facts in
                facts["document"] = facts["document"]?.replacing("/burnRate/0/target/num", by: 1)
            }
        }
    }

    @Test("at twice the budget none opens; an operator who opens one all the same is found")
    func boundary() throws {
        let world = try burnt(kept: 12)
        #expect(try world.incidents().isEmpty && world.rows(BurnAlertRecord.self).isEmpty)
        try world.tend(after: .minutes(20))
        try world.check(allowing: [])
        try find(world, .wrongIncident, "invents one") { forger in
            let place = forger.drafts.lastIndex { $0.type == "sla.breach" }!
            forger.insert(
                behind: "sla.breach", 2, "incident.opened",
                [
                    "incident": .string("inc-\(place + 1)"), "stage": "review", "alert": .integer(Int64(place)),
                    "from": forger.drafts[place].facts["dueAt"] ?? 0,
                    "rules": forger.drafts.first { $0.type == "incident.rules" }?.facts["hash"] ?? .null,
                ])
            forger.drafts[place + 1].rid = nil
        }
        // The same promises, but one fewer that was kept, and nobody opens anything.
        try find(world, .missedIncident, "hides one that was kept") { forger in
            forger.drop("credential.issued")
        }
    }

    @Test("what is over does not sound: the short window has to burn too", arguments: [(9, 0), (3, 1)])
    func shortWindow(kept: Int, incidents: Int) throws {
        let world = try Self.world(short: "PT1M", atLeast: 4)
        _ = try world.waiting(3, "late")
        try world.tend(after: .minutes(10))
        _ = try world.waiting(1, "last")
        let others = try world.waiting(kept, "kept")
        try world.tend(after: Default.target - .minutes(10) + Milliseconds(1))
        #expect(try world.incidents().isEmpty)
        try world.tend(after: .minutes(10) - Milliseconds(1))
        try approve(others, "keep", in: world)
        try world.tend(after: Milliseconds(1))
        #expect(try world.incidents().count == incidents)
        try world.tend(after: .minutes(20))
        try world.check(allowing: [])
    }

    @Test("when nobody waits any more there is nothing to open; the next one is late by itself")
    func ends() throws {
        let world = try Self.world()
        let ids = try world.waiting(3, "late")
        world.world.clock.advance(by: Default.target)
        try world.pass(Milliseconds(1))
        #expect(try world.rows(BurnAlertRecord.self).count == 1)
        try approve(ids, "done", in: world)
        #expect(try world.rows(BurnAlertRecord.self).isEmpty)
        try world.tend(after: .hours(2))
        _ = try world.waiting(1, "last")
        try world.tend(after: Default.target + .minutes(20))
        #expect(try world.incidents().isEmpty)
        try world.check(allowing: [])
    }

    @Test("other rules end what stands, and count anew; the promises of other service levels do not count")
    func counts() throws {
        let world = try Self.world()
        _ = try world.waiting(3, "late")
        world.world.clock.advance(by: Default.target)
        try world.pass(Milliseconds(1))
        #expect(try world.rows(BurnMinuteRecord.self).map(\.broken) == [3])
        try world.openIncidents(at: 49) { rules in
            rules["burnRate"] = [
                [
                    "serviceLevel": "another", "target": ["num": 9, "den": 10],
                    "alerts": [
                        [
                            "threshold": ["num": 1, "den": 1], "lookbackWindow": ["elapsed": "PT1H"],
                            "shortWindow": ["elapsed": "PT5M"], "atLeast": 1,
                        ]
                    ],
                ]
            ]
        }
        #expect(try world.rows(BurnAlertRecord.self).isEmpty)
        _ = try world.waiting(3, "more")
        try world.tend(after: Default.target + .minutes(1))
        #expect(try world.incidents().isEmpty && world.rows(BurnMinuteRecord.self).map(\.broken) == [3])
        try world.check(allowing: [])
    }

    @Test(
        "random lives open incidents by alerts, and every one is one that the recomputation asks for",
        arguments: UInt64(0)..<16)
    func histories(_ seed: UInt64) throws {
        let world = try Self.live(seed)
        try world.check(allowing: [])
        #expect(try world.naive().problems == [])
    }

    @Test("some of them do, and some do not")
    func reach() throws {
        var (alerts, quiet) = (0, 0)
        for seed in UInt64(0)..<16 {
            let opened = try Self.live(seed).entries("incident.opened").compactMap { $0["facts"] }
            alerts += opened.count { $0["alert"] != nil }
            if opened.isEmpty { quiet += 1 }
        }
        #expect(alerts > 5 && quiet < 16, "\(alerts) \(quiet)")
    }

    private static func live(_ seed: UInt64) throws -> World {
        var random = SeededRandom(seed: seed)
        let world = try Self.world(
            long: ["PT20M", "PT1H", "PT6H"].randomElement(using: &random) ?? "PT1H",
            short: ["PT1M", "PT5M", "PT15M"].randomElement(using: &random) ?? "PT5M",
            atLeast: .random(in: 1...4, using: &random), seed: seed)
        var open: [RequestID] = []
        for step in 0..<60 {
            for index in 0..<Int.random(in: 0...3, using: &random) {
                open.append(try world.waiting("ask-\(step)-\(index)", holder: "urn:example:person:\(step)-\(index)"))
            }
            while open.count > 3, Int.random(in: 0..<4, using: &random) > 0 {
                let id = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve-\(id)")
            }
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                try world.tend(after: .seconds(Int64.random(in: 1...299, using: &random)))
            }
            if step % 6 == 5 { try wake(world, for: .hours(Int64.random(in: 1...12, using: &random))) }
        }
        try wake(world, for: .hours(30))
        return world
    }

    /// A while in which the service looks whenever something comes.
    private static func wake(_ world: World, for length: Milliseconds) throws {
        let end = world.world.clock.now + length
        while world.world.clock.now < end {
            let now = world.world.clock.now
            let next = try world.rows(RequestRecord.self).compactMap(\.assessAt).min() ?? .max
            let soon = min(next, end.milliseconds, (now + .minutes(10)).milliseconds)
            try world.tend(after: Instant(milliseconds: max(soon, now.milliseconds + 1)) - now)
        }
    }
}
