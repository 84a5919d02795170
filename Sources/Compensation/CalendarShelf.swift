import CanonicalJSON
package import ServiceLevels
package import Temporal

/// The rules of zones that the log pinned, and the working calendars that were published by them.
package struct CalendarShelf: Hashable, Sendable {
    /// By their ``TimeZoneRules/pin``.
    private var zones: [String: TimeZoneRules] = [:]
    private var calendars: [PolicyHash: WorkingCalendar] = [:]

    /// For how long after it takes effect a calendar answers quickly; later it still answers. What was found for it
    /// takes some 50 KiB.
    private static let prepared = Milliseconds.days(3 * 366)

    /// Whether those rules are pinned.
    package func hasZone(_ pin: String) -> Bool { zones[pin] != nil }

    /// The hours of a published calendar, in force or not.
    package func calendar(_ hash: PolicyHash) -> WorkingCalendar? { calendars[hash] }

    mutating func pin(_ rules: TimeZoneRules) { zones[rules.pin] = rules }

    mutating func add(_ calendar: BusinessCalendar, from instant: Instant) throws(PolicyError) {
        guard let rules = zones[calendar.tzdata.sha256] else {
            throw PolicyError(
                pointer: JSONPointer().appending("spec").appending("tzdata").appending("sha256"),
                problem: "the log has no such rules of \(calendar.terms.zone)")
        }
        let end = min(instant.milliseconds, Instant.latest.milliseconds - Self.prepared.count) + Self.prepared.count
        let range = instant..<Instant(milliseconds: max(end, instant.milliseconds))
        calendars[calendar.hash] = calendar.terms.calendar(in: rules).prepared(for: range)
    }
}

extension PolicyBook {
    /// The book with the rules of one more zone, as `zone.pinned` has them.
    package func pinning(_ rules: TimeZoneRules) -> PolicyBook {
        var book = self
        book.calendars.pin(rules)
        return book
    }
}
