import CanonicalJSON
import Issuance
import Simulation
import Temporal
import Testing

@Suite("A request")
struct RequestTests {
    @Test("without review is issued at once, with receipt and credential")
    func immediate() throws {
        let world = try World()
        let answer = try world.world.request(requestBody(), from: world.tenant, key: "a")
        #expect(answer.kind == .created)
        #expect(answer.body["state"] == "available")
        #expect(answer.body["credential"]?["proof"]?["cryptosuite"] == "eddsa-jcs-2022")
        #expect(answer.body["credential"]?["credentialStatus"] != nil)
        #expect(answer.body["receipt"]?["proof"] != nil)
        #expect(answer.body["receipt"]?["dueAt"] == answer.body["dueAt"])
        #expect(answer.body["dueAt"]?.stringValue == (SimulatedWorld.beginning + Default.target).rfc3339)
        #expect(try world.story(of: world.id(of: answer)) == ["request.accepted", "credential.issued"])
    }

    @Test("with review waits, and is issued when it is approved")
    func reviewed() throws {
        let world = try World()
        let asked = try world.world.request(requestBody(review: "manual"), from: world.tenant, key: "a")
        #expect(asked.kind == .pending)
        #expect(asked.body["state"] == "processing")
        #expect(asked.body["credential"] == nil)
        let id = try world.id(of: asked)
        let approved = try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "b")
        #expect(approved.body["state"] == "available")
        #expect(approved.body["credential"]?["proof"] != nil)
        #expect(try world.story(of: id) == ["request.accepted", "request.approved", "credential.issued"])
        #expect(try world.rows(PaymentRecord.self).isEmpty)
    }

    @Test("3.1/19 repeated under its key gets the same bytes, also after a restart and after what followed")
    func idempotent() throws {
        let world = try World()
        let body = requestBody(review: "manual")
        let first = try world.world.request(body, from: world.tenant, key: "a")
        let id = try world.id(of: first)
        let approved = try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "b")
        try world.world.restart()
        let size = try world.rows(EntryRecord.self).count
        #expect(try world.world.request(body, from: world.tenant, key: "a") == first)
        #expect(try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "b") == approved)
        #expect(try world.rows(EntryRecord.self).count == size)
    }

    @Test("3.1/19 under a key that was used for something else is refused")
    func mismatch() throws {
        let world = try World()
        try world.world.request(requestBody(), from: world.tenant, key: "a")
        #expect(throws: Refusal.self) {
            try world.world.request(requestBody(name: "Bo"), from: world.tenant, key: "a")
        }
    }

    @Test("of another institution does not exist")
    func otherTenant() throws {
        let world = try World()
        let other = try world.world.addInstitution("Aurora Flight Academy")
        let id = try world.waiting()
        #expect(throws: Refusal.unknownRequest) {
            try world.world.perform(.cancel(note: nil), on: id, of: other, key: "b")
        }
        #expect(throws: Refusal.unknownRequest) { try world.world.service.requestDocument(id, of: other) }
    }

    @Test("that was refused stays refused under its key, even when the state has changed since")
    func refusalStays() throws {
        let world = try World()
        let id = try world.waiting()
        #expect(throws: Refusal.self) { try world.world.perform(.resume, on: id, of: world.tenant, key: "r") }
        try world.world.perform(
            .hold(reason: "legal-hold", evidence: "court-order", note: nil), on: id, of: world.tenant, key: "h")
        #expect(throws: Refusal.self) { try world.world.perform(.resume, on: id, of: world.tenant, key: "r") }
        try world.world.perform(.resume, on: id, of: world.tenant, key: "r2")
    }

    @Test("that is held has its deadline moved by the pause, and by no more")
    func pause() throws {
        let world = try World()
        let id = try world.waiting()
        try world.pass(.hours(2))
        let held = try world.world.perform(
            .hold(reason: "awaiting-requester", evidence: "notice-delivered", note: "sent a letter"), on: id,
            of: world.tenant, key: "h")
        #expect(held.body["state"] == "paused")
        try world.pass(.hours(30))
        #expect(try world.rows(PaymentRecord.self).isEmpty)
        let resumed = try world.world.perform(.resume, on: id, of: world.tenant, key: "r")
        let due = SimulatedWorld.beginning + Default.target + .hours(30)
        #expect(resumed.body["dueAt"] == .string(due.rfc3339))
        try world.pass(.hours(22))
        #expect(try world.rows(PaymentRecord.self).isEmpty)
        try world.pass(Milliseconds(1))
        #expect(try world.rows(PaymentRecord.self).map(\.minor) == [500])
    }

    @Test("whose pause runs out goes on by itself")
    func pauseRunsOut() throws {
        let world = try World()
        let id = try world.waiting()
        try world.world.perform(
            .hold(reason: "scheduled-maintenance", evidence: "published-window", note: nil), on: id, of: world.tenant,
            key: "h")
        try world.pass(.hours(4))
        #expect(try world.story(of: id).last == "request.resumed")
        try world.pass(.hours(24))
        #expect(try world.rows(PaymentRecord.self).isEmpty)
        try world.pass(Milliseconds(1))
        #expect(try world.rows(PaymentRecord.self).count == 1)
    }

    @Test(
        "cannot be held without the evidence that the policy demands, for an unknown reason, twice, or when it is late",
        arguments: [
            ("legal-hold", "notice-delivered", Milliseconds.zero), ("sunshine", "court-order", .zero),
            ("legal-hold", "court-order", .hours(24) + Milliseconds(1)),
        ])
    func holdRefused(reason: String, evidence: String, after: Milliseconds) throws {
        let world = try World()
        let id = try world.waiting()
        world.world.clock.advance(by: after)
        let size = try world.rows(EntryRecord.self).count
        #expect(throws: Refusal.self) {
            try world.world.perform(
                .hold(reason: reason, evidence: evidence, note: nil), on: id, of: world.tenant, key: "h")
        }
        #expect(try world.rows(EntryRecord.self).count == size)
    }

    @Test("that is cancelled stops its clock, and keeps what was broken before")
    func cancel() throws {
        let world = try World()
        let (early, late) = (try world.waiting("a"), try world.waiting("b"))
        try world.world.perform(.cancel(note: nil), on: early, of: world.tenant, key: "c")
        world.world.clock.advance(by: .hours(25))
        try world.world.perform(.cancel(note: nil), on: late, of: world.tenant, key: "d")
        try world.pass(.hours(100))
        #expect(try world.rows(PaymentRecord.self).map(\.request) == [late.text])
        #expect(throws: Refusal.self) {
            try world.world.perform(.approve(note: nil), on: early, of: world.tenant, key: "e")
        }
    }

    @Test("that is revoked sets its bit in the status list, once")
    func revoke() throws {
        let world = try World()
        let answer = try world.world.request(requestBody(), from: world.tenant, key: "a")
        let id = try world.id(of: answer)
        let list = answer.body["credential"]?["credentialStatus"]?["statusListCredential"]?.stringValue ?? ""
        #expect(list == "https://simulation.example/status-lists/1")
        let revocations = try #require(StatusListID("1"))
        let before = try world.world.service.statusList(revocations).bytes
        try world.world.perform(.revoke(note: nil), on: id, of: world.tenant, key: "r")
        #expect(try world.world.service.statusList(revocations).bytes != before)
        #expect(throws: Refusal.self) {
            try world.world.perform(.revoke(note: nil), on: id, of: world.tenant, key: "r2")
        }
        let place = try #require(try world.rows(StatusRecord.self).first)
        let changes = try world.rows(StatusChangeRecord.self)
        #expect(changes.map { [$0.list, $0.index, $0.value] } == [[place.list, place.index, 1]])
    }
}
