import Temporal

/// How fast commands are taken, to tell whoever is refused when to come back.
struct QueuePace {
    /// The second that is being counted.
    private var since: Instant?
    private var taken = 0
    /// What was taken in the second before it.
    private var before = 0

    private static let second: Int64 = 1000
    /// Nobody is sent away for longer: what keeps a queue for half a minute may be over any moment.
    static let maximumSeconds = 30

    mutating func took(_ count: Int, at now: Instant) {
        guard let since, now >= since else { return begin(count, at: now) }
        let elapsed = (now - since).count
        if elapsed >= Self.second {
            before = Int(Int64(taken) * Self.second / elapsed)
            begin(0, at: now)
        }
        taken += count
    }

    private mutating func begin(_ count: Int, at now: Instant) {
        since = now
        taken = count
    }

    /// In how many whole seconds so many commands will have been taken, by what was taken last: at least 1.
    func seconds(for waiting: Int, at now: Instant) -> Int {
        let elapsed = max(since.map { (now - $0).count } ?? 0, 1)
        let rate = elapsed >= Self.second ? Int(Int64(taken) * Self.second / elapsed) : max(before, taken)
        guard rate > 0 else { return Self.maximumSeconds }
        return min(max((waiting + rate - 1) / rate, 1), Self.maximumSeconds)
    }
}
