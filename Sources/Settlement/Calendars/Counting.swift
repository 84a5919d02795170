import CanonicalJSON
import Temporal

/// A length of one of the four kinds of time: milliseconds, or a number of days.
enum Span: Hashable, Sendable {
    case elapsed(Int64)
    case business(Int64)
    case calendarDays(Int64)
    case workingDays(Int64)

    /// A day, working or not, as 24 hours: what tiers are put in order by.
    var nominal: Int64 {
        switch self {
        case .elapsed(let length), .business(let length): length
        case .calendarDays(let days), .workingDays(let days): days * Day.milliseconds
        }
    }

    /// Whether what a pause takes of it is working time (rule 23).
    var isWorking: Bool {
        switch self {
        case .elapsed, .calendarDays: false
        case .business, .workingDays: true
        }
    }
}

/// By what the spans of one service level are counted: the hours of its calendar, or UTC where it names none.
struct Counting: Sendable {
    let hours: WorkingHours?

    /// The last millisecond of the year 9999.
    static let latest: Int64 = 253_402_300_799_999

    /// Where a span ends; nil where it ends too far away. Without a calendar all time is working time (rule 77).
    func end(of span: Span, from start: Int64) -> Int64? {
        if let hours { return hours.end(of: span, from: start) }
        switch span {
        case .elapsed(let length), .business(let length): return start + length
        case .calendarDays(let days): return start + days * Day.milliseconds
        case .workingDays(let days):
            let today = Day.floor(start, Day.milliseconds) * Day.milliseconds
            return (today == start ? today : today + Day.milliseconds) + days * Day.milliseconds
        }
    }

    /// Where a span ends, at the latest with the year 9999.
    func ends(_ span: Span, from start: Int64) -> Int64 {
        guard start < Self.latest else { return Self.latest }
        return min(end(of: span, from: start) ?? Self.latest, Self.latest)
    }

    /// What a pause takes of a span.
    func taken(of span: Span, from start: Int64, to end: Int64) -> Int64 {
        guard span.isWorking else { return end - start }
        return hours?.working(from: start, to: end) ?? end - start
    }

    /// A deadline moved by a pause.
    func moving(_ due: Int64, of span: Span, from start: Int64, to end: Int64) -> Int64? {
        let taken = taken(of: span, from: start, to: end)
        guard taken > 0 else { return due }
        return self.end(of: span.isWorking ? .business(taken) : .elapsed(taken), from: due)
    }
}

extension ObjectReader {
    /// A span of any kind.
    mutating func anySpan(_ name: String) throws(JSONShapeError) -> Span {
        var reader = try object(name)
        let span: Span
        if let text = try reader.optionalString("elapsed") {
            span = .elapsed(try Self.length(text, at: reader.pointer(to: "elapsed")))
        } else if let text = try reader.optionalString("business") {
            span = .business(try Self.length(text, at: reader.pointer(to: "business")))
        } else if let days = try reader.optionalInteger("workingDays") {
            span = .workingDays(try Self.days(days, at: reader.pointer(to: "workingDays")))
        } else {
            span = .calendarDays(try Self.days(reader.integer("calendarDays"), at: reader.pointer(to: "calendarDays")))
        }
        try reader.finish()
        return span
    }

    /// A span in the kind of time that a measure tells delays in (rule 77).
    mutating func span(_ name: String, in basis: String) throws(JSONShapeError) -> Span {
        let span = try anySpan(name)
        let isTold =
            switch span {
            case .elapsed: basis == "elapsed"
            case .calendarDays: basis != "business"
            case .business, .workingDays: basis == "business"
            }
        guard isTold else {
            throw JSONShapeError(
                pointer: pointer(to: name), problem: "the basis \(basis) is told otherwise on the page")
        }
        return span
    }

    mutating func optionalAnySpan(_ name: String) throws(JSONShapeError) -> Span? {
        optionalValue(name) == nil ? nil : try anySpan(name)
    }

    static func length(_ text: String, at pointer: JSONPointer) throws(JSONShapeError) -> Int64 {
        do {
            return try Milliseconds(iso8601: text).count
        } catch {
            throw JSONShapeError(pointer: pointer, problem: "\(error)")
        }
    }

    private static func days(_ days: Int64, at pointer: JSONPointer) throws(JSONShapeError) -> Int64 {
        guard 0...36_525 ~= days else {
            throw JSONShapeError(pointer: pointer, problem: "\(days) is negative or over a hundred years")
        }
        return days
    }
}
