import CanonicalJSON
import ServiceLevels
import Temporal
import Testing

/// The target is 100 s; `awaiting-requester` has 60 s in all, `legal-hold` two days, `scheduled-maintenance` no
/// maximum.
@Suite("Rule 3: when a request is due")
struct DueTests {
    @Test("is the target after the start")
    func plain() throws {
        let clock = try Fixture.clock()
        #expect(clock.due == Fixture.at(100_000))
        #expect(clock.nextInstantToAssess == Fixture.at(100_001))
    }

    @Test("is later by a pause, from hold to resume")
    func paused() throws {
        var clock = try Fixture.clock()
        try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(10_000))
        #expect(clock.isPaused(at: Fixture.at(10_000)))
        try clock.resume(at: Fixture.at(30_000))
        #expect(!clock.isPaused(at: Fixture.at(30_000)))
        #expect(clock.due == Fixture.at(120_000))
    }

    @Test("counts an open pause as lasting until its latest end, and less once it is resumed")
    func open() throws {
        var clock = try Fixture.clock()
        let pause = try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(10_000))
        #expect(pause.until == Fixture.at(70_000))
        #expect(clock.due == Fixture.at(160_000))
        try clock.resume(at: Fixture.at(10_001))
        #expect(clock.due == Fixture.at(100_001))
    }

    @Test("counts the maximum in UTC days where the policy says days")
    func days() throws {
        var clock = try Fixture.clock()
        let pause = try clock.hold(reason: .legalHold, evidence: .courtOrder, at: Fixture.at(0))
        #expect(pause.until == Fixture.at(2 * 86_400_000))
        #expect(clock.due == Fixture.at(2 * 86_400_000 + 100_000))
    }

    @Test("is no instant while a pause without a maximum is open")
    func endless() throws {
        var clock = try Fixture.clock()
        let pause = try clock.hold(reason: .scheduledMaintenance, evidence: .publishedWindow, at: Fixture.at(10_000))
        #expect(pause.until == nil)
        #expect(clock.due == nil)
        #expect(clock.nextInstantToAssess == nil)
        #expect(clock.delay(at: Fixture.at(900_000_000)) == .zero)
        try clock.resume(at: Fixture.at(900_000_000))
        #expect(clock.due == Fixture.at(900_090_000))
    }

    @Test("is what it is when a pause is never resumed: the pause ends by itself at its latest end")
    func neverResumed() throws {
        var clock = try Fixture.clock()
        try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(10_000))
        #expect(clock.isPaused(at: Fixture.at(69_999)))
        #expect(!clock.isPaused(at: Fixture.at(70_000)))
        #expect(clock.delay(at: Fixture.at(160_000)) == .zero)
        #expect(clock.delay(at: Fixture.at(160_001)) == Milliseconds(1))
        #expect(throws: PromiseClockRefusal.notPaused) { try clock.resume(at: Fixture.at(70_000)) }
        try clock.hold(reason: .legalHold, evidence: .courtOrder, at: Fixture.at(70_000))
        #expect(clock.due == Fixture.at(160_000 + 2 * 86_400_000))
    }

    @Test("gives each reason its maximum once for the whole request")
    func left() throws {
        var clock = try Fixture.clock()
        try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(0))
        try clock.resume(at: Fixture.at(59_999))
        let second = try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(59_999))
        #expect(second.until == Fixture.at(60_000))
        #expect(throws: PromiseClockRefusal.nothingLeft) {
            try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(60_000))
        }
        let other = try clock.hold(reason: .legalHold, evidence: .courtOrder, at: Fixture.at(60_000))
        #expect(other.until == Fixture.at(60_000 + 2 * 86_400_000))
    }

    @Test("may still be moved at the instant of due, and no later")
    func atDue() throws {
        var clock = try Fixture.clock()
        #expect(throws: PromiseClockRefusal.afterDue) {
            try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(100_001))
        }
        try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(100_000))
        #expect(clock.due == Fixture.at(160_000))
        // Due follows the pause: the next one may begin where the first ran out, which is due again.
        try clock.hold(reason: .legalHold, evidence: .courtOrder, at: Fixture.at(160_000))
        #expect(clock.due == Fixture.at(160_000 + 2 * 86_400_000))
    }

    @Test(
        "is never reached inside a pause, so that no pause spans it: after every pause the rest of the target is left")
    func spanning() throws {
        var clock = try Fixture.clock()
        try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(99_999))
        #expect(clock.due == Fixture.at(160_000))
        #expect(clock.delay(at: Fixture.at(159_999)) == .zero)
        try clock.resume(at: Fixture.at(120_000))
        #expect(clock.due == Fixture.at(120_001))
    }

    @Test("does not move for a pause that is resumed at once")
    func empty() throws {
        var clock = try Fixture.clock()
        try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(5))
        try clock.resume(at: Fixture.at(5))
        #expect(clock.due == Fixture.at(100_000))
    }

    @Test("refuses a second pause while one runs, so that pauses cannot overlap")
    func overlap() throws {
        var clock = try Fixture.clock()
        try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(10_000))
        let before = clock
        for reason in [PauseReason.awaitingRequester, .legalHold] {
            #expect(throws: PromiseClockRefusal.alreadyPaused) {
                try clock.hold(reason: reason, evidence: .courtOrder, at: Fixture.at(69_999))
            }
        }
        #expect(clock == before)
    }

    @Test("refuses to resume what is not paused, and to resume twice")
    func resumeTwice() throws {
        var clock = try Fixture.clock()
        #expect(throws: PromiseClockRefusal.notPaused) { try clock.resume(at: Fixture.at(1)) }
        try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(1))
        try clock.resume(at: Fixture.at(2))
        #expect(throws: PromiseClockRefusal.notPaused) { try clock.resume(at: Fixture.at(2)) }
    }

    @Test("refuses a reason or evidence that the policy does not list")
    func unlisted() throws {
        var clock = try Fixture.clock()
        #expect(throws: PromiseClockRefusal.unknownReason) {
            try clock.hold(reason: .awaitingHolderWallet, evidence: .noticeDelivered, at: Fixture.at(1))
        }
        #expect(throws: PromiseClockRefusal.wrongEvidence(expected: .courtOrder)) {
            try clock.hold(reason: .legalHold, evidence: .noticeDelivered, at: Fixture.at(1))
        }
    }

    @Test("refuses an instant before what has happened")
    func backwards() throws {
        var clock = try Fixture.clock()
        #expect(throws: PromiseClockRefusal.backwards) {
            try clock.hold(reason: .legalHold, evidence: .courtOrder, at: Fixture.at(-1))
        }
        try clock.hold(reason: .legalHold, evidence: .courtOrder, at: Fixture.at(50))
        #expect(throws: PromiseClockRefusal.backwards) { try clock.resume(at: Fixture.at(49)) }
        try clock.resume(at: Fixture.at(60))
        #expect(throws: PromiseClockRefusal.backwards) { try clock.stop(at: Fixture.at(59), reason: .issued) }
    }

    @Test("refuses more pauses than a hundred")
    func tooMany() throws {
        var clock = try Fixture.clock()
        for _ in 0..<PromiseClock.maximumPauses {
            try clock.hold(reason: .scheduledMaintenance, evidence: .publishedWindow, at: Fixture.at(1))
            try clock.resume(at: Fixture.at(1))
        }
        #expect(throws: PromiseClockRefusal.tooManyPauses) {
            try clock.hold(reason: .scheduledMaintenance, evidence: .publishedWindow, at: Fixture.at(1))
        }
    }

    @Test(
        "says each refusal in words",
        arguments: [
            PromiseClockRefusal.alreadyPaused, .notPaused, .afterDue, .unknownReason,
            .wrongEvidence(expected: .courtOrder),
            .nothingLeft, .tooManyPauses, .alreadyStopped, .backwards, .contradiction,
        ])
    func words(_ refusal: PromiseClockRefusal) {
        #expect(refusal.description.count > 20)
    }
}

