import CanonicalJSON
import Settlement
import Testing

private let start = LogBuilder.start
private let second = LogBuilder.second
private let hour = LogBuilder.hour
private let day = LogBuilder.day
private let due = start + 8 * hour

@Suite("Rule 3: pauses")
struct PauseTests {
    private var log = LogBuilder.standard()

    init() { log.accept("r1", at: start, due: due) }

    @Test("a pause moves the deadline by its length")
    mutating func moves() throws {
        log.hold("r1", at: start + hour, until: start + hour + 30 * day)
        log.resume("r1", at: start + 3 * hour, due: due + 2 * hour)
        log.issue("r1", at: due + 2 * hour)
        requireSettled(try log.report(at: due + 100 * day))
    }

    @Test("with a pause, one millisecond after the moved deadline is broken")
    mutating func movedAndLate() throws {
        log.hold("r1", at: start + hour, until: start + hour + 30 * day)
        log.resume("r1", at: start + 3 * hour, due: due + 2 * hour)
        let t = due + 2 * hour + 1
        log.issue("r1", at: t)
        log.breach("r1", at: t, due: due + 2 * hour)
        log.post(Posting(rid: "r1", t: t, minor: 500))
        requireSettled(try log.report(at: due + 100 * day))
    }

    @Test("a pause may begin at the instant of the deadline")
    mutating func atDue() throws {
        log.hold("r1", at: due, until: due + 30 * day)
        log.resume("r1", at: due + day, due: due + day)
        log.issue("r1", at: due + day)
        requireSettled(try log.report(at: due + 100 * day))
    }

    @Test("a pause may not begin after the deadline, and then moves nothing")
    mutating func afterDue() throws {
        log.hold("r1", at: due + 1, until: due + 1 + 30 * day)
        log.resume("r1", at: due + day, due: due)
        log.issue("r1", at: due + day)
        let report = try log.report(at: due + 9 * day)
        #expect(report.findings.map(\.kind) == [.illegalPause])
        #expect(report.breached == 1 && report.open == 3)
    }

    @Test("the deadline that bounds a pause is the one moved by the pauses before")
    mutating func afterMovedDue() throws {
        log.hold("r1", at: due, until: due + 30 * day)
        log.resume("r1", at: due + 5, due: due + 5)
        log.hold("r1", at: due + 5, until: nil, reason: "scheduled-maintenance", evidence: "published-window")
        log.resume("r1", at: due + 8, due: due + 8)
        log.hold("r1", at: due + 9, until: nil, reason: "scheduled-maintenance", evidence: "published-window")
        #expect(try log.report(at: due + 9).findings.map(\.kind) == [.illegalPause])
    }

    @Test("a pause without a maximum lasts, and while it does nothing is due")
    mutating func noMaximum() throws {
        log.hold("r1", at: start, until: nil, reason: "scheduled-maintenance", evidence: "published-window")
        let report = try log.report(at: due + 1000 * day)
        requireSettled(report)
        #expect(report.breached == 0 && report.open == 0)
        log.resume("r1", at: due + 1000 * day, due: due + 1000 * day + 8 * hour)
        #expect(try log.report(at: due + 1000 * day + 8 * hour).breached == 0)
        #expect(try log.report(at: due + 1000 * day + 8 * hour + 1).breached == 1)
    }

    @Test("a pause that nobody ends runs out at its latest end, and that is noted at any time after")
    mutating func runsOut() throws {
        let until = start + 30 * day
        log.hold("r1", at: start, until: until)
        #expect(try log.report(at: until + 8 * hour).breached == 0)
        #expect(try log.report(at: until + 8 * hour + 1).breached == 1)
        log.resume("r1", at: until + hour, due: until + 8 * hour)
        log.issue("r1", at: until + 8 * hour)
        requireSettled(try log.report(at: until + 100 * day))
    }

    @Test("a pause that ran out may be noted at the very instant, late, or after the stop")
    mutating func notedWhenever() throws {
        let until = start + 30 * day
        for (noted, isBeforeStop) in [(until, true), (until + hour, true), (until + 2 * hour, false)] {
            var log = log
            log.hold("r1", at: start, until: until)
            if isBeforeStop { log.resume("r1", at: noted, due: until + 8 * hour) }
            log.issue("r1", at: until + 2 * hour)
            if !isBeforeStop { log.resume("r1", at: noted, due: until + 8 * hour) }
            requireSettled(try log.report(at: until + 100 * day))
        }
    }

    @Test("when one pause has run out, another for another reason may begin at that instant")
    mutating func next() throws {
        let until = start + 600 * second
        log.hold("r1", at: start, until: until, reason: "legal-hold", evidence: "court-order")
        log.hold("r1", at: until, until: until + 30 * day)
        log.resume("r1", at: until + hour, due: due + 600 * second + hour)
        log.issue("r1", at: due + 600 * second + hour)
        requireSettled(try log.report(at: due + 100 * day))
    }

