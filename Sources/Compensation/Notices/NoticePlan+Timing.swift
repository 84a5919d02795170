package import Temporal

/// When a notice may come, and when it comes: rule 82.
extension NoticePlan {
    private static let minute: Int64 = 60_000
    private static let day: Int64 = 86_400_000
    /// After so many minutes every quiet hour and every full day has passed.
    private static let farthest = 4 * 1440

    /// Whether a notice may come at an instant.
    ///
    /// - Parameters:
    ///   - isCritical: whether it is about something critical.
    ///   - sent: when the notices before it were sent.
    ///   - zone: the clock on the wall.
    package func allows(
        _ instant: Instant, isCritical: Bool, sent: [Instant], in zone: TimeZoneRules
    ) -> Bool {
        if isQuiet(instant, in: zone), !(isCritical && quietHours?.criticalBypass ?? false) { return false }
        let today = Self.localDay(instant, zone)
        return sent.count { $0 <= instant && Self.localDay($0, zone) == today } < cadence.maxPerDay
    }

    /// The first instant from one on at which a notice may come: that, or the begin of a minute after it.
    package func firstAllowed(
        from instant: Instant, isCritical: Bool, sent: [Instant], in zone: TimeZoneRules
    ) -> Instant {
        var next = instant
        for _ in 0..<Self.farthest {
            if allows(next, isCritical: isCritical, sent: sent, in: zone) { return next }
            next = Instant(milliseconds: (Self.floor(next.milliseconds, Self.minute) + 1) * Self.minute)
        }
        return next
    }

    /// When the next notice comes, as far as the entries tell; nil when none does.
    package func next(_ standing: NoticeStanding, in zone: TimeZoneRules) -> Instant? {
        let waiting = standing.pending.isEmpty ? nothingNew(standing).map { [$0] } ?? [] : standing.pending
        return waiting.map { item in
            // What waits still could not come with the last notice, however long it waits.
            let from = max(base(of: item, standing), standing.sent.last ?? item.at)
            return firstAllowed(from: from, isCritical: isCritical(item), sent: standing.sent, in: zone)
        }.min()
    }

    /// What a notice at an instant tells, in the order of the log; nothing when none comes then.
    package func told(
        at now: Instant, _ standing: NoticeStanding, in zone: TimeZoneRules
    ) -> [NoticeStanding.Pending] {
        let waiting = standing.pending.isEmpty ? nothingNew(standing).map { [$0] } ?? [] : standing.pending
        let allowed = waiting.filter { allows(now, isCritical: isCritical($0), sent: standing.sent, in: zone) }
        return allowed.contains { base(of: $0, standing) <= now } ? allowed : []
    }

    /// Whether something is told whatever the hour, where the plan lets it.
    package func isCritical(_ item: NoticeStanding.Pending) -> Bool {
        (steps[item.step]?.isCritical ?? false) || (item.isUrgent && (steps[.breach]?.isCritical ?? false))
    }

    /// From when on something is told, were it allowed: at once, or once others had time to join it, but before the
    /// silence is longer than said.
    func base(of item: NoticeStanding.Pending, _ standing: NoticeStanding) -> Instant {
        if isCritical(item) || item.step == .nothingNew { return item.at }
        let collected = item.at + cadence.digestWindow
        guard let silence = nothingNew(standing)?.at else { return collected }
        return min(collected, max(item.at, silence))
    }

    /// That there is nothing new, where that is to be said some day.
    private func nothingNew(_ standing: NoticeStanding) -> NoticeStanding.Pending? {
        guard let every = cadence.every, let open = standing.open else { return nil }
        let last = max(open.at, standing.sent.last ?? open.at)
        return NoticeStanding.Pending(seq: open.seq, step: .nothingNew, at: last + every)
    }

    private func isQuiet(_ instant: Instant, in zone: TimeZoneRules) -> Bool {
        guard let quietHours else { return false }
        let wall = instant.milliseconds + Int64(zone.offset(at: instant)) * 1000
        let minute = Int(Self.floor(wall, Self.minute) - Self.floor(wall, Self.day) * 1440)
        return quietHours.from < quietHours.to
            ? quietHours.from <= minute && minute < quietHours.to
            : quietHours.from <= minute || minute < quietHours.to
    }

    private static func localDay(_ instant: Instant, _ zone: TimeZoneRules) -> Int64 {
        floor(instant.milliseconds + Int64(zone.offset(at: instant)) * 1000, day)
    }

    private static func floor(_ number: Int64, _ unit: Int64) -> Int64 {
        number >= 0 ? number / unit : -((-number + unit - 1) / unit)
    }
}
