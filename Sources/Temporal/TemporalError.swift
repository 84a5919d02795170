/// Why a text or a number is not a time. Texts are kept as they came, at most ``TemporalError/maximumTextBytes`` long.
package enum TemporalError: Error, Hashable, Sendable {
    /// The text leaves the grammar of RFC 3339, section 5.6, at this byte.
    case malformedInstant(text: String, offset: Int, expected: String)
    /// The text has the right shape, but no calendar or clock of the years 0001 to 9999 shows this: 30 February,
    /// hour 24, offset +24:00.
    case noSuchTime(text: String, problem: String)
    /// The text names second 60.
    case leapSecond(text: String)
    /// The number is before the year 0001 or after the year 9999; kept as milliseconds, cut to what fits.
    case outsideTimeline(milliseconds: Int64)
    /// The text is not `PT`, then hours, minutes and seconds in this order, each optional, at least one present.
    case malformedDuration(text: String)
    /// The duration is longer than ``Milliseconds/longestParsed``.
    case durationTooLong(text: String)
    /// The text has more bytes than ``TemporalError/maximumTextBytes``; it was not read.
    case textTooLong(byteCount: Int)
    /// The text is not `YYYY-MM-DD`.
    case malformedDate(text: String)
    /// The text is no name of a time zone.
    case malformedZoneName(text: String)
    /// A file or list of the rules of a time zone is none.
    case malformedZone(problem: String)
    /// The hours of a working calendar contradict themselves.
    case malformedCalendar(problem: String)
    /// Nothing within ``WorkingCalendar/horizon`` is that much working time after that instant.
    case beyondHorizon(start: Instant)

    /// The most bytes that a text of this room may have: three times the 24 bytes of a plain time, so that any
    /// fraction a clock can measure fits, and small enough to repeat in an error.
    package static let maximumTextBytes = 72
}

extension TemporalError: CustomStringConvertible {
    /// What was wrong, where, and what to write instead.
    package var description: String {
        switch self {
        case .malformedInstant(let text, let offset, let expected):
            "\(text.debugDescription) is not an RFC 3339 time: expected \(expected) at byte \(offset); "
                + "write for example 2026-01-31T08:30:00Z"
        case .noSuchTime(let text, let problem):
            "\(text.debugDescription) does not exist: \(problem)"
        case .leapSecond(let text):
            "\(text.debugDescription) names second 60; leap seconds have no place in a count of milliseconds: "
                + "use second 59 or the next minute"
        case .outsideTimeline(let milliseconds):
            "\(milliseconds) ms since 1970 is outside the years 0001 to 9999 of UTC"
        case .malformedDuration(let text):
            "\(text.debugDescription) is not a duration of hours, minutes and seconds; write for example PT1H30M"
        case .durationTooLong(let text):
            "\(text.debugDescription) is longer than \(Milliseconds.longestParsed.iso8601), a hundred years"
        case .textTooLong(let byteCount):
            "a time or duration of \(byteCount) bytes is refused unread; the most is \(Self.maximumTextBytes)"
        case .malformedDate(let text):
            "\(text.debugDescription) is not a date; write for example 2026-12-24"
        case .malformedZoneName(let text):
            "\(text.debugDescription) is not the name of a time zone; write for example Europe/Berlin"
        case .malformedZone(let problem): "the rules of the time zone cannot be used: \(problem)"
        case .malformedCalendar(let problem): "the working calendar cannot be used: \(problem)"
        case .beyondHorizon(let start):
            "counted from \(start), that much time ends more than a hundred years later or after the year 9999"
        }
    }
}
