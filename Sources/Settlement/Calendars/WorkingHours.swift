import CanonicalJSON

/// A published calendar with the clocks of its zone: rules 20 to 22. A class, because every request that is bound to it
/// carries it along.
final class WorkingHours: Sendable {
    let zone: ZoneTimes
    private let plan: HoursPlan

    /// A hundred years, in milliseconds: nothing is promised beyond.
    private static let horizon: Int64 = 36_525 * Day.milliseconds

    init(_ plan: HoursPlan, in zone: ZoneTimes) {
        (self.plan, self.zone) = (plan, zone)
    }

    /// Calls `body` with each stretch of working time in `[start, end)`, in order, until it says that it has enough.
    private func open(from start: Int64, to end: Int64, _ body: (Int64, Int64) -> Bool) {
        var cursor = start
        while cursor < end {
            let stretch = zone.stretch(at: cursor)
            let last = min(stretch.to, end)
            var day = Day.floor(cursor + stretch.offset, Day.milliseconds)
            while day * Day.milliseconds - stretch.offset < last {
                for window in plan.windows(on: day) {
                    let midnight = day * Day.milliseconds - stretch.offset
                    let (from, to) = (max(midnight + window.open, cursor), min(midnight + window.close, last))
                    if from < to, body(from, to) { return }
                }
                day += 1
            }
            cursor = last
        }
    }

    /// How much working time lies in `[start, end)`.
    func working(from start: Int64, to end: Int64) -> Int64 {
        var sum: Int64 = 0
        open(from: start, to: end) { from, to in
            sum += to - from
            return false
        }
        return sum
    }

    /// Where a span that begins at `start` ends; nil when that is more than a hundred years away.
    func end(of span: Span, from start: Int64) -> Int64? {
        let end: Int64? =
            switch span {
            case .elapsed(let length): start + length
            case .business(let length): end(ofWorking: length, from: start)
            case .calendarDays(let days):
                zone.first(showing: start + zone.stretch(at: start).offset + days * Day.milliseconds)
            case .workingDays(let days): end(ofDays: days, from: start)
            }
        return end.flatMap { $0 - start <= Self.horizon ? $0 : nil }
    }

    private func end(ofWorking length: Int64, from start: Int64) -> Int64? {
        var left = length
        var end: Int64? = length == 0 ? start : nil
        open(from: start, to: start + Self.horizon) { from, to in
            if to - from >= left { end = from + left }
            left -= to - from
            return end != nil
        }
        return end
    }

    private func end(ofDays days: Int64, from start: Int64) -> Int64? {
        var left = days
        var day = Day.floor(start, Day.milliseconds) - 3
        let last = day + Self.horizon / Day.milliseconds
        while day <= last {
            if let hours = hours(on: day), hours.first >= start {
                left -= 1
                if left == 0 { return hours.end }
            }
            day += 1
        }
        return nil
    }

    /// The first working instant of a date, and the end of its last.
    private func hours(on day: Int64) -> (first: Int64, end: Int64)? {
        let windows = plan.windows(on: day)
        guard !windows.isEmpty else { return nil }
        var hours: (first: Int64, end: Int64)?
        var cursor = day * Day.milliseconds - ZoneTimes.farthest * 1000
        let end = (day + 1) * Day.milliseconds + ZoneTimes.farthest * 1000
        while cursor < end {
            let stretch = zone.stretch(at: cursor)
            let midnight = day * Day.milliseconds - stretch.offset
            for window in windows {
                let from = max(midnight + window.open, stretch.from)
                let to = min(midnight + window.close, stretch.to)
                if from < to { hours = (min(hours?.first ?? from, from), max(hours?.end ?? to, to)) }
            }
            cursor = stretch.to
        }
        return hours
    }
}

/// The hours of a `BusinessCalendar`, before its zone is known.
struct HoursPlan: Sendable {
    /// Milliseconds after the start of the date.
    struct Window: Sendable {
        let open: Int64
        let close: Int64
    }

    /// Monday to Sunday.
    private let week: [[Window]]
    private let exceptions: [Int64: [Window]]
    /// The hash of the rules of its zone.
    let zone: String

    /// Reads a `spec`.
    init(_ spec: inout ObjectReader) throws(JSONShapeError) {
        spec.ignore("timeZone")
        try spec.expect("rule", oneOf: "wall-label")
        var tzdata = try spec.object("tzdata")
        tzdata.ignore("release")
        zone = try tzdata.string("sha256")
        try tzdata.finish()
        var days = try spec.object("week")
        var week: [[Window]] = []
        for day in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] {
            week.append(try Self.windows(days.optionalArray(day) ?? []))
        }
        try days.finish()
        self.week = week
        var exceptions: [Int64: [Window]] = [:]
        for (json, pointer) in try spec.optionalArray("exceptions") ?? [] {
            var reader = try ObjectReader(json, at: pointer)
            reader.ignore("reason")
            guard let day = Day.number(try reader.string("date")), exceptions[day] == nil else {
                throw JSONShapeError(pointer: pointer, problem: "no date, or one that stands here twice")
            }
            exceptions[day] = try Self.windows(reader.array("windows"))
            try reader.finish()
        }
        self.exceptions = exceptions
        try spec.finish()
    }

    private static func windows(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [Window] {
        var windows: [Window] = []
        for (json, pointer) in elements {
            guard case .array(let pair) = json, pair.count == 2, let open = time(pair[0]), let close = time(pair[1]),
                open < close
            else { throw JSONShapeError(pointer: pointer, problem: "expected two times of day, the second later") }
            windows.append(Window(open: open, close: close))
        }
        windows.sort { $0.open < $1.open }
        guard zip(windows, windows.dropFirst()).allSatisfy({ $0.close <= $1.open }) else {
            throw JSONShapeError(pointer: elements[0].1, problem: "windows of one date overlap")
        }
        return windows
    }

    private static func time(_ json: JSON) -> Int64? {
        guard let parts = json.stringValue?.split(separator: ":"), parts.count == 2,
            parts.allSatisfy({ $0.count == 2 }),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]), 0...59 ~= minute, 0...24 ~= hour,
            hour < 24 || minute == 0
        else { return nil }
        return (60 * hour + minute) * 60_000
    }

    func windows(on day: Int64) -> [Window] {
        // 1970-01-01 was a Thursday, which is 3 where Monday is 0.
        exceptions[day] ?? week[Int(Day.modulo(day + 3, 7))]
    }
}
