import CanonicalJSON
import Cryptography

/// The clocks of one zone as `zone.pinned` has them: rule 20. Seconds; no files, and no code of whoever wrote the
/// entry.
struct ZoneTimes: Sendable {
    /// A stretch of time with one offset, in milliseconds.
    struct Stretch {
        let from: Int64
        let to: Int64
        let offset: Int64
    }

    private struct Change {
        let at: Int64
        let offset: Int64
    }

    private let initial: Int64
    private let listed: [Change]
    private let standard: Int64
    private let saving: (offset: Int64, start: YearlyMoment, end: YearlyMoment)?
    /// Of the canonical form: what calendars name.
    let hash: String

    /// More than any zone has.
    private static let maximumTransitions = 4096
    /// Further away than any instant of the log, in seconds.
    private static let never: Int64 = 1 << 40
    /// No zone is further from UTC than this, in seconds.
    static let farthest: Int64 = 100_000

    /// Reads the members of the entry; others that it has are the caller's.
    init(_ facts: inout ObjectReader) throws(JSONShapeError) {
        let rule = try facts.value("rule")
        let (initial, transitions) = (try facts.integer("initial"), try facts.value("transitions"))
        hash =
            SHA256.hash(
                JSON.object(["initial": .integer(initial), "rule": rule, "transitions": transitions]).canonicalBytes
            ).description
        self.initial = try Self.near(initial, at: facts.pointer(to: "initial"))
        listed = try Self.listed(transitions, at: facts.pointer(to: "transitions"))
        var reader = try ObjectReader(rule, at: facts.pointer(to: "rule"))
        standard = try Self.near(reader.integer("standard"), at: reader.pointer(to: "standard"))
        if var part = try reader.optionalObject("saving") {
            saving = (
                try Self.near(part.integer("offset"), at: part.pointer(to: "offset")),
                try YearlyMoment(part.object("start")), try YearlyMoment(part.object("end"))
            )
            try part.finish()
        } else {
            saving = nil
        }
        try reader.finish()
    }

    private static func near(_ seconds: Int64, at pointer: JSONPointer) throws(JSONShapeError) -> Int64 {
        guard abs(seconds) < farthest else {
            throw JSONShapeError(pointer: pointer, problem: "\(seconds) seconds from UTC")
        }
        return seconds
    }

    private static func listed(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) -> [Change] {
        guard case .array(let elements) = json, elements.count <= maximumTransitions else {
            throw JSONShapeError(pointer: pointer, problem: "expected transitions")
        }
        var changes: [Change] = []
        for element in elements {
            guard case .array(let pair) = element, pair.count == 2, case .integer(let at) = pair[0],
                case .integer(let offset) = pair[1], abs(at) < never, changes.last?.at ?? -never < at
            else { throw JSONShapeError(pointer: pointer, problem: "expected an instant and an offset, ascending") }
            changes.append(Change(at: at, offset: try near(offset, at: pointer)))
        }
        return changes
    }

    /// The stretch that holds an instant, in milliseconds since 1970.
    func stretch(at instant: Int64) -> Stretch {
        let second = Day.floor(instant, 1000)
        let last = listed.last?.at ?? -Self.never
        if second < last { return listedStretch(at: second) }
        // From the last transition on the rule holds: its changes around this year, and the transition itself.
        let year = Day.year(of: Day.floor(second, Day.seconds))
        let around = changes(from: year - 2, through: year + 2).filter { $0.at > last }
        let before = around.last { $0.at <= second }
        let next = around.first { $0.at > second }?.at ?? Self.never
        let offset = before?.offset ?? ruleOffset(at: max(last, second - 3 * 366 * Day.seconds))
        return Stretch(from: (before?.at ?? last) * 1000, to: next * 1000, offset: offset * 1000)
    }

    private func listedStretch(at second: Int64) -> Stretch {
        var (low, high) = (-1, listed.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if listed[middle].at <= second { low = middle } else { high = middle }
        }
        return Stretch(
            from: (low < 0 ? -Self.never : listed[low].at) * 1000, to: listed[high].at * 1000,
            offset: (low < 0 ? initial : listed[low].offset) * 1000)
    }

    /// What the rule alone says.
    private func ruleOffset(at second: Int64) -> Int64 {
        let year = Day.year(of: Day.floor(second, Day.seconds))
        return changes(from: year - 2, through: year + 2).last { $0.at <= second }?.offset ?? standard
    }

