package import CanonicalJSON
package import Temporal

/// Spans in policies: `{"elapsed": "PT24H"}`, `{"business": "PT8H"}`, `{"calendarDays": 7}`, `{"workingDays": 3}`.
extension ObjectReader {
    /// A span of any of the four kinds.
    package mutating func timeSpan(_ key: String) throws(JSONShapeError) -> TimeSpan {
        try TimeSpan(value(key), at: pointer(to: key))
    }

    /// As ``timeSpan(_:)``; nil when the member is absent.
    package mutating func optionalTimeSpan(_ key: String) throws(JSONShapeError) -> TimeSpan? {
        guard let json = optionalValue(key) else { return nil }
        return try TimeSpan(json, at: pointer(to: key))
    }

    /// A span; one of working time only where there is a calendar to count it by.
    mutating func timeSpan(_ key: String, hasCalendar: Bool) throws(JSONShapeError) -> TimeSpan {
        let span = try timeSpan(key)
        guard hasCalendar || !span.isOfWorkingTime else {
            throw JSONShapeError(
                pointer: pointer(to: key), problem: "working time needs a calendar; name one in calendarRef")
        }
        return span
    }

    /// As ``timeSpan(_:hasCalendar:)``; nil when the member is absent.
    mutating func optionalTimeSpan(_ key: String, hasCalendar: Bool) throws(JSONShapeError) -> TimeSpan? {
        guard optionalValue(key) != nil else { return nil }
        return try timeSpan(key, hasCalendar: hasCalendar)
    }

    /// The name of another policy, or nil when the member is absent.
    mutating func optionalIdentifier(_ key: String) throws(JSONShapeError) -> String? {
        try optionalString(key) == nil ? nil : identifier(key)
    }

    /// The longest number of days: ten years, as the draft of the format has it.
    private static let days: ClosedRange<Int64> = 1...3660

    fileprivate mutating func optionalDays(_ key: String) throws(JSONShapeError) -> Int? {
        guard let count = try optionalInteger(key) else { return nil }
        guard Self.days.contains(count) else {
            let problem = "expected \(Self.days.lowerBound) to \(Self.days.upperBound) days, found \(count)"
            throw JSONShapeError(pointer: pointer(to: key), problem: problem)
        }
        return Int(count)
    }

    /// Hours, minutes and seconds of at most five digits each, in sum greater than zero: up to twelve years.
    fileprivate mutating func optionalDuration(_ key: String) throws(JSONShapeError) -> Milliseconds? {
        guard let length = try optionalLength(key) else { return nil }
        guard length > .zero else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "expected more than no time")
        }
        return length
    }

    /// As the lengths of spans, but `PT0S` too.
    mutating func optionalLength(_ key: String) throws(JSONShapeError) -> Milliseconds? {
        guard let text = try optionalString(key) else { return nil }
        let place = pointer(to: key)
        let numbers = text.utf8.split { !PolicyText.isDigit($0) }
        guard numbers.allSatisfy({ $0.count <= 5 }) else {
            throw JSONShapeError(pointer: place, problem: "expected numbers of at most five digits")
        }
        do throws(TemporalError) {
            return try Milliseconds(iso8601: text)
        } catch {
            throw JSONShapeError(pointer: place, problem: error.description)
        }
    }
}

extension TimeSpan {
    /// Reads a span: exactly one kind of time, greater than zero.
    package init(_ json: JSON, at pointer: JSONPointer = JSONPointer()) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        let span: TimeSpan? =
            if let length = try reader.optionalDuration("elapsed") {
                .elapsed(length)
            } else if let length = try reader.optionalDuration("business") {
                .business(length)
            } else if let days = try reader.optionalDays("calendarDays") {
                .calendarDays(days)
            } else if let days = try reader.optionalDays("workingDays") {
                .workingDays(days)
            } else {
                nil
            }
        try reader.finish()
        guard let span else {
            throw JSONShapeError(pointer: pointer, problem: "expected a span like {\"elapsed\": \"PT24H\"}")
        }
        self = span
    }

    /// As a policy has it.
    package var json: JSON {
        switch self {
        case .elapsed(let length): ["elapsed": .string(length.iso8601)]
        case .business(let length): ["business": .string(length.iso8601)]
        case .calendarDays(let days): ["calendarDays": .integer(Int64(days))]
        case .workingDays(let days): ["workingDays": .integer(Int64(days))]
        }
    }

    /// Its length where only lengths can be compared: a day, working or not, as 24 hours.
    package var nominal: Milliseconds {
        switch self {
        case .elapsed(let length), .business(let length): length
        case .calendarDays(let days), .workingDays(let days): .days(Int64(days))
        }
    }

    /// For people: `24 hours`, `8 hours of working time`, `7 days`, `3 working days`.
    package var inWords: String {
        switch self {
        case .elapsed(let length): length.inWords
        case .business(let length): "\(length.inWords) of working time"
        case .calendarDays(let days): counted(Int64(days), "day")
        case .workingDays(let days): counted(Int64(days), "working day")
        }
    }
}
