import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import Testing

/// What an operator may do to payments on their way, who then signs the whole log again: the recomputation finds it.
@Suite("A dishonest operator of payments is found out")
struct SettlingFraudTests {
    // Approvals

    static let ofApprovals: [Fraud] = [
        Fraud("drop an owed payment", .missedPayment) { $0.drop("compensation.paid") },
        Fraud("pay what was owed twice", .doublePayment) { $0.repeat("compensation.paid") },
        Fraud("owe it twice", .doublePayment) { $0.repeat("compensation.owed") },
        Fraud("owe less than the policy gives", .wrongAmount) { forger in
            forger.change("compensation.owed") { $0["minor"] = 400 }
        },
        Fraud("pay into another wallet", .wrongJournal) { forger in
            forger.change("compensation.paid") { facts in
                let text = facts["journal"].map { $0.canonicalString.replacing("wallet:", with: "wallet:0") } ?? ""
                facts["journal"] = try? JSON(parsing: Array(text.utf8))
            }
        },
        Fraud("accrue nothing", .wrongJournal) { forger in forger.change("compensation.owed") { $0["journal"] = [] } },
        Fraud("pay before anybody agreed", .wrongWait) { $0.drop("approval.given", 1) },
        Fraud("let somebody agree twice", .wrongApproval) { forger in
            let first = forger.drafts.first { $0.type == "approval.given" }?.facts["by"]
            forger.change("approval.given", 1) { $0["by"] = first }
        },
        Fraud("let a stranger agree", .wrongApproval) { forger in
            forger.change("approval.given") { $0["by"] = "0123456789abcdef" }
        },
        Fraud("ask other people", .wrongApproval) { forger in
            forger.change("approval.asked") { $0["roles"] = ["finance"] }
        },
        Fraud("ask nobody", .wrongApproval) { $0.drop("approval.asked") },
        Fraud("make it wait longer", .wrongWait) { forger in
            forger.change("compensation.owed") { $0["until"] = .integer(($0["until"]?.integerValue ?? 0) + 1) }
        },
        Fraud("make it wait for nothing", .wrongWait) { forger in
            forger.change("compensation.owed") { facts in
                facts["why"] = "budget"
                facts["until"] = nil
            }
        },
        Fraud("refuse what is guaranteed", .wrongApproval) { forger in
            forger.change("approval.given") { _ in }
            let place = forger.drafts.firstIndex { $0.type == "approval.given" } ?? 0
            forger.drafts[place].type = "approval.refused"
        },
        Fraud("decline what is guaranteed", .wrongDecline) { forger in
            let place = forger.drafts.firstIndex { $0.type == "compensation.paid" } ?? 0
            forger.drafts[place].type = "compensation.declined"
            forger.drafts[place].facts["from"] = nil
            forger.drafts[place].facts["until"] = nil
            forger.drafts[place].facts["rule"] = "approval"
        },
        Fraud("tell nobody that something is owed", .missingNotice) { forger in
            let owed = forger.drafts.first { $0.type == "compensation.owed" }?.id
            forger.drafts.removeAll { $0.about == owed && owed != nil }
        },
    ]

    @Test("about approvals", arguments: ofApprovals)
    func approvals(fraud: Fraud) throws {
        let world = try SettlingWorld(["/approval": SettlingWorld.approval(), "/model/tiers": SettlingWorld.tiers(500)])
        let staff = try (0..<2).map { try world.world.world.addStaff("S\($0)", [.finance]).id }
        let id = try world.late("a")
        for by in staff { try world.decide(id, by: by) }
        try world.world.pass(.hours(3))
        _ = try world.world.waiting("later")
        try fraud.expectFound(from: Forger(world))
    }

    // Caps

    static let ofCaps: [Fraud] = [
        Fraud("pay over a cap", .wrongCap) { forger in
            forger.drop("compensation.capped")
            forger.change("compensation.post", 1) { $0["minor"] = 500 }
        },
        Fraud("take more than a cap takes", .wrongCap) { forger in
            forger.change("compensation.capped") { facts in
                facts["minor"] = 400
                facts["takes"] = [["minor": 400, "rule": "caps/0"]]
            }
        },
        Fraud("take by a cap that is not there", .wrongCap) { forger in
            forger.change("compensation.capped") { $0["takes"] = [["minor": 300, "rule": "caps/7"]] }
        },
        Fraud("take without a word", .wrongAmount) { $0.drop("compensation.capped") },
        Fraud("say one sum and take another", .wrongCap) { forger in
            forger.change("compensation.capped") { $0["takes"] = [["minor": 200, "rule": "caps/0"]] }
        },
    ]