@Suite("Rule 4: what stops the clock")
struct StopTests {
    @Test(
        "is in time at the instant of due, and late one millisecond after",
        arguments: [
            (99_999, 0), (100_000, 0), (100_001, 1), (200_000, 100_000),
        ] as [(Int64, Int64)])
    func boundary(_ stop: Int64, _ delay: Int64) throws {
        var clock = try Fixture.clock()
        try clock.stop(at: Fixture.at(stop), reason: .issued)
        #expect(clock.delay(at: Fixture.at(stop)) == Milliseconds(delay))
        // The delay stands still from the stop on.
        #expect(clock.delay(at: Fixture.at(900_000_000)) == Milliseconds(delay))
        #expect(clock.nextInstantToAssess == (delay > 0 ? Fixture.at(100_001) : nil))
    }

    @Test("stops a running pause with it, and leaves one that has run out")
    func pause() throws {
        for (stop, end, due) in [(30_000, Fixture.at(30_000), 120_000), (80_000, nil, 160_000)]
            as [(Int64, Instant?, Int64)]
        {
            var clock = try Fixture.clock()
            try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(10_000))
            try clock.stop(at: Fixture.at(stop), reason: .issued)
            #expect(clock.pauses[0].end == end)
            #expect(clock.due == Fixture.at(due))
            #expect(!clock.isPaused(at: Fixture.at(stop)))
        }
        var clock = try Fixture.clock()
        try clock.hold(reason: .scheduledMaintenance, evidence: .publishedWindow, at: Fixture.at(10_000))
        try clock.stop(at: Fixture.at(900_000), reason: .cancelled)
        #expect(clock.due == Fixture.at(990_000))
        #expect(clock.delay(at: Fixture.at(900_000)) == .zero)
    }

    @Test("stops it once: nothing happens to a stopped clock")
    func once() throws {
        var clock = try Fixture.clock()
        try clock.stop(at: Fixture.at(5), reason: .issued)
        #expect(throws: PromiseClockRefusal.alreadyStopped) { try clock.stop(at: Fixture.at(6), reason: .cancelled) }
        #expect(throws: PromiseClockRefusal.alreadyStopped) { try clock.resume(at: Fixture.at(6)) }
        #expect(throws: PromiseClockRefusal.alreadyStopped) {
            try clock.hold(reason: .legalHold, evidence: .courtOrder, at: Fixture.at(6))
        }
        #expect(clock.stop == PromiseClock.Stop(at: Fixture.at(5), reason: .issued))
    }

    @Test(
        "keeps a breach when a request is cancelled after due, unless the policy makes it void",
        arguments: [
            ("stop-clock-keep-breach", PromiseClock.StopReason.cancelled, 7, false),
            ("stop-clock-void", .cancelled, 0, true), ("stop-clock-void", .issued, 7, false),
            ("stop-clock-void", .denied, 7, false), ("stop-clock-keep-breach", .denied, 7, false),
        ] as [(String, PromiseClock.StopReason, Int64, Bool)])
    func cancelled(_ onCancel: String, _ reason: PromiseClock.StopReason, _ delay: Int64, _ isVoid: Bool) throws {
        var clock = try Fixture.clock(onCancel: .string(onCancel))
        #expect(clock.delay(at: Fixture.at(100_007)) == Milliseconds(7))
        try clock.stop(at: Fixture.at(100_007), reason: reason)
        #expect(clock.delay(at: Fixture.at(100_007)) == Milliseconds(delay))
        #expect(clock.isVoid == isVoid)
        #expect(clock.nextInstantToAssess == (isVoid ? nil : Fixture.at(100_001)))
    }
}

@Suite("Rule 5: how late a request is")
struct DelayTests {
    @Test(
        "is the time since due, from the first millisecond after it",
        arguments: [
            (0, 0), (99_999, 0), (100_000, 0), (100_001, 1), (150_000, 50_000),
        ] as [(Int64, Int64)])
    func running(_ now: Int64, _ delay: Int64) throws {
        #expect(try Fixture.clock().delay(at: Fixture.at(now)) == Milliseconds(delay))
    }

    @Test("is never negative, also when somebody asks about the past")
    func past() throws {
        #expect(try Fixture.clock().delay(at: Fixture.at(-1_000_000)) == .zero)
    }
}
