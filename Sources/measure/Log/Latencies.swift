import Synchronization

/// How long each of many things took.
struct Latencies {
    /// In nanoseconds, ascending.
    private let sorted: [UInt64]

    init(_ nanoseconds: [UInt64]) { sorted = nanoseconds.sorted() }

    /// The time within which this share of them was done, in milliseconds.
    func quantile(_ share: Double) -> Double {
        guard let longest = sorted.last else { return 0 }
        let position = Int(share * Double(sorted.count))
        return Double(position < sorted.count ? sorted[position] : longest) / 1e6
    }

    var p50: Double { quantile(0.5) }
    var p99: Double { quantile(0.99) }

    /// Does something over and over, and takes the time of each.
    ///
    /// - Parameters:
    ///   - seconds: for how long.
    ///   - maximum: no more often than this.
    static func of(seconds: Int, maximum: Int = .max, _ work: (Int) throws -> Void) rethrows -> Latencies {
        let end = Race.now() + UInt64(seconds) * 1_000_000_000
        var times: [UInt64] = []
        var start = Race.now()
        while start < end, times.count < maximum {
            try work(times.count)
            let now = Race.now()
            times.append(now - start)
            start = Race.now()
        }
        return Latencies(times)
    }
}
