import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("The way from what a policy gives to the wallet")
struct SettlingTests {
    private static let now = Instant(milliseconds: 1_800_000_000_000)

    static func terms(_ changes: [String: JSON] = [:]) throws -> SettlingTerms {
        var spec: JSON = [
            "caps": [], "payout": ["within": ["elapsed": "PT1H"]], "reversal": ["reasons": [], "take": "never"],
        ]
        for (pointer, value) in changes.sorted(by: { $0.key < $1.key }) { spec = spec.replacing(pointer, by: value) }
        var reader = try ObjectReader(spec)
        let terms = try SettlingTerms(&reader)
        try reader.finish()
        return terms
    }

    private static func cap(_ scope: JSON, _ minor: Int64, _ overflow: JSON = "truncate") -> JSON {
        ["scope": scope, "limit": ["unit": "PFC", "minor": .integer(minor)], "overflow": overflow]
    }

    private static let approval: JSON = [
        [
            "when": ["all": []], "approvers": 2, "roles": ["finance"], "within": ["elapsed": "PT2H"],
            "onTimeout": "grant",
        ]
    ]

    private func credits(_ minor: Int64) -> Amount { Amount(minor, .pocketFitCredits) }

    // Refusals

    static let refusals: [(String, JSON, String)] = [
        ("/caps", [cap("person", 5)], "/caps/0/scope"),
        ("/caps", [cap("user", 0)], "/caps/0/limit/minor"),
        ("/caps", [cap("user", 5), cap("user", 6)], "/caps/1"),
        ("/caps", [cap("user", 5, "needs-approval")], "/caps"),
        ("/caps", [cap("user", 5, "drop")], "/caps/0/overflow"),
        ("/caps", [cap("user", 5).replacing("/window", by: "P7D")], "/caps/0/window"),
        ("/caps", [cap("request", 5).replacing("/window", by: "P1D")], "/caps/0/window"),
        ("/caps", [cap("request", 5, "needs-approval")], "/caps/0/overflow"),
        ("/caps", [cap("user", 5).replacing("/note", by: "x")], "/caps/0/note"),
        ("/approval", approval.replacing("/0/approvers", by: 0), "/approval/0/approvers"),
        ("/approval", approval.replacing("/0/approvers", by: 6), "/approval/0/approvers"),
        ("/approval", approval.replacing("/0/roles", by: []), "/approval/0/roles"),
        ("/approval", approval.replacing("/0/roles", by: ["finance", "finance"]), "/approval/0/roles/1"),
        ("/approval", approval.replacing("/0/roles", by: ["king"]), "/approval/0/roles/0"),
        ("/approval", approval.replacing("/0/onTimeout", by: "escalate"), "/approval/0/onTimeout"),
        ("/approval", approval.replacing("/0/joining", by: ["num": 3, "den": 2]), "/approval/0/joining/num"),
        ("/approval", approval.replacing("/0/joining", by: ["num": -1, "den": 2]), "/approval/0/joining/num"),
        ("/approval", approval.replacing("/0/joining", by: ["num": 0, "den": 0]), "/approval/0/joining/den"),
        ("/approval", approval.replacing("/0/joining", by: ["num": 1]), "/approval/0/joining/den"),
        ("/approval", approval.replacing("/0/joining", by: ["num": 1, "den": 2, "of": 1]), "/approval/0/joining/of"),
        ("/approval", approval.replacing("/0/joining", by: "1/2"), "/approval/0/joining"),
        ("/approval", approval.replacing("/0/onTimeout", by: "refuse"), "/approval/0/onTimeout"),
        ("/approval", approval.replacing("/0/within", by: ["business": "PT1H"]), "/approval/0/within"),
        ("/budgetRef", "Monthly", "/budgetRef"),
        ("/payout/minimum", ["unit": "PFC", "minor": 0], "/payout/minimum/minor"),
        ("/payout/minimum", ["unit": "PFC", "minor": 5], "/payout/belowMinimum"),
        ("/payout/belowMinimum", "carry-forward", "/payout/belowMinimum"),
        ("/payout/ifLate", [["type": "apology", "class": "discretionary"]], "/payout/ifLate/0"),
        ("/reversal/take", "all", "/reversal/take"),
        ("/reversal/take", "unspent-only", "/reversal/take"),
        ("/reversal/reasons", ["fraud"], "/reversal/take"),
        ("/reversal/reasons", ["mood"], "/reversal/reasons/0"),
        ("/reversal/window", ["calendarDays": 9], "/reversal/window"),
    ]

