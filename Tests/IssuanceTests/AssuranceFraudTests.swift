import CanonicalJSON
import Issuance
import Settlement
import Temporal
import Testing

/// What an operator may do to further checks, who then signs the whole log again: the recomputation, which shares
/// nothing with the engine, finds it.
@Suite("A dishonest operator of further checks is found out")
struct AssuranceFraudTests {
    /// One upgraded, one not passed, one that nobody checked yet.
    private func forger() throws -> Forger {
        let it = try AssuranceWorld()
        let ids = try (1...3).map { try it.issued("ask \($0)", holder: "urn:example:person:\($0)") }
        try it.check(ids[0])
        try it.check(ids[1], failed: "not-confirmed", key: "2")
        try it.world.pass(.hours(3))
        return try Forger(it.world)
    }

    static let frauds: [Fraud] = [
        Fraud("owe it and post nothing", .missedPayment) { forger in
            forger.drop("compensation.post", Self.place(of: "assurance-upgrade", 2, forger))
        },
        Fraud("post it twice", .doublePayment) {
            $0.repeat("compensation.post", Self.place(of: "assurance-upgrade", 2, $0))
        },
        Fraud("call it a credit", .malformedEntry) { forger in
            forger.change("compensation.post", Self.place(of: "assurance-upgrade", 2, forger)) {
                $0["benefitType"] = "a smile"
            }
        },
        Fraud("mark it upgraded without a check", .wrongUpgrade) { $0.drop("assurance.checked", 0) },
        Fraud("sign again after a check that was not passed", .wrongUpgrade) { forger in
            forger.change("assurance.checked", 0) {
                $0["result"] = "failed"
                $0["reason"] = "not-confirmed"
            }
        },
        Fraud("pass the check and sign nothing", .missedUpgrade) { $0.drop("credential.upgraded", 0) },
        Fraud("sign later than the check", .wrongUpgrade) { forger in
            let place = forger.drafts.firstIndex { $0.type == "credential.upgraded" } ?? 0
            for index in forger.drafts.indices[place...] { forger.drafts[index].t += 1 }
        },
        Fraud("name another check", .wrongUpgrade) { forger in
            forger.change("credential.upgraded") { $0["check"] = 1 }
        },
        Fraud("upgrade what is not owed", .wrongCheck) { forger in
            forger.drop("compensation.post", Self.place(of: "assurance-upgrade", 0, forger))
        },
        Fraud("upgrade twice", .wrongUpgrade) { $0.repeat("credential.upgraded") },
        Fraud("check twice", .wrongCheck) { $0.repeat("assurance.checked", 1) },
        Fraud("leave the old status as it was", .wrongUpgrade) { forger in
            forger.change("credential.upgraded") { $0["purpose"] = "message" }
        },
        Fraud("revoke somebody else's instead", .wrongUpgrade) { forger in
            forger.change("credential.upgraded") { $0["former"] = .integer(($0["former"]?.integerValue ?? 0) + 2) }
        },
        Fraud("say a higher level than was promised", .wrongUpgrade) { forger in
            forger.change("credential.upgraded") { $0["level"] = "high" }
        },
        Fraud("check for another level", .wrongCheck) { forger in
            forger.change("assurance.checked", 1) { $0["level"] = "high" }
        },
        Fraud("let somebody check who is not there", .notPermitted) { forger in
            forger.change("assurance.checked", 1) { $0["by"] = "0123456789abcdef" }
        },
        Fraud("let somebody check who had to do with the request", .wrongCheck) { forger in
            let by = forger.drafts.first { $0.type == "assurance.checked" }?.facts["by"] ?? ""
            let offer: JSONObject = [
                "offer": 1, "by": by, "benefit": 0, "reason": "delay", "channel": "phone",
                "grant": ["benefitType": "credit", "unit": "PFC", "minor": 1],
            ]
            forger.insert(behind: "credential.issued", 0, "offer.made", offer)
        },
        Fraud("check before there is a credential", .wrongCheck) { forger in
            let check = forger.drafts.firstIndex { $0.facts["result"] == "failed" } ?? 0
            let issued =
                forger.drafts.firstIndex { $0.rid == forger.drafts[check].rid && $0.type == "credential.issued" } ?? 0
            var draft = forger.drafts.remove(at: check)
            draft.t = forger.drafts[issued].t
            forger.drafts.insert(draft, at: issued)
        },
    ]

    static let ofCredentials: [Fraud] = [
        Fraud("sign with a key that nobody knows", .unknownKey) { forger in
            forger.change("credential.upgraded") { $0["key"] = "did:key:z6Mk#z6Mk" }
        },
        Fraud("tell nobody of it", .missingNotice) { forger in
            forger.drafts.removeAll { $0.facts["notice"] == "upgraded" }
        },
        Fraud("tell nobody that it was not passed", .missingNotice) { forger in
            forger.drafts.removeAll { $0.facts["notice"] == "check-failed" }
        },
        Fraud("issue again instead of upgrading", .entryAfterEnd) { forger in
            let place = forger.drafts.firstIndex { $0.type == "credential.upgraded" } ?? 0
            forger.drafts[place].type = "credential.issued"
            forger.drafts[place].facts = [
                "key": forger.drafts[place].facts["key"] ?? "",
                "securing": forger.drafts[place].facts["securing"] ?? "",
            ]
        },
    ]

    /// Which `compensation.post` is the n-th of a type.
    private static func place(of type: String, _ index: Int, _ forger: Forger) -> Int {
        let posts = forger.drafts.filter { $0.type == "compensation.post" }
        return posts.indices.filter { posts[$0].facts["benefitType"] == .string(type) }[index]
    }

    @Test("whatever they do", arguments: frauds + ofCredentials)
    func fraud(_ fraud: Fraud) throws { try fraud.expectFound(from: forger()) }

    @Test("an honest one is not: what is owed and what became of it is counted")
    func honest() throws {
        let report = try forger().report()
        #expect(report.verdict == .settled)
        #expect(report.upgrades == ["owed": 3, "open": 1, "done": 1, "waived": 1, "void": 0])
    }
}
