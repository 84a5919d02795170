import CanonicalJSON
import Console
import Hosting
import Issuance
import Mirroring
import Settlement
import Temporal
import TransparencyLog

extension Command {
    static let auditRecompute = Command(
        syntax: CommandSyntax(
            "audit recompute", "Compute every deadline, breach and payment again, from the log alone.",
            options: [
                .init("data", "DIR", "The data directory of the service."),
                .init("from", "DIR-OR-URL", "Instead of --data: a log in a folder or on the web, verified on the way."),
                .init("at", "INSTANT", "Judge what is owed as of this instant (RFC 3339); now if not given."),
                .kept, .logKey, .logPolicy, .json,
            ],
            example: "punctual audit recompute --data ./issuer --checkpoint kept.checkpoint --policy issuer.policy"),
        run: { arguments, terminal in
            let now = try arguments.value("at").map { try Instant(rfc3339: $0) } ?? Machine.now()
            let hasKey = arguments.value("log-key") != nil || arguments.value("policy") != nil
            if !hasKey, arguments.value("checkpoint") != nil {
                throw UsageError("A kept checkpoint needs a key from elsewhere: --log-key VKEY or --policy FILE.")
            }
            return try withSource(arguments) { source, trust in
                var kept = try trust.keptCheckpoints(arguments)
                do {
                    if let witnessed = try trust.witnessed(source) { kept.append(witnessed) }
                    let report = try recompute(source, kept, trust, arguments, at: now, terminal)
                    terminal.endProgress()
                    return finish(report, kept, arguments, terminal)
                } catch let error as MirrorError {
                    terminal.endProgress()
                    return Command.report(error, arguments, terminal)
                }
            }
        })

    /// From our own database with the openings that only the parties have, from elsewhere without.
    private static func recompute(
        _ source: LogSource, _ kept: [VerifiedCheckpoint], _ trust: LogTrust, _ arguments: Arguments, at now: Instant,
        _ terminal: Terminal
    ) throws -> SettlementReport {
        if let data = arguments.value("data") {
            return try DataDirectory(data).openReader().reader.read {
                try recompute($0, kept: kept, at: now, terminal)
            }
        }
        var recomputation = Recomputation(kept: kept)
        _ = try MirrorAudit.verify(
            source, trust: trust.log, progress: { terminal.progress("recomputing entry \($0)") },
            entry: { recomputation.read($0) })
        return recomputation.finish(at: now)
    }

    private static func finish(
        _ report: SettlementReport, _ kept: [VerifiedCheckpoint], _ arguments: Arguments, _ terminal: Terminal
    ) -> ExitCode {
        guard arguments.has("json") else {
            for line in report.words(terminal, kept: kept.count) { terminal.print(line) }
            return report.exitCode
        }
        var json = report.json
        json["kept"] = .array(kept.map { LogTrust.json($0) })
        terminal.print(JSON.object(json).canonicalString)
        return report.exitCode
    }

    /// Reads every entry, with the openings of premium windows, which only the parties have.
    static func recompute(
        _ reader: any StoreReader, kept: [VerifiedCheckpoint] = [], at now: Instant, _ terminal: Terminal
    ) throws -> SettlementReport {
        let openings = try PremiumOpenings.all(in: reader)
        let wallets = try WalletOpenings(in: reader)
        var recomputation = Recomputation(
            window: { seq in openings[seq].map { WindowOpening($0.opening, holder: $0.holder) } },
            lots: LotOpenings(lots: { wallets.lots[$0] }, holder: { wallets.holders[$0] }), kept: kept,
            coverage: try CoverageSalts.newestSize(in: reader))
        try reader.forEachAhead(EntryRecord.self, { ScannedEntry($0.body) }) { entry in
            recomputation.read(entry)
            let count = recomputation.entryCount
            if count % 1024 == 0 { terminal.progress("recomputing entry \(count)") }
        }
        if let salts = try CoverageSalts(in: reader) {
            try recomputation.judgeCoverageRoot { rid, seq in try salts.salt(of: rid, acceptedAt: seq) }
        }
        return recomputation.finish(at: now)
    }
}

