import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("Rule 78: windows of caps and periods of budgets, in the zone")
struct WindowTests {
    static let windows: [(Cap.Window, String, String, String)] = [
        (.day, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        (.day, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        (.week, "2026-03-29T21:59:59.999Z", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z"),
        (.week, "2026-03-29T22:00:00Z", "2026-03-29T22:00:00Z", "2026-04-05T22:00:00Z"),
        (.week, "2027-01-01T00:00:00Z", "2026-12-27T23:00:00Z", "2027-01-03T23:00:00Z"),
        (.thirtyDays, "2026-04-01T00:00:00Z", "2026-03-02T23:00:00Z", "2026-04-01T22:00:00Z"),
        (.month, "2026-01-31T22:59:59.999Z", "2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z"),
        (.month, "2026-01-31T23:00:00Z", "2026-01-31T23:00:00Z", "2026-02-28T23:00:00Z"),
        (.month, "2028-02-29T12:00:00Z", "2028-01-31T23:00:00Z", "2028-02-29T23:00:00Z"),
        (.month, "2026-03-31T21:59:59.999Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        (.year, "2026-12-31T22:59:59.999Z", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
        (.year, "2026-12-31T23:00:00Z", "2026-12-31T23:00:00Z", "2027-12-31T23:00:00Z"),
    ]

    @Test("3.1/10 29 February, month end, year end and both changes of clocks", arguments: windows)
    func window(_ window: Cap.Window, _ instant: String, _ from: String, _ until: String) throws {
        let range = window.instants(at: try Instant(rfc3339: instant), in: try Office.zone())
        #expect(try range == Instant(rfc3339: from)..<Instant(rfc3339: until))
    }

    @Test("a budget follows the clocks that it names, and UTC where it names none")
    func budget() throws {
        let instant = try Instant(rfc3339: "2026-01-31T23:30:00Z")
        let plain = try Budget(PolicyDocument(SettlingTests.budget))
        #expect(
            plain.instants(at: instant, in: PolicyBook().zone(of: plain)).lowerBound.rfc3339
                == "2026-01-01T00:00:00.000Z")
        let json = SettlingTests.budget.replacing("/spec/timeZone", by: "Europe/Berlin")
            .replacing("/spec/tzdata", by: ["release": "2026a", "sha256": .string(try Office.zone().pin)])
        let budget = try Budget(PolicyDocument(json))
        let error = #expect(throws: PolicyError.self) {
            try PolicyBook().publishing(PolicyDocument(json), at: Fixture.opened)
        }
        #expect(error?.pointer.description == "/spec/tzdata/sha256")
        let book = try PolicyBook().pinning(Office.zone()).publishing(PolicyDocument(json), at: Fixture.opened).book
        #expect(
            try budget.instants(at: instant, in: book.zone(of: budget))
                == Instant(rfc3339: "2026-01-31T23:00:00Z")..<Instant(rfc3339: "2026-02-28T23:00:00Z"))
        #expect(budget.plainWords.contains { $0.contains("Europe/Berlin first shows its first date") })
    }
}
