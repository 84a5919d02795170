package import Temporal

/// When the store is next rid of what erased persons left in its files. That writes the whole database, and nobody else
/// can write meanwhile: so it is done at once after a quiet time, and never takes more than a fixed share of the time.
package struct PurgeSchedule: Sendable {
    /// A purge is followed by this many times its length without one: at most a twentieth of the time is spent on it.
    static let rest: Int64 = 19

    /// The longest rest, also after a clock that stepped.
    static let maximumRest = Milliseconds.hours(24)

    private var resting: (since: Instant, length: Milliseconds)?

    /// Nothing was done yet.
    package init() {}

    /// Whether a purge may begin.
    package func isDue(at now: Instant) -> Bool {
        guard let resting, now >= resting.since else { return true }
        return now - resting.since >= resting.length
    }

    /// A purge took from `start` to `end`, whether or not it could remove everything.
    package mutating func took(from start: Instant, to end: Instant) {
        let length = min(max(end - start, Milliseconds(1)).count * Self.rest, Self.maximumRest.count)
        resting = (end, Milliseconds(length))
    }
}
