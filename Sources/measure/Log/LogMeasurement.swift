import Console
import Cryptography
import Glibc
import Hosting
import Issuance
import Simulation
import TransparencyLog

extension Measurement {
    static let log = Measurement(
        syntax: CommandSyntax(
            "log", "Append, prove, start and audit, beside the rates of the disk and of OpenSSL.",
            options: [
                .init("entries", "N", "How long the log is for proofs, start and audit; 1000000 if not given."),
                .init("commands", "N", "How many of each kind are written at once; 65536 if not given."),
                .init("folder", "DIR", "On the disk to measure; where temporary files go if not given."),
                .init("store", "URL", "Write the same also into this empty PostgreSQL database, and compare."),
                .seconds, .json,
            ],
            example: "measure log --entries 10000000 --folder /var/lib"),
        run: { arguments, terminal in
            let entries = try arguments.number("entries", default: 1_000_000, in: 10_000...1_000_000_000)
            let commands = try arguments.number("commands", default: 65_536, in: Appends.window...1_000_000)
            let seconds = try arguments.number("seconds", default: 2)
            let temporary = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
            let parent = arguments.value("folder") ?? temporary
            try LogMeasurement.announce(entries, commands, in: parent, terminal)
            let place = try Workplace(in: parent)
            defer { place.remove() }
            var measurement = try LogMeasurement(
                place, entries: entries, commands: commands, seconds: seconds, terminal)
            let other = try arguments.value("store").map { try Workplace(in: parent, store: StoreAddress($0)) }
            defer { other?.remove() }
            try measurement.run(besides: other)
            return measurement.report
        })
}

/// Everything about one log, in the order in which it is measured.
struct LogMeasurement {
    private(set) var report: Report
    private let place: Workplace
    private let entries: Int
    private let commands: Int
    private let seconds: Int
    private let terminal: Terminal
    /// What was written in a second, by its name.
    private var rates: [String: Double] = [:]
    private let sync: Latencies
    private let signing: (sign: Double, verify: Double)

    /// Bytes of one entry with its hash, its place in the index and its share of tiles, rounded up.
    private static let bytesPerEntry = 800
    /// What one command of each kind leaves behind, write-ahead log included, rounded up.
    private static let bytesPerCommand = 32_768
    /// What is audited in memory: long enough that most of it is in no cache.
    private static let entriesInMemory = 262_144

    static func announce(_ entries: Int, _ commands: Int, in folder: String, _ terminal: Terminal) throws {
        let needed = entries * bytesPerEntry + commands * bytesPerCommand
        terminal.note("Takes up to \((needed >> 30) + 1) GB in \(folder) until it is done.")
        guard Disk.freeBytes(in: folder) > needed else { throw UsageError("There is not so much space.") }
    }

    init(_ place: Workplace, entries: Int, commands: Int, seconds: Int, _ terminal: Terminal) throws {
        (self.place, self.seconds, self.terminal) = (place, seconds, terminal)
        (self.entries, self.commands) = (entries, commands)
        terminal.progress("measuring the disk")
        sync = try Disk.syncs(in: place.folder, seconds: seconds)
        terminal.progress("measuring OpenSSL")
        signing = try Self.signing(seconds: seconds)
        report = Report(
            "Writing, proving and auditing the log",
            columns: ["", "per second", "p50 ms", "p99 ms", "CPU ms", "raw", "of raw"],
            conditions: [("commands waiting at once", String(Appends.window)), ("entries", String(entries))])
        report.add(row("fdatasync, one page", sync))
        report.add([.text("Ed25519 sign"), .rate(signing.sign), .nothing, .nothing, .nothing, .nothing, .nothing])
        report.add([.text("Ed25519 verify"), .rate(signing.verify), .nothing, .nothing, .nothing, .nothing, .nothing])
    }

    /// - Parameter other: where the same is written too, with the rates of the first place beside it.
    mutating func run(besides other: Workplace?) throws {
        let first = try append(in: place)
        if let other { _ = try append(in: other) }
        try grow()
        try start()
        let reading = try LogReading(place)
        terminal.progress("proving")
        report.add(row("inclusion proof", try reading.proofs(seconds: seconds)))
        terminal.progress("verifying a bundle")
        report.add(row("verify a bundle", try reading.bundles(of: first, seconds: seconds)))
        try audit(reading)
    }

    private func row(_ name: String, _ latencies: Latencies) -> [Report.Value] {
        [
            .text(name), .nothing, .milliseconds(latencies.p50), .milliseconds(latencies.p99), .nothing, .nothing,
            .nothing,
        ]
    }

