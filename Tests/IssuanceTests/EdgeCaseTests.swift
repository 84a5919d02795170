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