extension SettlementReport {
    var exitCode: ExitCode {
        switch verdict {
        case .settled: .done
        case .wrong: .negative
        case .cannotTell: .cannotTell
        }
    }

    private var verdictWord: String {
        switch verdict {
        case .settled: "settled"
        case .wrong: "wrong"
        case .cannotTell: "cannotTell"
        }
    }

    var json: JSONObject {
        var granted: JSONObject = [:]
        for (unit, minor) in self.granted { granted[unit] = .integer(minor) }
        var upgrades: JSONObject = [:]
        for (state, count) in self.upgrades { upgrades[state] = .integer(Int64(count)) }
        return [
            "verdict": .string(verdictWord), "entries": .integer(Int64(entries)),
            "requests": .integer(Int64(requests)), "issued": .integer(Int64(issued)),
            "breached": .integer(Int64(breached)), "compensated": .integer(Int64(compensated)),
            "detectorMisses": .integer(Int64(detectorMisses)),
            "missed": .integer(Int64(missed)), "double": .integer(Int64(double)), "open": .integer(Int64(open)),
            "granted": .object(granted), "upgrades": .object(upgrades),
            "judgedCoverage": .integer(Int64(judgedCoverage)),
            "unjudgedCoverage": .integer(Int64(unjudgedCoverage)),
            "findings": .array(
                findings.map { finding in
                    var json: JSONObject = [
                        "entry": .integer(Int64(finding.seq)), "kind": .string(finding.kind.rawValue),
                        "problem": .string(finding.sentence),
                    ]
                    json["request"] = finding.rid.map(JSON.string)
                    return .object(json)
                }),
            "unknowns": .array(
                unknowns.map { ["entry": .integer(Int64($0.seq)), "problem": .string($0.sentence)] }),
        ]
    }

    private var grantedWords: String {
        granted.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    /// The most findings that are listed; the counts say how many there are.
    private static let listedFindings = 20

    func words(_ terminal: Terminal, kept: Int = 0) -> [String] {
        let headline =
            switch verdict {
            case .settled: terminal.styled("Everything that was owed was paid, once, and nothing else was.", .good)
            case .wrong: terminal.styled("The log does not say what the policies give.", .bad)
            case .cannotTell:
                terminal.styled("It cannot be told: something is published that is not understood.", .warning)
            }
        var lines = [
            headline, "  entries      \(entries)",
            "  requests     \(requests), issued \(issued)",
            "  late         \(breached), compensated \(compensated), still within their payout time \(open)",
            "  missed       \(missed)", "  paid twice   \(double)",
            "  granted      " + (granted.isEmpty ? "nothing" : grantedWords),
        ]
        if judgedCoverage + unjudgedCoverage > 0 {
            let roots = judgedCoverage > 0 ? ", the newest down to every leaf" : ", of which the sums were recomputed"
            lines.append("  coverage     \(judgedCoverage + unjudgedCoverage) statements\(roots)")
        }
        if let owed = upgrades["owed"] {
            let states = ["open", "done", "waived", "void"].map { "\($0) \(upgrades[$0] ?? 0)" }
            lines.append("  checks owed  \(owed): \(states.joined(separator: ", "))")
        }
        if detectorMisses > 0 { lines.append("  not noticed  \(detectorMisses) delays, claimed and found right") }
        if kept > 0 {
            let isContained = findingCounts[.contradictedCheckpoint] == nil && findingCounts[.missingEntries] == nil
            lines.append("  kept         \(kept) checkpoints, \(isContained ? "all contained" : "NOT ALL CONTAINED")")
        }
        lines += findings.prefix(Self.listedFindings).map { "  ! \($0)" }
        if findings.count > Self.listedFindings { lines.append("  ! and \(findings.count - Self.listedFindings) more") }
        lines += unknowns.prefix(Self.listedFindings).map { "  ? entry \($0.seq): \($0.sentence)" }
        return lines
    }
}
