import Console
import Dispatch
import Figures
import Glibc
import Issuance
import Synchronization
import Temporal

extension Measurement {
    static let breach = Measurement(
        syntax: CommandSyntax(
            "breach", "How long after its deadline a broken promise is written and paid, durable, in normal load.",
            options: [
                .init("rate", "N", "Requests that come, and promises that break, in a second; 200 if not given."),
                .folder, .seconds, .json,
            ],
            example: "measure breach --rate 500 --seconds 10"),
        run: { arguments, _, terminal in
            let rate = try arguments.number("rate", default: 200, in: 1...10_000)
            let seconds = try arguments.number("seconds", default: 2, in: 1...600)
            let place = try Workplace(in: arguments.folder)
            defer { place.remove() }
            return try BreachLatency(place, terminal, rate: rate).report(seconds: seconds)
        })
}

/// Requests come evenly and wait; a day later their promises break as evenly, while as many others come.
private struct BreachLatency {
    private let place: Workplace
    private let terminal: Terminal
    private let service: Service
    private let rehearsal: Rehearsal
    private let rate: Int

    init(_ place: Workplace, _ terminal: Terminal, rate: Int) throws {
        (self.place, self.terminal, self.rate) = (place, terminal, rate)
        service = try place.open().service
        rehearsal = try Rehearsal(service, place)
    }

    /// As often as a host looks.
    private static let lookEvery: UInt64 = 250_000_000

    func report(seconds: Int) throws -> Report {
        let count = rate * seconds
        terminal.progress("accepting")
        let start = Race.now()
        try come(count, numberedFrom: 0)
        place.pass(.hours(24) - Milliseconds(Int64((Race.now() - start) / 1_000_000)))
        terminal.progress("breaking promises")
        let events = try place.timedEvents {
            let isOver = Atomic(false)
            let load = DispatchGroup()
            let failed = Mutex(false)
            DispatchQueue.global().async(group: load) {
                do { try come(count, numberedFrom: count) } catch { failed.withLock { $0 = true } }
                // Whoever came last had a second more to be late.
                usleep(1_000_000)
                isOver.store(true, ordering: .releasing)
            }
            var next = Race.now()
            while !isOver.load(ordering: .acquiring) {
                guard try service.assessDue().isEmpty, try service.tendIncidents().isEmpty else { throw Wrong() }
                next += Self.lookEvery
                let now = Race.now()
                if next > now { usleep(UInt32((next - now) / 1000)) } else { next = now }
            }
            load.wait()
            service.finish()
            guard !failed.withLock({ $0 }) else { throw Wrong() }
        }
        var due: [RequestID: Instant] = [:]
        var (broken, posted) = (Histogram(), Histogram())
        for (event, at) in events {
            guard let request = event.request else { continue }
            if case .promiseBroken(let event) = event.event {
                due[request] = event.dueAt
                broken.record(Self.nanoseconds(from: event.dueAt, to: at))
            } else if case .compensationPosted = event.event, let due = due[request] {
                posted.record(Self.nanoseconds(from: due, to: at))
            }
        }
        guard posted.count == count else { throw Wrong() }
        var report = Report(
            "From a deadline to what follows from it, durable",
            data: .init(count, "promises that break"),
            conditions: [
                ("requests and broken promises in a second", "\(rate) of each"), ("a look each", "250 ms, as a host"),
            ])
        for (name, times) in [("breach in the log", broken), ("paid and told", posted)] {
            report.add(name, times: times, [("promises", .count(count))])
        }
        return report
    }

    /// Requests at a fixed rate, whatever becomes of those before them.
    private func come(_ count: Int, numberedFrom first: Int) throws {
        let start = Race.now()
        let group = DispatchGroup()
        let failed = Mutex(0)
        for number in 0..<count {
            let due = start + UInt64(number) * 1_000_000_000 / UInt64(rate)
            let now = Race.now()
            if due > now { usleep(UInt32((due - now) / 1000)) }
            let command = rehearsal.requests(1, numberedFrom: first + number, isIssued: false)[0].command
            group.enter()
            service.sequencer.submit(command) { result in
                if case .failure = result { failed.withLock { $0 += 1 } }
                group.leave()
            }
        }
        group.wait()
        guard failed.withLock({ $0 }) == 0 else { throw Wrong() }
    }

    private static func nanoseconds(from due: Instant, to at: Instant) -> UInt64 {
        UInt64(max(0, (at - due).count)) * 1_000_000
    }
}
