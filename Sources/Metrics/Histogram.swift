import Synchronization

/// How often values came that are not above each bound. Any thread may record; nothing is allocated.
package final class Histogram: Sendable {
    /// Upper bounds, each included, in ascending order; above the last one comes infinity.
    package let bounds: [Int64]
    /// How many values came between two bounds, and the sum of all. Under the lock.
    private let state: Mutex<(counts: [Int64], sum: Int64)>

    /// - Precondition: the bounds ascend.
    package init(bounds: [Int64]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds ascend")
        self.bounds = bounds
        state = Mutex(([Int64](repeating: 0, count: bounds.count + 1), 0))
    }

    /// Bounds for times in nanoseconds: from half a millisecond, which a fast disk takes to sync, to ten seconds, after
    /// which nobody waits.
    package static let times: [Int64] = [
        500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000,
        500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]

    /// Counts a value.
    package func record(_ value: Int64) {
        let place = place(of: value)
        state.withLock { state in
            state.counts[place] += 1
            state.sum &+= value
        }
    }

    /// Counts values with one taking of the lock.
    package func record(_ values: some Sequence<Int64>) {
        state.withLock { state in
            for value in values {
                state.counts[place(of: value)] += 1
                state.sum &+= value
            }
        }
    }

    private func place(of value: Int64) -> Int {
        var place = 0
        while place < bounds.count, value > bounds[place] { place += 1 }
        return place
    }

    /// What was counted so far.
    package struct Snapshot: Hashable, Sendable {
        /// For each bound how many values are not above it, then how many there are.
        package let cumulative: [Int64]
        package let sum: Int64

        package var count: Int64 { cumulative.last ?? 0 }
    }

    /// What was counted so far, all of one moment.
    package var snapshot: Snapshot {
        let (counts, sum) = state.withLock { $0 }
        var total: Int64 = 0
        return Snapshot(
            cumulative: counts.map { count in
                total += count
                return total
            }, sum: sum)
    }
}
