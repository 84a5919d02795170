import CanonicalJSON
import Compensation
import Dispatch
import Issuance
import Settlement
import Simulation
import Synchronization
import Temporal
import TestSupport
import Testing

/// A policy that asks people about every payment, in a world where so many late requests are an incident.
struct QuestionWorld {
    let settling: SettlingWorld
    let staff: [StaffID]

    static let late = SettlingWorld.target + Milliseconds(1)

    init(
        joining: JSON? = nil, class: JSON = "guaranteed", approvers: Int64 = 2, openAt: Int64 = 3,
        _ more: [String: JSON] = [:]
    ) throws {
        var rule = SettlingWorld.approval(approvers).arrayValue?[0].objectValue ?? [:]
        rule["joining"] = joining
        var changes: [String: JSON] = [
            "/approval": [.object(rule)], "/model/tiers": SettlingWorld.tiers(500, class: `class`),
        ]
        for (place, value) in more { changes[place] = value }
        settling = try SettlingWorld(changes)
        let world = settling.world
        staff = try (0..<3).map { try world.world.addStaff("S\($0)", [.finance]).id }
        try world.openIncidents(at: openAt)
    }

    var world: World { settling.world }

    func answer(_ question: String, by: StaffID, give: Bool = true) throws {
        let id = try #require(QuestionID(question))
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Answer, any Error>?>(nil)
        settling.service.decide(QuestionAnswer(question: id, by: by, isGiven: give)) { answer in
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        _ = try result.withLock { $0 }?.get()
    }

    func questions() throws -> [QuestionRecord] { try world.rows(QuestionRecord.self).sorted { $0.seq < $1.seq } }

    func list(_ member: String) throws -> [JSON] { try settling.service.approvals()[member]?.arrayValue ?? [] }

    /// So many requests more, which break their promise together.
    func late(_ count: Int, _ prefix: String = "ask") throws -> [RequestID] {
        let ids = try world.waiting(count, prefix)
        try world.tend(after: Self.late)
        return ids
    }
}

@Suite("84 An incident is asked about once")
struct QuestionTests {
    @Test("Everybody who waits for one rule in one incident is one question; two people answer, and all are paid")
    func once() throws {
        let world = try QuestionWorld()
        _ = try world.late(5)
        let question = try #require(try world.list("questions").first)
        #expect(try world.list("questions").count == 1 && world.list("approvals").isEmpty)
        #expect(question["requests"] == 5 && question["waiting"] == 5)
        #expect(question["sums"] == [["unit": "PFC", "class": "guaranteed", "minor": 2500]])
        let frozen = try #require(try world.world.entries("incident.frozen").last)
        #expect(question["root"] == frozen["facts"]?["root"] && question["root"] != nil)
        #expect(try world.world.entries("question.asked").count == 1)
        try world.answer(question["question"]?.stringValue ?? "", by: world.staff[0])
        try world.world.tend()
        #expect(try world.settling.paid() == 0)
        try world.answer(question["question"]?.stringValue ?? "", by: world.staff[1])
        try world.world.tend()
        #expect(try world.settling.paid() == 2500 && world.settling.owed().isEmpty)
        #expect(try world.world.entries("approval.given").isEmpty && world.list("questions").isEmpty)
        try world.settling.check()
    }

    @Test("A request in no incident is asked about by itself, as before")
    func alone() throws {
        let world = try QuestionWorld()
        let ids = try world.late(2)
        #expect(try world.list("questions").isEmpty && world.list("approvals").count == 2)
        for by in world.staff.prefix(2) { try world.settling.decide(ids[0], by: by) }
        #expect(try world.settling.paid() == 500)
        try world.settling.check()
    }

    @Test("Who joins later is covered as far as the policy says, and asked about anew beyond it")
    func joining() throws {
        let world = try QuestionWorld(joining: ["num": 1, "den": 2])
        _ = try world.late(4)
        for by in world.staff.prefix(2) { try world.answer(world.questions()[0].id, by: by) }
        _ = try world.late(3, "more")
        #expect(try world.questions().map(\.requests) == [6, 1])
        #expect(try world.settling.paid() == 3000)
        #expect(try world.questions().map(\.state) == [.given, .gathering])
        // An incident that grows is frozen once a minute, and asked about behind that.
        try world.world.tend(after: .minutes(1))
        #expect(try world.questions().map(\.state) == [.given, .asked])
        for by in world.staff.prefix(2) { try world.answer(world.questions()[1].id, by: by) }
        try world.world.tend()
        #expect(try world.settling.paid() == 3500)
        try world.settling.check(allowing: [.latePayment])
    }

