package import CanonicalJSON
package import Temporal

/// A published span whose length needs no calendar: `elapsed` time, or `calendarDays`, which are UTC days of 24 hours.
package struct FixedSpan: Hashable, Sendable, CustomStringConvertible {
    /// As published; never `business` or `workingDays`.
    package let span: TimeSpan
    /// The same as physical time, greater than zero.
    package let length: Milliseconds

    /// 365 days.
    package static let year = FixedSpan(days: 365)

    private init(days: Int) {
        span = .calendarDays(days)
        length = .days(Int64(days))
    }

    /// - Returns: nil for `business` and `workingDays`.
    init?(_ span: TimeSpan) {
        switch span {
        case .elapsed(let length): self.length = length
        case .calendarDays(let days): length = .days(Int64(days))
        case .business, .workingDays: return nil
        }
        self.span = span
    }

    /// For people: `24 hours`, `7 days`.
    package var description: String {
        if case .calendarDays(let days) = span { counted(Int64(days), "day") } else { length.inWords }
    }
}

extension ObjectReader {
    /// A span that needs no calendar.
    package mutating func fixedSpan(_ key: String) throws(JSONShapeError) -> FixedSpan {
        let span = try timeSpan(key)
        guard let fixed = FixedSpan(span) else {
            throw .notKept("only elapsed or calendarDays may stand here", at: pointer(to: key))
        }
        return fixed
    }

    /// A span that needs no calendar, or nil when the member is absent.
    mutating func optionalFixedSpan(_ key: String) throws(JSONShapeError) -> FixedSpan? {
        try optionalObject(key) == nil ? nil : fixedSpan(key)
    }

    /// A length of physical time.
    package mutating func elapsed(_ key: String) throws(JSONShapeError) -> Milliseconds {
        guard case .elapsed(let length) = try timeSpan(key) else {
            throw .notKept("only elapsed may stand here", at: pointer(to: key))
        }
        return length
    }
}

extension Milliseconds {
    /// Whole parts in their largest units, for people: `90 seconds`, `24 hours`, `2 days 1 hour`. Hours count up to two
    /// days, because "24 hours" is plainer than "1 day".
    package var inWords: String {
        let hours = count / 3_600_000
        let days = hours < 48 ? 0 : hours / 24
        let parts = [
            (days, "day"), (hours - 24 * days, "hour"), (count / 60_000 % 60, "minute"), (count / 1000 % 60, "second"),
            (count % 1000, "millisecond"),
        ]
        let words = parts.filter { $0.0 != 0 }.map { counted($0.0, $0.1) }
        return words.isEmpty ? "no time" : words.joined(separator: " ")
    }
}

/// A number with its noun: `1 day`, `2 days`.
func counted(_ count: Int64, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
