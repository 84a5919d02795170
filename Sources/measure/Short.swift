import Console
import Figures
import Issuance
import LoadGeneration

extension Measurement {
    static let short = Measurement(
        syntax: CommandSyntax(
            "short", "The few ratios that every change is held against, in about a minute.",
            options: [
                .init("rounds", "N", "Each is measured so often and the middle one told; 5 if not given."), .folder,
                .json,
            ],
            example: "measure short --json > short.json"),
        run: { arguments, _, terminal in
            let rounds = try arguments.number("rounds", default: 5, in: 1...99)
            var short = ShortMeasurement(rounds: rounds, folder: arguments.folder, terminal)
            return try short.report()
        })
}

/// Ratios that a busy machine changes little: how much is done while processors work for a second, beside what OpenSSL
/// does meanwhile, in the same seconds; each several times, and of the ratios the middle one.
private struct ShortMeasurement {
    private let rounds: Int
    private let folder: String
    private let terminal: Terminal
    private var result: Report

    /// Small enough for a debug machine's patience, large enough for full batches.
    private static let credentials = 2000
    private static let lines = 250

    init(rounds: Int, folder: String, _ terminal: Terminal) {
        (self.rounds, self.folder, self.terminal) = (rounds, folder, terminal)
        result = Report(
            "Ratios that every change is held against", data: .init(0, "stored credentials at the start"),
            batch: Sequencer.maximumBatch,
            conditions: [
                ("rounds", "\(rounds), of which the middle one is told"),
                ("per second", "while processors work for a second"),
                ("raw", "Ed25519 by OpenSSL while processors work for a second; for the audit hashes alone"),
            ])
    }

    /// One ratio, by its two rates.
    private typealias Round = (perSecond: Double, raw: Double)

    mutating func report() throws -> Report {
        try forms()
        let place = try Workplace(in: folder)
        defer { place.remove() }
        try issuing(place)
        try reading(place)
        let other = try Workplace(in: folder)
        defer { other.remove() }
        try serving(other)
        return result
    }

    private mutating func add(_ name: String, _ round: (Int) throws -> Round) throws {
        let all = try (0..<rounds).map { number in
            terminal.progress("\(name), round \(number + 1) of \(rounds)")
            return try round(number)
        }.sorted { $0.perSecond / $0.raw < $1.perSecond / $1.raw }
        let middle = all[all.count / 2]
        let spread = (all.last ?? middle, all[0])
        result.add(
            name, perSecond: middle.perSecond, raw: middle.raw,
            [("best of worst", .times(spread.0.perSecond / spread.0.raw / (spread.1.perSecond / spread.1.raw)))])
    }

    private mutating func forms() throws {
        let race = Race(cores: 1, rounds: 3)
        for form in try Form.all() where ["eddsa-jcs-2022", "eddsa-rdfc-2022"].contains(form.name) {
            try add("sign \(form.name)") { _ in
                let laps = try race.laps([form.sign, form.rawSign])
                return (laps[0].perProcessorSecond, laps[1].perProcessorSecond)
            }
            try add("verify \(form.name)") { _ in
                let laps = try race.laps([form.verify, form.rawVerify])
                return (laps[0].perProcessorSecond, laps[1].perProcessorSecond)
            }
        }
    }

    /// Signatures while a processor works for a second, around something else.
    private static func beside(_ body: () throws -> Double) throws -> Round {
        let before = try Machine.signing(cores: 1).perProcessorSecond
        let rate = try body()
        let after = try Machine.signing(cores: 1).perProcessorSecond
        return (rate, (before + after) / 2)
    }

    private mutating func issuing(_ place: Workplace) throws {
        let (service, _) = try place.open()
        defer { service.finish() }
        let issuing = try Issuing(service)
        _ = try issuing.flood(Self.credentials, numberedFrom: 0)
        try add("issue in one process") { number in
            try Self.beside {
                let first = (number + 1) * Self.credentials
                return try issuing.flood(Self.credentials, numberedFrom: first).perProcessorSecond
            }
        }
    }

    private mutating func reading(_ place: Workplace) throws {
        try add("recompute the log") { _ in
            try Self.beside {
                let used = Race.used()
                let entries = try place.recompute()
                guard entries > 0 else { throw Wrong() }
                return Double(entries) * 1e9 / Double(Race.used() - used)
            }
        }
        let reading = try LogReading(place)
        let entries = try reading.entries(2 * Self.credentials)
        try add("audit in memory") { _ in
            let (audited, hashed) = try reading.audit(entries, race: Race(cores: 1, rounds: 2))
            return (audited, hashed)
        }
    }

    private mutating func serving(_ place: Workplace) throws {
        let service = try LoadedService(place, connections: 64, batch: Self.lines)
        defer { service.stop() }
        for (kind, name, count) in [
            (LoadedService.Kind.single, "issue over HTTP", Self.credentials),
            (.batch, "issue in batches over HTTP", Self.credentials / Self.lines),
        ] {
            let base = kind == .single ? 0 : Self.credentials
            _ = try service.run(LoadPlan(requests: count, perSecond: nil), kind, numberedFrom: base)
            try add(name) { number in
                try Self.beside {
                    let (used, own) = (Race.used(), Race.usedByThread())
                    let first = base + (number + 1) * count
                    let plan = LoadPlan(requests: count, perSecond: nil)
                    let outcome = try service.run(plan, kind, numberedFrom: first)
                    guard outcome.accepted == count else { throw Wrong() }
                    let server = Race.used() - used - (Race.usedByThread() - own)
                    return Double(Self.credentials) * 1e9 / Double(server)
                }
            }
        }
    }
}
