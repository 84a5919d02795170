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

    /// The rules of that hash, if they are pinned.
    package func zone(_ pin: String) -> TimeZoneRules? { zones[pin] }

    /// The hours of a published calendar, in force or not.
    package func calendar(_ hash: PolicyHash) -> WorkingCalendar? { calendars[hash] }

    mutating func pin(_ rules: TimeZoneRules) { zones[rules.pin] = rules }

    /// The rules that a document means, which must be pinned.
    func rules(of zone: ZoneName, _ pin: CalendarTerms.Pin) throws(PolicyError) -> TimeZoneRules {
        guard let rules = zones[pin.sha256] else {
            throw PolicyError(
                pointer: JSONPointer().appending("spec").appending("tzdata").appending("sha256"),
                problem: "the log has no such rules of \(zone)")
        }
        return rules
    }

    mutating func add(_ calendar: BusinessCalendar, from instant: Instant) throws(PolicyError) {
        let rules = try rules(of: calendar.terms.zone, calendar.tzdata)
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

    /// By whose clocks the periods of a budget are counted.
    package func zone(of budget: Budget) -> TimeZoneRules {
        budget.zone.flatMap { calendars.zone($0.tzdata.sha256) } ?? TimeZoneRules(fixedOffset: 0)
    }
}