    @Test("about caps", arguments: ofCaps)
    func caps(fraud: Fraud) throws {
        let world = try SettlingWorld([
            "/caps": [["scope": "user", "limit": ["unit": "PFC", "minor": 700], "overflow": "truncate"]],
            "/model/tiers": SettlingWorld.tiers(500),
        ])
        _ = try world.late("a")
        _ = try world.late("b")
        try fraud.expectFound(from: Forger(world))
    }

    @Test("without openings nobody can judge a person's cap, and the report says so")
    func withoutOpenings() throws {
        let world = try SettlingWorld([
            "/caps": [["scope": "user", "limit": ["unit": "PFC", "minor": 700], "overflow": "truncate"]],
            "/model/tiers": SettlingWorld.tiers(500),
        ])
        _ = try world.late("a")
        _ = try world.late("b")
        var forger = try Forger(world)
        let report = try forger.report(knowsHolders: false)
        #expect(report.findingCounts.isEmpty && report.unjudgedSettlements > 0, "\(report.findings)")
        // What the sum must be is still known.
        forger.change("compensation.post", 1) { $0["minor"] = 100 }
        #expect(try forger.report(knowsHolders: false).findingCounts[.wrongAmount] == 1)
    }

    // Budgets

    static let ofBudgets: [Fraud] = [
        Fraud("let it wait though there is room", .wrongBudget) { forger in
            // Without one of the payments that were made, the first that waits would have had room.
            let rid = forger.drafts.first { $0.type == "compensation.post" }?.rid
            forger.drafts.removeAll { $0.rid == rid }
        },
        Fraud("warn of nothing", .wrongBudget) { $0.drop("budget.warned") },
        Fraud("warn twice", .wrongBudget) { $0.repeat("budget.warned") },
        Fraud("decline a debt for the budget", .wrongDecline) { forger in
            let place = forger.drafts.firstIndex { $0.type == "compensation.paid" } ?? 0
            forger.drafts[place].type = "compensation.declined"
            forger.drafts[place].facts["from"] = nil
            forger.drafts[place].facts["until"] = nil
            forger.drafts[place].facts["rule"] = "budget"
        },
        Fraud("pay whoever one likes first", .wrongBudget) { forger in
            let places = forger.drafts.indices.filter { forger.drafts[$0].type == "compensation.paid" }
            let (one, other) = (forger.drafts[places[0]], forger.drafts[places[1]])
            (forger.drafts[places[0]].facts, forger.drafts[places[0]].rid) = (other.facts, other.rid)
            (forger.drafts[places[1]].facts, forger.drafts[places[1]].rid) = (one.facts, one.rid)
        },
        Fraud("pay over the budget", .wrongBudget) { forger in
            // As if the month had begun a month earlier.
            for place in forger.drafts.indices where forger.drafts[place].type == "compensation.paid" {
                forger.drafts[place].t = forger.drafts[place - 1].t
            }
            let late = forger.drafts.lastIndex { $0.type == "compensation.owed" } ?? 0
            for place in forger.drafts.indices where place > late { forger.drafts[place].t = forger.drafts[late].t }
        },
    ]

    @Test("about budgets", arguments: ofBudgets)
    func budgets(fraud: Fraud) throws {
        let world = try SettlingWorld(
            [
                "/budgetRef": "monthly", "/model/tiers": SettlingWorld.tiers(500),
                "/payout/within": ["calendarDays": 90],
            ], budget: SettlingWorld.budget(1000))
        for number in 0..<4 { _ = try world.world.waiting("r\(number)", holder: "urn:p:\(number)") }
        try world.world.pass(SettlingWorld.target + Milliseconds(1))
        try world.world.pass(.days(31))
        try fraud.expectFound(from: Forger(world))
    }

    // Late payments, pots, reversals

    static let ofLates: [Fraud] = [
        Fraud("skip what a late payment gives", .missedLateBenefit) { forger in
            let place = forger.drafts.firstIndex { $0.facts["objective"] == "compensate" } ?? 0
            let id = forger.drafts[place].id
            forger.drafts.removeAll { $0.id == id || $0.about == id }
        },
        Fraud("say nothing of a late payment, and give nothing for it", .missedLateBenefit) { forger in
            let place = forger.drafts.firstIndex { $0.facts["objective"] == "compensate" } ?? 0
            let id = forger.drafts[place].id
            forger.drafts.removeAll { $0.id == id || $0.about == id }
            forger.drop("compensation.late")
        },
        Fraud("give it twice", .doublePayment) { forger in
            let number = forger.drafts.filter { $0.type == "compensation.post" }
                .firstIndex { $0.facts["objective"] == "compensate" }
            forger.repeat("compensation.post", number ?? 0)
        },
        Fraud("call it late when it was not", .wrongLate) { forger in
            forger.change("compensation.late") { $0["dueAt"] = .integer(4_000_000_000_000) }
        },
    ]

