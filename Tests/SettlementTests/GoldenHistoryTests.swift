import CanonicalJSON
import Settlement
import Temporal
import Testing

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
/// The deadline of a request accepted at ``start``.
private let due = start + 8 * hour

/// Shows what was found where nothing should be.
func requireSettled(_ report: SettlementReport) {
    #expect(report.findings.map(\.description) == [])
    #expect(report.unknowns == [])
    #expect(report.verdict == .settled)
}

@Suite("Rules 4 to 6: correct histories leave nothing to find")
struct GoldenHistoryTests {
    private var log = LogBuilder.standard()

    @Test("a promise kept well before its deadline owes nothing")
    mutating func met() throws {
        log.accept("r1", at: start, due: due)
        log.add("request.approved", "r1", at: start + hour, cm: LogBuilder.commitments)
        log.issue("r1", at: start + 2 * hour)
        log.add("credential.revoked", "r1", at: start + 3 * hour)
        let report = try log.report(at: start + 100 * day)
        requireSettled(report)
        #expect(report.entries == 8 && report.requests == 1 && report.issued == 1)
        #expect(report.breached == 0 && report.compensated == 0 && report.granted == [:] && report.open == 0)
    }

    @Test("issued exactly at the deadline is met")
    mutating func metAtDue() throws {
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due)
        let report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.breached == 0)
    }

    @Test("issued one millisecond after the deadline is broken, and gives the first tier only")
    mutating func oneMillisecondLate() throws {
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 1)
        log.breach("r1", at: due + 1, due: due)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        let report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.breached == 1 && report.compensated == 1 && report.granted == ["PFC": 500])
    }

    @Test("tiers reached one by one are posted one by one, each with the rest of the entitlement")
    mutating func tiersOneByOne() throws {
        log.accept("r1", at: start, due: due)
        log.breach("r1", at: due + 1, due: due)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        var t = due + 4 * hour + 1
        log.post(Posting(rid: "r1", t: t, tier: 1, benefit: 0, minor: 500))
        log.post(Posting(rid: "r1", t: t, tier: 1, benefit: 1, minor: 7, unit: "DAYS", type: "premium-extension"))
        let end = t + 7 * day
        t = due + 24 * hour + 1
        log.post(Posting(rid: "r1", t: t, tier: 2, benefit: 0, minor: 1000))
        log.post(
            Posting(
                rid: "r1", t: t, tier: 2, benefit: 1, minor: 23, unit: "DAYS", type: "premium-extension",
                window: (end, end + 23 * day)))
        log.issue("r1", at: due + 30 * hour)
        let report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.granted == ["PFC": 2000, "DAYS": 30] && report.judgedWindows == 2)
    }

    @Test("tiers reached all at once are posted in their order, with the same amounts")
    mutating func tiersAtOnce() throws {
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 25 * hour)
        let t = due + 26 * hour
        log.breach("r1", at: t, due: due)
        log.post(Posting(rid: "r1", t: t, minor: 500))
        log.post(Posting(rid: "r1", t: t, tier: 1, benefit: 0, minor: 500))
        log.post(Posting(rid: "r1", t: t, tier: 1, benefit: 1, minor: 7, unit: "DAYS", type: "premium-extension"))
        log.post(Posting(rid: "r1", t: t, tier: 2, benefit: 0, minor: 1000))
        let end = t + 7 * day
        log.post(
            Posting(
                rid: "r1", t: t, tier: 2, benefit: 1, minor: 23, unit: "DAYS", type: "premium-extension",
                window: (end, end + 23 * day)))
        let report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.granted == ["PFC": 2000, "DAYS": 30])
    }

    @Test("a delay of exactly four hours does not reach the tier of four hours")
    mutating func exactlyAtTier() throws {
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 4 * hour)
        log.breach("r1", at: due + 4 * hour, due: due)
        log.post(Posting(rid: "r1", t: due + 5 * hour, minor: 500))
        let report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.granted == ["PFC": 500])
    }

    @Test("a credit is valid for 365 days of 86,400,000 ms from its entry, whatever the calendar does meanwhile")
    mutating func creditOfAYear() throws {
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 1)
        log.breach("r1", at: due + 5, due: due)
        log.post(Posting(rid: "r1", t: due + 5, minor: 500))
        let posting = try #require(log.drafts.first { $0.type == "compensation.post" })
        #expect(posting.facts["until"]?.integerValue == due + 5 + 31_536_000_000)
        requireSettled(try log.report(at: due + 100 * day))
    }

    @Test("what is owed and still in time is open; posted exactly at the payout deadline it is in time")
    mutating func open() throws {
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 1)
        var report = try log.report(at: due + 10 * day)
        requireSettled(report)
        #expect(report.open == 1 && report.breached == 1 && report.compensated == 0)
        log.breach("r1", at: due + 10 * day, due: due)
        log.post(Posting(rid: "r1", t: due + 10 * day, minor: 500))
        report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.open == 0 && report.compensated == 1)
    }

    @Test("a request that is never issued reaches its tiers by the clock alone")
    mutating func neverIssued() throws {
        log.accept("r1", at: start, due: due)
        log.breach("r1", at: due + 1, due: due)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        #expect(try log.report(at: due + 4 * hour).open == 0)
        #expect(try log.report(at: due + 4 * hour + 1).open == 2)
        #expect(try log.report(at: due + 24 * hour + 1).open == 4)
        #expect(try log.report(at: due + 4 * hour + 10 * day).verdict == .settled)
        #expect(try log.report(at: due + 4 * hour + 10 * day + 1).missed == 2)
    }

    @Test("an instant before the last entry is taken to be that of the last entry")
    mutating func lateStart() throws {
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 1)
        log.add("institution.added", at: due + 11 * day, ["tenant": "late"], cm: LogBuilder.commitments)
        #expect(try log.report(at: start).missed == 2)
    }

    @Test("reading goes on after a report")
    mutating func reportInBetween() throws {
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due)
        var recomputation = Recomputation()
        for entry in try log.entries() {
            recomputation.read(entry)
            #expect(recomputation.finish(at: .earliest).verdict == .settled)
        }
        #expect(recomputation.entryCount == 6 && recomputation.finish(at: .latest).issued == 1)
    }
}

