import Temporal

/// What was known of a request at a moment of its wait.
struct Moment: Sendable {
    /// An index into the journeys.
    let journey: Int
    let at: Instant
    let stage: String
    /// What was foretold: the rest of the wait in its own milliseconds, at least 1.
    let rest: Int64
    /// The rest over the promised time that was left, in thousandths.
    let slack: Int64
}

/// The bins of slack ratios.
package enum SlackBins {
    /// Where each bin but the first begins, in thousandths: 18 bins.
    package static let edges: [Int64] = [
        50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1250, 1500, 2000, 3000, 5000,
    ]
    /// How many there are.
    package static let count = edges.count + 1

    /// The bin of a ratio.
    package static func bin(of slack: Int64) -> Int { edges.firstIndex { slack < $0 } ?? edges.count }

    /// The ratio of the rest to what is left, in thousandths; far too much where nothing is left.
    package static func slack(rest: Int64, left: Int64) -> Int64 {
        left <= 0 ? Int64.max : Int64(min(Int128(rest) * 1000 / Int128(left), Int128(Int64.max)))
    }
}
