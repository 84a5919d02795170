import CanonicalJSON
import Compensation
import Console
import Figures
import Hosting
import Issuance
import Settlement
import Simulation
import Temporal

extension Measurement {
    static let incident = Measurement(
        syntax: CommandSyntax(
            "incident", "Break 12 % of all promises at once: group them, pay everybody, tell everybody.",
            options: [
                .init("requests", "N", "How many requests there are; 100000 if not given."),
                .init("institutions", "N", "Of how many institutions; 40 if not given."),
                .folder, .json,
            ],
            example: "measure incident --requests 1000000 --folder /var/lib"),
        run: { arguments, surroundings, terminal in
            let requests = try arguments.number("requests", default: 100_000, in: 1000...10_000_000)
            let institutions = try arguments.number("institutions", default: 40, in: 1...1000)
            let place = try Workplace(in: arguments.folder)
            defer { place.remove() }
            return try IncidentPayments(place, terminal, rawPerSecond: surroundings.signOnAllCoresPerSecond)
                .report(requests: requests, institutions: institutions)
        })
}

/// One incident, from the first broken promise to the last notice, durable.
private struct IncidentPayments {
    private let place: Workplace
    private let terminal: Terminal

    /// Signatures of OpenSSL in a second, on all cores.
    private let rawPerSecond: Double

    init(_ place: Workplace, _ terminal: Terminal, rawPerSecond: Double) {
        (self.place, self.terminal, self.rawPerSecond) = (place, terminal, rawPerSecond)
    }

    /// Accepted and signed beforehand in parts of this size, so that memory does not grow with their number.
    private static let part = 65_536
    /// Longer than the target of the default policies, and shorter than the next tier.
    private static let delay = Milliseconds.hours(24) + .minutes(1)

    func report(requests: Int, institutions: Int) throws -> Report {
        let late = requests * 12 / 100
        var report = Report(
            "One incident: 12 % of all requests late at once",
            data: .init(requests, "requests"), batch: Sequencer.maximumBatch,
            conditions: [
                ("institutions", String(institutions)), ("commands waiting at once", String(Appends.window)),
                ("per second", "entries of the log"), ("raw", "OpenSSL's signatures on all cores"),
            ])
        let (service, _) = try place.open()
        let rehearsal = try Rehearsal(service, place, institutions: institutions)
        try row(&report, "accept and issue, or let wait", requests) { try accept(requests, late, service, rehearsal) }
        place.pass(Self.delay)
        terminal.progress("paying \(late) people")
        try row(&report, "group, break, post, tell", late) {
            guard try service.assessDue().isEmpty, try service.tendIncidents().isEmpty else { throw Wrong() }
        }
        let dashboard = try service.dashboard()
        guard dashboard["breached"]?.integerValue == Int64(late), dashboard["open"]?.integerValue == 0 else {
            throw Wrong()
        }
        terminal.progress("stating coverage")
        try row(&report, "coverage tree, statement in the log", requests) {
            _ = try waitForAnswer { service.stateCoverage($0) }
        }
        terminal.progress("simulating")
        try row(&report, "the policies in force, simulated", requests) { try simulate() }
        service.finish()
        terminal.progress("recomputing")
        var isRight = false
        try row(&report, "recompute as a stranger", requests) { isRight = try place.recompute() > 0 }
        guard isRight else { throw Wrong() }
        return report
    }

    /// Every eighth or ninth waits until its promise is broken; the others get theirs at once.
    private func accept(_ requests: Int, _ late: Int, _ service: Service, _ rehearsal: Rehearsal) throws {
        let appends = Appends(service: service, rehearsal: rehearsal)
        for start in stride(from: 0, to: requests, by: Self.part) {
            terminal.progress("accepting \(start) of \(requests)")
            let count = min(Self.part, requests - start)
            let waiting = late * (start + count) / requests - late * start / requests
            _ = try appends.together(
                rehearsal.requests(waiting, numberedFrom: start, isIssued: false).map(\.command))
            _ = try appends.together(
                rehearsal.requests(count - waiting, numberedFrom: start + waiting, isIssued: true).map(\.command))
        }
    }

    /// What the policies in force give over all that happened, and that it is what the ledger says.
    private func simulate() throws {
        let (reader, _) = try place.directory.openReader()
        try reader.read { reader in
            let histories = try Histories(reader)
            var whatIf = WhatIf([], in: histories.policies, acceptedIn: Instant.earliest..<Instant.latest)
            try histories.forEach { try whatIf.add($0) }
        }
    }

    private func row(_ report: inout Report, _ name: String, _ requests: Int, _ body: () throws -> Void) throws {
        let (start, before) = (Race.now(), try entries())
        try body()
        let seconds = Double(Race.now() - start) / 1e9
        let added = try entries() - before
        let counted = added > 0 ? added : before
        report.add(
            name, perSecond: Double(counted) / seconds, raw: rawPerSecond,
            [
                ("requests", .count(requests)), ("entries", .count(counted)), ("seconds", .rate(seconds)),
                ("peak MB", .count(Memory.peakBytes / 1_000_000)),
            ])
    }

    private func entries() throws -> Int {
        let (reader, _) = try place.directory.openReader()
        return try reader.read { try $0.records(Scan(HeadRecord.self, limit: 1)).first.map { Int($0.size) } ?? 0 }
    }
}
