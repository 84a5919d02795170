package import Temporal

/// Premium access, `[from, until)`.
package struct PremiumWindow: Hashable, Sendable {
    /// Its first instant.
    package let from: Instant
    /// The first instant after it.
    package let until: Instant

    /// A window as it was stored.
    package init(from: Instant, until: Instant) {
        self.from = from
        self.until = until
    }

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

/// Where more days of premium access are laid (rule 38).
package enum PremiumStacking: String, Hashable, Sendable, CaseIterable {
    /// At the end of what the holder has.
    case appendToEnd = "append-to-end"
    /// From now, beside what the holder has: only what reaches further is more.
    case maxEnd = "max-end"
}

extension PremiumWindow {
    /// More days of access as the policy stacks them.
    ///
    /// What the institution does with the holder's plan does not matter here. A window of `max-end` that reaches no
    /// further than the last has no length.
    package static func stacked(
        _ stacking: PremiumStacking, after lastEnd: Instant?, at now: Instant, days: Int64
    ) -> PremiumWindow {
        switch stacking {
        case .appendToEnd: return appended(after: lastEnd, at: now, days: days)
        case .maxEnd:
            let from = max(now, lastEnd ?? now)
            return PremiumWindow(from: from, until: max(from, appended(after: nil, at: now, days: days).until))
        }
    }

    /// Whether there is access at an instant.
    package func contains(_ instant: Instant) -> Bool { from <= instant && instant < until }

    /// What is left of the window when it is taken back: what was used until now, and nothing of the future. No other
    /// window moves.
    package func reversed(at now: Instant) -> PremiumWindow {
        PremiumWindow(from: from, until: min(until, max(from, now)))
    }
}