    @Test("is refused, with the place, where it says what is not kept", arguments: refusals)
    func refuses(pointer: String, value: JSON, place: String) {
        do {
            _ = try Self.terms([pointer: value])
            Issue.record("\(pointer) was read")
        } catch {
            #expect((error as? JSONShapeError)?.pointer.description == place, "\(error)")
        }
    }

    @Test("no change of one byte makes the parser fail otherwise than it should")
    func fuzz() throws {
        let whole: JSON = [
            "budgetRef": "monthly", "caps": [Self.cap("user", 5), Self.cap("tenant", 9, "needs-approval")],
            "approval": Self.approval,
            "payout": [
                "within": ["elapsed": "PT1H"], "minimum": ["unit": "PFC", "minor": 5], "belowMinimum": "carry-forward",
            ], "reversal": ["reasons": ["fraud"], "take": "unspent-only", "window": ["calendarDays": 9]],
        ]
        let bytes = whole.canonicalBytes
        var random = SeededRandom(seed: 5)
        var read = 0
        for _ in 0..<2000 {
            var changed = bytes
            changed[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 32...126, using: &random)
            guard let json = try? JSON(parsing: changed), var reader = try? ObjectReader(json) else { continue }
            do throws(JSONShapeError) {
                _ = try SettlingTerms(&reader)
                read += 1
            } catch {
                #expect(!error.problem.isEmpty)
            }
        }
        #expect(read > 0)
    }

    // Caps

    @Test("a cap leaves what it exceeds the sum by; caps take in the order user, incident, tenant, each from the rest")
    func caps() throws {
        let terms = try Self.terms([
            "/caps": [Self.cap("tenant", 90), Self.cap("user", 100), Self.cap("incident", 95)]
        ])
        #expect(terms.caps.map(\.scope) == [.user, .incident, .tenant] && terms.places == [1, 2, 0])
        func takes(_ minor: Int64, _ given: [Int: Int64]) -> [String] {
            var facts = SettlingFacts(now: Self.now)
            facts.given = given
            return terms.dispose(credits(minor), .guaranteed, facts).takes.map { "\($0.rule) \($0.minor)" }
        }
        #expect(takes(90, [:]) == [])
        #expect(takes(91, [:]) == ["caps/0 1"])
        #expect(takes(120, [:]) == ["caps/1 20", "caps/2 5", "caps/0 5"])
        #expect(takes(10, [0: 90]) == [] && takes(11, [0: 90]) == ["caps/1 1"])
        #expect(takes(10, [0: 500]) == ["caps/1 10"])
        let days = terms.dispose(Amount(500, .days), .guaranteed, SettlingFacts(now: Self.now))
        #expect(days.takes.isEmpty && days.outcome == .post)
    }

    @Test("nothing is left, and nothing waits, when caps take all")
    func nothing() throws {
        let terms = try Self.terms(["/caps": [Self.cap("user", 5)], "/approval": Self.approval])
        var facts = SettlingFacts(now: Self.now)
        (facts.given, facts.approvalRule) = ([0: 5], 0)
        #expect(terms.dispose(credits(7), .guaranteed, facts).outcome == .nothing)
    }

    // Waits

    @Test("holds up by review, approval, minimum and budget in this order, and a wait that ended does not come again")
    func order() throws {
        let terms = try Self.terms([
            "/approval": Self.approval, "/payout/minimum": ["unit": "PFC", "minor": 100],
            "/payout/belowMinimum": "carry-forward", "/budgetRef": "b",
        ])
        var facts = SettlingFacts(now: Self.now)
        (facts.isHeld, facts.approvalRule) = (true, 0)
        facts.budget = BudgetRoom(
            limit: 10, spent: 5, isQueued: false, periodEnd: Self.now + .days(3), queuesFavours: true)
        func why(_ after: Wait.Why?) -> Wait.Why? {
            terms.firstWait(of: credits(50), .guaranteed, facts, after: after)?.why
        }
        #expect(why(nil) == .hold && why(.hold) == .approval && why(.approval) == .minimum && why(.minimum) == .budget)
        #expect(terms.firstWait(of: credits(50), .guaranteed, facts, after: .hold)?.until == Self.now + .hours(2))
        facts.pot = 50
        #expect(why(.approval) == .budget)
        facts.budget = nil
        #expect(why(.approval) == nil && why(.budget) == nil)
        #expect(terms.dispose(credits(50), .guaranteed, facts).outcome == .owe(Wait(.hold)))
    }

