import CanonicalJSON
import Dispatch
import Issuance
import Settlement
import Simulation
import Synchronization
import Temporal
import Testing
import TransparencyLog

/// The system's clock may be set at any moment. Then time in the log stands still or jumps, but no request is refused
/// for it, nobody is missed, nobody is paid twice, and a stranger who recomputes the log finds nothing wrong.
@Suite("A clock that steps")
struct ClockTests {
    /// When the clock steps, in the life of a request.
    enum Moment: CaseIterable {
        case beforeAnything, waiting, paused, resumed, broken, topTier
    }

    struct Step: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let length: Milliseconds
        /// Whether the clock stands from then on.
        var isFrozen = false
        /// Whether somebody notices, and sets it right at the end.
        var isMended = false

        static let all: [Step] = [
            Step("an hour ahead", .hours(1)), Step("an hour behind", .hours(-1)),
            Step("ten years ahead", .hours(10 * 365 * 24)), Step("ten years behind", .hours(-10 * 365 * 24)),
            Step("a millisecond behind", Milliseconds(-1)), Step("standing still", .zero, isFrozen: true),
            Step("a day ahead and back", .hours(24), isMended: true),
            Step("ten years ahead and back", .hours(10 * 365 * 24), isMended: true),
            Step("a day behind and back", .hours(-24), isMended: true),
        ]

        init(_ name: String, _ length: Milliseconds, isFrozen: Bool = false, isMended: Bool = false) {
            testDescription = name
            self.length = length
            self.isFrozen = isFrozen
            self.isMended = isMended
        }
    }

    @Test("3.1/8 harms nobody, whenever it does", arguments: Step.all, Moment.allCases)
    func harmsNobody(step: Step, moment: Moment) throws {
        var life = Life(world: try World(), step: step, moment: moment)
        try life.live()
        let accepted = try life.world.rows(RequestRecord.self)
        #expect(accepted.count == 6, "a request was refused")
        // Who jumps over a deadline is late by what it jumped.
        try life.world.check(allowing: step.length > .zero ? [.lateBreach, .latePayment] : [])
        let times = try life.world.rows(EntryRecord.self).map { try LogEntry(parsing: $0.body).t }
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test(
        "between a request's arrival and its place in the log, has it prepared again: no receipt is broken",
        arguments: [Milliseconds.hours(1), .hours(-1), .minutes(1), .minutes(1) + Milliseconds(1)])
    func inFlight(length: Milliseconds) throws {
        let world = try World()
        let isArmed = Mutex(true)
        var surroundings = world.world.surroundings.surroundings(world.world.store)
        let (random, clock) = (surroundings.randomBytes, world.world.clock)
        surroundings.randomBytes = { count in
            let isFirst = isArmed.withLock { isArmed in
                defer { isArmed = false }
                return isArmed
            }
            if isFirst { clock.advance(by: length) }
            return random(count)
        }
        let service = try Service(surroundings)
        let body = requestBody(review: "manual")
        let answer = try answer { reply in
            service.request(
                try RequestDraft(body), from: world.tenant, under: Idempotency(key: "k", asked: "POST", body), reply)
        }
        #expect(answer.kind == .pending)
        try world.check(allowing: [])
    }

    @Test("a checkpoint leaves the service only after the anchor has its head")
    func anchoredFirst() throws {
        let world = try World()
        let shown = Mutex<[(anchored: UInt64, shown: UInt64)]>([])
        let box = Mutex<Service?>(nil)
        var surroundings = world.world.surroundings.surroundings(world.world.store)
        surroundings.anchor = { head in
            guard let service = box.withLock({ $0 }) else { return }
            let note = try SignedNote(parsing: service.checkpoint())
            let size = try Checkpoint(parsing: note.text).head.size
            shown.withLock { $0.append((head.size, size)) }
        }
        let service = try Service(surroundings)
        box.withLock { $0 = service }
        let body = requestBody()
        _ = try answer { reply in
            service.request(
                try RequestDraft(body), from: world.tenant, under: Idempotency(key: "k", asked: "POST", body), reply)
        }
        let sizes = shown.withLock { $0 }
        #expect(sizes.count == 1)
        #expect(sizes.allSatisfy { $0.shown < $0.anchored })
        let note = try SignedNote(parsing: service.checkpoint())
        #expect(try Checkpoint(parsing: note.text).head.size == sizes.last?.anchored)
    }

    private func answer(_ start: (@escaping Sequencer.Completion) throws -> Void) throws -> Answer {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Answer, any Error>?>(nil)
        try start { answer in
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        return try #require(try result.withLock { $0 }?.get())
    }
}

/// Six requests that meet everything: paused, late, cancelled, issued; and a step of the clock on the way.
private struct Life {
    let world: World
    let step: ClockTests.Step
    let moment: ClockTests.Moment
    private var isFrozen = false
    private var counter = 0

    init(world: World, step: ClockTests.Step, moment: ClockTests.Moment) {
        (self.world, self.step, self.moment) = (world, step, moment)
    }

    mutating func live() throws {
        try reach(.beforeAnything)
        let ids = try (0..<3).map { try ask(holder: "urn:example:person:\($0)") }
        try reach(.waiting)
        try pass(.hours(1))
        try act(.hold(reason: "legal-hold", evidence: "court-order", note: nil), ids[1])
        try reach(.paused)
        try pass(.hours(2))
        try act(.resume, ids[1])
        try reach(.resumed)
        try ask(holder: "urn:example:person:0")
        try pass(.hours(24))
        try reach(.broken)
        try pass(.hours(5))
        try act(.approve(note: nil), ids[0])
        try act(.cancel(note: nil), ids[2])
        try pass(.hours(30))
        try reach(.topTier)
        try ask(holder: "urn:example:person:1")
        for _ in 0..<20 { try pass(.hours(12)) }
        if step.isMended { world.world.clock.advance(by: .zero - step.length) }
        isFrozen = false
        try ask(holder: "urn:example:person:2")
        for _ in 0..<20 { try pass(.hours(12)) }
    }

    private mutating func reach(_ moment: ClockTests.Moment) throws {
        guard moment == self.moment else { return }
        world.world.clock.advance(by: step.length)
        isFrozen = step.isFrozen
        try world.world.restart()
    }

    private mutating func pass(_ length: Milliseconds) throws {
        // A service that is awake looks at least every quarter of an hour.
        var left = length
        while left > .zero {
            try world.pass(isFrozen ? .zero : .minutes(15))
            left = left - .minutes(15)
        }
    }

    @discardableResult
    private mutating func ask(holder: String) throws -> RequestID {
        counter += 1
        return try world.waiting("ask-\(counter)", holder: holder)
    }

    /// What is late by now, or not late enough, may be refused.
    private mutating func act(_ action: RequestAction, _ id: RequestID) throws {
        counter += 1
        do {
            try world.world.perform(action, on: id, of: world.tenant, key: "act-\(counter)")
        } catch is Refusal {}
    }
}