@Suite("Rule 6: entitlements and caps")
struct EntitlementTests {
    @Test(
        "a cap of the request bounds what its tiers add up to, in its unit only, and of two the lower",
        arguments: [0, 1])
    func cap(first: Int) throws {
        let caps: [JSON] = [
            ["scope": "request", "limit": ["unit": "PFC", "minor": 9000]],
            ["scope": "request", "limit": ["unit": "PFC", "minor": 800], "overflow": "truncate"],
        ]
        var log = LogBuilder.standard(
            PolicyDocuments.serviceLevel(), PolicyDocuments.compensation(caps: [caps[first], caps[1 - first]]))
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 25 * hour)
        let t = due + 25 * hour
        log.breach("r1", at: t, due: due)
        log.post(Posting(rid: "r1", t: t, minor: 500))
        log.post(Posting(rid: "r1", t: t, tier: 1, benefit: 0, minor: 300))
        log.post(Posting(rid: "r1", t: t, tier: 1, benefit: 1, minor: 7, unit: "DAYS", type: "premium-extension"))
        let end = t + 7 * day
        log.post(
            Posting(
                rid: "r1", t: t, tier: 2, benefit: 1, minor: 23, unit: "DAYS", type: "premium-extension",
                window: (end, end + 23 * day)))
        let report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.granted == ["PFC": 800, "DAYS": 30])
    }

    /// Amounts of credits as tier lists, and what each place posts.
    static let tables: [(amounts: [[Int64]], postings: [[Int64]])] = [
        ([[500], [500]], [[500], [0]]),
        ([[500], [300], [600]], [[500], [0], [100]]),
        ([[500, 700]], [[500, 200]]),
        ([[700, 500]], [[700, 0]]),
        ([[0], [1]], [[0], [1]]),
        ([[5, 5], [9, 7, 10]], [[5, 0], [4, 0, 1]]),
    ]

    @Test("each benefit posts the rise of the highest amount so far", arguments: tables)
    func rises(amounts: [[Int64]], postings: [[Int64]]) throws {
        let tiers = amounts.enumerated().map { index, amounts -> JSON in
            [
                "over": ["elapsed": .string("PT\(index)H")],
                "benefits": .array(amounts.map { PolicyDocuments.credit($0) }),
            ]
        }
        var log = LogBuilder.standard(
            PolicyDocuments.serviceLevel(), PolicyDocuments.compensation(tiers: .array(tiers)))
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 48 * hour)
        log.breach("r1", at: due + 48 * hour, due: due)
        for (tier, benefits) in postings.enumerated() {
            for (benefit, minor) in benefits.enumerated() where minor > 0 {
                log.post(Posting(rid: "r1", t: due + 48 * hour, tier: tier, benefit: benefit, minor: minor))
            }
        }
        let report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.granted["PFC"] == amounts.joined().max())
    }

    @Test("credits of another unit are another entitlement")
    func units() throws {
        let tiers: JSON = [
            ["over": "deadline", "benefits": [PolicyDocuments.credit(500), PolicyDocuments.credit(300, unit: "EUR")]]
        ]
        var log = LogBuilder.standard(PolicyDocuments.serviceLevel(), PolicyDocuments.compensation(tiers: tiers))
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 1)
        log.breach("r1", at: due + 1, due: due)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        log.post(Posting(rid: "r1", t: due + 1, benefit: 1, minor: 300, unit: "EUR"))
        let report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.granted == ["PFC": 500, "EUR": 300])
    }
}

