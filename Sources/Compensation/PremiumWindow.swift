package import Temporal

/// Premium access, `[from, until)`.
package struct PremiumWindow: Hashable, Sendable {
    /// Its first instant.
    package let from: Instant
    /// The first instant after it.
    package let until: Instant

    /// More days of access at the end of what the holder has, or from now when that has ended (rule 9).
    ///
    /// Ends with the year 9999 at the latest: an institution may name one holder in any number of late requests, and
    /// their days must not lead off the time line.
    ///
    /// - Parameters:
    ///   - lastEnd: the end of the holder's last window; nil when there is none.
    ///   - now: the `t` of the posting.
    ///   - days: so many days of 24 hours, greater than zero.
    package static func appended(after lastEnd: Instant?, at now: Instant, days: Int64) -> PremiumWindow {
        let from = max(now, lastEnd ?? now)
        let length = min(Milliseconds.days(days), Instant.latest - from)
        return PremiumWindow(from: from, until: from + length)
    }
}