    @Test("about late payments", arguments: ofLates)
    func lates(fraud: Fraud) throws {
        let world = try SettlingWorld(["/payout/ifLate": [SettlingWorld.credit(300)]])
        _ = try world.world.waiting("a")
        try world.world.pass(.hours(24 + 2))
        try fraud.expectFound(from: Forger(world), allowing: [.latePayment, .lateBreach])
    }

    static let ofPots: [Fraud] = [
        Fraud("pay one of them before it is enough", .wrongWait) { forger in
            let place = (forger.drafts.firstIndex { $0.type == "compensation.owed" } ?? 0) + 1
            guard let paid = forger.drafts.firstIndex(where: { $0.type == "compensation.paid" }) else { return }
            var early = forger.drafts[paid]
            let notice = forger.drafts[paid + 1]
            early.t = forger.drafts[place].t
            early.facts["from"] = .integer(early.t)
            forger.drafts.removeSubrange(paid...(paid + 1))
            var told = notice
            told.t = early.t
            forger.drafts.insert(contentsOf: [early, told], at: place + 1)
        },
        Fraud("keep what has become enough", .missedPayment) { $0.drop("compensation.paid") },
    ]

    @Test("about pots", arguments: ofPots)
    func pots(fraud: Fraud) throws {
        let world = try SettlingWorld([
            "/payout/minimum": ["unit": "PFC", "minor": 1000], "/payout/belowMinimum": "carry-forward",
            "/model/tiers": SettlingWorld.tiers(400),
        ])
        for key in ["a", "b", "c"] { _ = try world.late(key) }
        try world.world.pass(.hours(2))
        _ = try world.world.waiting("later", holder: "urn:p:9")
        try fraud.expectFound(from: Forger(world))
    }

    static let ofReversals: [Fraud] = [
        Fraud("take back twice", .wrongReversal) { $0.repeat("compensation.reversed") },
        Fraud("take back more than was given", .wrongReversal) { forger in
            forger.change("compensation.reversed") { $0["minor"] = 501 }
        },
        Fraud("take back for another reason", .wrongReversal) { forger in
            forger.change("compensation.reversed") { $0["reason"] = "appeal" }
        },
        Fraud("call it waived", .wrongReversal) { forger in
            forger.change("compensation.reversed") { $0["reason"] = "waived" }
        },
        Fraud("say that the holder did it", .wrongReversal) { forger in
            forger.change("compensation.reversed") { $0["by"] = "holder" }
        },
        Fraud("take back by a stranger", .wrongReversal) { forger in
            forger.change("compensation.reversed") { $0["by"] = "0123456789abcdef" }
        },
        Fraud("take back another payment", .wrongReversal) { forger in
            forger.change("compensation.reversed") { $0["reversalOf"] = .string(String(repeating: "0", count: 32)) }
        },
        Fraud("book something else", .wrongJournal) { forger in
            forger.change("compensation.reversed") { $0["journal"] = [] }
        },
        Fraud("take back too late", .wrongReversal) { forger in
            let place = forger.drafts.firstIndex { $0.type == "compensation.reversed" } ?? 0
            for later in forger.drafts.indices where later >= place { forger.drafts[later].t += 40 * 86_400_000 }
        },
        Fraud("tell nobody", .missingNotice) { forger in
            let id = forger.drafts.first { $0.type == "compensation.reversed" }?.id
            forger.drafts.removeAll { $0.about == id && id != nil }
        },
    ]

    @Test("about what is taken back", arguments: ofReversals)
    func reversals(fraud: Fraud) throws {
        let world = try SettlingWorld([
            "/model/tiers": SettlingWorld.tiers(500),
            "/reversal": ["reasons": ["duplicate"], "take": "unspent-only", "window": ["calendarDays": 30]],
        ])
        let staff = try world.world.world.addStaff("Ina", [.finance]).id
        _ = try world.late("a")
        let key = try #require(world.world.rows(PaymentRecord.self).first?.claimKey)
        try world.reverse(key, .duplicate, by: staff)
        try fraud.expectFound(from: Forger(world))
    }
}
