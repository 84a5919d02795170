import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// Rule 82, without the service.
@Suite("When a notice comes")
struct NoticeTimingTests {
    /// 2026-11-22T00:00:00Z.
    private static let midnight = Instant(milliseconds: 1_795_305_600_000)

    private static func at(_ hour: Int64, _ minute: Int64 = 0) -> Instant { midnight + .hours(hour) + .minutes(minute) }

    private static func breach(_ seq: Int64, _ instant: Instant, _ standing: inout NoticeStanding, _ plan: NoticePlan) {
        standing.read(seq, "sla.breach", ["objective": "issue", "dueAt": 1], at: instant, under: plan)
    }

    private static func send(
        _ standing: inout NoticeStanding, _ plan: NoticePlan, at now: Instant, in zone: TimeZoneRules = .utc
    ) -> [NoticeStep] {
        let told = plan.told(at: now, standing, in: zone)
        guard !told.isEmpty else { return [] }
        standing.read(
            999, "notice.sent", ["items": .array(told.map { ["about": .integer($0.seq), "step": "x"] })], at: now,
            under: plan)
        return told.map(\.step)
    }

    @Test("what is critical comes at once; what is not waits for more, and all that waits comes as one")
    func digest() throws {
        let plan = try Plan.plan()
        var standing = NoticeStanding()
        standing.read(4, "request.accepted", [:], at: Self.at(9), under: plan)
        #expect(plan.next(standing, in: .utc) == Self.at(9, 10))
        #expect(plan.told(at: Self.at(9, 10) - Milliseconds(1), standing, in: .utc).isEmpty)
        Self.breach(5, Self.at(9, 3), &standing, plan)
        #expect(plan.next(standing, in: .utc) == Self.at(9, 3))
        #expect(Self.send(&standing, plan, at: Self.at(9, 3)) == [.acknowledged, .breach])
        #expect(standing.pending.isEmpty)
    }

