import Foundation
import Temporal
import TestSupport
import Testing

/// Cases around transitions: where code about clocks is wrong.
struct CaseMaker {
    var random: SeededRandom
    let zones: [(name: String, rules: TimeZoneRules, transitions: [Int64])]

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        zones = try Zones.names.map { name in
            let rules = try Zones.rules(name)
            return (name, rules, try Zones.transitions(rules, 1985...2040))
        }
    }

    /// One calendar, one start near a transition of its zone, and pauses.
    struct Case {
        let zone: String
        let week: [[WorkingCalendar.Window]]
        let exceptions: [LocalDate: [WorkingCalendar.Window]]
        let calendar: WorkingCalendar
        let start: Instant
        let transition: Int64?
    }

    mutating func next() throws -> Case {
        let zone = zones[Int.random(in: 0..<zones.count, using: &random)]
        let transition = zone.transitions.randomElement(using: &random)
        let base = transition ?? Int64.random(in: 500_000_000...2_000_000_000, using: &random) * 1000
        let start = Instant(milliseconds: base + near(hours: 60))
        var week = (0..<7).map { _ in windows(shift: transition, in: zone.rules) }
        if week.allSatisfy(\.isEmpty) { week[3] = [try WorkingCalendar.Window(open: 60, close: 240)] }
        var exceptions: [LocalDate: [WorkingCalendar.Window]] = [:]
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let date = zone.rules.localTime(at: start).date.adding(days: Int.random(in: -2...8, using: &random))
            exceptions[date] = windows(shift: transition, in: zone.rules)
        }
        return Case(
            zone: zone.name, week: week, exceptions: exceptions,
            calendar: try WorkingCalendar(zone: zone.rules, week: week, exceptions: exceptions), start: start,
            transition: transition)
    }

    /// Milliseconds; often a whole hour, or a millisecond beside it.
    mutating func near(hours: Int64) -> Int64 {
        let hour = Int64.random(in: -hours...hours, using: &random) * 3_600_000
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return hour
        case 1: return hour + 1
        case 2: return hour - 1
        case 3: return hour + Int64.random(in: -3_600_000...3_600_000, using: &random)
        default: return hour + Int64.random(in: -60...60, using: &random) * 60_000
        }
    }

    /// Up to three windows, some with an edge where the clock jumps.
    private mutating func windows(shift transition: Int64?, in rules: TimeZoneRules) -> [WorkingCalendar.Window] {
        guard Int.random(in: 0..<5, using: &random) > 0 else { return [] }
        var edges: Set<Int> = []
        for _ in 0..<2 * Int.random(in: 1...3, using: &random) {
            switch (transition, Int.random(in: 0..<3, using: &random)) {
            case (let at?, 0):
                let local = rules.localTime(at: Instant(milliseconds: at)).millisecondOfDay / 60_000
                edges.insert(min(max(local + Int.random(in: -4...4, using: &random) * 15, 0), 1440))
            case (_, 1): edges.insert([0, 1440, 540, 750, 810, 1080].randomElement(using: &random) ?? 0)
            default: edges.insert(Int.random(in: 0...1440, using: &random))
            }
        }
        let sorted = edges.sorted()
        return stride(from: 0, to: sorted.count - 1, by: 2).compactMap {
            try? WorkingCalendar.Window(open: sorted[$0], close: sorted[$0 + 1])
        }
    }

    mutating func span() -> TimeSpan {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .elapsed(Milliseconds(Int64.random(in: 1...400_000_000, using: &random)))
        case 1: .calendarDays(Int.random(in: 1...9, using: &random))
        case 2: .workingDays(Int.random(in: 1...5, using: &random))
        default: .business(Milliseconds(60_000 * Int64.random(in: 1...2400, using: &random)))
        }
    }

    mutating func pauses(from start: Instant) -> [Range<Instant>] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
            let from = start + Milliseconds(near(hours: 70))
            return from..<(from + Milliseconds(abs(near(hours: 30))))
        }
    }
}

@Suite("Working calendars, as properties")
struct CalendarPropertyTests {
    /// Whether an instant counts: the label rule, and nothing else.
    private func counts(_ calendar: WorkingCalendar, _ milliseconds: Int64) -> Bool {
        let local = calendar.zone.localTime(at: Instant(milliseconds: milliseconds))
        return calendar.windows(on: local.date).contains {
            $0.open * 60_000 <= local.millisecondOfDay && local.millisecondOfDay < $0.close * 60_000
        }
    }

    @Test("3.2/16 what is counted is what the wall clock shows: minute by minute, and second by second at the edges")
    func bruteForce() throws {
        var maker = try CaseMaker(seed: 2484)
        for number in 0..<150 {
            let one = try maker.next()
            let end = one.start + .hours(Int64.random(in: 1...90, using: &maker.random))
            // A minute in which nothing changes counts whole or not at all.
            var sum: Int64 = 0
            var at = one.start.milliseconds
            while at < end.milliseconds {
                let minute = min((at / 60_000 + 1) * 60_000, end.milliseconds)
                if counts(one.calendar, at) == counts(one.calendar, minute - 1) {
                    if counts(one.calendar, at) { sum += minute - at }
                } else {
                    while at < minute {
                        let second = min((at / 1000 + 1) * 1000, minute)
                        if counts(one.calendar, at) { sum += second - at }
                        at = second
                    }
                }
                at = minute
            }
            #expect(one.calendar.business(from: one.start, to: end).count == sum, "\(number): \(one.zone) \(one.start)")
        }
    }

