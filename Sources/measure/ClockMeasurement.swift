import Console
import Figures
import Temporal

extension Measurement {
    static let clocks = Measurement(
        syntax: CommandSyntax(
            "clocks", "Compute deadlines in four kinds of time, by a warm and by a cold calendar.",
            options: [.seconds, .json], example: "measure clocks --seconds 1"),
        run: { arguments, _, terminal in
            let race = Race(cores: 1, seconds: try arguments.number("seconds", default: 1))
            let (cold, start) = (try Clocks.office(), try Instant(rfc3339: "2026-01-05T08:00:00Z"))
            let warm = cold.prepared(for: start..<(start + .days(3 * 366)))
            var report = Report(
                "Deadlines by an office with a lunch break, in a zone with summer time",
                data: .init(3, "years of a calendar"), batch: Clocks.batch,
                conditions: [
                    ("starts", "spread over a year"), ("warm", "three years prepared"),
                    ("raw", "elapsed time by the same function"), ("times", "of \(Clocks.batch) deadlines"),
                ])
            let plain = Clocks.work(warm, .elapsed(.hours(8)), from: start)
            for (name, span) in Clocks.spans {
                terminal.progress("measuring \(name)")
                let laps = try race.laps([
                    plain, Clocks.work(warm, span, from: start), Clocks.work(cold, span, from: start),
                ])
                let raw = laps[0].perSecond * Double(Clocks.batch)
                for (calendar, lap) in zip(["warm", "cold"], laps.dropFirst()) {
                    report.add(
                        "\(name), \(calendar)", perSecond: lap.perSecond * Double(Clocks.batch), raw: raw,
                        times: lap.times)
                }
            }
            return report
        })
}

/// A calendar to be measured, made of numbers: no database is read.
private enum Clocks {
    static let spans: [(String, TimeSpan)] = [
        ("8 h elapsed", .elapsed(.hours(8))), ("8 h of working time", .business(.hours(8))),
        ("80 h of working time", .business(.hours(80))), ("30 days", .calendarDays(30)),
        ("10 working days", .workingDays(10)),
    ]

    static func office() throws -> WorkingCalendar {
        let rule = try YearlyRule(posix: "CET-1CEST,M3.5.0,M10.5.0/3")
        let zone = try TimeZoneRules(initialOffset: rule.standardOffset, transitions: [], rule: rule)
        let day = [
            try WorkingCalendar.Window(open: 540, close: 750), try WorkingCalendar.Window(open: 810, close: 1080),
        ]
        return try WorkingCalendar(zone: zone, week: [day, day, day, day, day, [], []])
    }

    /// How many deadlines are computed between two looks at the clock, which costs as much as one of them.
    static let batch = 256

    static func work(_ calendar: WorkingCalendar, _ span: TimeSpan, from start: Instant) -> Race.Work {
        { number in
            for step in 0..<batch {
                // Coprime steps of about an hour through one year.
                let start = start + Milliseconds(Int64((number * batch + step) % 8764) * 3_600_011)
                guard try calendar.instant(after: span, from: start) >= start else { throw Wrong() }
            }
        }
    }
}
