import Console
import Figures
import Issuance
import LoadGeneration

extension Measurement {
    static let load = Measurement(
        syntax: CommandSyntax(
            "load", "Issue over HTTP at a fixed rate: the highest that is kept, and how long each took at half of it.",
            options: [
                .init("connections", "N", "How many are kept open; 256 if not given."),
                .init("batch", "N", "Lines in a batch; 1000 if not given."),
                .init("steps", "N", "How many rates are tried; 6 if not given."),
                .init("rate", "N", "Single requests in a second, instead of looking for a rate."),
                .folder, .init("seconds", "N", "How long each rate is tried; 3 if not given."), .json,
            ],
            example: "measure load --seconds 10 --folder /var/lib"),
        run: { arguments, surroundings, terminal in
            let connections = try arguments.number("connections", default: 256, in: 1...400)
            let batch = try arguments.number("batch", default: 1000, in: 1...10_000)
            let place = try Workplace(in: arguments.folder)
            defer { place.remove() }
            let service = try LoadedService(place, connections: connections, batch: batch)
            defer { service.stop() }
            var measurement = LoadMeasurement(
                service, terminal, seconds: try arguments.number("seconds", default: 3, in: 1...3600),
                steps: try arguments.number("steps", default: 6, in: 1...20))
            var report = Report(
                "Issuing over HTTP, everything on, the generator on the same cores",
                data: .init(0, "stored credentials at the start"), batch: Sequencer.maximumBatch,
                conditions: [
                    ("connections", String(connections)), ("lines in a batch", String(batch)),
                    ("seconds for each rate", String(measurement.seconds)),
                    ("times", "from when a request was due to the last byte of its answer"),
                    ("kept", "all accepted, and none later than its limit after the last was due"),
                    ("raw", "one signature of OpenSSL, on all cores, before and after"),
                ])
            if let rate = arguments.value("rate").flatMap(Double.init), rate >= 1 {
                try measurement.add(fixed: rate, to: &report)
            } else {
                try measurement.add(.single, to: &report)
                try measurement.add(.batch, to: &report)
            }
            return report
        })
}

/// Looks for the highest rate that a service keeps.
struct LoadMeasurement {
    private let service: LoadedService
    private let terminal: Terminal
    let seconds: Int
    private let steps: Int
    /// Numbers that were used, of single requests and of batches.
    private var used = 0
    private var usedBatches = 1_000_000

    init(_ service: LoadedService, _ terminal: Terminal, seconds: Int, steps: Int) {
        (self.service, self.terminal, self.seconds, self.steps) = (service, terminal, seconds, steps)
    }

    /// One rate for some seconds.
    struct Trial {
        let perSecond: Double
        let outcome: LoadOutcome
        let isKept: Bool
        /// Nanoseconds of processor: of the generator's thread, and of everything else.
        let generator: UInt64
        let server: UInt64
        let credentials: Int

        var perProcessorSecond: Double { Double(credentials) * 1e9 / Double(max(server, 1)) }
        /// What part of all processor time the generator took.
        var generatorShare: Double { Double(generator) / Double(max(generator + server, 1)) }
    }

    /// The rows of one kind.
    mutating func add(_ kind: LoadedService.Kind, to report: inout Report) throws {
        let name = kind == .single ? "single requests" : "batches, lines"
        let before = try Machine.signing(cores: Machine.cores)
        let (best, tried) = try search(kind, name)
        let after = try Machine.signing(cores: Machine.cores)
        let raw = (before.perSecond + after.perSecond) / 2
        report.add(
            "\(name): highest rate kept of \(tried)", perSecond: best.perSecond * lines(kind), raw: raw,
            times: best.outcome.times, facts(best))
        report.add(
            "\(name): in a second of the server's processors", perSecond: best.perProcessorSecond,
            raw: (before.perProcessorSecond + after.perProcessorSecond) / 2)
        let half = try run(kind, best.perSecond / 2, seconds: seconds * 2)
        report.add(
            "\(name): at half that rate", perSecond: half.outcome.perSecond * lines(kind), times: half.outcome.times,
            facts(half))
    }

