import CanonicalJSON

/// Rule 88 from its page: when promises are broken so fast that an incident opens.
struct BurnTerms: Sendable {
    struct Alert: Sendable {
        let threshold: (num: Int128, den: Int128)
        /// In minutes.
        let long: Int64
        let short: Int64
        let atLeast: Int64
    }

    let serviceLevel: String
    private let target: (num: Int128, den: Int128)
    private let alerts: [Alert]

    init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        serviceLevel = try reader.string("serviceLevel")
        target = try Self.ratio("target", &reader)
        var alerts: [Alert] = []
        for (json, pointer) in try reader.array("alerts") {
            var one = try ObjectReader(json, at: pointer)
            alerts.append(
                Alert(
                    threshold: try Self.ratio("threshold", &one), long: try one.span("lookbackWindow") / 60_000,
                    short: try one.span("shortWindow") / 60_000, atLeast: try one.integer("atLeast")))
            try one.finish()
        }
        self.alerts = alerts
    }

    private static func ratio(
        _ name: String, _ reader: inout ObjectReader
    ) throws(JSONShapeError) -> (num: Int128, den: Int128) {
        var part = try reader.object(name)
        let ratio = (num: Int128(try part.integer("num")), den: Int128(try part.integer("den")))
        try part.finish()
        return ratio
    }

    /// Whether an alert sounds at a promise that is broken in that minute and counted.
    func sounds(at minute: Int64, _ counts: BurnCounts) -> Bool {
        alerts.contains { alert in
            let windows = [alert.long, alert.short].map { counts.sum(from: minute - $0 + 1, through: minute) }
            return windows[0].broken >= alert.atLeast
                && windows.allSatisfy { broken, kept in
                    Int128(broken) * target.den * alert.threshold.den
                        > alert.threshold.num * (target.den - target.num) * Int128(broken + kept)
                }
        }
    }
}

/// The broken and the kept promises of one service level under one document, by the minute.
struct BurnCounts: Sendable {
    private var minutes: [(minute: Int64, broken: Int64, kept: Int64)] = []

    /// Longer than any window of the page.
    private static let most: Int64 = 72 * 60

    /// Counts a promise. The entries of a log never go back in time.
    mutating func count(broken: Int64, kept: Int64, at t: Int64) {
        let minute = t / 60_000
        if let last = minutes.last, last.minute == minute {
            minutes[minutes.count - 1].broken += broken
            minutes[minutes.count - 1].kept += kept
        } else {
            minutes.append((minute, broken, kept))
            if minutes.count > 2 * Self.most { minutes.removeAll { $0.minute <= minute - Self.most } }
        }
    }

    func sum(from first: Int64, through last: Int64) -> (broken: Int64, kept: Int64) {
        var sum: (broken: Int64, kept: Int64) = (0, 0)
        for entry in minutes.reversed() {
            guard entry.minute >= first else { break }
            if entry.minute <= last { sum = (sum.broken + entry.broken, sum.kept + entry.kept) }
        }
        return sum
    }
}
