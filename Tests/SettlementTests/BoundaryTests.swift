import CanonicalJSON
import Settlement
import Testing

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
private let due = start + 8 * hour

@Suite("Where rules end")
struct BoundaryTests {
    private var log = LogBuilder.standard()

    private func kinds(at now: Int64 = due + 9 * day) throws -> [Finding.Kind] {
        try log.report(at: now).findings.map(\.kind)
    }

    @Test(
        "a request is logged from its acceptance to 60 s later",
        arguments: [(-1, false), (0, true), (60_000, true), (60_001, false)])
    mutating func acceptance(lag: Int64, isInTime: Bool) throws {
        log.accept("r1", at: start + 1, due: due + 1, loggedAt: start + 1 + lag)
        #expect(try kinds(at: due) == (isInTime ? [] : [.acceptedTooLate]))
    }

    @Test("a deadline that is a millisecond off is found wherever it is said", arguments: [-1, 1] as [Int64])
    mutating func deadlines(error: Int64) throws {
        log.accept("r1", at: start, due: due + error)
        log.hold("r1", at: start, until: start + 30 * day)
        log.resume("r1", at: start + hour, due: due + hour + error)
        log.breach("r1", at: due + hour + 1, due: due + hour + error)
        #expect(try kinds() == [.wrongDeadline, .wrongDeadline, .wrongDeadline])
    }

