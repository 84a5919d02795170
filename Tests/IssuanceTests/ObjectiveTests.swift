import CanonicalJSON
import Compensation
import Dispatch
import Issuance
import ServiceLevels
import Settlement
import Simulation
import Synchronization
import Temporal
import Testing

private typealias Breach = ObjectivesWorld.Breach
private let millisecond = Milliseconds(1)
private let hour = Milliseconds.hours(1)

@Suite("Promises beside the credential")
struct ObjectiveTests {
    private static let first: [(String, JSON?)] = [("first-update", ["elapsed": "PT2H"])]
    private static let cadence: [(String, JSON?)] = [("update-cadence", ["elapsed": "PT4H"])]

    // First update

    @Test("are kept by the first news at the deadline, and broken a millisecond later")
    func firstUpdate() throws {
        let world = try ObjectivesWorld(Self.first)
        let id = try world.ask()
        world.sleep(to: .hours(2))
        try world.perform(.update(note: "soon"), id)
        try world.go(to: .hours(9))
        #expect(try world.breaches(of: id).isEmpty)
        let other = try ObjectivesWorld(Self.first)
        let late = try other.ask()
        try other.go(to: .hours(2))
        #expect(try other.breaches(of: late).isEmpty)
        try other.go(to: .hours(2) + millisecond)
        #expect(try other.breaches(of: late) == [Breach("first-update", 0, .hours(2))])
        #expect(try other.given(to: late) == ["first-update 0 100"])
        #expect(
            try other.world.story(of: late) == [
                "request.accepted", "sla.breach", "notice.queued", "compensation.post", "notice.queued",
            ])
        try world.world.check(allowing: [])
        try other.world.check(allowing: [])
    }

    @Test("give more when the delay grows, by tiers of the promise's own delay, until there is news")
    func tiers() throws {
        let world = try ObjectivesWorld(Self.first)
        let id = try world.ask()
        try world.go(to: .hours(2) + millisecond)
        try world.go(to: .hours(5))
        #expect(try world.given(to: id) == ["first-update 0 100"])
        try world.go(to: .hours(5) + millisecond)
        #expect(try world.given(to: id) == ["first-update 0 100", "first-update 0 150"])
        try world.perform(.update(note: nil), id)
        try world.go(to: .hours(60))
        #expect(try world.given(to: id).count == 2)
        try world.world.check(allowing: [])
    }

    @Test("give what one look late comes to, the same as step by step")
    func oneLook() throws {
        let world = try ObjectivesWorld(Self.first)
        let id = try world.ask()
        try world.go(to: .hours(2) + .hours(24) + millisecond)
        #expect(try world.given(to: id) == ["first-update 0 100", "first-update 0 150", "first-update 0 150"])
        try world.world.check(allowing: [.lateBreach, .latePayment])
    }

    @Test("stop with the request: what was broken before stays owed, under a policy that voids the credential's too")
    func stops() throws {
        let world = try ObjectivesWorld(Self.first, onCancel: "stop-clock-void")
        let id = try world.ask()
        world.sleep(to: .hours(2) + millisecond)
        try world.perform(.cancel(note: nil), id)
        try world.go(to: .hours(90))
        #expect(try world.given(to: id) == ["first-update 0 100"])
        let kept = try ObjectivesWorld(Self.first)
        let other = try kept.ask()
        kept.sleep(to: .hours(2))
        try kept.perform(.cancel(note: nil), other)
        try kept.go(to: .hours(90))
        #expect(try kept.breaches(of: other).isEmpty)
        try world.world.check(allowing: [])
        try kept.world.check(allowing: [])
    }

    // Cadence

    @Test("count a period from the news before; each that is missed is one breach, and begins the next")
    func cadence() throws {
        let world = try ObjectivesWorld(Self.cadence, cap: 10_000)
        let id = try world.ask()
        try world.go(to: .hours(3))
        try world.perform(.update(note: nil), id, key: "first")
        try world.go(to: .hours(7))
        #expect(try world.breaches(of: id).isEmpty)
        for length in 7...15 { try world.go(to: .hours(Int64(length)) + millisecond) }
        #expect(
            try world.breaches(of: id) == [
                Breach("update-cadence", 0, .hours(7)), Breach("update-cadence", 1, .hours(11)),
                Breach("update-cadence", 2, .hours(15)),
            ])
        try world.go(to: .hours(16))
        try world.perform(.update(note: nil), id, key: "second")
        try world.go(to: .hours(20) + millisecond)
        #expect(try world.breaches(of: id).last == Breach("update-cadence", 3, .hours(20)))
        #expect(
            try world.given(to: id) == [
                "update-cadence 0 100", "update-cadence 0 150", "update-cadence 1 100", "update-cadence 1 150",
                "update-cadence 2 100", "update-cadence 3 100",
            ])
        try world.world.check(allowing: [.latePayment, .lateBreach])
    }

    @Test("are the same whether somebody looks at every one or sleeps over them all", arguments: [false, true])
    func asleep(isAwake: Bool) throws {
        let world = try ObjectivesWorld(Self.cadence, cap: 10_000)
        let id = try world.ask()
        for length in 1...23 where isAwake { try world.go(to: .hours(Int64(length)) + millisecond) }
        try world.go(to: .hours(24) + millisecond)
        #expect(
            try world.breaches(of: id)
                == (0..<6).map { Breach("update-cadence", $0, .hours(4 * ($0 + 1))) })
        try world.world.check(allowing: [.lateBreach, .latePayment])
        try world.world.world.restart()
        try world.go(to: .hours(24) + .minutes(1))
        #expect(try world.breaches(of: id).count == 6)
    }

    @Test("are broken at most 24 times")
    func bounded() throws {
        let world = try ObjectivesWorld(Self.cadence, unpaid: ["update-cadence"])
        let id = try world.ask()
        try world.go(to: .hours(200))
        try world.go(to: .hours(230))
        #expect(try world.breaches(of: id).count == 24)
        #expect(try world.given(to: id).isEmpty)
        try world.world.check(allowing: [.lateBreach])
    }

    @Test("together give a request no more than the cap of their policy")
    func cap() throws {
        let world = try ObjectivesWorld(Self.cadence, cap: 320)
        let id = try world.ask()
        for length in 1...30 { try world.go(to: .hours(Int64(length)) + millisecond) }
        #expect(
            try world.given(to: id) == [
                "update-cadence 0 100", "update-cadence 0 150", "update-cadence 1 70",
            ])
        try world.world.check(allowing: [])
    }

    // Pauses

    @Test("about news are moved by a pause of the request: kept and broken by a millisecond around the moved deadline")
    func pauses() throws {
        for (shift, isBroken) in [(Milliseconds.zero, false), (millisecond, true)] {
            let world = try ObjectivesWorld(Self.first + Self.cadence)
            let id = try world.ask()
            try world.go(to: .hours(1))
            try world.perform(ObjectivesWorld.hold, id, key: "hold")
            try world.go(to: .hours(11))
            #expect(try world.breaches(of: id).isEmpty)
            try world.perform(.resume, id, key: "resume")
            try world.go(to: .hours(12) + shift)
            #expect(try world.breaches(of: id) == (isBroken ? [Breach("first-update", 0, .hours(12))] : []))
            try world.go(to: .hours(14) + shift)
            #expect(try world.breaches(of: id).contains(Breach("update-cadence", 0, .hours(14))) == isBroken)
            try world.world.check(allowing: [.lateBreach, .latePayment])
        }
    }

    @Test("are not moved by a pause that is entered after their deadline, nor shortened by one that began before it")
    func latePause() throws {
        let world = try ObjectivesWorld(Self.first)
        let id = try world.ask()
        world.sleep(to: .hours(2) + millisecond)
        let from = world.acceptedBase + .hours(2) - .minutes(10)
        try world.perform(ObjectivesWorld.hold(from: from), id, key: "hold")
        #expect(try world.breaches(of: id) == [Breach("first-update", 0, .hours(2))])
        let other = try ObjectivesWorld(Self.first)
        let kept = try other.ask()
        other.sleep(to: .hours(2))
        try other.perform(ObjectivesWorld.hold(from: other.acceptedBase + .hours(1) + .minutes(40)), kept, key: "hold")
        try other.go(to: .hours(5))
        try other.perform(.resume, kept, key: "resume")
        try other.go(to: .hours(5) + .minutes(20))
        #expect(try other.breaches(of: kept).isEmpty)
        try other.go(to: .hours(5) + .minutes(20) + millisecond)
        #expect(try other.breaches(of: kept) == [Breach("first-update", 0, .hours(5) + .minutes(20))])
        try world.world.check(allowing: [])
        try other.world.check(allowing: [])
    }

    @Test("begin a new period with news during a pause, which goes on")
    func newsInPause() throws {
        let world = try ObjectivesWorld(Self.cadence)
        let id = try world.ask()
        try world.go(to: .hours(1))
        try world.perform(ObjectivesWorld.hold, id, key: "hold")
        try world.go(to: .hours(5))
        try world.perform(.update(note: "we wait for you"), id, key: "news")
        try world.go(to: .hours(8))
        try world.perform(.resume, id, key: "resume")
        try world.go(to: .hours(12))
        #expect(try world.breaches(of: id).isEmpty)
        try world.go(to: .hours(12) + millisecond)
        #expect(try world.breaches(of: id) == [Breach("update-cadence", 0, .hours(12))])
        try world.world.check(allowing: [])
    }

    // Working calendars

    @Test("are counted in working time where the service level names a calendar")
    func workingTime() throws {
        // Thursday 01:00 in Berlin: 4 hours of work end at 14:00 there, 13:00 UTC; the next at 18:00, after lunch.
        let world = try ObjectivesWorld(
            [("first-update", ["business": "PT4H"]), ("update-cadence", ["workingDays": 1])], calendar: true)
        let id = try world.ask()
        try world.go(to: .hours(13))
        #expect(try world.breaches(of: id).isEmpty)
        try world.go(to: .hours(13) + millisecond)
        #expect(try world.breaches(of: id) == [Breach("first-update", 0, .hours(13))])
        try world.go(to: .hours(17))
        #expect(try world.breaches(of: id).count == 1)
        try world.go(to: .hours(17) + millisecond)
        #expect(try world.breaches(of: id).last == Breach("update-cadence", 0, .hours(17)))
        // The next working day is Friday, and the one after that Monday.
        try world.go(to: .hours(41) + millisecond)
        try world.go(to: .hours(100))
        #expect(try world.breaches(of: id).count == 3)
        try world.go(to: .hours(113) + millisecond)
        #expect(try world.breaches(of: id).last == Breach("update-cadence", 2, .hours(113)))
        try world.world.check(allowing: [.latePayment])
    }

    @Test("in working time are not moved by a pause in closed hours")
    func closedPause() throws {
        let world = try ObjectivesWorld([("first-update", ["business": "PT4H"])], calendar: true)
        let id = try world.ask()
        try world.perform(ObjectivesWorld.hold, id, key: "hold")
        try world.go(to: .hours(8))
        try world.perform(.resume, id, key: "resume")
        try world.go(to: .hours(13) + millisecond)
        #expect(try world.breaches(of: id) == [Breach("first-update", 0, .hours(13))])
        try world.world.check(allowing: [])
    }

    // Acknowledgement

    @Test(
        "to acknowledge are kept by the entry of the acceptance, and broken when that is late",
        arguments: [(Milliseconds.seconds(5), false), (.seconds(5) + millisecond, true)])
    func acknowledge(queue: Milliseconds, isBroken: Bool) throws {
        let world = try ObjectivesWorld([("acknowledge", ["elapsed": "PT5S"])])
        let isArmed = Mutex(true)
        var surroundings = world.world.world.surroundings.surroundings(world.world.world.store)
        let (random, clock) = (surroundings.randomBytes, world.world.world.clock)
        // The queue stands between the stamp and the entry.
        surroundings.randomBytes = { count in
            let isFirst = isArmed.withLock { isArmed in
                defer { isArmed = false }
                return isArmed
            }
            if isFirst { clock.advance(by: queue) }
            return random(count)
        }
        let service = try Service(surroundings)
        let body = requestBody(review: "manual")
        let done = DispatchSemaphore(value: 0)
        service.request(
            try RequestDraft(body), from: world.world.tenant, under: Idempotency(key: "k", asked: "POST", body)
        ) { _ in done.signal() }
        done.wait()
        try world.world.world.restart()
        try world.world.pass(.minutes(1))
        let row = try #require(world.world.rows(RequestRecord.self).first)
        let id = try #require(RequestID(row.id))
        #expect(try world.breaches(of: id).map(\.objective) == (isBroken ? ["acknowledge"] : []))
        #expect(try world.given(to: id) == (isBroken ? ["acknowledge 0 100"] : []))
        try world.world.check(allowing: [])
    }

    // The rest

    @Test("that nobody pays for are broken, and told")
    func unpaid() throws {
        let world = try ObjectivesWorld(Self.first, unpaid: ["first-update"])
        let id = try world.ask()
        try world.go(to: .hours(30))
        #expect(try world.world.story(of: id) == ["request.accepted", "sla.breach", "notice.queued"])
        let notices = try world.world.world.service.notices(of: "urn:example:person:1", at: world.world.tenant)
        let text = notices["notices"]?.arrayValue?.first?["text"]?.stringValue ?? ""
        #expect(text.contains("that you hear of your request") && text.contains("2026-01-15T02:00:00"))
        try world.world.check(allowing: [.lateBreach])
    }

    @Test("each stand in the status of a request, with their deadlines")
    func status() throws {
        let world = try ObjectivesWorld()
        let id = try world.ask()
        try world.go(to: .hours(2) + millisecond)
        let promises = try world.world.world.service.statusDocument(id)["promises"]?.arrayValue ?? []
        #expect(promises.map { $0["objective"]?.stringValue } == ["acknowledge", "first-update", "update-cadence"])
        #expect(promises.map { $0["state"]?.stringValue } == ["kept", "broken", "open"])
        let dues = promises.compactMap { $0["dueAt"]?.stringValue?.prefix(19) }
        #expect(dues == ["2026-01-15T00:00:05", "2026-01-15T02:00:00", "2026-01-15T04:00:00"].map { $0.prefix(19) })
    }

    @Test("need no news of a request that has ended, and news of one is refused")
    func refusals() throws {
        let world = try ObjectivesWorld()
        let id = try world.ask()
        try world.perform(.approve(note: nil), id, key: "approve")
        #expect(throws: Refusal.self) { try world.perform(.update(note: nil), id, key: "late") }
        try world.go(to: .hours(50))
        #expect(try world.breaches(of: id).isEmpty)
        let answer = try world.perform(.update(note: "x"), world.ask("other"), key: "again")
        #expect(try world.perform(.update(note: "x"), world.ask("other"), key: "again") == answer)
        try world.world.check(allowing: [])
    }

    @Test("are written before their person is erased")
    func erasure() throws {
        let world = try ObjectivesWorld(Self.first)
        let id = try world.ask()
        world.sleep(to: .hours(2) + millisecond)
        try world.perform(.approve(note: nil), id, key: "approve")
        try world.go(to: .hours(3))
        _ = try world.world.world.erase(["urn:example:person:1"], of: world.world.tenant)
        try world.go(to: .hours(90))
        #expect(try world.given(to: id) == ["first-update 0 100"])
        try world.world.check(allowing: [])
    }
}
