import Console
import Figures
import Issuance

extension Measurement {
    static let issuance = Measurement(
        syntax: CommandSyntax(
            "issuance", "Issue in one process, everything on, beside OpenSSL's signatures on all cores.",
            options: [
                .init("credentials", "N", "How many are issued in each row; 20000 if not given."),
                .init("stored", "N", "Then again with so many stored; 50000 if not given, 0 for not again."),
                .folder, .seconds, .json,
            ],
            example: "measure issuance --stored 10000000 --folder /var/lib"),
        run: { arguments, surroundings, terminal in
            let count = try arguments.number("credentials", default: 20_000, in: 1000...1_000_000)
            let stored = try arguments.number("stored", default: 50_000, in: 0...100_000_000)
            let seconds = try arguments.number("seconds", default: 2, in: 1...600)
            let needed = (stored + 4 * count) * IssuanceMeasurement.bytesPerCredential
            guard Disk.freeBytes(in: arguments.folder) > needed else {
                throw UsageError("\(arguments.folder) needs \((needed >> 30) + 1) GB of free space for that.")
            }
            let place = try Workplace(in: arguments.folder)
            defer { place.remove() }
            var measurement = IssuanceMeasurement(place, terminal, count: count, stored: stored, seconds: seconds)
            return try measurement.report()
        })
}

/// A new service, and the same one when many credentials are stored in it.
private struct IssuanceMeasurement {
    private let place: Workplace
    private let terminal: Terminal
    private let count: Int
    private let stored: Int
    private let seconds: Int
    /// Numbers that were used.
    private var used = 0

    /// What an issued credential leaves in the database with its log, and the write-ahead log, rounded up.
    static let bytesPerCredential = 10_000
    /// Prepared at once while the store is filled, so that memory does not grow with their number.
    private static let part = 16_384

    init(_ place: Workplace, _ terminal: Terminal, count: Int, stored: Int, seconds: Int) {
        (self.place, self.terminal, self.count) = (place, terminal, count)
        (self.stored, self.seconds) = (stored, seconds)
    }

    /// What one state of the store gave.
    private struct Outcomes {
        let flood: Issuing.Outcome
        let paced: Issuing.Outcome
    }

    mutating func report() throws -> Report {
        var report = Report(
            "Issuing in one process: parsed, validated, signed, listed, logged, synced",
            data: .init(stored, "stored credentials"), batch: Sequencer.maximumBatch,
            conditions: [
                ("credentials in each row", String(count)), ("waiting at once", String(Issuing.window)),
                ("raw", "one signature of OpenSSL, on all cores, before and after in turn"),
                ("signatures", "two for each credential: its proof and that of the receipt; one for each batch"),
            ])
        let empty = try measure("0 stored", &report)
        guard stored > 0 else { return report }
        try fill()
        terminal.progress("starting")
        let starts = try Histogram.of(seconds: 1, maximum: 3) { _ in _ = try place.open() }
        report.add("start, \(stored) stored", times: starts)
        Memory.forgetPeak()
        let full = try measure("\(stored) stored", &report)
        report.add(
            "memory, \(stored) stored", [("peak MB", .count(Memory.peakBytes / 1_000_000))])
        report.add(
            "rate of \(stored) stored, raw of 0", perSecond: full.flood.perSecond, raw: empty.flood.perSecond)
        report.add(
            "p99 of \(stored) stored, raw of 0", perSecond: 1e9 / Double(full.paced.times.p99),
            raw: 1e9 / Double(empty.paced.times.p99))
        return report
    }

    private mutating func measure(_ state: String, _ report: inout Report) throws -> Outcomes {
        let (service, _) = try place.open()
        defer { service.finish() }
        let issuing = try Issuing(service)
        terminal.progress("warming up, \(state)")
        _ = try flood(issuing, max(count / 10, 500))
        terminal.progress("issuing, \(state)")
        let before = try Machine.signing(cores: Machine.cores)
        let flood = try flood(issuing, count)
        let after = try Machine.signing(cores: Machine.cores)
        report.add(
            "issue, \(state)", perSecond: flood.perSecond, raw: (before.perSecond + after.perSecond) / 2,
            times: flood.times)
        report.add(
            "issue in a second of processor, \(state)", perSecond: flood.perProcessorSecond,
            raw: (before.perProcessorSecond + after.perProcessorSecond) / 2)
        terminal.progress("at half that rate, \(state)")
        let paced = try issuing.pace(flood.perSecond / 2, seconds: seconds, numberedFrom: used)
        used += Int(paced.times.count)
        report.add("issue at half that rate, \(state)", perSecond: paced.perSecond, times: paced.times)
        return Outcomes(flood: flood, paced: paced)
    }

    private mutating func flood(_ issuing: Issuing, _ count: Int) throws -> Issuing.Outcome {
        defer { used += count }
        return try issuing.flood(count, numberedFrom: used)
    }

    /// Writes credentials that were signed before, by the same transactions.
    private mutating func fill() throws {
        let (service, _) = try place.open()
        defer { service.finish() }
        let rehearsal = try Rehearsal(service, place)
        let appends = Appends(service: service, rehearsal: rehearsal)
        for start in stride(from: 0, to: stored, by: Self.part) {
            terminal.progress("storing \(start) of \(stored)")
            let part = rehearsal.requests(min(Self.part, stored - start), numberedFrom: start, isIssued: true)
            _ = try appends.together(part.map(\.command))
        }
    }
}
