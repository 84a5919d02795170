import Temporal
import Testing

@Suite("Months and years of the civil calendar")
struct CivilPeriodTests {
    static let months: [(String, String, String)] = [
        ("2026-01-01", "2026-01-01", "2026-02-01"), ("2026-01-31", "2026-01-01", "2026-02-01"),
        ("2028-02-29", "2028-02-01", "2028-03-01"), ("2026-02-28", "2026-02-01", "2026-03-01"),
        ("2000-02-29", "2000-02-01", "2000-03-01"), ("2026-12-31", "2026-12-01", "2027-01-01"),
    ]

    @Test("3.1/10 a month holds its first date and its last, whatever its length", arguments: months)
    func month(date: String, first: String, next: String) throws {
        let month = try LocalDate(parsing: date).month
        #expect(month.lowerBound.description == first && month.upperBound.description == next)
    }

    @Test(
        "3.1/10 a year holds 1 January and 31 December, and in a leap year 366 dates",
        arguments: [
            ("2026-12-31", 365), ("2028-02-29", 366), ("2100-03-01", 365), ("2000-01-01", 366),
        ])
    func year(date: String, days: Int) throws {
        let date = try LocalDate(parsing: date)
        #expect(date.year.contains(date) && date.year.upperBound.dayNumber - date.year.lowerBound.dayNumber == days)
        #expect(date.year.lowerBound.description.hasSuffix("-01-01"))
    }

    @Test("dates are instants of the zone: half-open, and no gap between two months")
    func instants() throws {
        let berlin = TimeZoneRules(fixedOffset: 3600)
        let january = try berlin.instants(of: LocalDate(parsing: "2026-01-15").month)
        let february = try berlin.instants(of: LocalDate(parsing: "2026-02-15").month)
        #expect(
            january.lowerBound.description == "2025-12-31T23:00:00Z"
                || january.lowerBound.rfc3339.hasPrefix("2025-12-31T23"))
        #expect(january.upperBound == february.lowerBound && !january.contains(february.lowerBound))
    }
}
