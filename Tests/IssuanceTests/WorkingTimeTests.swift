import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

@Suite("Rule 77: what follows from a promise is counted by its calendar")
struct WorkingTimeTests {
    @Test("two clocks: promised in working days, paid by calendar days; over the change of clocks, at one millisecond")
    func twoClocks() throws {
        let tiers = WorkingTimeWorld.tiers(("deadline", 500), (["calendarDays": 1], 700), (["calendarDays": 2], 900))
        let office = try WorkingTimeWorld(
            target: ["workingDays": 1],
            ["/model/tiers": tiers, "/measure/basis": "calendarDays"])
        try office.pass(to: "2026-03-26T12:00:00Z")
        _ = try office.ask("a")
        // Friday, 18:00 in Berlin; then clocks are put forward in the night to Sunday.
        for (instant, paid) in [
            ("2026-03-27T17:00:00Z", 0), ("2026-03-28T17:00:00Z", 1), ("2026-03-29T16:00:00Z", 2),
        ] {
            try office.pass(to: instant)
            #expect(try office.paid().count == paid, "\(instant)")
            try office.pass(to: instant, plus: 1)
            #expect(try office.paid().count == paid + 1, "\(instant)")
        }
        #expect(try office.paid() == ["500 PFC", "200 PFC", "200 PFC"])
        try office.pass(to: "2026-03-30T00:00:00Z")
        try office.check()
        try office.find(.paidTooEarly) { $0.drafts[$0.drafts.lastIndex { $0.type == "compensation.post" }!].t -= 1 }
        try office.find(.missedPayment) { $0.drop("compensation.post", 2) }
    }

    @Test("tiers over working time, through lunch, night and weekend; with pauses that moved the deadline")
    func working() throws {
        let tiers = WorkingTimeWorld.tiers(("deadline", 500), (["business": "PT4H"], 700), (["business": "PT8H"], 900))
        let office = try WorkingTimeWorld(
            ["/model/tiers": tiers, "/measure/basis": "business"])
        try office.pass(to: "2026-01-16T08:00:00Z")
        _ = try office.ask("a")
        // Due at 10:00; four hours of work end at 15:00, eight on Monday at 11:00, by the clocks of Berlin.
        for (instant, paid) in [
            ("2026-01-16T09:00:00Z", 0), ("2026-01-16T14:00:00Z", 1), ("2026-01-19T09:00:00Z", 2),
        ] {
            try office.pass(to: instant)
            #expect(try office.paid().count == paid, "\(instant)")
            try office.pass(to: instant, plus: 1)
            #expect(try office.paid().count == paid + 1, "\(instant)")
        }
        let trail = try office.facts("compensation.post").last?["trail"]?.arrayValue?.first
        #expect(trail == "late by 28800001 ms of working time (259200001 ms in all)")
        try office.check()
        try office.find(.paidTooEarly) { forger in
            // As if the weekend had been counted.
            let place = forger.drafts.lastIndex { $0.type == "compensation.post" }!
            for index in place..<forger.drafts.count { forger.drafts[index].t -= 3_600_000 }
        }
    }

    @Test("payout within working days: in time on the last of them, late a millisecond after, with its benefit")
    func payout() throws {
        for (milliseconds, late) in [(Int64(0), 0), (1, 1)] {
            let office = try WorkingTimeWorld([
                "/payout/within": ["workingDays": 2], "/payout/ifLate": [SettlingWorld.credit(40)],
            ])
            try office.pass(to: "2026-01-16T11:00:00Z")
            _ = try office.ask("a")
            // Broken on Friday at 13:00; Monday and Tuesday are two working days.
            try office.pass(to: "2026-01-20T17:00:00Z", plus: milliseconds, isAwake: false)
            try office.world.pass(.zero)
            #expect(try office.facts("compensation.late").count == late)
            #expect(try office.paid() == (late == 0 ? ["500 PFC"] : ["500 PFC", "40 PFC"]))
            try office.check(allowing: late == 0 ? [] : [.latePayment, .lateBreach])
            if late == 1 { try office.find(.missedLateBenefit) { $0.drop("compensation.late") } }
        }
    }

    static let claims: JSON = [
        "fileWithin": ["workingDays": 20], "decideWithin": ["workingDays": 10],
        "appealWithin": ["calendarDays": 30], "appealDecideWithin": ["business": "PT16H"],
        "onSilence": "escalate", "evidence": ["screenshot"],
    ]

