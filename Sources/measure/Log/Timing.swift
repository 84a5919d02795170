import Figures

extension Histogram {
    /// Does something over and over, and takes the time of each.
    ///
    /// - Parameters:
    ///   - nanoseconds: for how long.
    ///   - maximum: no more often than this.
    static func of(nanoseconds: UInt64, maximum: Int = .max, _ work: (Int) throws -> Void) rethrows -> Histogram {
        var times = Histogram()
        var start = Race.now()
        let end = start + nanoseconds
        while start < end, times.count < maximum {
            try work(Int(times.count))
            let now = Race.now()
            times.record(now - start)
            start = now
        }
        return times
    }

    /// As ``of(nanoseconds:maximum:_:)``, in seconds.
    static func of(seconds: Int, maximum: Int = .max, _ work: (Int) throws -> Void) rethrows -> Histogram {
        try of(nanoseconds: UInt64(seconds) * 1_000_000_000, maximum: maximum, work)
    }

    /// How often in a second something happens that takes as long as half of these take at most.
    var perSecond: Double { p50 == 0 ? 0 : 1e9 / Double(p50) }
}