    @Test("A second question waits for the answer to the first; without `joining` nobody is covered unasked")
    func oneAtATime() throws {
        let world = try QuestionWorld(openAt: 2)
        let ids = try world.world.waiting(3, "first")
        world.world.world.clock.advance(by: .minutes(30))
        _ = try world.world.waiting(2, "second")
        try world.world.tend(after: QuestionWorld.late - .minutes(30))
        try world.world.tend(after: .minutes(30))
        #expect(try world.questions().map(\.state) == [.asked, .gathering] && ids.count == 3)
        for by in world.staff.prefix(2) { try world.answer(world.questions()[0].id, by: by) }
        try world.world.tend()
        #expect(try world.questions().map(\.state) == [.given, .asked])
        #expect(try world.settling.paid() == 1500)
        try world.settling.check()
    }

    @Test("3.1/22 Silence pays each at its own time, whoever was asked")
    func silence() throws {
        let world = try QuestionWorld()
        _ = try world.late(4)
        try world.world.tend(after: .hours(2) - Milliseconds(1))
        #expect(try world.settling.paid() == 0)
        try world.world.tend(after: Milliseconds(1))
        #expect(try world.settling.paid() == 2000 && world.list("questions").isEmpty)
        #expect(throws: Refusal.self) { try world.answer(world.questions()[0].id, by: world.staff[0]) }
        try world.settling.check(allowing: [.latePayment])
    }

    @Test("One no takes back every favour of the question; a debt cannot be refused")
    func refusal() throws {
        let debt = try QuestionWorld()
        _ = try debt.late(3)
        #expect(throws: Refusal.self) { try debt.answer(debt.questions()[0].id, by: debt.staff[0], give: false) }
        let favour = try QuestionWorld(class: "discretionary")
        _ = try favour.late(4)
        try favour.answer(favour.questions()[0].id, by: favour.staff[0], give: false)
        try favour.world.tend()
        #expect(try favour.settling.owed().isEmpty && favour.settling.paid() == 0)
        #expect(try favour.world.entries("compensation.declined").count == 4)
        // Who comes later was not refused, and is asked about.
        _ = try favour.late(1, "later")
        try favour.world.tend(after: .minutes(1))
        #expect(try favour.questions().map(\.state) == [.refused, .asked])
        try favour.settling.check(isJudged: false)
    }

    @Test("Who may not, twice, nobody, too late: refused, each with a sentence")
    func refused() throws {
        let world = try QuestionWorld()
        _ = try world.late(3)
        let id = try world.questions()[0].id
        let agent = try world.world.world.addStaff("Kai", [.agent]).id
        #expect(throws: Refusal.self) { try world.answer(id, by: agent) }
        #expect(throws: Refusal.self) { try world.answer("q-0", by: world.staff[0]) }
        try world.answer(id, by: world.staff[0])
        #expect(throws: Refusal.self) { try world.answer(id, by: world.staff[0]) }
        try world.answer(id, by: world.staff[1])
        #expect(throws: Refusal.self) { try world.answer(id, by: world.staff[2]) }
        #expect(QuestionID("q-01") == nil && QuestionID("q--1") == nil && QuestionID("inc-1") == nil)
    }

    @Test("3.1/20 Splitting and merging leave what was decided decided")
    func mergeAndSplit() throws {
        let world = try QuestionWorld()
        _ = try world.late(4)
        let first = try world.questions()[0].id
        try world.answer(first, by: world.staff[0])
        let incident = try #require(try world.world.incidents().first?.id)
        try world.world.act(.split, on: incident, ["tenants": ["default"]])
        try world.world.tend()
        try world.answer(first, by: world.staff[1])
        try world.world.tend()
        #expect(try world.settling.paid() == 2000)
        _ = try world.late(2, "later")
        let split = try #require(try world.world.incidents().last?.id)
        try world.world.act(.merge, on: incident, ["other": .string(split)])
        try world.world.tend(after: .minutes(1))
        #expect(try world.questions().map(\.state) == [.given, .asked])
        try world.settling.check(allowing: [.lateFreeze, .latePayment])
    }

    @Test("3.1/30 A poisoned record is quarantined while approvals are pending; all others are paid, it is tried again")
    func poisoned() throws {
        let world = try QuestionWorld()
        let ids = try world.late(5)
        let row = try #require(try world.world.rows(RequestRecord.self).first { $0.id == ids[2].text })
        var poisoned = row
        poisoned.compensation = "sha256:" + String(repeating: "0", count: 64)
        poisoned.serviceLevel = poisoned.compensation
        try world.world.world.store.write { try $0.update(poisoned) }
        for by in world.staff.prefix(2) { try world.answer(world.questions()[0].id, by: by) }
        let failures = try world.settling.service.tendIncidents()
        #expect(failures.map(\.request) == [ids[2].text])
        #expect(try world.settling.paid() == 2000 && world.settling.owed().map(\.request) == [ids[2].text])
        try world.world.world.store.write { try $0.update(row) }
        try world.world.tend()
        #expect(try world.settling.paid() == 2500)
        try world.settling.check()
    }