    @Test("a claim is decided within working days, a question takes its working time, an appeal has hours of work")
    func claims() throws {
        let office = try WorkingTimeWorld(claims: Self.claims)
        let simulated = office.world.world
        for name in ["One", "Two", "Three"] { _ = try simulated.addStaff(name, [.customerExperience]) }
        try office.pass(to: "2026-03-19T12:00:00Z")
        let request = try office.ask("a")
        try office.pass(to: "2026-03-19T14:00:00Z")
        let filed = try simulated.fileClaim(ClaimWorld.impact, about: request, of: office.world.tenant, key: "f")
        let id = try #require(filed.body["id"]?.stringValue.flatMap { ClaimID($0) })
        func record() throws -> ClaimRecord { try #require(try office.world.rows(ClaimRecord.self).first) }
        func due() throws -> String { Instant(milliseconds: try record().dueAt).rfc3339 }
        func by() throws -> StaffID { try #require(try record().assignee.flatMap { StaffID($0) }) }
        // Ten working days behind that Thursday, with clocks put forward between.
        #expect(try due() == "2026-04-02T16:00:00.000Z")
        try office.pass(to: "2026-03-27T16:00:00Z")
        try simulated.askForEvidence(["screenshot"], id, of: office.world.tenant, by: by(), key: "q")
        // An hour of Friday and two of Monday.
        try office.pass(to: "2026-03-30T09:00:00Z")
        try simulated.giveEvidence("shot", id, of: office.world.tenant, key: "g")
        #expect(try due() == "2026-04-03T10:00:00.000Z")
        let rule: JSON = ["policy": .string(try record().policy), "pointer": "/spec/fileWithin"]
        try simulated.decideClaim(
            ["outcome": "denied", "rules": [rule]], id, of: office.world.tenant, by: by(), key: "d")
        try office.pass(to: "2026-03-31T10:00:00Z")
        try simulated.appeal("No.", id, of: office.world.tenant, key: "p")
        // 16 hours from Tuesday at noon.
        #expect(try due() == "2026-04-02T10:00:00.000Z")
        try office.check()
        for (type, days) in [("claim.filed", 1), ("claim.evidence-given", 1), ("claim.appealed", -1)]
            as [(String, Int64)]
        {
            try office.find(.wrongDeadline, type) { forger in
                forger.change(type) { facts in
                    facts["dueAt"] = .integer((facts["dueAt"]?.integerValue ?? 0) + days * 3_600_000)
                }
            }
        }
        try office.find(.wrongDeadline, "a longer question") { forger in
            forger.change("claim.evidence-asked") { $0["until"] = .integer(($0["until"]?.integerValue ?? 0) + 1) }
        }
    }

    @Test("silence comes with the end of the last working day, and not with ten days")
    func silence() throws {
        let office = try WorkingTimeWorld(claims: Self.claims)
        let simulated = office.world.world
        for name in ["One", "Two", "Three"] { _ = try simulated.addStaff(name, [.customerExperience]) }
        try office.pass(to: "2026-03-19T12:00:00Z")
        let request = try office.ask("a")
        try office.pass(to: "2026-03-19T13:00:00Z", plus: 1)
        _ = try simulated.fileClaim(ClaimWorld.impact, about: request, of: office.world.tenant, key: "f")
        try office.pass(to: "2026-04-02T16:00:00Z")
        #expect(try office.facts("claim.escalated").isEmpty)
        try office.pass(to: "2026-04-02T16:00:00Z", plus: 1)
        #expect(try office.facts("claim.escalated").count == 1)
        try office.check()
        try office.find(.lateDecision) { forger in
            let place = forger.drafts.firstIndex { $0.type == "claim.escalated" }!
            for index in place..<forger.drafts.count { forger.drafts[index].t += 86_400_000 }
        }
    }
}

@Suite("Rule 78: caps and budgets in the zone of the institution")
struct LocalWindowTests {
    private static func cap(_ window: JSON, _ minor: Int64) -> JSON {
        [
            [
                "scope": "tenant", "window": window, "limit": ["unit": "PFC", "minor": .integer(minor)],
                "overflow": "truncate",
            ]
        ]
    }

    static let boundaries: [(JSON, String)] = [
        ("P1D", "2026-03-28T23:00:00Z"), ("P1D", "2026-03-29T22:00:00Z"), ("P1W", "2026-03-29T22:00:00Z"),
        ("P1M", "2026-01-31T23:00:00Z"), ("P1M", "2026-03-31T22:00:00Z"), ("P1M", "2028-02-29T23:00:00Z"),
        ("P1Y", "2026-12-31T23:00:00Z"),
    ]

    @Test("3.1/10 a cap begins anew when the clock on the wall of the office says so", arguments: boundaries)
    func caps(_ window: JSON, _ begin: String) throws {
        let office = try WorkingTimeWorld(["/caps": Self.cap(window, 800)])
        try office.pass(to: begin, plus: -3_600_000 - 1_000_000)
        let instants: [Int64] = [-4_500_000, -3_600_002, -3_600_001, -3_600_000]
        for (index, at) in instants.enumerated() {
            try office.pass(to: begin, plus: at)
            _ = try office.ask("\(index)", holder: "urn:example:person:\(index)")
        }
        // 500, then 300 of 500 in the last millisecond of the window, nothing of the next; and 500 again.
        for at in [Int64(-800_000), -1, 0, 1] { try office.pass(to: begin, plus: at) }
        #expect(try office.paid() == ["500 PFC", "300 PFC", "500 PFC", "300 PFC"], "\(window)")
        try office.check()
        try office.find(.wrongCap) { $0.change("compensation.capped") { $0["minor"] = 199 } }
        try office.find(.wrongCap) { forger in
            // As if the window began an hour later: nothing more for whoever came in it.
            let place = forger.drafts.lastIndex { $0.type == "compensation.capped" }!
            forger.drafts[place].facts["minor"] = 500
        }
    }

    @Test("3.1/22 a month that ends mid-batch, by the clocks of the budget; and a limit that is raised mid-batch")
    func budgets() throws {
        let office = try WorkingTimeWorld(
            ["/budgetRef": "monthly", "/payout/within": ["calendarDays": 30]],
            budget: SettlingWorld.budget(1000))
        try office.publish("Budget", "monthly", version: 2, from: "2026-01-20T00:00:00Z", office.berlin(1000))
        try office.pass(to: "2026-01-31T21:00:00Z")
        for number in 1...5 { _ = try office.ask("\(number)", holder: "urn:example:person:\(number)") }
        try office.pass(to: "2026-01-31T22:59:59.999Z")
        #expect(try office.paid().count == 2)
        // UTC says January for an hour more.
        try office.pass(to: "2026-01-31T23:00:00Z")
        #expect(try office.paid().count == 4)
        try office.publish("Budget", "monthly", version: 3, from: "2026-02-10T00:00:00Z", office.berlin(1200))
        try office.pass(to: "2026-02-10T00:00:00Z")
        try office.world.pass(.hours(1))
        #expect(try office.paid().count == 4)
        try office.publish("Budget", "monthly", version: 4, from: "2026-02-11T00:00:00Z", office.berlin(1500))
        try office.pass(to: "2026-02-11T00:00:00Z")
        try office.world.pass(.hours(1))
        #expect(try office.paid() == Array(repeating: "500 PFC", count: 5))
        let warned = try office.facts("budget.warned").compactMap { $0["from"]?.integerValue }
        let begins = Set(
            try ["2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z"].map { try Instant(rfc3339: $0).milliseconds })
        #expect(Set(warned) == begins)
        try office.check(allowing: [])
        try office.find(.wrongBudget, "paid an hour before the month ends") { forger in
            let place = forger.drafts.firstIndex { $0.type == "compensation.paid" }!
            for index in place..<place + 4 { forger.drafts[index].t -= 1 }
        }
        try office.find(.wrongZone, "a zone that nobody pinned") { forger in
            let place = forger.drafts.firstIndex {
                $0.facts["document"]?["spec"]?["tzdata"] != nil && $0.facts["document"]?["kind"] == "Budget"
            }!
            let document = forger.drafts[place].facts["document"] ?? .null
            forger.drafts[place].facts["document"] = document.replacing(
                "/spec/tzdata/sha256", by: .string(String(repeating: "0", count: 64)))
        }
    }
}

@Suite("Rule 79: a later version that helps")
struct BetterVersionTests {
    /// A world with a request under the first version, and a second from the 16th on.
    private func office(_ second: JSON, word: JSON? = "better-of") throws -> (WorkingTimeWorld, RequestID) {
        let office = try WorkingTimeWorld(target: ["business": "PT16H"])
        let id = try office.ask("a")
        try office.publish(
            "Compensation", "office-pay", version: 2, from: "2026-01-16T00:00:00Z",
            office.compensation(["/model/tiers": second, "/earlierRequests": word]))
        return (office, id)
    }

    private let more = WorkingTimeWorld.tiers(("deadline", 600), (["elapsed": "PT1H"], 900))

    @Test("binds an earlier request when it breaks, and pays by itself; an operator who forgets it is found")
    func helps() throws {
        let (office, id) = try office(more)
        try office.pass(to: "2026-01-16T17:00:00Z")
        #expect(try office.facts("compensation.better").isEmpty)
        try office.pass(to: "2026-01-16T17:00:00Z", plus: 1)
        try office.pass(to: "2026-01-16T18:00:00Z", plus: 1)
        #expect(try office.paid() == ["600 PFC", "300 PFC"])
        let hashes = try office.facts("policy.published").filter { $0["document"]?["metadata"]?["id"] == "office-pay" }
            .compactMap { $0["hash"] }
        let facts = try #require(try office.facts("compensation.better").first)
        #expect(facts["bound"] == hashes[0] && facts["better"] == hashes[1])
        #expect(
            try office.world.rows(RequestRecord.self).first { $0.id == id.text }?.compensation == hashes[1].stringValue)
        try office.check()

        try office.find(.wrongPolicy, "forgets it") { $0.drop("compensation.better") }
        try office.find(.wrongPolicy, "says it twice") { $0.repeat("compensation.better") }
        try office.find(.wrongPolicy, "names the other") {
            $0.change("compensation.better") { $0["better"] = $0["bound"] }
        }
        try office.find(.wrongPolicy, "was bound otherwise") {
            $0.change("compensation.better") { $0["bound"] = $0["better"] }
        }
        try office.find(.wrongDeadline, "for another deadline") { $0.change("compensation.better") { $0["dueAt"] = 1 } }
        try office.find(.wrongPolicy, "says it and pays by the old one") { forger in
            for index in forger.drafts.indices where forger.drafts[index].type == "compensation.post" {
                forger.drafts[index].facts["compensation"] = hashes[0]
            }
        }
        try office.find(.wrongPolicy, "long before the breach") { forger in
            let place = forger.drafts.firstIndex { $0.type == "compensation.better" }!
            forger.drafts[place].t -= 1
        }
    }

    @Test("less somewhere, or without the word, or too late: what was promised first stands")
    func stands() throws {
        let less = WorkingTimeWorld.tiers(("deadline", 400), (["elapsed": "PT1H"], 9000))
        let cases: [(JSON, JSON?, String)] = [
            (less, "better-of", "2026-01-30T00:00:00Z"), (more, nil, "2026-01-30T00:00:00Z"),
            (more, "better-of", "2026-02-04T17:00:00.001Z"),
        ]
        for (tiers, word, from) in cases {
            // Fifteen working days, so that less is said fourteen days ahead and in force when the promise breaks.
            let office = try WorkingTimeWorld(target: ["business": "PT120H"])
            _ = try office.ask("a")
            let policy = try office.compensation(["/model/tiers": tiers, "/earlierRequests": word])
            try office.publish("Compensation", "office-pay", version: 2, from: from, policy)
            try office.pass(to: "2026-02-04T17:00:00Z", plus: 1)
            #expect(try office.facts("compensation.better").isEmpty)
            #expect(try office.paid() == ["500 PFC"])
            try office.check()
            let hashes = try office.facts("policy.published").compactMap { $0["hash"] }
            try office.find(.wrongPolicy, "an operator who prefers it") { forger in
                let breach = forger.drafts.firstIndex { $0.type == "sla.breach" }!
                let facts: JSONObject = [
                    "bound": hashes[hashes.count - 2], "better": hashes[hashes.count - 1],
                    "dueAt": forger.drafts[breach].facts["dueAt"] ?? 0,
                ]
                forger.insert(behind: "request.accepted", 0, "compensation.better", facts)
                let place = forger.drafts.firstIndex { $0.type == "compensation.better" }!
                forger.drafts[place].t = forger.drafts[breach].t
            }
        }
    }
}