    @Test("a breach is in time until ten days after the deadline, and missed a millisecond later")
    mutating func breachDeadline() throws {
        log = .standard(
            PolicyDocuments.serviceLevel(),
            PolicyDocuments.compensation(tiers: [
                ["over": ["calendarDays": 30], "benefits": [PolicyDocuments.credit(1)]]
            ]))
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 1)
        #expect(try kinds(at: due + 10 * day) == [])
        #expect(try kinds(at: due + 10 * day + 1) == [.missedBreach])
        log.breach("r1", at: due + 10 * day, due: due)
        #expect(try kinds(at: due + 20 * day) == [])
    }

    @Test("each tier has its own payout deadline")
    mutating func payoutDeadlines() throws {
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 5 * hour)
        log.breach("r1", at: due + 5 * hour, due: due)
        for (now, missed) in [(0, 0), (1, 1), (4 * hour, 1), (4 * hour + 1, 3)] {
            let report = try log.report(at: due + 10 * day + now)
            #expect(report.missed == missed && report.open == 3 - missed)
        }
        log.post(Posting(rid: "r1", t: due + 10 * day + 1, minor: 500))
        log.post(Posting(rid: "r1", t: due + 10 * day + 4 * hour, tier: 1, minor: 500))
        #expect(try kinds(at: due + 10 * day + 4 * hour) == [.latePayment])
    }

    @Test("a posting at the very instant at which the delay is that of its tier is too early")
    mutating func tierBoundary() throws {
        log.accept("r1", at: start, due: due)
        log.breach("r1", at: due + 1, due: due)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        for (t, found) in [(due + 4 * hour, [Finding.Kind.paidTooEarly]), (due + 4 * hour + 1, [])] {
            var log = log
            log.post(Posting(rid: "r1", t: t, tier: 1, minor: 500))
            #expect(try log.report(at: due + 9 * hour).findings.map(\.kind) == found)
        }
    }

    @Test("an instant that goes back is taken to be that of the entry before")
    mutating func timeGoesBack() throws {
        log.accept("r1", at: start, due: due)
        log.add("institution.added", at: due + 1, ["tenant": "acme"], cm: LogBuilder.commitments)
        log.issue("r1", at: due)
        let report = try log.report(at: due + 1)
        #expect(report.findings.map(\.kind) == [.misplacedEntry] && report.breached == 1)
    }

    /// Events after the end, for a request that ended in time and one that was late.
    static let late: [@Sendable (inout LogBuilder, String) -> Void] = [
        { log, rid in log.add("request.approved", rid, at: due + 1) },
        { log, rid in log.hold(rid, at: due + 1, until: nil) },
        { log, rid in log.resume(rid, at: due + 1, due: due) },
        { log, rid in log.cancel(rid, at: due + 1) },
        { log, rid in log.issue(rid, at: due + 1) },
    ]

    @Test("after the end of a request nothing goes on", arguments: late.indices)
    mutating func afterEnd(_ index: Int) throws {
        for stop in [due, due + 1] {
            var log = LogBuilder.standard()
            log.accept("r1", at: start, due: due)
            log.issue("r1", at: stop)
            Self.late[index](&log, "r1")
            let report = try log.report(at: due + 1)
            #expect(report.findings.map(\.kind) == [.entryAfterEnd] && report.issued == 1 && report.cancelled == 0)
        }
    }

    @Test("of a kept promise no breach, posting or notice is right, and a revocation is")
    mutating func kept() throws {
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due)
        log.add("credential.revoked", "r1", at: due + 1)
        #expect(try kinds() == [])
        log.breach("r1", at: due + 1, due: due)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        #expect(try kinds() == [.breachTooEarly, .wrongNotice, .paidWithoutBreach, .wrongNotice])
    }

    @Test("of a void request neither breach nor posting is right, and a second posting is one all the same")
    mutating func void() throws {
        log = .standard(PolicyDocuments.serviceLevel(onCancel: "stop-clock-void"))
        log.accept("r1", at: start, due: due)
        var late = log
        late.cancel("r1", at: due + 1)
        late.breach("r1", at: due + 1, due: due)
        late.post(Posting(rid: "r1", t: due + 1, minor: 500))
        #expect(try late.report(at: due + day).findings.map(\.kind) == [.entryAfterEnd, .entryAfterEnd])
        log.breach("r1", at: due + 1, due: due)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        log.cancel("r1", at: due + 1)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        #expect(try kinds() == [.doublePayment])
    }

    @Test("while a pause without an end runs, neither a breach nor a posting is right")
    mutating func pausedForEver() throws {
        log.accept("r1", at: start, due: due)
        log.hold("r1", at: start, until: nil, reason: "scheduled-maintenance", evidence: "published-window")
        log.breach("r1", at: due + day, due: due)
        log.post(Posting(rid: "r1", t: due + day, minor: 500))
        #expect(try kinds() == [.breachTooEarly, .paidWithoutBreach])
    }

    @Test("a legal pause after one that may not be counts in full")
    mutating func legalAfterIllegal() throws {
        log.accept("r1", at: start, due: due)
        log.hold("r1", at: start, until: nil, reason: "vacation")
        log.hold("r1", at: start, until: start + 30 * day)
        log.resume("r1", at: start + hour, due: due + hour)
        log.issue("r1", at: due + hour)
        #expect(try kinds() == [.illegalPause])
    }

    /// Changes of the notices about a breach (the first) and a posting (the second).
    static let notices: [(change: @Sendable (inout LogBuilder) -> Void, found: [Finding.Kind])] = [
        ({ $0.drop("notice.queued", 0) }, [.missingNotice]),
        ({ $0.drop("notice.queued", 1) }, [.missingNotice]),
        ({ $0.change("notice.queued", 0) { $0.facts["notice"] = "compensated" } }, [.wrongNotice]),
        ({ $0.change("notice.queued", 1) { $0.facts["notice"] = "breach" } }, [.wrongNotice]),
        ({ $0.change("notice.queued", 1) { $0.about = 0 } }, [.missingNotice, .wrongNotice]),
        ({ $0.change("notice.queued", 1) { $0.about = 999 } }, [.missingNotice, .wrongNotice]),
        ({ $0.change("notice.queued", 1) { $0.rid = "r2" } }, [.missingNotice, .wrongNotice]),
        ({ log in log.add("notice.queued", "r1", at: due + 1, ["notice": "breach"], about: 6) }, [.wrongNotice]),
        ({ $0.drafts.swapAt($0.drafts.count - 1, $0.drafts.count - 2) }, [.wrongNotice, .missingNotice]),
    ]

    @Test("one notice about each breach and posting, behind it, in its request", arguments: notices.indices)
    mutating func notice(_ index: Int) throws {
        log.accept("r1", at: start, due: due)
        log.accept("r2", at: start + 1, due: due + 1)
        log.issue("r1", at: due + 1)
        log.breach("r1", at: due + 1, due: due)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        #expect(try kinds() == [])
        Self.notices[index].change(&log)
        #expect(try kinds() == Self.notices[index].found)
    }

    @Test("a wrong posting of premium access leaves those after it right")
    mutating func premiumAfterWrong() throws {
        for minor: Int64 in [6, 7] {
            log = .standard()
            log.accept("r1", at: start, due: due)
            log.accept("r2", at: start, due: due)
            log.issue("r1", at: due + 5 * hour)
            log.issue("r2", at: due + 5 * hour)
            let t = due + 5 * hour
            var from = t
            for rid in ["r1", "r2"] {
                log.breach(rid, at: t, due: due)
                log.post(Posting(rid: rid, t: t, minor: 500))
                log.post(Posting(rid: rid, t: t, tier: 1, minor: 500))
                let days = rid == "r1" ? minor : 7
                var premium = Posting(
                    rid: rid, t: t, tier: 1, benefit: 1, minor: days, unit: "DAYS", type: "premium-extension")
                // The second time a wrong amount, or one posted twice, stands before that of r2.
                for _ in 0..<(rid == "r1" && minor == 7 ? 2 : 1) {
                    premium.window = (from, from + days * day)
                    from += days * day
                    log.post(premium)
                }
            }
            #expect(try kinds() == [minor == 6 ? .wrongAmount : .doublePayment])
        }
    }

    @Test("claim key and journal ids, computed by another program")
    mutating func published() {
        let policy = "sha256:" + String(repeating: "ab", count: 32)
        let posting = Posting(
            rid: "req_1", t: 0, tier: 2, benefit: 1, minor: 1, tenant: "acme \"north\" \u{E9}")
        let key = LogBuilder.claimKey(posting, policy: policy)
        #expect(key == "7eae3dea45dc83f717996f0e4fb05d073dec3b8e518eaa72bedc4015daa09de8")
        let journal = LogBuilder.journal(posting, key)
        #expect(
            journal.arrayValue?.map { $0["id"]?.stringValue } == [
                "87b41794ea44966c7c9f2b42ce2bc723", "ca5c512d1001041714810430b2cec400",
            ])
    }
}
