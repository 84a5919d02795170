/// When a house works: the clocks of one zone, hours for each day of the week, and dates that are otherwise.
///
/// One rule and no other: **an instant counts iff the wall clock of the zone then shows a time inside a window of the
/// date that it shows.** Gaps and overlaps of the clock need no words of their own: a time that is skipped is not
/// counted, one that is shown twice is counted twice.
package struct WorkingCalendar: Sendable {
    /// The wall clock.
    package let zone: TimeZoneRules
    /// The hours of Monday to Sunday: each in order, without overlap.
    package let week: [[Window]]
    /// The dates with hours of their own; none means closed.
    package let exceptions: [LocalDate: [Window]]

    /// The intervals of some years, found beforehand; nil when none were. Says nothing that the others do not.
    let openings: OpeningTable?

    /// Hours of one date, `[open, close)` on the wall clock.
    package struct Window: Hashable, Sendable {
        /// Minutes after 00:00.
        package let open: Int
        /// Minutes after 00:00, at most 1440, which is the end of the date.
        package let close: Int

        /// Hours of one date. Refuses a window that ends before it opens, or as it opens.
        package init(open: Int, close: Int) throws(TemporalError) {
            guard 0 <= open, open < close, close <= 1440 else {
                throw .malformedCalendar(
                    problem: "the window \(Self.text(open))–\(Self.text(close)) does not end after it begins; "
                        + "hours over midnight are two windows, to 24:00 and from 00:00")
            }
            (self.open, self.close) = (open, close)
        }

        private static func text(_ minutes: Int) -> String { "\(digits(minutes / 60, 2)):\(digits(minutes % 60, 2))" }

        /// `09:00–12:30`.
        package var description: String { "\(Self.text(open))–\(Self.text(close))" }
    }

    /// The most windows of a date: more breaks than anybody has.
    package static let maximumWindows = 8

    /// The most dates with hours of their own: every holiday of thirty years.
    package static let maximumExceptions = 1024

    /// How far ahead a deadline may lie: as far as ``Milliseconds/longestParsed``, a hundred years.
    package static let horizon = Milliseconds.longestParsed

    /// Day and night in UTC: what is counted where no calendar is bound.
    package static let utc = WorkingCalendar(
        zone: .utc, week: Array(repeating: [Window.wholeDay], count: 7), exceptions: [:], openings: nil)

    /// A calendar. Refuses windows that overlap, and a week that has no hours at all; `week` has seven elements.
    package init(
        zone: TimeZoneRules, week: [[Window]], exceptions: [LocalDate: [Window]] = [:]
    ) throws(TemporalError) {
        precondition(week.count == 7, "a week has seven days")
        var ordered: [[Window]] = []
        for windows in week { ordered.append(try Self.ordered(windows)) }
        guard ordered.contains(where: { !$0.isEmpty }) else {
            throw .malformedCalendar(problem: "no day of its week has hours, so nothing would ever be due")
        }
        guard exceptions.count <= Self.maximumExceptions else {
            throw .malformedCalendar(problem: "more than \(Self.maximumExceptions) dates with hours of their own")
        }
        var others: [LocalDate: [Window]] = [:]
        for (date, windows) in exceptions { others[date] = try Self.ordered(windows) }
        self.init(zone: zone, week: ordered, exceptions: others, openings: nil)
    }

    private init(
        zone: TimeZoneRules, week: [[Window]], exceptions: [LocalDate: [Window]], openings: OpeningTable?
    ) {
        (self.zone, self.week, self.exceptions, self.openings) = (zone, week, exceptions, openings)
    }

    private static func ordered(_ windows: [Window]) throws(TemporalError) -> [Window] {
        guard windows.count <= maximumWindows else {
            throw .malformedCalendar(problem: "more than \(maximumWindows) windows on one date")
        }
        let ordered = windows.sorted { ($0.open, $0.close) < ($1.open, $1.close) }
        for (first, second) in zip(ordered, ordered.dropFirst()) where second.open < first.close {
            throw .malformedCalendar(
                problem: "the windows \(first.description) and \(second.description) of one date overlap")
        }
        return ordered
    }

    /// The same calendar, quick about instants of that range: its intervals are found now, once.
    package func prepared(for range: Range<Instant>) -> WorkingCalendar {
        WorkingCalendar(
            zone: zone, week: week, exceptions: exceptions, openings: OpeningTable(of: self, in: range))
    }

    /// Whether ``prepared(for:)`` was asked for that instant.
    package func isPrepared(for instant: Instant) -> Bool {
        openings?.range.contains(instant.milliseconds) ?? false
    }

    /// The hours of a date.
    package func windows(on date: LocalDate) -> [Window] {
        exceptions.isEmpty ? week[date.weekday] : exceptions[date] ?? week[date.weekday]
    }
}

extension WorkingCalendar: Hashable {
    /// Whether they count the same; what was prepared does not matter.
    package static func == (left: WorkingCalendar, right: WorkingCalendar) -> Bool {
        left.zone == right.zone && left.week == right.week && left.exceptions == right.exceptions
    }

    /// Hashes what is compared.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(zone)
        hasher.combine(week)
        hasher.combine(exceptions)
    }
}

extension WorkingCalendar.Window {
    fileprivate static let wholeDay = WorkingCalendar.Window(unchecked: 0, 1440)

    private init(unchecked open: Int, _ close: Int) { (self.open, self.close) = (open, close) }
}
