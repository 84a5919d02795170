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

/// What an operator may do to causes, shares, revisions and refunds, who then signs the whole log again.
@Suite("A dishonest operator of models is found out")
struct ModelFraudTests {
    /// Half of everything for a change of our own; shares of a price of 10.01, credits, issuances.
    private static func world() throws -> SettlingWorld {
        func tier(_ over: JSON, _ num: Int64, _ credits: Int64, _ issuances: Int64) -> JSON {
            [
                "over": over,
                "benefits": [
                    ["type": "cash-refund", "class": "guaranteed", "shareOfPrice": ["num": .integer(num), "den": 4]],
                    [
                        "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": .integer(credits)],
                        "expires": ["calendarDays": 90],
                    ],
                    [
                        "type": "free-issuance", "class": "guaranteed",
                        "amount": ["unit": "ISSUANCES", "minor": .integer(issuances)],
                    ],
                ],
            ]
        }
        let world = try SettlingWorld([:])
        let (acme, from) = (world.world.tenant.text, "2026-03-20T00:00:00Z")
        let changes: [String: JSON] = [
            "/metadata/tenant": .string(acme), "/metadata/effectiveFrom": .string(from), "/metadata/id": "shares",
            "/spec/model": [
                "kind": "tiered", "tiers": [tier("deadline", 1, 101, 1), tier(["elapsed": "PT4H"], 4, 404, 3)],
            ],
            "/spec/eligibility/causes": [
                ["cause": "deploy", "treat": ["num": 1, "den": 2], "reason": ["en": "We changed something."]]
            ], "/spec/rounding": ["mode": "half-even", "quantumMinor": 1], "/spec/caps": [],
        ]
        let level = try JSON(parsing: DefaultPolicies.documents[0])
        try world.world.world.publish(
            level.replacing("/metadata/tenant", by: .string(acme))
                .replacing("/metadata/effectiveFrom", by: .string(from)))
        var document = try JSON(parsing: DefaultPolicies.documents[1])
        for (pointer, value) in changes { document = document.replacing(pointer, by: value) }
        try world.world.world.publish(document)
        world.world.world.clock.advance(by: .days(40))
        try world.world.openIncidents(at: 1)
        var body = requestBody(review: "manual").objectValue ?? [:]
        body["price"] = ["unit": "EUR", "minor": 1001]
        try world.world.world.request(.object(body), from: world.world.tenant, key: "ask")
        try world.world.tend(after: .hours(24) + .minutes(20))
        let incident = try world.world.incidents()[0].id
        try world.world.act(.classify, on: incident, ["cause": "deploy", "confidence": 90])
        try world.world.tend(after: .hours(4) + .minutes(10))
        try world.world.act(.classify, on: incident, ["cause": "unknown", "confidence": 90])
        try world.world.tend(after: .minutes(100))
        let refund = try world.world.rows(RefundRecord.self).sorted { $0.minor < $1.minor }[0]
        try settle(refund.claimKey, in: world)
        return world
    }

    private static func settle(_ claimKey: String, in world: SettlingWorld) throws {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Answer, any Error>?>(nil)
        world.service.settleRefund(claimKey) { answer in
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        _ = try result.withLock { $0 }?.get()
    }

    @Test(
        "A10 an honest life: half for a deploy, the difference when the cause turns out another, a refund paid out once"
    )
    func honest() throws {
        let world = try Self.world()
        let posts = try world.world.entries("compensation.post").compactMap(\.objectValue).map { entry in
            let facts = entry["facts"] ?? .null
            return "\(facts["benefitType"]?.stringValue ?? "") \(facts["minor"]?.integerValue ?? 0) "
                + "\(facts["revision"]?.integerValue ?? 0)"
        }
        #expect(
            posts == [
                "cash-refund 250 0", "credit 101 0", "free-issuance 1 0", "cash-refund 250 0", "credit 101 0",
                "free-issuance 1 0", "cash-refund 501 1", "credit 202 1", "free-issuance 1 1",
            ])
        #expect(throws: Refusal.self) {
            let settled = try world.world.rows(RefundRecord.self).first { $0.settledAt != nil }
            try Self.settle(settled?.claimKey ?? "", in: world)
        }
        #expect(throws: Refusal.self) { try Self.settle(String(repeating: "0", count: 64), in: world) }
        let waiting = try world.service.refunds(withSettled: false)["refunds"]?.arrayValue ?? []
        #expect(waiting.count == 2)
        #expect(try world.service.refunds(withSettled: true)["refunds"]?.arrayValue?.count == 3)
        let credits = try world.service.credits(of: "urn:example:person:1", at: world.world.tenant)
        #expect(credits["balance"] == ["ISSUANCES": 3, "PFC": 404])
        let balance = try world.world.rows(JournalLineRecord.self).filter { $0.account == "cash:clearing" }
        #expect(balance.reduce(0) { $0 + $1.minor } == -751, "what was given back and has not left")
        try world.world.check(allowing: [])
    }

    static let frauds: [Fraud] = [
        Fraud("one unit less", .wrongAmount, .wrongJournal) { forger in
            forger.change("compensation.post", 3) { $0["minor"] = 249 }
        },
        Fraud("one unit more", .wrongAmount, .wrongJournal) { forger in
            forger.change("compensation.post", 4) { $0["minor"] = 102 }
        },
        Fraud("a worse cause than was known", .doublePayment) { forger in
            forger.change("incident.classified", 1) { $0["cause"] = "deploy" }
        },
        Fraud("a better cause than was known", .wrongAmount) { forger in
            forger.change("incident.classified") { $0["cause"] = "unknown" }
        },
        Fraud("the difference is not paid", .missedPayment) { $0.drop("compensation.post", 8) },
        Fraud("the difference is paid twice", .doublePayment) { $0.repeat("compensation.post", 8) },
        Fraud("another revision", .wrongAmount, .wrongClaimKey) { forger in
            forger.change("compensation.post", 7) { $0["revision"] = 2 }
        },
        Fraud("a revision that is none", .wrongAmount, .wrongClaimKey) { forger in
            forger.change("compensation.post", 1) { $0["revision"] = 1 }
        },
        Fraud("a smaller price", .wrongAmount) { forger in
            forger.change("request.accepted") { $0["price"] = ["unit": "EUR", "minor": 999] }
        },
        Fraud("no price", .wrongAmount) { forger in forger.change("request.accepted") { $0["price"] = nil } },
        Fraud("another currency", .wrongAmount, .wrongJournal) { forger in
            forger.change("compensation.post") { $0["unit"] = "USD" }
        },
        Fraud("another type", .wrongAmount, .wrongJournal) { forger in
            forger.change("compensation.post") { $0["benefitType"] = "fee-waiver" }
        },
        Fraud("a weaker policy", .policyHashMismatch) { forger in
            let last = forger.drafts.filter { $0.type == "policy.published" }.count - 1
            forger.change("policy.published", last) { facts in
                facts["document"] = facts["document"]?.replacing(
                    "/spec/model/tiers/1/benefits/0/shareOfPrice/num", by: 3)
            }
        },
        Fraud("the refund stays at home", .wrongJournal) { forger in
            forger.change("compensation.post") { facts in
                let text = facts["journal"].map { $0.canonicalString.replacing("cash:clearing", with: "revenue") }
                facts["journal"] = try? JSON(parsing: Array((text ?? "").utf8))
            }
        },
        Fraud("the refund is paid out twice", .wrongRefund) { $0.repeat("refund.settled") },
        Fraud("less is paid out", .wrongRefund) { forger in forger.change("refund.settled") { $0["minor"] = 1 } },
        Fraud("money leaves for nothing", .wrongRefund) { forger in
            forger.change("refund.settled") { $0["claimKey"] = .string(String(repeating: "0", count: 64)) }
        },
        Fraud("issuances that end", .wrongCreditWindow) { forger in
            forger.change("compensation.post", 2) { $0["until"] = $0["from"] }
        },
    ]

    @Test("whatever the fraud", arguments: frauds)
    func found(_ fraud: Fraud) throws {
        try fraud.expectFound(from: Forger(Self.world()))
    }
}