    /// Where the rule changes the offset in these years, ascending. Savings that touch are one.
    private func changes(from first: Int64, through last: Int64) -> [Change] {
        guard let saving else { return [] }
        var changes: [Change] = []
        for year in first...last {
            let start = saving.start.seconds(in: year) - standard
            let ends = (year...year + 2).map { saving.end.seconds(in: $0) - saving.offset }
            guard let end = ends.first(where: { $0 > start }) else { continue }
            if let before = changes.last, before.at >= start {
                changes.removeLast()
                changes.append(Change(at: max(before.at, end), offset: standard))
            } else {
                changes += [Change(at: start, offset: saving.offset), Change(at: end, offset: standard)]
            }
        }
        return changes
    }
}

/// A moment of each year on a wall clock.
struct YearlyMoment: Sendable {
    private enum Date {
        case weekday(month: Int64, week: Int64, weekday: Int64)
        case julian(Int64)
        case counted(Int64)
    }

    private let date: Date
    private let second: Int64

    init(_ reader: consuming ObjectReader) throws(JSONShapeError) {
        second = try Self.bounded(&reader, "second", -604_799...604_799)
        if try reader.optionalInteger("julian") != nil {
            date = .julian(try Self.bounded(&reader, "julian", 1...365))
        } else if try reader.optionalInteger("day") != nil {
            date = .counted(try Self.bounded(&reader, "day", 0...365))
        } else {
            date = .weekday(
                month: try Self.bounded(&reader, "month", 1...12), week: try Self.bounded(&reader, "week", 1...5),
                weekday: try Self.bounded(&reader, "weekday", 0...6))
        }
        try reader.finish()
    }

    private static func bounded(
        _ reader: inout ObjectReader, _ name: String, _ range: ClosedRange<Int64>
    ) throws(JSONShapeError) -> Int64 {
        let number = try reader.integer(name)
        guard range.contains(number) else {
            throw JSONShapeError(pointer: reader.pointer(to: name), problem: "\(number) is no \(name)")
        }
        return number
    }

    /// Seconds of the wall clock since 1970-01-01T00:00:00.
    func seconds(in year: Int64) -> Int64 {
        let newYear = Day.number(year: year, month: 1, day: 1)
        let isLeap = Day.number(year: year + 1, month: 1, day: 1) - newYear == 366
        let day: Int64 =
            switch date {
            case .julian(let day): newYear + day - (isLeap && day >= 60 ? 0 : 1)
            case .counted(let day): newYear + day
            case .weekday(let month, let week, let weekday):
                Self.day(year: year, month: month, week: week, weekday: weekday)
            }
        return day * Day.seconds + second
    }

    private static func day(year: Int64, month: Int64, week: Int64, weekday: Int64) -> Int64 {
        let first = Day.number(year: year, month: month, day: 1)
        let next =
            month == 12
            ? Day.number(year: year + 1, month: 1, day: 1)
            : Day.number(year: year, month: month + 1, day: 1)
        // 1970-01-01 was a Thursday, which is 4 where Sunday is 0.
        var day = first + Day.modulo(weekday - Day.modulo(first + 4, 7), 7) + 7 * (week - 1)
        while day >= next { day -= 7 }
        return day
    }
}

/// Days since 1970-01-01 in the Gregorian calendar.
enum Day {
    static let seconds: Int64 = 86_400
    static let milliseconds: Int64 = 86_400_000

    /// Rounded towards the past.
    static func floor(_ number: Int64, _ unit: Int64) -> Int64 {
        number >= 0 ? number / unit : (number + 1) / unit - 1
    }

    static func modulo(_ number: Int64, _ unit: Int64) -> Int64 { number - floor(number, unit) * unit }

    static func number(year: Int64, month: Int64, day: Int64) -> Int64 {
        let leapDays = { (years: Int64) in floor(years, 4) - floor(years, 100) + floor(years, 400) }
        let before: [Int64] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        let isLeap = leapDays(year) > leapDays(year - 1)
        let days = 365 * (year - 1970) + leapDays(year - 1) - leapDays(1969)
        return days + before[Int(month - 1)] + (isLeap && month > 2 ? 1 : 0) + day - 1
    }

    static func year(of day: Int64) -> Int64 {
        var year = 1970 + floor(day, 365)
        while number(year: year, month: 1, day: 1) > day { year -= 1 }
        while number(year: year + 1, month: 1, day: 1) <= day { year += 1 }
        return year
    }

    /// The number of a date written `YYYY-MM-DD`; nil when no calendar has it.
    static func number(_ text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], let year = Int64(parts[0]), let month = Int64(parts[1]),
            let day = Int64(parts[2]), year > 0, 1...12 ~= month, 1...31 ~= day
        else { return nil }
        let found = number(year: year, month: month, day: day)
        let next = month == 12 ? number(year: year + 1, month: 1, day: 1) : number(year: year, month: month + 1, day: 1)
        return found < next ? found : nil
    }
}