@Suite("Rule 4: cancelled requests")
struct CancellationTests {
    @Test("a request cancelled in time owes nothing")
    func inTime() throws {
        var log = LogBuilder.standard()
        log.accept("r1", at: start, due: due)
        log.cancel("r1", at: due)
        let report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.cancelled == 1 && report.issued == 0 && report.breached == 0)
    }

    @Test("by default a request cancelled late keeps what the delay until then gives")
    func keep() throws {
        for onCancel: JSON? in [nil, "stop-clock-keep-breach"] {
            var log = LogBuilder.standard(PolicyDocuments.serviceLevel(onCancel: onCancel))
            log.accept("r1", at: start, due: due)
            log.cancel("r1", at: due + hour)
            log.breach("r1", at: due + 2 * hour, due: due)
            log.post(Posting(rid: "r1", t: due + 2 * hour, minor: 500))
            let report = try log.report(at: due + 100 * day)
            requireSettled(report)
            #expect(report.breached == 1)
        }
    }

    @Test("a void request owes nothing that was not posted before")
    func void() throws {
        var log = LogBuilder.standard(PolicyDocuments.serviceLevel(onCancel: "stop-clock-void"))
        log.accept("r1", at: start, due: due)
        log.cancel("r1", at: due + 5 * hour)
        var report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.breached == 0 && report.granted == [:])

        log = LogBuilder.standard(PolicyDocuments.serviceLevel(onCancel: "stop-clock-void"))
        log.accept("r1", at: start, due: due)
        log.breach("r1", at: due + 5 * hour, due: due)
        log.post(Posting(rid: "r1", t: due + 5 * hour, minor: 500))
        log.cancel("r1", at: due + 5 * hour)
        report = try log.report(at: due + 100 * day)
        requireSettled(report)
        #expect(report.breached == 1 && report.granted == ["PFC": 500])
    }

    @Test(
        "3.1/13 denied at the deadline nothing is owed; later a denial voids nothing, whatever the policy says of cancelling"
    )
    func denied() throws {
        for onCancel: JSON? in [nil, "stop-clock-void"] {
            var log = LogBuilder.standard(PolicyDocuments.serviceLevel(onCancel: onCancel))
            log.accept("r1", at: start, due: due)
            log.accept("r2", at: start, due: due)
            log.deny("r1", at: due)
            log.deny("r2", at: due + 1)
            let missing = try log.report(at: due + 100 * day)
            #expect(missing.missed == 2 && missing.breached == 1 && missing.cancelled == 2, "\(missing.findingCounts)")
            log.breach("r2", at: due + 2 * hour, due: due)
            log.post(Posting(rid: "r2", t: due + 2 * hour, minor: 500))
            requireSettled(try log.report(at: due + 100 * day))
        }
    }

    @Test("what was missed before the cancellation stays missed, from the millisecond after the payout deadline")
    func voidTooLate() throws {
        for (stop, missed) in [(due + 10 * day, 0), (due + 10 * day + 1, 2)] {
            var log = LogBuilder.standard(PolicyDocuments.serviceLevel(onCancel: "stop-clock-void"))
            log.accept("r1", at: start, due: due)
            log.cancel("r1", at: stop)
            let report = try log.report(at: due + 100 * day)
            #expect(report.missed == missed && report.breached == missed / 2)
        }
    }
}