    @Test("what earlier pauses for a reason used is gone, whatever their evidence")
    mutating func runningOut() throws {
        log.hold("r1", at: start, until: start + hour, evidence: "third-party-ticket")
        log.resume("r1", at: start + hour / 4, due: due + hour / 4)
        // Three quarters of an hour are left with this evidence, and thirty days less a quarter with the other.
        log.hold("r1", at: start + hour, until: start + hour + 3 * hour / 4, evidence: "third-party-ticket")
        log.resume("r1", at: start + 2 * hour, due: due + hour)
        log.hold("r1", at: start + 3 * hour, until: start + 2 * hour + 30 * day)
        log.resume("r1", at: start + 4 * hour, due: due + 2 * hour)
        log.hold("r1", at: start + 5 * hour, until: start + 5 * hour, evidence: "third-party-ticket")
        let report = try log.report(at: start + 5 * hour)
        #expect(report.findings.map(\.kind) == [.illegalPause])
        #expect(report.findings.first?.sentence.contains("nothing is left") == true)
    }

    @Test("when exactly all of a maximum is used, no pause for that reason may begin")
    mutating func usedUp() throws {
        for (length, found) in [(600 * second - 1, []), (600 * second, [Finding.Kind.illegalPause])] {
            var log = log
            log.hold("r1", at: start, until: start + 600 * second, reason: "legal-hold", evidence: "court-order")
            log.resume("r1", at: start + length, due: due + length)
            let until = start + hour + 600 * second - length
            log.hold("r1", at: start + hour, until: until, reason: "legal-hold", evidence: "court-order")
            #expect(try log.report(at: start + hour).findings.map(\.kind) == found)
        }
    }

    @Test("a pause of no length is legal, uses nothing and moves nothing")
    mutating func empty() throws {
        for _ in 0..<3 {
            log.hold("r1", at: start, until: start + 600 * second, reason: "legal-hold", evidence: "court-order")
            log.resume("r1", at: start, due: due)
        }
        log.issue("r1", at: due)
        requireSettled(try log.report(at: due + 100 * day))
    }

    @Test("the stop of a paused clock follows a resumption of the same instant")
    mutating func stopWhilePaused() throws {
        log.hold("r1", at: start, until: start + 30 * day)
        var wrong = log
        log.resume("r1", at: start + hour, due: due + hour)
        log.cancel("r1", at: start + hour)
        requireSettled(try log.report(at: due + 100 * day))
        wrong.cancel("r1", at: start + hour)
        #expect(try wrong.report(at: due + 100 * day).findings.map(\.kind) == [.illegalPause])
    }

    @Test("a request may be paused many times, for several reasons")
    mutating func many() throws {
        var t = start
        var moved = due
        for round in 0..<20 {
            let isMaintenance = round % 2 == 0
            let used = Int64(round / 2) * 60 * second
            log.hold(
                "r1", at: t, until: isMaintenance ? nil : t + 30 * day - used,
                reason: isMaintenance ? "scheduled-maintenance" : "awaiting-requester",
                evidence: isMaintenance ? "published-window" : "notice-delivered")
            t += 60 * second
            moved += 60 * second
            log.resume("r1", at: t, due: moved)
            t += second
        }
        log.issue("r1", at: moved)
        requireSettled(try log.report(at: moved + 100 * day))
    }

    /// Each is a change of a history in which the clock is paused from the first to the third hour.
    static let illegal: [(name: String, change: @Sendable (inout LogBuilder) -> Void)] = [
        ("for a reason that is not listed", { $0.change("request.held") { $0.facts["reason"] = "no-reason" } }),
        ("with evidence of another reason", { $0.change("request.held") { $0.facts["evidence"] = "court-order" } }),
        (
            "with a later end than is left",
            { $0.change("request.held") { $0.facts["until"] = .integer(start + 40 * day) } }
        ),
        ("without an end where there is one", { $0.change("request.held") { $0.facts["until"] = nil } }),
        (
            "while another runs",
            { $0.insert(after: "request.held") { $0.hold("r1", at: start + hour, until: start + hour + 30 * day) } }
        ),
        (
            "resumed twice",
            { $0.insert(after: "request.resumed") { $0.resume("r1", at: start + 3 * hour, due: due + 2 * hour) } }
        ),
    ]

    @Test("illegal pauses", arguments: illegal.indices)
    mutating func illegalPause(_ index: Int) throws {
        log.hold("r1", at: start + hour, until: start + hour + 30 * day)
        log.resume("r1", at: start + 3 * hour, due: due + 2 * hour)
        log.issue("r1", at: due)
        Self.illegal[index].change(&log)
        let report = try log.report(at: due + 9 * day)
        #expect(report.findings.first?.kind == .illegalPause, "\(Self.illegal[index].name)")
        // A pause that counts for nothing leaves the deadline that the resumption says wrong.
        #expect(report.findings.dropFirst().allSatisfy { $0.kind == .wrongDeadline })
    }
}
