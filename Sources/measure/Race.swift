import Dispatch
import Glibc
import Synchronization

/// Workloads that take turns, so that whatever the machine does to one it does to all.
struct Race {
    /// How long each runs in one round, in nanoseconds: short against the moods of a shared machine.
    private static let roundNanoseconds: UInt64 = 200_000_000

    let cores: Int
    let seconds: Int

    /// Something done over and over; it is handed how often it was done before on its thread.
    typealias Work = @Sendable (Int) throws -> Void

    /// How often in a second each was done.
    ///
    /// - Throws: what a workload throws, which ends the race.
    func rates(_ workloads: [Work], progress: (Int) -> Void = { _ in }) throws -> [Double] {
        let rounds = max(seconds * 1_000_000_000 / Int(Self.roundNanoseconds), 1)
        var counts = [Int](repeating: 0, count: workloads.count)
        var nanoseconds = [UInt64](repeating: 0, count: workloads.count)
        for round in 0..<rounds {
            progress(round * 100 / rounds)
            for (index, work) in workloads.enumerated() {
                let start = Self.now()
                counts[index] += try run(work)
                nanoseconds[index] += Self.now() - start
            }
        }
        return zip(counts, nanoseconds).map { Double($0) * 1e9 / Double($1) }
    }

    private func run(_ work: @escaping Work) throws -> Int {
        let end = Self.now() + Self.roundNanoseconds
        let state = Mutex<(count: Int, error: (any Error)?)>((0, nil))
        DispatchQueue.concurrentPerform(iterations: cores) { _ in
            var count = 0
            do {
                while Self.now() < end {
                    try work(count)
                    count += 1
                }
            } catch {
                state.withLock { $0.error = error }
            }
            state.withLock { $0.count += count }
        }
        let result = state.withLock { $0 }
        if let error = result.error { throw error }
        return result.count
    }

    /// Nanoseconds on a clock that only goes forward.
    static func now() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

    /// Nanoseconds that this process has had of all processors together.
    static func used() -> UInt64 { nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