    @Test("A restart between the answer and the payments loses nothing, and pays nobody twice")
    func restart() throws {
        let world = try QuestionWorld()
        _ = try world.late(6)
        for by in world.staff.prefix(2) { try world.answer(world.questions()[0].id, by: by) }
        try world.world.world.restart()
        try world.world.tend()
        try world.world.tend()
        #expect(try world.settling.paid() == 3000)
        try world.settling.check()
    }
}

/// What an operator may do about questions, who then signs the whole log again: the recomputation finds it.
@Suite("84 A dishonest operator of questions is found out")
struct QuestionFraudTests {
    struct Fraud: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let found: Finding.Kind
        let change: @Sendable (inout Forger) -> Void

        init(_ name: String, _ found: Finding.Kind, _ change: @escaping @Sendable (inout Forger) -> Void) {
            (testDescription, self.found, self.change) = (name, found, change)
        }
    }

    static let frauds: [Fraud] = [
        Fraud("pay before the second word", .wrongWait) { $0.drop("question.answered", 1) },
        Fraud("pay without asking", .wrongWait) { forger in
            for _ in 0..<2 { forger.drop("question.answered") }
        },
        Fraud("be answered without asking", .wrongApproval) { $0.drop("question.asked") },
        Fraud("let one person answer twice", .wrongApproval) { forger in
            let first = forger.drafts.first { $0.type == "question.answered" }?.facts["by"]
            forger.change("question.answered", 1) { $0["by"] = first }
        },
        Fraud("let a stranger answer", .wrongApproval) { forger in
            forger.change("question.answered") { $0["by"] = "0123456789abcdef" }
        },
        Fraud("ask about less than is paid", .wrongApproval) { forger in
            forger.change("question.asked") { $0["sums"] = [["unit": "PFC", "class": "guaranteed", "minor": 500]] }
        },
        Fraud("ask about fewer people", .wrongApproval) { forger in
            forger.change("question.asked") { $0["requests"] = 1 }
        },
        Fraud("name another frozen set", .wrongApproval) { forger in
            forger.change("question.asked") { $0["root"] = "AAAA" }
        },
        Fraud("ask other people", .wrongApproval) { forger in
            forger.change("question.asked") { $0["roles"] = ["finance"] }
        },
        Fraud("ask fewer people", .wrongApproval) { forger in
            forger.change("question.asked") { $0["approvers"] = 1 }
        },
        Fraud("give more time", .wrongApproval) { forger in
            forger.change("question.asked") { $0["until"] = .integer(($0["until"]?.integerValue ?? 0) + 1) }
        },
        Fraud("leave somebody out and pay them too", .wrongWait) { forger in
            forger.change("question.gathered") { facts in
                facts["awards"] = .array(Array((facts["awards"]?.arrayValue ?? []).dropLast()))
            }
        },
        Fraud("gather what does not wait", .wrongApproval) { forger in
            forger.change("question.gathered") { facts in
                var awards = facts["awards"]?.arrayValue ?? []
                awards[0] = .string(String(repeating: "0", count: 64))
                facts["awards"] = .array(awards)
            }
        },
        Fraud("gather by another rule", .wrongApproval) { forger in
            forger.change("question.gathered") { $0["rule"] = 1 }
        },
        Fraud("gather from another incident", .wrongApproval) { forger in
            forger.change("question.gathered") { $0["incident"] = "inc-0" }
        },
        Fraud("refuse what is guaranteed", .wrongApproval) { forger in
            forger.change("question.answered") { $0["word"] = "refuse" }
        },
        Fraud("let more join than the policy lets", .wrongApproval) { forger in
            let place = forger.drafts.indices.filter { forger.drafts[$0].type == "question.gathered" }[1]
            forger.drafts[place].facts["question"] =
                forger.drafts.first { $0.type == "question.gathered" }?
                .facts["question"]
        },
        Fraud("ask the same twice", .wrongApproval) { $0.repeat("question.asked") },
        Fraud("answer after the time", .wrongApproval) { forger in
            forger.change("question.asked") { $0["until"] = 1 }
        },
    ]

    @Test("about questions", arguments: frauds)
    func questions(fraud: Fraud) throws {
        let world = try QuestionWorld()
        _ = try world.late(4)
        for by in world.staff.prefix(2) { try world.answer(world.questions()[0].id, by: by) }
        try world.world.tend()
        _ = try world.late(1, "later")
        var forger = try Forger(world.settling)
        let honest = try forger.report()
        #expect(honest.findings.isEmpty, "\(honest.findings.prefix(3))")
        fraud.change(&forger)
        let report = try forger.report()
        #expect(report.findingCounts[fraud.found, default: 0] > 0, "\(report.findings.prefix(5))")
    }

    @Test("An entry of a log from before there were questions says no rule, and stands")
    func old() throws {
        let world = try SettlingWorld(["/approval": SettlingWorld.approval(), "/model/tiers": SettlingWorld.tiers(500)])
        _ = try world.late("a")
        var forger = try Forger(world)
        forger.change("approval.asked") { $0["rule"] = nil }
        #expect(try forger.report().findings.isEmpty)
        forger.change("approval.asked") { $0["rule"] = 3 }
        #expect(try forger.report().findingCounts[.wrongApproval] == 1)
    }
}
