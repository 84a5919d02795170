import CanonicalJSON
import Console
import Hosting
import Issuance
import SQLiteStorage
import Settlement
import Temporal

extension Command {
    static let auditRecompute = Command(
        syntax: CommandSyntax(
            "audit recompute", "Compute every deadline, breach and payment again, from the log alone.",
            options: [
                .data, .init("at", "INSTANT", "Judge what is owed as of this instant (RFC 3339); now if not given."),
                .json,
            ],
            example: "punctual audit recompute --data ./issuer"),
        run: { arguments, terminal in
            let (source, _) = try DataDirectory(arguments.required("data")).openReader()
            let now = try arguments.value("at").map { try Instant(rfc3339: $0) } ?? Machine.now()
            let report = try source.read { try recompute($0, at: now, terminal) }
            terminal.endProgress()
            if arguments.has("json") {
                terminal.print(report.json.canonicalString)
            } else {
                for line in report.words(terminal) { terminal.print(line) }
            }
            return report.exitCode
        })

    /// Reads every entry, with the openings of premium windows, which only the parties have.
    static func recompute(
        _ reader: any StoreReader, at now: Instant, _ terminal: Terminal
    ) throws -> SettlementReport {
        let openings = try PremiumOpenings.all(in: reader)
        var recomputation = Recomputation { seq in
            openings[seq].map { WindowOpening($0.opening, holder: $0.holder) }
        }
        try reader.forEach(EntryRecord.self) { record in
            recomputation.read(record.body)
            if record.seq % 1024 == 0 { terminal.progress("recomputing entry \(record.seq)") }
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

    var json: JSON {
        var granted: JSONObject = [:]
        for (unit, minor) in self.granted { granted[unit] = .integer(minor) }
        return [
            "verdict": .string(verdictWord), "entries": .integer(Int64(entries)),
            "requests": .integer(Int64(requests)), "issued": .integer(Int64(issued)),
            "breached": .integer(Int64(breached)), "compensated": .integer(Int64(compensated)),
            "missed": .integer(Int64(missed)), "double": .integer(Int64(double)), "open": .integer(Int64(open)),
            "granted": .object(granted),
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

    /// The most findings that are listed; the counts say how many there are.
    private static let listedFindings = 20

    func words(_ terminal: Terminal) -> [String] {
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
            "  granted      "
                + granted.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
        ]
        lines += findings.prefix(Self.listedFindings).map { "  ! \($0)" }
        if findings.count > Self.listedFindings { lines.append("  ! and \(findings.count - Self.listedFindings) more") }
        lines += unknowns.prefix(Self.listedFindings).map { "  ? entry \($0.seq): \($0.sentence)" }
        return lines
    }
}
