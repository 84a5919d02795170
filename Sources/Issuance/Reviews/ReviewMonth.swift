package import Temporal

/// A calendar month in UTC.
package struct ReviewMonth: Hashable, Sendable, CustomStringConvertible {
    private let year: Int64
    /// From 1 to 12.
    private let month: Int64

    /// Reads `2026-10`.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }), let year = Int64(parts[0]),
            let month = Int64(parts[1]), (1...12).contains(month), (1970...9998).contains(year)
        else { return nil }
        (self.year, self.month) = (year, month)
    }

    /// The month that an instant is in; nil where it is too far to be reviewed.
    package init?(of instant: Instant) { self.init(String(instant.rfc3339.prefix(7))) }

    private init(year: Int64, month: Int64) { (self.year, self.month) = (year, month) }

    /// The month after.
    package var next: ReviewMonth {
        month == 12 ? ReviewMonth(year: year + 1, month: 1) : ReviewMonth(year: year, month: month + 1)
    }

    /// `2026-10`.
    package var description: String {
        let digits = String(year)
        return String(repeating: "0", count: 4 - digits.count) + digits + (month < 10 ? "-0" : "-") + String(month)
    }

    /// Its first instant, and the first of the next.
    package var range: Range<Instant> { start..<next.start }

    private var start: Instant {
        // Of a month that was read, the first instant can always be written so.
        (try? Instant(rfc3339: "\(self)-01T00:00:00Z")) ?? .earliest
    }
}
