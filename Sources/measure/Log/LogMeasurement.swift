import Console
import Figures
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
                .init("store", "URL", "Write the same also into this empty PostgreSQL database, and compare."),
                .folder, .seconds, .json,
            ],
            example: "measure log --entries 10000000 --folder /var/lib"),
        run: { arguments, surroundings, terminal in
            let entries = try arguments.number("entries", default: 1_000_000, in: 10_000...1_000_000_000)
            let commands = try arguments.number("commands", default: 65_536, in: Appends.window...1_000_000)
            let seconds = try arguments.number("seconds", default: 2)
            let parent = arguments.folder
            try LogMeasurement.announce(entries, commands, in: parent, terminal)
            let place = try Workplace(in: parent)
            defer { place.remove() }
            var measurement = try LogMeasurement(
                place, surroundings, entries: entries, commands: commands, seconds: seconds, terminal)
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
    private let surroundings: Surroundings

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

    init(
        _ place: Workplace, _ surroundings: Surroundings, entries: Int, commands: Int, seconds: Int,
        _ terminal: Terminal
    ) throws {
        (self.place, self.surroundings, self.seconds, self.terminal) = (place, surroundings, seconds, terminal)
        (self.entries, self.commands) = (entries, commands)
        report = Report(
            "Writing, proving and auditing the log", data: .init(entries, "entries"), batch: Sequencer.maximumBatch,
            conditions: [
                ("commands waiting at once", String(Appends.window)), ("commands of each kind", String(commands)),
                ("raw", "signatures on all cores; two syncs for one append; a leaf and a node hashed for an audit"),
            ])
    }

    /// - Parameter other: where the same is written too, with the rates of the first place beside it.
    mutating func run(besides other: Workplace?) throws {
        let first = try append(in: place)
        if let other { _ = try append(in: other) }
        try grow()
        try start()
        let reading = try LogReading(place)
        terminal.progress("proving")
        report.add("inclusion proof", times: try reading.proofs(seconds: seconds))
        terminal.progress("verifying a bundle")
        report.add("verify a bundle", times: try reading.bundles(of: first, seconds: seconds))
        try audit(reading)
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
        add("one append", perSecond: alone.perSecond, raw: 5e8 / Double(surroundings.syncNanoseconds), alone)
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
        add(
            name + ", entries", perSecond: perSecond * Double(entries), raw: surroundings.signOnAllCoresPerSecond,
            latencies, [("CPU ms", .milliseconds(work / Double(entries)))])
    }

    /// What is written a second time is held against the first.
    private mutating func add(
        _ name: String, perSecond: Double, raw: Double, _ times: Histogram,
        _ facts: [(name: String, value: Report.Value)] = []
    ) {
        let first = rates.updateValue(perSecond, forKey: name)
        report.add(
            first == nil ? name : name + ", PostgreSQL", perSecond: perSecond, raw: first ?? raw, times: times, facts)
    }

    private mutating func grow() throws {
        let (_, store) = try place.open()
        let anchor = try AnchorFile.open(place.directory.anchor)
        var growth = try LogGrowth(of: store, key: place.signingKey())
        terminal.progress("writing: entries alone")
        let (sizeBefore, usedBefore, start) = (growth.size, Race.used(), Race.now())
        let commits = try Histogram.of(seconds: seconds) { _ in
            try anchor.write(growth.grow(by: Sequencer.maximumBatch))
            try store.checkpointIfDue()
        }
        let (count, elapsed) = (Double(growth.size - sizeBefore), Double(Race.now() - start) / 1e9)
        report.add(
            "entries alone, \(Sequencer.maximumBatch) to a commit", perSecond: count / elapsed,
            raw: surroundings.signOnAllCoresPerSecond, times: commits,
            [("CPU ms", .milliseconds(Double(Race.used() - usedBefore) / 1e6 / count))])
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
        let starts = try Histogram.of(seconds: seconds, maximum: 20) { _ in _ = try place.open() }
        report.add("start of the service", times: starts)
    }

    private mutating func audit(_ reading: LogReading) throws {
        terminal.progress("auditing in memory")
        let entries = try reading.entries(Self.entriesInMemory)
        for cores in 1...2 {
            let (audited, hashed) = try reading.audit(entries, race: Race(cores: cores, seconds: seconds))
            report.add(
                "audit in memory, \(cores) core\(cores == 1 ? "" : "s")", perSecond: audited, raw: hashed)
        }
        terminal.progress("auditing the database")
        report.add("audit of the database", perSecond: try reading.auditFromDatabase())
    }
}