    @Test(
        "quiet hours, over midnight or not, end where the wall clock says, and hold for the critical unless they pass")
    func quiet() throws {
        for (bypass, right) in [(false, Self.at(8)), (true, Self.at(3))] {
            let plan = try Plan.plan([("/quietHours/criticalBypass", .bool(bypass))])
            var standing = NoticeStanding()
            standing.read(4, "request.accepted", [:], at: Self.at(3), under: plan)
            #expect(plan.next(standing, in: .utc) == Self.at(8))
            Self.breach(5, Self.at(3), &standing, plan)
            #expect(plan.next(standing, in: .utc) == right)
            if bypass { #expect(Self.send(&standing, plan, at: Self.at(3)) == [.breach], "the other waits") }
        }
        let day = try Plan.plan([("/quietHours/from", "12:00"), ("/quietHours/to", "14:00")])
        #expect(day.firstAllowed(from: Self.at(12), isCritical: false, sent: [], in: .utc) == Self.at(14))
        let before = Self.at(12) - Milliseconds(1)
        #expect(day.firstAllowed(from: before, isCritical: false, sent: [], in: .utc) == before)
    }

    @Test("an unknown zone is UTC; a known one says when the day and the quiet hours begin, through its changes")
    func zones() throws {
        let plan = try Plan.plan()
        let east = TimeZoneRules(fixedOffset: 20_700)
        // 02:15 UTC is 08:00 in Kathmandu.
        #expect(plan.firstAllowed(from: Self.at(0), isCritical: false, sent: [], in: east) == Self.at(2, 15))
        #expect(plan.firstAllowed(from: Self.at(0), isCritical: false, sent: [], in: .utc) == Self.at(8))
        let saving = try YearlyRule(posix: "CET-1CEST,M3.5.0,M10.5.0/3")
        let zone = try TimeZoneRules(initialOffset: 3600, transitions: [], rule: saving)
        // The night of 2026-10-25 has 25 hours: 21:00 CEST is 19:00 UTC, 08:00 CET is 07:00 UTC.
        let night = Instant(milliseconds: 1_792_868_400_000)
        #expect(plan.firstAllowed(from: night, isCritical: false, sent: [], in: zone) == night + .hours(12))
    }

    @Test("no more come on a day than it may have, the critical neither; the rest comes on the next day")
    func most() throws {
        let plan = try Plan.plan([("/cadence/maxPerDay", 2)])
        var standing = NoticeStanding()
        for (seq, hour) in [(Int64(4), Int64(9)), (5, 10), (6, 11)] {
            Self.breach(seq, Self.at(hour), &standing, plan)
            #expect(Self.send(&standing, plan, at: Self.at(hour)) == (seq < 6 ? [.breach] : []))
        }
        #expect(plan.next(standing, in: .utc) == Self.at(32))
        #expect(Self.send(&standing, plan, at: Self.at(32)) == [.breach])
    }

    @Test("after so long a silence it is said that there is nothing new, while the request is late and nothing waits")
    func silence() throws {
        let plan = try Plan.plan()
        var standing = NoticeStanding()
        standing.read(3, "request.accepted", [:], at: Self.at(8), under: plan)
        #expect(Self.send(&standing, plan, at: Self.at(8, 10)) == [.acknowledged])
        #expect(plan.next(standing, in: .utc) == nil, "nothing is late")
        Self.breach(4, Self.at(9), &standing, plan)
        #expect(Self.send(&standing, plan, at: Self.at(9)) == [.breach])
        #expect(plan.next(standing, in: .utc) == Self.at(13))
        #expect(Self.send(&standing, plan, at: Self.at(13)) == [.nothingNew])
        standing.read(7, "request.updated", [:], at: Self.at(16), under: plan)
        #expect(Self.send(&standing, plan, at: Self.at(16, 10)) == [.update])
        // 20:10 would be the next, and 24:10 is too late for the day.
        #expect(plan.next(standing, in: .utc) == Self.at(32), "four were sent that day")
        standing.read(8, "credential.issued", [:], at: Self.at(17), under: plan)
        #expect(Self.send(&standing, plan, at: Self.at(32)) == [.resolved])
        #expect(plan.next(standing, in: .utc) == nil)
    }

    @Test(
        "what was late and not told becomes resolved when it is; a breach is told with how it ended, as soon as itself")
    func supersedes() throws {
        let plan = try Plan.plan()
        var standing = NoticeStanding()
        standing.read(3, "request.accepted", [:], at: Self.at(22), under: plan)
        standing.read(4, "request.at-risk", [:], at: Self.at(22), under: plan)
        Self.breach(5, Self.at(23), &standing, plan)
        standing.read(6, "compensation.post", ["unit": "PFC"], at: Self.at(23), under: plan)
        standing.read(7, "credential.issued", [:], at: Self.at(30), under: plan)
        #expect(standing.pending.map(\.step) == [.compensated, .resolved] && standing.broken == 5)
        #expect(standing.pending.last.map(plan.isCritical) == true)
        #expect(Self.send(&standing, plan, at: Self.at(32)) == [.compensated, .resolved])
        standing.read(8, "credential.issued", [:], at: Self.at(33), under: plan)
        #expect(standing.pending.isEmpty, "the wait ends once")
    }

    @Test("after an erasure nobody is told anything")
    func erased() throws {
        let plan = try Plan.plan()
        var standing = NoticeStanding()
        Self.breach(5, Self.at(9), &standing, plan)
        standing.read(6, "subject.erased", [:], at: Self.at(9), under: plan)
        standing.read(7, "compensation.post", [:], at: Self.at(9), under: plan)
        #expect(standing.pending.isEmpty && plan.next(standing, in: .utc) == nil)
        #expect(try NoticeStanding(standing.json) == standing)
    }

    @Test(
        "in random lives: never more than a day may have, nothing in quiet hours, no silence longer than said (invariant 25)"
    )
    func invariants() throws {
        for seed in 1...8 {
            var random = SeededRandom(seed: UInt64(seed))
            let most = Int64.random(in: 1...6, using: &random)
            let (from, to) = (Int.random(in: 0...23, using: &random), Int.random(in: 0...23, using: &random))
            let length = (to - from + 24) % 24
            guard length > 0, length <= 23 else { continue }
            func clock(_ hour: Int) -> JSON { .string(hour < 10 ? "0\(hour):00" : "\(hour):00") }
            let plan = try Plan.plan([
                ("/cadence/maxPerDay", .integer(most)), ("/quietHours/from", clock(from)),
                ("/quietHours/to", clock(to)),
                ("/quietHours/criticalBypass", .bool(Bool.random(using: &random))),
            ])
            let zone = TimeZoneRules(fixedOffset: Int.random(in: -14...14, using: &random) * 2700)
            try Self.live(plan, zone, &random)
        }
    }

    /// Ten days, looked at every five minutes.
    private static func live(_ plan: NoticePlan, _ zone: TimeZoneRules, _ random: inout SeededRandom) throws {
        let types = ["request.updated", "compensation.post", "compensation.reversed", "survey.asked"]
        var standing = NoticeStanding()
        var (now, seq) = (midnight + .hours(Int64.random(in: 0...23, using: &random)), Int64(3))
        standing.read(seq, "request.accepted", [:], at: now, under: plan)
        let stop = midnight + .hours(Int64.random(in: 30...200, using: &random))
        var (isBroken, isStopped) = (false, false)
        var told: [Int64: Int] = [:]
        var posted: Set<Int64> = []
        var days: [Int64: Int] = [:]
        while now < midnight + .days(10) {
            now = now + .minutes(5)
            let wall = now.milliseconds + Int64(zone.offset(at: now)) * 1000
            if !isBroken, now > midnight + .hours(24) {
                seq += 1
                isBroken = true
                breach(seq, now, &standing, plan)
                posted.insert(seq)
            } else if isBroken, !isStopped, now >= stop {
                seq += 1
                isStopped = true
                standing.read(seq, "credential.issued", [:], at: now, under: plan)
            } else if isBroken, Int.random(in: 0..<150, using: &random) == 0 {
                seq += 1
                let type = types.randomElement(using: &random) ?? ""
                if type.hasPrefix("compensation") { posted.insert(seq) }
                standing.read(seq, type, [:], at: now, under: plan)
            }
            let due = plan.next(standing, in: zone)
            let items = plan.told(at: now, standing, in: zone)
            #expect(items.isEmpty == (due.map { $0 > now } ?? true), "what comes, and when, is one question")
            guard !items.isEmpty else { continue }
            for item in items where item.step != .nothingNew { told[item.seq, default: 0] += 1 }
            days[wall / 86_400_000, default: 0] += 1
            if let quiet = plan.quietHours {
                let minute = Int(wall / 60_000 % 1440)
                let isQuiet =
                    quiet.from < quiet.to
                    ? quiet.from <= minute && minute < quiet.to : quiet.from <= minute || minute < quiet.to
                #expect(!isQuiet || (quiet.criticalBypass && items.allSatisfy(plan.isCritical)))
            }
            if let last = standing.sent.last, let open = standing.open, let every = plan.cadence.every {
                let latest = plan.firstAllowed(
                    from: max(last, open.at) + every, isCritical: false, sent: standing.sent, in: zone)
                #expect(now <= latest + .minutes(5), "a silence")
            }
            _ = send(&standing, plan, at: now, in: zone)
        }
        #expect(days.values.allSatisfy { $0 <= plan.cadence.maxPerDay })
        #expect(told.values.allSatisfy { $0 == 1 }, "everything is told once")
        // A breach that was not told when the wait ended is told with that.
        let left = posted.subtracting(told.keys).subtracting(standing.pending.map(\.seq))
        #expect(left.isSubset(of: [standing.broken ?? 0]), "invariant 26: \(left)")
    }
}
