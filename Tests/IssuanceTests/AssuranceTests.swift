import CanonicalJSON
import Cryptography
import Issuance
import Simulation
import StatusLists
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Verification

/// Rules 74 to 76 of the page "A further check", and A5 of the articles: the check is really made.
@Suite("A further check")
struct AssuranceTests {
    private func verdicts(_ evidence: [JSON], _ world: World, lists: [JSON] = []) throws -> [Verdict] {
        var trust = Trust(at: world.world.clock.now)
        let first = try JSON(parsing: world.rows(EntryRecord.self)[0].body)
        trust.logKeys = [try VerifierKey(vkey: first["facts"]?["logKey"]?.stringValue ?? "")]
        trust.mayLackStatusList = lists.isEmpty
        let all = try (evidence + lists).map { try Evidence($0) }
        return Verifier(trust: trust).verify(all)
    }

    private func check(_ name: Check.Name, _ verdict: Verdict) -> Check? {
        verdict.checks.first { $0.name == name }
    }

    @Test("A5 a late credential is owed one, somebody makes it, it is signed again, and a verifier sees the evidence")
    func life() throws {
        let it = try AssuranceWorld()
        let id = try it.late()
        #expect(try it.upgrade(id)?["state"] == "open")
        #expect(try it.upgrade(id)?["waitsFor"] == "credential")
        try it.approve(id)
        #expect(try it.upgrade(id)?["waitsFor"] == "check")
        let former = try #require(try it.credential(id))
        let stopped = try it.world.rows(RequestRecord.self)[0].stoppedAt
        let answer = try it.check(id)
        #expect(answer.body["state"] == "done" && answer.body["level"] == "substantial")
        let new = try #require(try it.credential(id))
        #expect(new["id"] != former["id"] && new["credentialStatus"] != former["credentialStatus"])
        #expect(new["evidence"]?.arrayValue?.count == 1 && former["evidence"] == nil)
        #expect(try it.upgrade(id)?["state"] == "done")
        #expect(
            try it.world.story(of: id).suffix(4)
                == ["credential.issued", "assurance.checked", "credential.upgraded", "notice.queued"])
        // 3.1/14: the first availability counts, and once.
        let record = try it.world.rows(RequestRecord.self)[0]
        #expect(record.stoppedAt == stopped && record.state == .available && record.assessAt == nil)
        try it.world.pass(.days(9))
        #expect(
            try it.world.rows(PaymentRecord.self).map(\.benefitType).sorted() == ["assurance-upgrade", "credit"])
        try seen(former, new, id, it)
        try it.world.check(allowing: [])
    }

    /// What a stranger makes of both, with the lists and with the log.
    private func seen(_ former: JSON, _ new: JSON, _ id: RequestID, _ it: AssuranceWorld) throws {
        let entry = try #require(former["credentialStatus"]?.arrayValue?.first ?? former["credentialStatus"])
        let address = try #require(entry["statusListCredential"]?.stringValue)
        let signed = try #require(try it.world.world.service.statusList(at: address))
        let list = try JSON(parsing: signed.bytes)
        func revoked(_ credential: JSON) throws -> Check.Outcome? {
            check(.status, try verdicts([credential], it.world, lists: [list])[0])?.outcome
        }
        #expect(try revoked(former) == .failed)
        #expect(try revoked(new) == .passed)
        let evidence = check(.evidence, try verdicts([new], it.world)[0])
        #expect(evidence?.outcome == .passed && evidence?.facts["level"] == "substantial")
        #expect(evidence?.sentence.contains("identity-document") ?? false)
        #expect(check(.evidence, try verdicts([former], it.world)[0]) == nil)
        try it.world.index()
        let bundle = JSON.object(try it.world.bundle(of: id, showingAll: true))
        let judged = try verdicts([bundle, former, new], it.world)
        #expect(judged[0].conclusion == .valid, "\(judged[0].checks.map(\.sentence))")
        let old = check(.log, judged[1])
        #expect(old?.outcome == .failed && old?.sentence.contains("superseded") ?? false, "\(old?.sentence ?? "")")
        #expect(check(.log, judged[2])?.outcome == .passed)
        #expect(judged[0].story.contains { $0.words.contains("superseded") })
    }

    @Test("one that is not passed closes the debt with its reason, tells the person, and changes no credential")
    func failed() throws {
        let it = try AssuranceWorld()
        let id = try it.issued()
        let before = try it.credential(id)
        #expect(try it.check(id, failed: "not-confirmed").body["state"] == "waived")
        #expect(try it.credential(id) == before)
        #expect(try it.upgrade(id)?["state"] == "waived")
        #expect(try it.upgrade(id)?["reason"] == "not-confirmed")
        #expect(try it.world.story(of: id).suffix(2) == ["assurance.checked", "notice.queued"])
        #expect(try it.facts("notice.queued").last?["notice"] == "check-failed")
        #expect(throws: Refusal.self) { try it.check(id, by: it.other, key: "again") }
        try it.world.check(allowing: [])
    }

    @Test("the same command again gives the same answer and writes nothing; another under its key is refused")
    func idempotent() throws {
        let it = try AssuranceWorld()
        let id = try it.issued()
        let answer = try it.check(id)
        let size = try it.world.rows(EntryRecord.self).count
        #expect(try it.check(id) == answer)
        #expect(try it.world.rows(EntryRecord.self).count == size)
        let refusal = #expect(throws: Refusal.self) { try it.check(id, failed: "holder-absent") }
        #expect(refusal?.code == .idempotencyMismatch)
    }

    struct Wrong: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let code: Refusal.Code
        let says: String
        let run: @Sendable (AssuranceWorld) throws -> Void

        init(
            _ name: String, _ code: Refusal.Code, _ says: String,
            _ run: @escaping @Sendable (AssuranceWorld) throws -> Void
        ) { (testDescription, self.code, self.says, self.run) = (name, code, says, run) }
    }

    static let wrong: [Wrong] = [
        Wrong("of a request that was in time", .wrongState, "No further check is owed") { it in
            let id = try it.world.waiting()
            try it.approve(id)
            try it.check(id)
        },
        Wrong("before there is a credential", .wrongState, "no credential yet") { it in try it.check(it.late()) },
        Wrong("of a request that was cancelled", .wrongState, "void (cancelled)") { it in
            let id = try it.late()
            try it.perform(.cancel(note: nil), id, "cancel")
            try it.check(id)
        },
        Wrong("of a credential that was revoked", .wrongState, "void (revoked)") { it in
            let id = try it.issued()
            try it.perform(.revoke(note: nil), id, "revoke")
            try it.check(id)
        },
        Wrong("of somebody who was erased", .erased, "") { it in
            let id = try it.issued()
            try it.world.world.erase(["urn:example:person:1"], of: it.world.tenant)
            try it.check(id)
        },
        Wrong("of a credential that is suspended", .wrongState, "suspended") { it in
            let id = try it.issued()
            try it.perform(.setStatus(.suspension, value: 1, note: nil), id, "suspend")
            try it.check(id)
        },
        Wrong("a second time", .wrongState, "it is made once") { it in
            let id = try it.issued()
            try it.check(id)
            try it.check(id, by: it.other, key: "2")
        },
        Wrong("by somebody without the role", .notPermitted, "agent or customer-experience") { it in
            let auditor = try it.world.world.addStaff("Eva", [.auditor]).id
            try it.check(it.issued(), by: auditor)
        },
        Wrong("by somebody who left", .notPermitted, "not of the staff any more") { it in
            let id = try it.issued()
            try it.world.world.removeStaff(it.checker)
            try it.check(id)
        },
        Wrong("of a request that is not there", .unknownRequest, "") { it in
            _ = try it.issued()
            let id = try #require(RequestID("01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"))
            try it.check(id)
        },
    ]

    @Test("is refused with a sentence, and nothing is written", arguments: wrong)
    func refused(_ wrong: Wrong) throws {
        let it = try AssuranceWorld()
        let refusal = #expect(throws: Refusal.self) { try wrong.run(it) }
        #expect(refusal?.code == wrong.code, "\(String(describing: refusal))")
        #expect(wrong.says.isEmpty || refusal?.detail.contains(wrong.says) ?? false, "\(refusal?.detail ?? "")")
        let checks = wrong.testDescription == "a second time" ? 1 : 0
        #expect(try it.facts("assurance.checked").count == checks)
        #expect(try it.facts("credential.upgraded").count == checks)
    }

    @Test("whoever had to do with the request before does not check it; somebody else does")
    func apart() throws {
        let it = try AssuranceWorld()
        let world = it.world.world
        try world.publish(ClaimWorld.policy())
        let id = try it.issued()
        let draft: JSON = ["category": "impact", "text": "It cost me a job."]
        try world.fileClaim(draft, about: id, of: it.world.tenant, by: it.checker, key: "claim")
        let refusal = #expect(throws: Refusal.self) { try it.check(id) }
        #expect(refusal?.code == .notPermitted && refusal?.detail.contains("somebody else") ?? false)
        let third = try world.addStaff("Uwe", [.agent]).id
        try it.check(id, by: third, key: "third")
        #expect(try it.upgrade(id)?["state"] == "done")
    }

    @Test("an issuer whose credentials cannot be revoked upgrades none")
    func withoutStatus() throws {
        let it = try AssuranceWorld(statuses: [])
        let id = try it.issued()
        let refusal = #expect(throws: Refusal.self) { try it.check(id) }
        #expect(refusal?.detail.contains("cannot be revoked") ?? false)
    }

    @Test("revoked, suspended and erased afterwards, it is the new credential that is meant, and the tables come again")
    func afterwards() throws {
        let it = try AssuranceWorld()
        let ids = try (1...3).map { try it.issued("ask \($0)", holder: "urn:example:person:\($0)") }
        for (number, id) in ids.enumerated() { try it.check(id, key: "\(number)") }
        let new = try it.credential(ids[0])
        try it.perform(.setStatus(.suspension, value: 1, note: nil), ids[0], "suspend")
        try it.perform(.revoke(note: nil), ids[1], "revoke")
        let change = try #require(try it.world.rows(StatusChangeRecord.self).last { $0.purpose == "suspension" })
        let places = new?["credentialStatus"]?.arrayValue?.compactMap { $0["statusListIndex"]?.stringValue }
        #expect(Set(places ?? []) == [String(change.index)])
        #expect(try it.world.rows(StatusChangeRecord.self).count { $0.purpose == "revocation" } == 4)
        try it.world.world.erase(["urn:example:person:3"], of: it.world.tenant)
        #expect(try it.upgrade(ids[2])?["state"] == "done")
        try it.world.world.restart()
        try it.world.pass(.days(1))
        try it.world.check(allowing: [])
    }

    @Test("the key may change in between: the new one signs, and answers for what it signed")
    func rotated() throws {
        let it = try AssuranceWorld()
        let id = try it.issued()
        let key = it.world.world.surroundings.vault.add(.ed25519(try sampleKey(9)))
        try it.world.world.rotateKey(of: .default, to: key)
        try it.check(id)
        #expect(
            try it.world.rows(RequestRecord.self)[0].issuedKey == it.facts("credential.upgraded")[0]["key"]?.stringValue
        )
        try it.world.check(allowing: [])
    }

    @Test("the dashboard counts what is owed and what became of it; the list names what is open, the oldest first")
    func counted() throws {
        let it = try AssuranceWorld()
        let ids = try (1...4).map { try it.late("ask \($0)", holder: "urn:example:person:\($0)") }
        for id in ids.dropLast() { try it.approve(id) }
        try it.check(ids[0])
        try it.check(ids[1], failed: "holder-declined", key: "2")
        try it.perform(.revoke(note: nil), ids[2], "revoke")
        let dashboard = try it.world.world.service.dashboard()
        #expect(dashboard["upgrades"] == ["owed": 4, "open": 1, "done": 1, "waived": 1, "void": 1])
        let open = try it.world.world.service.openUpgrades()["upgrades"]?.arrayValue ?? []
        #expect(open.map { $0["request"]?.stringValue } == [ids[3].text])
        #expect(open[0]["waitsFor"] == "credential")
    }

    @Test("no personal data and no evidence stand in the log")
    func silent() throws {
        let it = try AssuranceWorld()
        try it.check(it.issued())
        let log = try it.world.rows(EntryRecord.self).map { String(decoding: $0.body, as: UTF8.self) }.joined()
        for secret in ["Bremen", "abababab", "person:1"] { #expect(!log.contains(secret), "\(secret)") }
        let commitments = try it.world.rows(EntryRecord.self).map { try JSON(parsing: $0.body) }
            .first { $0["type"] == "assurance.checked" }?["cm"]?.objectValue?.map(\.key)
        #expect(Set(commitments ?? []) == ["idempotency", "note", "seen"])
    }
}