    @Test("a favour without room is declined where the budget says so; a debt never is", arguments: [true, false])
    func favours(queues: Bool) throws {
        let terms = try Self.terms(["/budgetRef": "b"])
        var facts = SettlingFacts(now: Self.now)
        facts.budget = BudgetRoom(
            limit: 10, spent: 5, isQueued: false, periodEnd: Self.now, queuesFavours: queues)
        let favour = terms.dispose(credits(6), .discretionary, facts).outcome
        #expect(favour == (queues ? .owe(Wait(.budget, until: Self.now)) : .decline(rule: "budget")))
        #expect(terms.dispose(credits(6), .guaranteed, facts).outcome == .owe(Wait(.budget, until: Self.now)))
        #expect(terms.dispose(credits(5), .guaranteed, facts).outcome == .post)
    }

    @Test("3.1/21 overflow at 2^63: sums that leave Int64 are over every limit, and trap nothing")
    func overflow() {
        let room = BudgetRoom(limit: .max, spent: .max, isQueued: false, periodEnd: Self.now, queuesFavours: true)
        #expect(!room.allows(1))
        let first = BudgetRoom(limit: 1, spent: 0, isQueued: false, periodEnd: Self.now, queuesFavours: true)
        #expect(first.allows(.max))
        let queued = BudgetRoom(limit: .max, spent: 0, isQueued: true, periodEnd: Self.now, queuesFavours: true)
        #expect(!queued.allows(1))
    }

    // Budgets

    static let budget: JSON = [
        "apiVersion": "punctual/v1", "kind": "Budget",
        "metadata": [
            "id": "monthly", "version": 1, "tenant": "acme", "effectiveFrom": "2026-01-01T00:00:00Z",
            "title": ["en": "Monthly"],
        ],
        "spec": [
            "period": "P1M", "timeZone": "UTC",
            "limits": [["unit": "PFC", "minor": 500], ["unit": "EUR", "minor": 20]],
            "warnAt": [["num": 1, "den": 2], ["num": 4, "den": 5]],
            "onExhausted": ["guaranteed": "accrue-liability-and-escalate", "discretionary": "queue-in-order"],
        ],
    ]

    static let budgetRefusals: [(String, JSON?, String)] = [
        ("/spec/period", "P1W", "/spec/period"), ("/spec/limits", [], "/spec/limits"),
        ("/spec/limits/0/minor", 0, "/spec/limits/0/minor"), ("/spec/limits/1/unit", "PFC", "/spec/limits/1"),
        ("/spec/limits/0/unit", "gold", "/spec/limits/0/unit"),
        ("/spec/warnAt/0/num", 3, "/spec/warnAt/0/den"), ("/spec/warnAt/0/num", 0, "/spec/warnAt/0/num"),
        ("/spec/warnAt/1", ["num": 2, "den": 4], "/spec/warnAt/1"),
        ("/spec/onExhausted/guaranteed", "cancel", "/spec/onExhausted/guaranteed"),
        ("/spec/onExhausted/discretionary", "drop", "/spec/onExhausted/discretionary"),
        ("/spec/timeZone", "Mars/Olympus", "/spec/tzdata"), ("/spec/timeZone", "-", "/spec/timeZone"),
        ("/spec/tzdata", ["release": "2025b", "sha256": "00"], "/spec/tzdata"),
        ("/spec/onExhausted", nil, "/spec/onExhausted"),
        ("/spec/note", "x", "/spec/note"),
    ]

    @Test("a budget that may cancel a debt is refused, with the place", arguments: budgetRefusals)
    func budgetRefuses(pointer: String, value: JSON?, place: String) throws {
        let document = try PolicyDocument(Self.budget.replacing(pointer, by: value))
        let error = #expect(throws: PolicyError.self) { try Budget(document) }
        #expect(error?.pointer.description == place, "\(pointer): \(error?.description ?? "was read")")
    }

    @Test("a budget is read, and a part of it is reached from its amount on")
    func budgetReads() throws {
        let budget = try Budget(PolicyDocument(Self.budget))
        #expect(budget.limit(of: .pocketFitCredits) == 500 && budget.limit(of: .days) == nil && budget.queuesFavours)
        let half = try #require(budget.warnAt.first)
        #expect(!half.isReached(by: 249, of: 500) && half.isReached(by: 250, of: 500))
        #expect(half.isReached(by: .max, of: .max) && Budget.Ratio.whole.isReached(by: .max, of: .max))
    }
}
