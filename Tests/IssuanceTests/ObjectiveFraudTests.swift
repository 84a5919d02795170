import CanonicalJSON
import Issuance
import Settlement
import Temporal
import Testing

/// What an operator may do to promises of news and decisions, who then signs the whole log again: the recomputation,
/// which shares nothing with the engine, finds it.
@Suite("A dishonest operator of promises is found out")
struct ObjectiveFraudTests {
    /// News that comes late once and is then missed twice; four hours a period, the first news within two.
    private func forger() throws -> Forger {
        let world = try ObjectivesWorld()
        let id = try world.ask()
        for length in 1...13 { try world.go(to: .hours(Int64(length)) + Milliseconds(1)) }
        try world.perform(.update(note: "soon"), id, key: "news")
        try world.go(to: .hours(15))
        return try Forger(world.world)
    }

    static let ofBreaches: [Fraud] = [
        Fraud("drop the breach of the first news", .missedBreach) { $0.drop("sla.breach", 0) },
        Fraud("drop the last missed update", .missedBreach) { $0.drop("sla.breach", 3) },
        Fraud("write a breach twice", .duplicateBreach) { $0.repeat("sla.breach", 0) },
        Fraud("give more time in the breach", .wrongDeadline) { forger in
            forger.change("sla.breach", 0) { $0["dueAt"] = .integer(($0["dueAt"]?.integerValue ?? 0) + 1) }
        },
        Fraud("call a missed update the first", .duplicateBreach) { forger in
            forger.change("sla.breach", 2) { $0["ordinal"] = 0 }
        },
        Fraud("leave one out and count on", .breachTooEarly) { forger in
            forger.change("sla.breach", 2) { $0["ordinal"] = 5 }
        },
        Fraud("break a promise that was never made", .breachTooEarly) { forger in
            forger.change("sla.breach", 0) {
                $0["objective"] = "claim-decision"
                $0["ordinal"] = 1
            }
        },
        Fraud("name another service level", .wrongPolicy) { forger in
            forger.change("sla.breach", 0) { facts in
                facts["serviceLevel"] = .string("sha256:" + String(repeating: "0", count: 64))
            }
        },
        Fraud("say it early", .breachTooEarly) { forger in
            let place = forger.drafts.firstIndex { $0.type == "sla.breach" } ?? 0
            forger.drafts[place].t -= 1
        },
        Fraud("say it late", .lateBreach) { forger in
            let place = forger.drafts.indices.filter { forger.drafts[$0].type == "sla.breach" }[3]
            for index in forger.drafts.indices[place...] { forger.drafts[index].t += 2 * 3_600_000 }
        },
        Fraud("tell nobody", .missingNotice) { forger in forger.drafts.removeAll { $0.type == "notice.queued" } },
    ]

    static let ofPayments: [Fraud] = [
        Fraud("drop a payment", .missedPayment) { $0.drop("compensation.post", 6) },
        Fraud("drop a payment that was topped up", .wrongAmount) { $0.drop("compensation.post", 0) },
        Fraud("pay twice", .doublePayment) { $0.repeat("compensation.post", 0) },
        Fraud("pay one less", .wrongAmount) { forger in
            forger.change("compensation.post", 0) { $0["minor"] = 99 }
        },
        Fraud("pay the missed update as another", .wrongClaimKey) { forger in
            forger.change("compensation.post", 4) { $0["ordinal"] = 0 }
        },
        Fraud("pay by the policy of another promise", .wrongPolicy) { forger in
            let other = forger.drafts.filter { $0.type == "compensation.post" }[1].facts["compensation"]
            forger.change("compensation.post", 0) { $0["compensation"] = other }
        },
        Fraud("pay into another wallet", .wrongJournal) { forger in
            forger.change("compensation.post", 0) { facts in
                let text = facts["journal"].map { $0.canonicalString.replacing("wallet:", with: "wallet:0") } ?? ""
                facts["journal"] = try? JSON(parsing: Array(text.utf8))
            }
        },
        Fraud("let credits end sooner", .wrongCreditWindow) { forger in
            forger.change("compensation.post", 0) { $0["until"] = .integer(($0["until"]?.integerValue ?? 0) - 1) }
        },
        Fraud("pay before the breach", .missedBreach) { forger in
            let places = forger.drafts.indices.filter { forger.drafts[$0].rid != nil }
            let breach = places.first { forger.drafts[$0].type == "sla.breach" } ?? 0
            let post = places.first { forger.drafts[$0].type == "compensation.post" } ?? 0
            let draft = forger.drafts.remove(at: post)
            forger.drafts.insert(draft, at: breach)
        },
        Fraud("pay for a promise that nobody broke", .paidWithoutBreach) { forger in
            forger.change("compensation.post", 0) {
                $0["objective"] = "acknowledge"
                $0["ordinal"] = 0
            }
        },
        Fraud("invent news", .breachTooEarly) { forger in
            forger.insert(behind: "request.accepted", 0, "request.updated", [:])
        },
        Fraud("move news to before what was missed", .missedBreach) { forger in
            let news = forger.drafts.firstIndex { $0.type == "request.updated" } ?? 0
            let breach = forger.drafts.indices.filter { forger.drafts[$0].type == "sla.breach" }[3]
            var draft = forger.drafts.remove(at: news)
            draft.t = forger.drafts[breach].t
            forger.drafts.insert(draft, at: breach)
        },
    ]

    @Test("whatever they do", arguments: ofBreaches + ofPayments)
    func fraud(_ fraud: Fraud) throws {
        let honest = try forger()
        #expect(try honest.report().verdict == .settled)
        try fraud.expectFound(from: honest)
    }
}
