package import Metrics
import Synchronization

/// What the sequencer does, in numbers, since the start. Without a clock all times are zero, as in simulations.
package final class ServiceMeters: Sendable {
    /// Nanoseconds of a clock that only goes forward.
    package let ticks: @Sendable () -> Int64
    /// How many commands one transaction had.
    package let batchSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256])
    /// How long a transaction took: deciding where that was not done ahead, writing, syncing, and the anchor.
    package let transactionTimes = Histogram(bounds: Histogram.times)
    /// How long commands waited until they were taken.
    package let queueTimes = Histogram(bounds: Histogram.times)
    /// How long it took to write the anchor and to sync it: one write of a few bytes, so it is what the disk takes.
    package let anchorTimes = Histogram(bounds: Histogram.times)
    private let refusedOverShare = Atomic(0)
    private let refusedBusy = Atomic(0)

    /// - Parameter ticks: nanoseconds of a clock that only goes forward.
    package init(ticks: @escaping @Sendable () -> Int64 = { 0 }) { self.ticks = ticks }

    /// How many commands were refused because others of the same institution waited, and because too much waited.
    package var refused: (overShare: Int64, busy: Int64) {
        (Int64(refusedOverShare.load(ordering: .relaxed)), Int64(refusedBusy.load(ordering: .relaxed)))
    }

    func refused(isOwnShare: Bool) {
        if isOwnShare {
            refusedOverShare.add(1, ordering: .relaxed)
        } else {
            refusedBusy.add(1, ordering: .relaxed)
        }
    }

    /// Commands that came then are taken now.
    func waited(_ since: some Sequence<Int64>) {
        let now = ticks()
        queueTimes.record(since.lazy.map { now - $0 })
    }

    func transaction<Result>(of count: Int, _ body: () -> Result) -> Result {
        let start = ticks()
        defer {
            batchSizes.record(Int64(count))
            transactionTimes.record(ticks() - start)
        }
        return body()
    }

    /// Writes the anchor.
    package func anchoring(_ body: () throws -> Void) rethrows {
        let start = ticks()
        try body()
        anchorTimes.record(ticks() - start)
    }
}
