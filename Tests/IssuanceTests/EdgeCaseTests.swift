import CanonicalJSON
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

/// Cases of a request's life in which people who promise and people who wait disagree; each with what holds.
@Suite("Edge cases of a request's life")
struct EdgeCaseTests {
    private func credits(_ world: World) throws -> Int64 {
        try world.rows(PaymentRecord.self).filter { $0.unit == "PFC" }.reduce(0) { $0 + $1.minor }
    }

    @Test(
        "3.1/12 cancelled before or at the deadline nothing is owed, a millisecond after it what the delay gives",
        arguments: [(-1, 0), (0, 0), (1, 500)] as [(Int64, Int64)])
    func cancels(_ late: Int64, _ owed: Int64) throws {
        let world = try World()
        let id = try world.waiting()
        world.world.clock.advance(by: Default.target + Milliseconds(late))
        try world.world.perform(.cancel(note: nil), on: id, of: world.tenant, key: "cancel")
        try world.pass(.days(30))
        #expect(try credits(world) == owed)
        try world.check(allowing: [])
    }

    @Test("3.1/9 what happened in time and is recorded late is late: the time of the log holds, whatever is said of it")
    func recordedLate() throws {
        let world = try World()
        let id = try world.waiting()
        let before = world.world.clock.now + Default.target - .hours(1)
        world.world.clock.advance(by: Default.target + Milliseconds(1))
        #expect(throws: Refusal.self, "a pause is entered before the deadline or not at all") {
            try world.world.perform(
                .hold(reason: "awaiting-requester", evidence: "notice-delivered", from: before, note: nil), on: id,
                of: world.tenant, key: "hold")
        }
        try world.world.perform(
            .approve(note: "decided at \(before.rfc3339), the queue stood"), on: id, of: world.tenant, key: "approve")
        try world.pass(.hours(1))
        #expect(try credits(world) == 500)
        try world.check(allowing: [])
    }

    @Test(
        "3.1/13 denied before or at the deadline nothing is owed, a millisecond after it what the delay gives",
        arguments: [(-1, 0), (0, 0), (1, 500)] as [(Int64, Int64)])
    func denies(_ late: Int64, _ owed: Int64) throws {
        let world = try World()
        let id = try world.waiting()
        world.world.clock.advance(by: Default.target + Milliseconds(late))
        let answer = try world.world.perform(
            .deny(for: .identityNotProven, note: "a private remark"), on: id, of: world.tenant, key: "deny")
        #expect(answer.body["state"] == "denied" && answer.body["reason"] == "identity-not-proven")
        #expect(throws: Refusal.self) {
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve")
        }
        try world.pass(.days(30))
        #expect(try credits(world) == owed)
        let status = JSON.object(try world.world.service.statusDocument(id))
        #expect(status["state"] == "denied" && status["reason"] == "identity-not-proven")
        #expect(!status.canonicalString.contains("private"), "what is noted stays with the institution")
        for entry in try world.rows(EntryRecord.self) {
            #expect(
                !String(decoding: entry.body, as: UTF8.self).contains("identity"), "the log says nothing of a person")
        }
        try world.check(allowing: [])
    }

    @Test("3.1/15 asked again after a denial it is a new request with a promise of its own, linked to the first")
    func resubmitted() throws {
        let world = try World()
        let first = try world.waiting("first")
        func again(_ key: String, after id: RequestID, holder: String = "urn:example:person:1") throws -> Answer {
            let body = requestBody(holder: holder, review: "manual")
            return try world.world.request(
                body.replacing("/resubmissionOf", by: .string(id.text)), from: world.tenant, key: key)
        }
        #expect(throws: Refusal.self, "an open request has no successor") { try again("early", after: first) }
        world.world.clock.advance(by: Default.target + Milliseconds(1))
        try world.world.perform(.deny(for: .informationMissing, note: nil), on: first, of: world.tenant, key: "deny")
        try world.pass(.hours(1))
        #expect(throws: Refusal.self, "of somebody else") { try again("else", after: first, holder: "urn:example:b") }
        let other = try world.world.addInstitution("Aurora Flight Academy")
        #expect(throws: Refusal.self, "of another institution") {
            let body = requestBody(review: "manual").replacing("/resubmissionOf", by: .string(first.text))
            try world.world.request(body, from: other, key: "again")
        }
        let second = try world.id(of: again("again", after: first))
        let document = JSON.object(try world.world.service.requestDocument(second, of: world.tenant))
        #expect(document["resubmissionOf"] == .string(first.text))
        try world.pass(Default.target)
        try world.world.perform(.approve(note: nil), on: second, of: world.tenant, key: "approve")
        try world.pass(.days(30))
        #expect(try Set(world.rows(PaymentRecord.self).map(\.request)) == [first.text])
        try world.check(allowing: [])
    }

    @Test("3.1/17 what is available in time is kept, however late it is fetched")
    func fetchedLate() throws {
        let world = try World()
        let id = try world.waiting()
        world.world.clock.advance(by: Default.target)
        try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve")
        try world.pass(.days(30))
        let document = JSON.object(try world.world.service.requestDocument(id, of: world.tenant))
        #expect(document["credential"] != nil)
        try world.pass(.days(30))
        #expect(try world.rows(PaymentRecord.self).isEmpty)
        try world.check(allowing: [])
    }

    @Test("3.1/14 issued late, revoked as faulty and asked for again: the first availability ends the first promise")
    func reissued() throws {
        let world = try World()
        let first = try world.waiting("first")
        try world.pass(Default.target + Milliseconds(1))
        try world.world.perform(.approve(note: nil), on: first, of: world.tenant, key: "approve")
        let given = try credits(world)
        #expect(given == 500)
        world.world.clock.advance(by: .hours(1))
        try world.world.perform(.revoke(note: "faulty"), on: first, of: world.tenant, key: "revoke")
        try world.pass(.days(30))
        #expect(try credits(world) == given, "a revocation begins no delay")
        let again = try world.waiting("again")
        #expect(again != first)
        try world.pass(Default.target)
        try world.world.perform(.approve(note: nil), on: again, of: world.tenant, key: "approve again")
        try world.pass(.days(30))
        #expect(try credits(world) == given, "the new request has a promise of its own, which was kept")
        try world.check(allowing: [])
    }

    @Test("3.1/16 of several requests of one person a part is late: each is judged by itself")
    func partLate() throws {
        let world = try World()
        let ids = try (0..<4).map { try world.waiting("ask \($0)") }
        world.world.clock.advance(by: Default.target)
        for id in ids.prefix(2) {
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve \(id)")
        }
        try world.pass(Milliseconds(1))
        for id in ids.suffix(2) {
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve \(id)")
        }
        try world.pass(.days(30))
        #expect(Set(try world.rows(PaymentRecord.self).map(\.request)) == Set(ids.suffix(2).map(\.text)))
        try world.check(allowing: [])
    }

    @Test("3.1/19 the same question months later, and after two workers asked at once, is one request")
    func retried() throws {
        let world = try World()
        let body = requestBody(review: "manual")
        let first = try world.world.request(body, from: world.tenant, key: "ask")
        world.world.clock.advance(by: .days(120))
        try world.world.restart()
        #expect(try world.world.request(body, from: world.tenant, key: "ask") == first)
        #expect(try world.rows(RequestRecord.self).count == 1)
    }

    @Test(
        "3.2/17 after its end a promise is kept or broken, never both and never neither",
        arguments: 1...12 as ClosedRange<UInt64>)
    func exclusive(_ seed: UInt64) throws {
        var history = try RandomHistory(seed: seed, isAwake: true)
        for _ in 0..<60 { try history.step() }
        let breaches = Set(
            try history.world.rows(EntryRecord.self).compactMap { entry in
                try JSON(parsing: entry.body)["type"] == "sla.breach" ? entry.request : nil
            })
        for record in try history.world.rows(RequestRecord.self) {
            #expect((record.breachedAt != nil) == breaches.contains(record.id))
            guard let stopped = record.stoppedAt, let due = record.dueAt else { continue }
            #expect((stopped > due) == (record.breachedAt != nil), "\(record.id)")
        }
    }
}
