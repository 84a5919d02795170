import Dispatch
import Figures
import Issuance
import Synchronization

/// Writing to the log of a service.
struct Appends {
    let service: Service
    let rehearsal: Rehearsal

    /// Commands that may wait at once: one batch is being written while the next one fills.
    static let window = 2 * Sequencer.maximumBatch

    /// One command after another, each waiting until the one before is durable.
    func alone(_ commands: [Command], seconds: Int) throws -> Histogram {
        try Histogram.of(seconds: seconds, maximum: commands.count) { number in
            for result in service.sequencer.performAll([commands[number]]) { _ = try result.get() }
        }
    }

    /// Many at once.
    ///
    /// - Returns: how many in a second, how long each took from being handed over to being durable, and for how many
    ///   milliseconds of it processors worked, on all threads.
    func together(_ commands: [Command]) throws -> (perSecond: Double, Histogram, work: Double) {
        let free = DispatchSemaphore(value: Self.window)
        let done = Mutex<(times: Histogram, error: (any Error)?)>((Histogram(), nil))
        let (start, usedBefore) = (Race.now(), Race.used())
        for command in commands {
            free.wait()
            let handedOver = Race.now()
            service.sequencer.submit(command) { result in
                done.withLock { done in
                    done.times.record(Race.now() - handedOver)
                    if case .failure(let error) = result { done.error = error }
                }
                free.signal()
            }
        }
        for _ in 0..<Self.window { free.wait() }
        let seconds = Double(Race.now() - start) / 1e9
        let work = Double(Race.used() - usedBefore) / 1e6 / Double(commands.count)
        for _ in 0..<Self.window { free.signal() }
        let (times, error) = done.withLock { $0 }
        if let error { throw error }
        return (Double(commands.count) / seconds, times, work)
    }
}
