import CanonicalJSON
import Settlement
import Temporal
import Testing
import TransparencyLog

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
/// When the first promise of this suite is broken, and paid.
private let first = start + 8 * hour + 1

@Suite("Rule 9: premium windows")
struct PremiumWindowTests {
    private var log = Self.log(days: 7)

    /// A policy that gives so many days at once.
    private static func log(days: Int64) -> LogBuilder {
        let tiers: JSON = [["over": "deadline", "benefits": [PolicyDocuments.premium(days)]]]
        return .standard(PolicyDocuments.serviceLevel(), PolicyDocuments.compensation(tiers: tiers))
    }

    /// A request that is one millisecond late at `t`, and the window it gives.
    private mutating func grant(
        _ rid: String, at t: Int64, from: Int64, until: Int64, days: Int64 = 7, holder: String = "alice"
    ) {
        let due = t - 1
        log.accept(rid, at: due - 8 * hour, due: due)
        log.issue(rid, at: t)
        log.breach(rid, at: t, due: due)
        log.post(
            Posting(
                rid: rid, t: t, minor: days, unit: "DAYS", type: "premium-extension", window: (from, until),
                holder: holder))
    }

    private mutating func report() throws -> SettlementReport {
        log.sortByTime()
        return try log.report(at: start + 100 * day)
    }

    @Test("the windows of one holder lie end to end, and those of another apart")
    mutating func chain() throws {
        grant("a1", at: first, from: first, until: first + 7 * day)
        grant("a2", at: first + day, from: first + 7 * day, until: first + 14 * day)
        grant("b1", at: first + day, from: first + day, until: first + 8 * day, holder: "bob")
        // The chain ended at this very instant, and a day before.
        grant("a3", at: first + 14 * day, from: first + 14 * day, until: first + 21 * day)
        grant("a4", at: first + 22 * day, from: first + 22 * day, until: first + 29 * day)
        let report = try report()
        requireSettled(report)
        #expect(report.judgedWindows == 5 && report.unjudgedWindows == 0 && report.granted == ["DAYS": 35])
    }

    @Test("two windows of one instant lie end to end in the order of the log")
    mutating func sameInstant() throws {
        grant("a1", at: first, from: first, until: first + 7 * day)
        grant("a2", at: first, from: first + 7 * day, until: first + 14 * day)
        requireSettled(try report())
    }

    /// Windows that follow one of `first` to `first + 7 days` a day later, and are wrong.
    static let wrong: [(from: Int64, until: Int64)] = [
        (first + day, first + 8 * day), (first + 7 * day + 1, first + 14 * day + 1),
        (first + 7 * day, first + 15 * day),
        (first + 7 * day, first + 14 * day - 1), (first + 7 * day, first + 7 * day), (0, 7 * day),
    ]

    @Test("a window with a gap, an overlap or another length is found", arguments: wrong)
    mutating func misplaced(from: Int64, until: Int64) throws {
        grant("a1", at: first, from: first, until: first + 7 * day)
        grant("a2", at: first + day, from: from, until: until)
        #expect(try report().findings.map(\.kind) == [.wrongPremiumWindow])
    }

    @Test("no window ends after the year 9999, however many days are given")
    mutating func endOfTime() throws {
        for days in [2_932_897, JSON.largestInteger] {
            log = Self.log(days: days)
            grant("a1", at: first, from: first, until: Instant.latest.milliseconds, days: days)
            grant(
                "a2", at: first + 1, from: Instant.latest.milliseconds, until: Instant.latest.milliseconds, days: days)
            requireSettled(try report())
        }
    }

    @Test("without openings windows are not judged, and the report says how many")
    mutating func withoutOpenings() throws {
        grant("a1", at: first, from: 0, until: 0)
        var recomputation = Recomputation()
        log.sortByTime()
        for entry in try log.entries() { recomputation.read(entry) }
        let report = recomputation.finish(at: Instant(milliseconds: first))
        requireSettled(report)
        #expect(report.judgedWindows == 0 && report.unjudgedWindows == 1)
    }

    @Test("after a window that nobody opened, one that begins later than known may be right, and one earlier not")
    mutating func erased() throws {
        grant("a1", at: first, from: first, until: first + 7 * day)
        grant("x1", at: first, from: 5, until: 6, holder: "erased")
        let erased = log.drafts.last { $0.type == "compensation.post" }?.id ?? 0
        log.openings[erased] = nil
        let before = log
        grant("a2", at: first + day, from: first + 20 * day, until: first + 27 * day)
        var report = try report()
        requireSettled(report)
        #expect(report.judgedWindows == 2 && report.unjudgedWindows == 1)
        for (from, until) in [(first + day, first + 8 * day), (first + 20 * day, first + 28 * day)] {
            log = before
            grant("a2", at: first + day, from: from, until: until)
            report = try self.report()
            #expect(report.findings.map(\.kind) == [.wrongPremiumWindow])
        }
    }

    /// What an opening may be that does not open the commitment.
    static let openings: [(field: String, salt: UInt8, value: JSON)] = [
        ("window", 9, ["from": .integer(first), "until": .integer(first + 7 * day)]),
        ("note", 1, ["from": .integer(first), "until": .integer(first + 7 * day)]),
        ("window", 1, ["from": .integer(first)]),
        ("window", 1, ["from": .integer(first), "until": .integer(first + 7 * day), "holder": "alice"]),
        ("window", 1, ["from": "now", "until": "then"]),
        ("window", 1, "for ever"),
    ]

    @Test("an opening of something else is found", arguments: openings.indices)
    mutating func wrongOpening(_ index: Int) throws {
        let (field, salt, value) = Self.openings[index]
        grant("a1", at: first, from: first, until: first + 7 * day)
        let id = try #require(log.openings.keys.first)
        let salts = [UInt8](repeating: salt, count: Opening.saltByteCount)
        let opening = try Opening(field: field, salt: salts, value: value.canonicalBytes)
        log.openings[id] = WindowOpening(opening, holder: "alice")
        // All but the first are what the entry commits to.
        if index > 0 { log.change("compensation.post") { $0.cm["window"] = opening.commitment } }
        #expect(try report().findings.map(\.kind) == [.wrongPremiumWindow])
    }

    @Test("a premium extension commits to its window and does not say it")
    mutating func inTheClear() throws {
        grant("a1", at: first, from: first, until: first + 7 * day)
        let honest = log
        log.change("compensation.post") { $0.cm = LogBuilder.commitments }
        #expect(try report().findings.map(\.kind) == [.wrongPremiumWindow])
        log = honest
        log.change("compensation.post") { $0.facts["from"] = .integer(first) }
        #expect(try report().findings.map(\.kind) == [.wrongPremiumWindow])
    }
}
