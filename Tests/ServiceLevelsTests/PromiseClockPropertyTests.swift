import CanonicalJSON
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// Random lives of a promise, against a model that counts seconds one by one.
@Suite("The clock of a promise, whatever happens to it")
struct PromiseClockPropertyTests {
    /// What the log would show of one life, by second.
    private struct Life {
        var clock: PromiseClock
        var holds: [Int: Int?] = [:]
        var ends: Set<Int> = []
    }

    private static func level() throws -> ServiceLevel {
        try Fixture.level("/spec/pause/1/maxTotal", ["elapsed": "PT50S"])
    }

    private static let pairs: [(PauseReason, PauseEvidence)] = [
        (.awaitingRequester, .noticeDelivered), (.legalHold, .courtOrder), (.scheduledMaintenance, .publishedWindow),
        (.scheduledMaintenance, .courtOrder), (.requesterReschedule, .noticeDelivered),
    ]

    private static func life(_ seed: UInt64) throws -> Life {
        var random = SeededRandom(seed: seed)
        var life = Life(clock: PromiseClock(try level(), start: Fixture.start))
        for second in 0..<400 where Int.random(in: 0..<12, using: &random) == 0 {
            let now = Fixture.at(Int64(second) * 1000)
            let dueBefore = life.clock.due
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                guard (try? life.clock.stop(at: now, reason: .issued)) != nil else { continue }
                life.ends.insert(second)
            case 1..<9:
                guard (try? life.clock.resume(at: now)) != nil else { continue }
                life.ends.insert(second)
                #expect(try #require(life.clock.due) >= now, "whoever resumes in time is in time")
            default:
                let (reason, evidence) = try #require(pairs.randomElement(using: &random))
                guard let pause = try? life.clock.hold(reason: reason, evidence: evidence, at: now) else { continue }
                life.holds.updateValue(pause.until.map { Int(($0 - Fixture.start).count / 1000) }, forKey: second)
                if let due = life.clock.due {
                    #expect(try due >= #require(dueBefore), "a pause never makes due earlier")
                }
            }
        }
        return life
    }

    /// The first second outside pauses that has 100 such seconds before it; nil when there is none for hours.
    private static func countedDue(_ life: Life) -> Int64? {
        var counted = 0
        var (isPaused, until): (Bool, Int?) = (false, nil)
        for second in 0..<10_000 {
            if second == until || life.ends.contains(second) { (isPaused, until) = (false, nil) }
            if let hold = life.holds[second] { (isPaused, until) = (true, hold) }
            if isPaused { continue }
            if counted == 100 { return Int64(second) * 1000 }
            counted += 1
        }
        return nil
    }

    @Test("it is due where counting the seconds says so", arguments: UInt64(0)..<400)
    func counted(_ seed: UInt64) throws {
        let life = try Self.life(seed)
        #expect(life.clock.due.map { ($0 - Fixture.start).count } == Self.countedDue(life))
    }

    @Test("it is the same when it is made again from what was stored", arguments: UInt64(0)..<100)
    func stored(_ seed: UInt64) throws {
        let clock = try Self.life(seed).clock
        let again = try PromiseClock(Self.level(), start: clock.start, pauses: clock.pauses, stop: clock.stop)
        #expect(again == clock)
    }

    @Test("it is met or broken after its stop, and not both; until then delay only grows", arguments: UInt64(0)..<100)
    func exclusive(_ seed: UInt64) throws {
        let clock = try Self.life(seed).clock
        var last = Milliseconds.zero
        for second in stride(from: Int64(0), to: 2000, by: 7) {
            let delay = clock.delay(at: Fixture.at(second * 1000))
            #expect(delay >= last)
            last = delay
        }
        guard let stop = clock.stop else { return }
        let due = try #require(clock.due)
        #expect((stop.at <= due) == (last == .zero))
        #expect((clock.nextInstantToAssess == nil) == (stop.at <= due))
    }

    @Test("rows that this policy cannot have given are refused")
    func contradictions() throws {
        let at = Fixture.at
        func refusal(_ pauses: [PromiseClock.Pause], stop: PromiseClock.Stop? = nil) throws -> PromiseClockRefusal? {
            let level = try Self.level()
            return #expect(throws: PromiseClockRefusal.self) {
                try PromiseClock(level, start: Fixture.start, pauses: pauses, stop: stop)
            }
        }
        let whole = PromiseClock.Pause(reason: .awaitingRequester, from: at(0), until: at(60_000), end: nil)
        #expect(
            try refusal([.init(reason: .awaitingRequester, from: at(0), until: at(60_001), end: nil)]) == .contradiction
        )
        #expect(try refusal([.init(reason: .awaitingRequester, from: at(0), until: nil, end: nil)]) == .contradiction)
        #expect(try refusal([.init(reason: .requesterReschedule, from: at(0), until: nil, end: nil)]) == .unknownReason)
        #expect(try refusal([.init(reason: .legalHold, from: at(100_001), until: at(150_001), end: nil)]) == .afterDue)
        #expect(try refusal([.init(reason: .legalHold, from: at(0), until: at(50_000), end: at(50_001))]) == .notPaused)
        #expect(
            try refusal([whole, .init(reason: .legalHold, from: at(9), until: at(50_009), end: nil)]) == .alreadyPaused)
        #expect(try refusal([whole], stop: .init(at: at(5), reason: .issued)) == .contradiction)
        #expect(try refusal([whole], stop: .init(at: at(-5), reason: .issued)) == .backwards)
    }
}
