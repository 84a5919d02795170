import Foundation
import Temporal

/// The zones of this machine's database, and what tests build of them.
enum Zones {
    static let folder = "/usr/share/zoneinfo"

    /// Zones with a history: two ways of summer time, half hours, quarter hours, a day that was left out, a summer that is
    /// behind the winter, changes at midnight and a minute after it.
    static let names = [
        "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Sao_Paulo",
        "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kwajalein", "Africa/Casablanca", "Africa/Cairo",
        "Asia/Kathmandu",
        "Asia/Tehran", "Asia/Gaza", "America/Nuuk", "Antarctica/Troll", "Pacific/Chatham", "UTC",
    ]

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: folder + "/" + name)))
    }

    static func rules(_ name: String) throws -> TimeZoneRules { try TimeZoneRules(parsing: bytes(name)) }

    static func at(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

    /// `("09:00", "17:30")`.
    static func window(_ open: String, _ close: String) throws -> WorkingCalendar.Window {
        let minutes = [open, close].map { text in
            text.split(separator: ":").reduce(0) { 60 * $0 + (Int($1) ?? 0) }
        }
        return try WorkingCalendar.Window(open: minutes[0], close: minutes[1])
    }

    /// The same windows every day, or on Monday to Friday only.
    static func calendar(
        _ name: String, _ windows: [(String, String)], weekdaysOnly: Bool = false,
        exceptions: [LocalDate: [WorkingCalendar.Window]] = [:]
    ) throws -> WorkingCalendar {
        let day = try windows.map { try window($0.0, $0.1) }
        let weekend = weekdaysOnly ? [] : day
        return try WorkingCalendar(
            zone: rules(name), week: [day, day, day, day, day, weekend, weekend], exceptions: exceptions)
    }

    /// The transitions of a zone between two years, milliseconds.
    static func transitions(_ rules: TimeZoneRules, _ years: ClosedRange<Int>) throws -> [Int64] {
        var found: [Int64] = []
        var at = try Zones.at("\(years.lowerBound)-01-01T00:00:00Z").milliseconds
        let end = try Zones.at("\(years.upperBound)-12-31T00:00:00Z").milliseconds
        let hour: Int64 = 3_600_000
        while at < end {
            var (low, high) = (at, at + 24 * hour)
            at = high
            let before = rules.offset(at: Instant(milliseconds: low))
            guard rules.offset(at: Instant(milliseconds: high)) != before else { continue }
            while high - low > 1000 {
                let middle = (low + high) / 2000 * 1000
                if rules.offset(at: Instant(milliseconds: middle)) == before { low = middle } else { high = middle }
            }
            found.append(high)
        }
        return found
    }
}
