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
        }
    }
}
