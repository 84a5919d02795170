/// A point on the time line of UTC, in whole milliseconds, from 0001-01-01T00:00:00.000Z to 9999-12-31T23:59:59.999Z.
///
/// Each day has 86 400 seconds, as on POSIX clocks: leap seconds do not exist. A sum that leaves the time line traps;
/// numbers from outside enter through the initialisers that throw.
package struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z; negative before.
    package let milliseconds: Int64

    /// 0001-01-01T00:00:00.000Z.
    package static let earliest = Instant(milliseconds: timeline.lowerBound)
    /// 9999-12-31T23:59:59.999Z.
    package static let latest = Instant(milliseconds: timeline.upperBound)

    /// For a number that we made ourselves: traps outside ``earliest`` to ``latest``.
    package init(milliseconds: Int64) {
        precondition(Self.timeline.contains(milliseconds), "an instant outside the years 0001 to 9999")
        self.milliseconds = milliseconds
    }

    /// For a number that somebody else wrote.
    package init(parsing milliseconds: Int64) throws(TemporalError) {
        guard Self.timeline.contains(milliseconds) else { throw .outsideTimeline(milliseconds: milliseconds) }
        self.milliseconds = milliseconds
    }

    /// A NumericDate without fraction, seconds since 1970-01-01T00:00:00Z (RFC 7519, section 2).
    package init(parsingSeconds seconds: Int64) throws(TemporalError) {
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { throw .outsideTimeline(milliseconds: seconds < 0 ? .min : .max) }
        try self.init(parsing: milliseconds)
    }

    static let timeline: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded towards the past.
    package var seconds: Int64 {
        // Integer division rounds towards zero: down only where nothing is negative.
        (milliseconds - Self.timeline.lowerBound) / 1000 + Self.timeline.lowerBound / 1000
    }

    /// The same time of day in UTC, that many days later; earlier when negative. A UTC day is always 24 hours long.
    package func adding(calendarDays: Int) -> Instant { self + .days(Int64(calendarDays)) }

    /// Whether the left instant comes first.
    package static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
    /// The instant that much later; traps outside the time line.
    package static func + (instant: Instant, length: Milliseconds) -> Instant {
        Instant(milliseconds: instant.milliseconds + length.count)
    }
    /// The instant that much earlier; traps outside the time line.
    package static func - (instant: Instant, length: Milliseconds) -> Instant {
        Instant(milliseconds: instant.milliseconds - length.count)
    }
    /// The time from `earlier` to `later`; negative when they are the other way round.
    package static func - (later: Instant, earlier: Instant) -> Milliseconds {
        Milliseconds(later.milliseconds - earlier.milliseconds)
    }
}

extension Instant: CustomStringConvertible {
    /// The text of ``rfc3339``.
    package var description: String { rfc3339 }
}