    private static func signing(seconds: Int) throws -> (sign: Double, verify: Double) {
        let key = try Samples.key(.edDSA)
        let publicKey = key.publicKey
        let message = [UInt8](repeating: 0x5A, count: 100)
        let signature = try key.sign(message)
        let rates = try Race(cores: 1, seconds: seconds).rates([
            { _ in _ = try key.sign(message) },
            { _ in guard publicKey.isValidSignature(signature, for: message) else { throw Wrong() } },
        ])
        return (rates[0], rates[1])
    }
}

/// Writing.
extension LogMeasurement {
    /// - Returns: a request with a credential.
    private mutating func append(in place: Workplace) throws -> RequestID {
        let (service, _) = try place.open()
        let rehearsal = try Rehearsal(service, place)
        let appends = Appends(service: service, rehearsal: rehearsal)
        terminal.progress("appending one at a time")
        let single = rehearsal.requests(10_000, numberedFrom: 0, isIssued: false)
        let alone = try appends.alone(single.map(\.command), seconds: seconds)
        let name = "one append"
        let first = rates.updateValue(1000 / alone.p50, forKey: name)
        report.add([
            .text(first == nil ? name : name + ", PostgreSQL"), .rate(1000 / alone.p50), .milliseconds(alone.p50),
            .milliseconds(alone.p99), .nothing, .rate(first ?? 1000 / (2 * sync.p50)),
            .share(first.map { 1000 / alone.p50 / $0 } ?? 2 * sync.p50 / alone.p50),
        ])
        let held = rehearsal.requests(commands, numberedFrom: 10_000, isIssued: false)
        try add("accept", appends, held.map(\.command), entries: 1)
        let issued = rehearsal.requests(commands, numberedFrom: 10_000 + commands, isIssued: true)
        try add("accept and issue", appends, issued.map(\.command), entries: 2)
        try add("hold", appends, held.map { rehearsal.hold($0.id) }, entries: 1)
        try add("resume", appends, held.map { rehearsal.resume($0.id) }, entries: 1)
        // The next to open the store would find this one still at it.
        service.finish()
        return rehearsal.first
    }

    private mutating func add(_ name: String, _ appends: Appends, _ commands: [Command], entries: Int) throws {
        terminal.progress("writing: \(name)")
        let (perSecond, latencies, work) = try appends.together(commands)
        let rate = perSecond * Double(entries)
        let first = rates.updateValue(rate, forKey: name)
        report.add([
            .text(name + (first == nil ? ", entries" : ", entries, PostgreSQL")), .rate(rate),
            .milliseconds(latencies.p50), .milliseconds(latencies.p99), .milliseconds(work / Double(entries)),
            first.map { .rate($0) } ?? .nothing, first.map { .share(rate / $0) } ?? .nothing,
        ])
    }

    private mutating func grow() throws {
        let (_, store) = try place.open()
        let anchor = try AnchorFile.open(place.directory.anchor)
        var growth = try LogGrowth(of: store, key: place.signingKey())
        terminal.progress("writing: entries alone")
        let (sizeBefore, usedBefore, start) = (growth.size, Race.used(), Race.now())
        let commits = try Latencies.of(seconds: seconds) { _ in
            try anchor.write(growth.grow(by: Sequencer.maximumBatch))
            try store.checkpointIfDue()
        }
        let (count, elapsed) = (Double(growth.size - sizeBefore), Double(Race.now() - start) / 1e9)
        report.add([
            .text("entries alone, \(Sequencer.maximumBatch) to a commit"), .rate(count / elapsed),
            .milliseconds(commits.p50), .milliseconds(commits.p99),
            .milliseconds(Double(Race.used() - usedBefore) / 1e6 / count), .nothing, .nothing,
        ])
        while growth.size < entries {
            let head = try growth.grow(by: min(8192, entries - Int(growth.size)))
            try anchor.write(head)
            terminal.progress("growing the log: \(head.size) entries")
        }
    }
}

/// Reading.
extension LogMeasurement {
    private mutating func start() throws {
        terminal.progress("starting the service")
        let starts = try Latencies.of(seconds: seconds, maximum: 20) { _ in _ = try place.open() }
        report.add(row("start of the service", starts))
    }

    private mutating func audit(_ reading: LogReading) throws {
        terminal.progress("auditing in memory")
        let entries = try reading.entries(Self.entriesInMemory)
        for cores in 1...2 {
            let (audited, hashed) = try reading.audit(entries, race: Race(cores: cores, seconds: seconds))
            report.add([
                .text("audit in memory, \(cores) core\(cores == 1 ? "" : "s")"), .rate(audited), .nothing, .nothing,
                .nothing, .rate(hashed), .share(audited / hashed),
            ])
        }
        terminal.progress("auditing the database")
        report.add([
            .text("audit of the database"), .rate(try reading.auditFromDatabase()), .nothing, .nothing, .nothing,
            .nothing, .nothing,
        ])
    }
}