    @Test("3.2/14 elapsed(start, due(start, d)) = d, and nothing shorter is enough")
    func inverse() throws {
        var maker = try CaseMaker(seed: 14)
        for number in 0..<600 {
            let one = try maker.next()
            let length = Milliseconds(Int64.random(in: 1...300_000_000, using: &maker.random))
            let due = try one.calendar.instant(after: .business(length), from: one.start)
            #expect(one.calendar.business(from: one.start, to: due) == length, "\(number)")
            #expect(one.calendar.business(from: one.start, to: due - Milliseconds(1)) < length, "\(number)")
            #expect(try one.calendar.instant(after: .elapsed(length), from: one.start) - one.start == length)
            let days = Int.random(in: 1...9, using: &maker.random)
            let end = try one.calendar.instant(after: .workingDays(days), from: one.start)
            #expect(one.calendar.workingDays(from: one.start, to: end) == days, "\(number)")
            #expect(one.calendar.workingDays(from: one.start, to: end - Milliseconds(1)) == days - 1, "\(number)")
            // Where a whole date is left out, two numbers of days end at one instant: then the greater is told.
            let dayEnd = try one.calendar.instant(after: .calendarDays(days), from: one.start)
            let told = one.calendar.calendarDays(from: one.start, to: dayEnd)
            #expect(told >= days, "\(number)")
            #expect(try one.calendar.instant(after: .calendarDays(told), from: one.start) == dayEnd, "\(number)")
        }
    }

    @Test("3.2/15 a deadline never moves back when the start is later or the span is longer")
    func monotone() throws {
        var maker = try CaseMaker(seed: 15)
        for number in 0..<500 {
            let one = try maker.next()
            let later = one.start + Milliseconds(abs(maker.near(hours: 3)))
            let (span, pauses) = (maker.span(), maker.pauses(from: one.start))
            let due = try one.calendar.instant(after: span, from: one.start)
            // In an overlap the wall clock goes back, and with it the same time some days later.
            if case .calendarDays = span {
            } else {
                #expect(try one.calendar.instant(after: span, from: later) >= due, "\(number) \(span)")
            }
            let longer: TimeSpan =
                switch span {
                case .elapsed(let length): .elapsed(length + Milliseconds(1))
                case .business(let length): .business(length + Milliseconds(1))
                case .calendarDays(let days): .calendarDays(days + 1)
                case .workingDays(let days): .workingDays(days + 1)
                }
            #expect(
                try one.calendar.instant(after: longer, from: one.start, skipping: pauses)
                    >= one.calendar.instant(after: span, from: one.start, skipping: pauses), "\(number) \(span)")
        }
    }

    @Test("3.2/13 a pause never makes a deadline earlier, and outside working time changes nothing")
    func pauses() throws {
        var maker = try CaseMaker(seed: 13)
        for number in 0..<500 {
            let one = try maker.next()
            let (span, pauses) = (maker.span(), maker.pauses(from: one.start))
            let due = try one.calendar.instant(after: span, from: one.start, skipping: pauses)
            let more = pauses + maker.pauses(from: one.start)
            #expect(try one.calendar.instant(after: span, from: one.start, skipping: more) >= due, "\(number) \(span)")
            #expect(try one.calendar.instant(after: span, from: one.start, skipping: pauses.reversed() + pauses) == due)
            guard span.isOfWorkingTime else { continue }
            // Everything that is closed until a week after the deadline, as pauses.
            let whole = one.start..<(due + .days(7))
            let open = one.calendar.counted(from: whole.lowerBound, to: whole.upperBound, skipping: [])
            let closed = whole.without(open.map { $0.from..<$0.to })
            #expect(
                try one.calendar.instant(after: span, from: one.start, skipping: pauses + closed) == due,
                "\(number) \(span)")
        }
    }

    @Test("prepared or not, a calendar says the same")
    func prepared() throws {
        var maker = try CaseMaker(seed: 77)
        for number in 0..<300 {
            let one = try maker.next()
            let from = one.start - .days(Int64.random(in: 0...20, using: &maker.random))
            let quick = one.calendar.prepared(
                for: from..<(from + .days(Int64.random(in: 1...60, using: &maker.random))))
            #expect(quick == one.calendar)
            for _ in 0..<5 {
                let (span, pauses) = (maker.span(), maker.pauses(from: one.start))
                #expect(
                    try quick.instant(after: span, from: one.start, skipping: pauses)
                        == one.calendar.instant(after: span, from: one.start, skipping: pauses), "\(number) \(span)")
            }
        }
    }
}
