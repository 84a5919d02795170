import Dispatch
import Figures
import Glibc
import Synchronization

/// Workloads that take turns, so that whatever the machine does to one it does to all.
struct Race {
    /// How long each runs in one round, in nanoseconds: short against the moods of a shared machine.
    private static let roundNanoseconds: UInt64 = 200_000_000

    let cores: Int
    /// How long each runs in all.
    let seconds: Int
    private let rounds: Int

    init(cores: Int, seconds: Int) {
        (self.cores, self.seconds) = (cores, seconds)
        rounds = max(seconds * 1_000_000_000 / Int(Self.roundNanoseconds), 1)
    }

    /// For less than a second: so many rounds of a fifth of one.
    init(cores: Int, rounds: Int) { (self.cores, self.rounds, seconds) = (cores, rounds, 1) }

    /// Something done over and over; it is handed how often it was done before on its thread.
    typealias Work = @Sendable (Int) throws -> Void

    /// What became of one workload.
    struct Lap {
        /// How often it was done in a second, on all threads together.
        let perSecond: Double
        /// How often while processors worked for a second.
        let perProcessorSecond: Double
        /// How long each took, in nanoseconds.
        let times: Histogram
    }

    /// How often and how fast each was done.
    ///
    /// - Throws: what a workload throws, which ends the race.
    func laps(_ workloads: [Work], progress: (Int) -> Void = { _ in }) throws -> [Lap] {
        var times = [Histogram](repeating: Histogram(), count: workloads.count)
        var nanoseconds = [UInt64](repeating: 0, count: workloads.count)
        var used = nanoseconds
        for round in 0..<rounds {
            progress(round * 100 / rounds)
            for (index, work) in workloads.enumerated() {
                let (start, usedBefore) = (Self.now(), Self.used())
                times[index].add(try run(work))
                nanoseconds[index] += Self.now() - start
                used[index] += Self.used() - usedBefore
            }
        }
        return workloads.indices.map { index in
            let count = Double(times[index].count)
            return Lap(
                perSecond: count * 1e9 / Double(nanoseconds[index]),
                perProcessorSecond: count * 1e9 / Double(max(used[index], 1)), times: times[index])
        }
    }

    private func run(_ work: @escaping Work) throws -> Histogram {
        let end = Self.now() + Self.roundNanoseconds
        let state = Mutex<(times: Histogram, error: (any Error)?)>((Histogram(), nil))
        DispatchQueue.concurrentPerform(iterations: cores) { _ in
            var times = Histogram()
            do {
                var last = Self.now()
                while last < end {
                    try work(Int(times.count))
                    let now = Self.now()
                    times.record(now - last)
                    last = now
                }
            } catch {
                state.withLock { $0.error = error }
            }
            state.withLock { $0.times.add(times) }
        }
        let result = state.withLock { $0 }
        if let error = result.error { throw error }
        return result.times
    }

    /// Nanoseconds on a clock that only goes forward.
    static func now() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

    /// Nanoseconds that this process has had of all processors together.
    static func used() -> UInt64 { nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }

    /// Nanoseconds that this thread has had.
    static func usedByThread() -> UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