    /// One rate of single requests, as long as wanted: for profiles and long runs.
    mutating func add(fixed rate: Double, to report: inout Report) throws {
        let trial = try run(.single, rate, seconds: seconds)
        report.add(
            "single requests, \(trial.isKept ? "kept" : "not kept")", perSecond: trial.outcome.perSecond,
            times: trial.outcome.times, facts(trial))
    }

    private func facts(_ trial: Trial) -> [(name: String, value: Report.Value)] {
        [
            ("server CPU us", .count(Int(1e6 / max(trial.perProcessorSecond, 1)))),
            ("generator's CPU", .share(trial.generatorShare)),
        ]
    }

    private func lines(_ kind: LoadedService.Kind) -> Double { kind == .single ? 1 : Double(service.batch) }

    /// First as fast as the connections allow, then rates by halves between what was kept and what was not.
    private mutating func search(_ kind: LoadedService.Kind, _ name: String) throws -> (best: Trial, tried: Int) {
        terminal.progress("\(name): what is possible")
        let most = try closed(kind)
        var (low, high, rate) = (0.0, most * 1.2, most * 0.9)
        var best: Trial?
        for step in 1...steps {
            terminal.progress("\(name): rate \(step) of \(steps), \(Int(rate * lines(kind)))/s")
            let trial = try run(kind, rate, seconds: seconds)
            if trial.isKept { (best, low) = (trial, rate) } else { high = rate }
            rate = low > 0 ? (low + high) / 2 : rate * 0.75
        }
        guard let best else { throw Unkept(name: name, lowest: rate / 0.75 * lines(kind)) }
        return (best, steps)
    }

    /// With a few connections always busy; also warms up.
    private mutating func closed(_ kind: LoadedService.Kind) throws -> Double {
        let count = kind == .single ? 500 : 4
        let warm = try service.run(LoadPlan(requests: count, perSecond: nil), kind, numberedFrom: take(kind, count))
        let more = max(Int(warm.perSecond * 2), count)
        let outcome = try service.run(LoadPlan(requests: more, perSecond: nil), kind, numberedFrom: take(kind, more))
        guard outcome.refused == 0 else { throw Refused(status: outcome.firstRefusal ?? 0) }
        return outcome.perSecond
    }

    private mutating func run(_ kind: LoadedService.Kind, _ rate: Double, seconds: Int) throws -> Trial {
        let count = max(Int(rate * Double(seconds)), 2)
        let limit: UInt64 = kind == .single ? 100_000_000 : 1_000_000_000
        let plan = LoadPlan(requests: count, perSecond: rate, patience: 10 * limit)
        let (entries, used, own) = (try service.entries(), Race.used(), Race.usedByThread())
        let outcome = try service.run(plan, kind, numberedFrom: take(kind, count))
        let generator = Race.usedByThread() - own
        let server = Race.used() - used - generator
        if outcome.firstRefusal ?? 503 != 503 { throw Refused(status: outcome.firstRefusal ?? 0) }
        let credentials = (try service.entries() - entries) / 2
        // What was answered is in the log, line by line.
        guard outcome.refused > 0 || credentials >= outcome.accepted * Int(lines(kind)) else { throw Wrong() }
        let planned = UInt64(Double(count) * 1e9 / rate)
        let isKept = outcome.accepted == count && outcome.nanoseconds < planned + limit
        return Trial(
            perSecond: rate, outcome: outcome, isKept: isKept, generator: generator, server: server,
            credentials: credentials)
    }

    private mutating func take(_ kind: LoadedService.Kind, _ count: Int) -> Int {
        switch kind {
        case .single:
            defer { used += count }
            return used
        case .batch:
            defer { usedBatches += count }
            return usedBatches
        }
    }
}

/// No rate was kept.
private struct Unkept: Error, CustomStringConvertible {
    let name: String
    let lowest: Double
    var description: String { "\(name): not even \(Int(lowest)) in a second were kept" }
}

/// The service said no for another reason than that it is busy.
private struct Refused: Error, CustomStringConvertible {
    let status: Int
    var description: String { "the service answered \(status)" }
}
