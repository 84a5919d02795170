import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import Testing

private let ann = "urn:example:person:1"
private let ben = "urn:example:person:2"

@Suite("What a policy gives, on its way to the wallet")
struct SettlingTests {
    // Caps

    private static func cap(
        _ scope: JSON, _ limit: Int64, _ overflow: JSON = "truncate", window: JSON = "lifetime"
    ) -> JSON {
        [["scope": scope, "limit": ["unit": "PFC", "minor": .integer(limit)], "overflow": overflow, "window": window]]
    }

    @Test("3.1/21 a cap of a person that is reached exactly takes nothing, one unit more takes the unit")
    func capExactly() throws {
        let world = try SettlingWorld(["/caps": Self.cap("user", 1001), "/model/tiers": SettlingWorld.tiers(500)])
        _ = try world.late("a")
        _ = try world.late("b")
        #expect(try world.paid() == 1000 && world.world.rows(CappedRecord.self).isEmpty)
        let third = try world.late("c")
        #expect(try world.paid() == 1001)
        #expect(try world.world.rows(CappedRecord.self).map(\.minor) == [499])
        let fourth = try world.late("d")
        #expect(try world.paid() == 1001)
        #expect(
            try world.world.story(of: third).suffix(4) == [
                "compensation.capped", "notice.queued", "compensation.post", "notice.queued",
            ])
        #expect(try world.world.story(of: fourth).suffix(2) == ["compensation.capped", "notice.queued"])
        _ = try world.late("e", holder: ben)
        #expect(try world.paid() == 1501)
        try world.check()
    }

    @Test("3.1/21 a cap in one unit leaves the other alone, and what it took is not given by the next tier")
    func capInOneUnit() throws {
        let world = try SettlingWorld(["/caps": Self.cap("user", 700)])
        _ = try world.late("a")
        try world.world.pass(.hours(5))
        #expect(try world.paid() == 700)
        #expect(try world.world.rows(PremiumRecord.self).count == 1)
        try world.world.pass(.hours(24))
        #expect(try world.paid() == 700)
        #expect(try world.world.rows(CappedRecord.self).map(\.minor).sorted() == [300, 1000])
        try world.check(allowing: [.latePayment])
    }

    @Test(
        "3.1/10 a cap of a month begins anew with the month, one of thirty days with the thirty-first",
        arguments: [
            ("P1M", Int64(31), Int64(1000)), ("P30D", 31, 1000), ("P30D", 28, 500), ("P1Y", 31, 500), ("P1D", 1, 1000),
        ] as [(String, Int64, Int64)])
    func windows(window: String, days: Int64, paid: Int64) throws {
        let world = try SettlingWorld([
            "/caps": Self.cap("tenant", 500, window: .string(window)), "/model/tiers": SettlingWorld.tiers(500),
        ])
        _ = try world.late("a")
        try world.world.pass(.days(days) - SettlingWorld.target)
        _ = try world.late("b", holder: ben)
        #expect(try world.paid() == paid)
        try world.check()
    }

    @Test("3.1/30 a cap that needs approval takes nothing: what goes over it waits, and silence pays")
    func capNeedsApproval() throws {
        let world = try SettlingWorld([
            "/caps": Self.cap("tenant", 700, "needs-approval"), "/model/tiers": SettlingWorld.tiers(500),
            "/approval": [
                [
                    "when": ["not": ["all": []]], "approvers": 1, "roles": ["finance"], "within": ["elapsed": "PT30M"],
                    "onTimeout": "grant",
                ]
            ],
        ])
        _ = try world.late("a")
        _ = try world.late("b", holder: ben)
        #expect(try world.paid() == 500 && world.owed().map(\.why) == ["approval"])
        try world.check()
        try world.world.pass(.minutes(30))
        #expect(try world.paid() == 1000 && world.owed().isEmpty)
        try world.check()
    }

    // Approvals

    @Test("3.1/22 approvers who say nothing only delay: at the end of their time it is paid")
    func approverTimesOut() throws {
        let world = try SettlingWorld(["/approval": SettlingWorld.approval(), "/model/tiers": SettlingWorld.tiers(500)])
        let id = try world.late("a")
        #expect(try world.world.story(of: id).suffix(3) == ["compensation.owed", "notice.queued", "approval.asked"])
        try world.check()
        try world.world.pass(.hours(2) - Milliseconds(1))
        #expect(try world.paid() == 0)
        try world.world.pass(Milliseconds(1))
        #expect(try world.paid() == 500 && world.owed().isEmpty)
        // The published hour to pay had passed: that is late, whatever the reason.
        try world.check(allowing: [.latePayment])
    }

    @Test("3.1/22 two different people approve; one who leaves has been heard, and may not speak again")
    func approverLeaves() throws {
        let world = try SettlingWorld(["/approval": SettlingWorld.approval(), "/model/tiers": SettlingWorld.tiers(500)])
        let (first, _) = try world.world.world.addStaff("Ina", [.finance])
        let (second, _) = try world.world.world.addStaff("Jan", [.customerExperience])
        let (agent, _) = try world.world.world.addStaff("Kai", [.agent])
        let id = try world.late("a")
        #expect(throws: Refusal.self) { try world.decide(id, by: agent) }
        try world.decide(id, by: first)
        #expect(throws: Refusal.self) { try world.decide(id, by: first) }
        try world.world.world.removeStaff(first)
        #expect(throws: Refusal.self) { try world.decide(id, by: first) }
        #expect(try world.paid() == 0)
        try world.decide(id, by: second)
        #expect(try world.paid() == 500)
        #expect(throws: Refusal.self) { try world.decide(id, by: second) }
        try world.check()
    }

    @Test("what is guaranteed cannot be refused; a favour can, by one word, and is taken back")
    func refusal() throws {
        let guaranteed = try SettlingWorld([
            "/approval": SettlingWorld.approval(), "/model/tiers": SettlingWorld.tiers(500),
        ])
        let (staff, _) = try guaranteed.world.world.addStaff("Ina", [.finance])
        let id = try guaranteed.late("a")
        #expect(throws: Refusal.self) { try guaranteed.decide(id, by: staff, give: false) }
        #expect(try guaranteed.owed().count == 1)
        let favour = try SettlingWorld([
            "/approval": SettlingWorld.approval(), "/model/tiers": SettlingWorld.tiers(500, class: "discretionary"),
        ])
        let (other, _) = try favour.world.world.addStaff("Ina", [.finance])
        let late = try favour.late("a")
        try favour.decide(late, by: other, give: false)
        #expect(try favour.paid() == 0 && favour.owed().isEmpty)
        #expect(
            try favour.world.story(of: late).suffix(3) == [
                "approval.refused", "compensation.declined", "notice.queued",
            ])
        try favour.world.pass(.days(3))
        #expect(try favour.paid() == 0)
        try favour.check(isJudged: false)
    }

    // Budgets

    private func budgeted(
        _ limit: Int64, favours: JSON = "queue-in-order", class: JSON = "guaranteed"
    ) throws -> SettlingWorld {
        try SettlingWorld(
            [
                "/budgetRef": "monthly", "/model/tiers": SettlingWorld.tiers(500, class: `class`),
                "/payout/within": ["calendarDays": 60],
            ], budget: SettlingWorld.budget(limit, favours: favours))
    }

    /// So many requests of so many people, all late at once.
    private func batch(_ count: Int, in world: SettlingWorld) throws {
        for number in 0..<count { _ = try world.world.waiting("r\(number)", holder: "urn:p:\(number)") }
        try world.world.pass(SettlingWorld.target + Milliseconds(1))
    }

    @Test("3.1/22 a budget that ends in the middle of a batch delays the rest, told once, and the next month pays it")
    func exhaustedMidBatch() throws {
        let world = try budgeted(1000)
        try batch(5, in: world)
        #expect(try world.paid() == 1000 && world.owed().count == 3)
        #expect(try world.owed().allSatisfy { $0.why == "budget" })
        #expect(try world.types().count { $0 == "budget.warned" } == 3)
        try world.check()
        // The second of March is when they were late; nothing changes until the month does.
        try world.world.pass(.days(20))
        #expect(try world.paid() == 1000)
        try world.world.pass(.days(10))
        #expect(try world.paid() == 2000 && world.owed().count == 1)
        try world.check()
        try world.world.pass(.days(31))
        #expect(try world.paid() == 2500 && world.owed().isEmpty)
        try world.check(allowing: [.latePayment])
    }

    @Test("3.1/22 a raised limit in the middle of a batch pays on in the order of the deadlines")
    func raisedMidBatch() throws {
        var world = try budgeted(1000)
        try batch(5, in: world)
        let waiting = try world.owed().sorted { ($0.dueAt, $0.claimKey) < ($1.dueAt, $1.claimKey) }.map(\.claimKey)
        try world.publish(budget: SettlingWorld.budget(2000))
        try world.world.pass(.seconds(1))
        #expect(try world.paid() == 2000 && world.owed().map(\.claimKey) == [waiting[2]])
        try world.check()
    }

    @Test("3.1/22 a batch on both sides of a month's end spends of each month its own")
    func monthBoundary() throws {
        let world = try budgeted(500)
        // Two promises that end in the last seconds of March, two in the first of April.
        try world.world.pass(.days(29) + .hours(24) - .seconds(4))
        _ = try world.world.waiting("a", holder: ann)
        _ = try world.world.waiting("b", holder: ben)
        world.world.world.clock.advance(by: .seconds(3))
        let april = try [world.world.waiting("c"), world.world.waiting("d")].map(\.text)
        try world.world.pass(.hours(24) - .seconds(3) + Milliseconds(1))
        #expect(try world.paid() == 500 && world.owed().count == 1)
        try world.world.pass(.seconds(3))
        // Whoever waited since March comes first.
        #expect(try world.paid() == 1000 && Set(world.owed().map(\.request)) == Set(april))
        try world.check()
    }

    @Test("an award larger than the whole budget is the first payment of a month, and not owed for ever")
    func largerThanBudget() throws {
        let world = try budgeted(300)
        try batch(2, in: world)
        #expect(try world.paid() == 500 && world.owed().count == 1)
        try world.world.pass(.days(31))
        #expect(try world.paid() == 1000 && world.owed().isEmpty)
        try world.check()
    }

    @Test("a favour without room waits for its turn, or is declined, as the budget says", arguments: [true, false])
    func favours(queues: Bool) throws {
        let world = try budgeted(500, favours: queues ? "queue-in-order" : "stop", class: "discretionary")
        try batch(2, in: world)
        #expect(try world.paid() == 500 && world.owed().count == (queues ? 1 : 0))
        try world.check(isJudged: false)
        try world.world.pass(.days(31))
        #expect(try world.paid() == (queues ? 1000 : 500))
        try world.check(isJudged: false)
    }

    // Minimum, late payments

    @Test("3.1/21 too little is carried forward across months, and all of it is paid when it is enough")
    func minimum() throws {
        let world = try SettlingWorld([
            "/payout/minimum": ["unit": "PFC", "minor": 1000], "/payout/belowMinimum": "carry-forward",
            "/model/tiers": SettlingWorld.tiers(400),
        ])
        _ = try world.late("a")
        _ = try world.late("x", holder: ben)
        try world.world.pass(.days(40))
        _ = try world.late("b")
        #expect(try world.paid() == 0 && world.owed().count == 3)
        try world.check()
        try world.world.pass(.days(40))
        _ = try world.late("c")
        try world.world.pass(.seconds(1))
        #expect(try world.paid() == 1200 && world.owed().map(\.holder) == [ben])
        try world.check()
    }

    @Test("3.2/22 in whichever order a batch is paid, everybody gets the same while no favour waits for a budget")
    func permuted() throws {
        var expected: [String: Int64]?
        // Another seed gives other identifiers, and by these a batch of one instant is ordered.
        for seed in 1...6 as ClosedRange<UInt64> {
            let world = try SettlingWorld(
                ["/caps": Self.cap("user", 1200), "/model/tiers": SettlingWorld.tiers(500)], seed: seed)
            for number in 0..<12 { _ = try world.world.waiting("ask \(number)", holder: "urn:x:\(number % 4)") }
            let order = try world.world.rows(RequestRecord.self).map(\.holder)
            #expect(order != order.sorted())
            try world.world.pass(SettlingWorld.target + Milliseconds(1))
            let given = try Dictionary(grouping: world.world.rows(PaymentRecord.self), by: \.holder)
                .mapValues { $0.reduce(0) { $0 + $1.minor } }
            #expect(given.values.allSatisfy { $0 == 1200 } && given.count == 4, "\(given)")
            #expect(expected ?? given == given)
            expected = given
            try world.check()
        }
    }

    @Test("3.1/28 somebody who is erased is paid first what was carried forward")
    func erasedWithPot() throws {
        let world = try SettlingWorld([
            "/payout/minimum": ["unit": "PFC", "minor": 1000], "/payout/belowMinimum": "carry-forward",
            "/model/tiers": SettlingWorld.tiers(400),
        ])
        let id = try world.late("a")
        try world.world.world.perform(.cancel(note: nil), on: id, of: world.world.tenant, key: "c")
        try world.world.world.erase([ann], of: world.world.tenant)
        #expect(try world.paid() == 400 && world.owed().isEmpty)
        #expect(try world.world.story(of: id).suffix(3) == ["compensation.paid", "notice.queued", "subject.erased"])
        try world.check()
    }

    @Test("3.1/28 nobody is erased while something is owed to them")
    func erasedWhileOwed() throws {
        let world = try SettlingWorld(["/approval": SettlingWorld.approval(), "/model/tiers": SettlingWorld.tiers(500)])
        let id = try world.late("a")
        try world.world.world.perform(.cancel(note: nil), on: id, of: world.world.tenant, key: "c")
        #expect(throws: Refusal.self) { try world.world.world.erase([ann], of: world.world.tenant) }
        try world.world.pass(.hours(2))
        try world.world.world.erase([ann], of: world.world.tenant)
        try world.check(allowing: [.latePayment])
    }

    @Test("a payment that comes late gives what the policy says for that, once, and that is never late itself")
    func latePayment() throws {
        let world = try SettlingWorld(["/payout/ifLate": [SettlingWorld.credit(300)]])
        _ = try world.world.waiting("a")
        // Asleep over the first two tiers and their hour.
        try world.world.pass(.hours(24 + 4 + 2))
        #expect(try world.paid() == 1300)
        #expect(try world.types().count { $0 == "compensation.late" } == 1)
        try world.check(allowing: [.latePayment, .lateBreach])
        try world.world.pass(.days(9))
        #expect(try world.paid() == 4300)
        #expect(try world.types().count { $0 == "compensation.late" } == 1)
        try world.check(allowing: [.latePayment, .lateBreach])
    }

    @Test("what waits for people past its deadline is told as late at once, and gives what that gives")
    func lateWhileWaiting() throws {
        let world = try SettlingWorld([
            "/payout/ifLate": [SettlingWorld.credit(300)], "/model/tiers": SettlingWorld.tiers(500),
            "/approval": SettlingWorld.approval(),
        ])
        _ = try world.late("a")
        try world.world.pass(.hours(1))
        #expect(try world.types().contains("compensation.late"))
        try world.check(allowing: [.latePayment])
        try world.world.pass(.hours(3))
        #expect(try world.paid() == 800 && world.owed().isEmpty)
        try world.check(allowing: [.latePayment])
    }
}
