import CanonicalJSON
import Console
import Hosting
import Issuance
import Mirroring
import TransparencyLog

/// `audit verify --from` and `audit export`: logs read, or written, resource by resource.
extension Command {
    static let auditExport = Command(
        syntax: CommandSyntax(
            "audit export", "Write the log as files that any file server can serve, or go on with such a folder.",
            options: [
                .init("data", "DIR", "The data directory of the service to export."),
                .init("from", "DIR-OR-URL", "Instead of --data: any C2SP log, in a folder or on the web."),
                .init("out", "DIR", "The folder; what it holds must be the beginning of the log.", isRequired: true),
                .logKey, .logPolicy, .json,
            ],
            example: "punctual audit export --data ./issuer --out ./public/log"),
        run: { arguments, terminal in
            let folder = arguments.required("out")
            return try withSource(arguments) { source, trust in
                try mirrored(arguments, terminal) { () throws(MirrorError) in
                    let summary = try LogExport.write(source, to: folder, trust: trust.log) {
                        terminal.progress("writing entry \($0)")
                    }
                    terminal.endProgress()
                    report(summary, folder, arguments, terminal)
                    return .done
                }
            }
        })

    /// The audit of a log that is not our own database.
    static func verifyMirror(_ arguments: Arguments, _ terminal: Terminal) throws -> ExitCode {
        try withSource(arguments) { source, trust in
            let kept = try trust.keptCheckpoints(arguments)
            return try mirrored(arguments, terminal) { () throws(MirrorError) in
                let witnessed = try trust.witnessed(source)
                let summary = try MirrorAudit.verify(
                    source, trust: trust.log, kept: kept + (witnessed.map { [$0] } ?? []),
                    progress: { terminal.progress("hashing entry \($0)") })
                terminal.endProgress()
                report(summary, witnessed, arguments, terminal)
                return .done
            }
        }
    }

    /// Opens what `--from` or `--data` names, with what its checkpoints are verified with.
    static func withSource<Result>(
        _ arguments: Arguments, _ body: (LogSource, LogTrust) throws -> Result
    ) throws -> Result {
        switch (arguments.value("data"), arguments.value("from")) {
        case (nil, let from?):
            return try body(.named(from), try LogTrust(arguments, or: nil))
        case (let data?, nil):
            let directory = DataDirectory(data)
            let trust = try LogTrust(arguments, or: directory)
            return try directory.openReader().reader.read { try body(.stored($0, name: data), trust) }
        default: throw UsageError("Name one log: --data DIR, or --from DIR-OR-URL.")
        }
    }

    /// Runs `body`; a log that does not hold, or that nobody can tell about, becomes the answer.
    static func mirrored(
        _ arguments: Arguments, _ terminal: Terminal, _ body: () throws(MirrorError) -> ExitCode
    ) throws -> ExitCode {
        do throws(MirrorError) {
            return try body()
        } catch {
            terminal.endProgress()
            return report(error, arguments, terminal)
        }
    }

    static func report(_ error: MirrorError, _ arguments: Arguments, _ terminal: Terminal) -> ExitCode {
        if arguments.has("json") {
            var result: JSONObject = [
                "verdict": .string(error.isVerdict ? "invalid" : "cannotTell"), "problem": .string(error.description),
            ]
            if case .forked(let proof) = error { result["fork"] = proof.json }
            if case .entry(let finding) = error { result["firstWrong"] = .integer(Int64(finding.position)) }
            if case .differentEntry(let seq, _, _) = error { result["firstWrong"] = .integer(Int64(seq)) }
            terminal.print(JSON.object(result).canonicalString)
        } else if error.isVerdict {
            terminal.print(terminal.styled("The log does not hold.", .bad))
            terminal.print("  \(error)")
        } else {
            terminal.print(terminal.styled("It cannot be told.", .warning))
            terminal.print("  \(error)")
        }
        return error.isVerdict ? .negative : .cannotTell
    }

    private static func report(
        _ summary: MirrorAudit.Summary, _ witnessed: VerifiedCheckpoint?, _ arguments: Arguments, _ terminal: Terminal
    ) {
        let (checkpoint, head) = (summary.checkpoint.checkpoint, summary.checkpoint.head)
        if arguments.has("json") {
            var result: JSONObject = [
                "verdict": "valid", "origin": .string(checkpoint.origin), "size": .integer(Int64(head.size)),
                "root": .string(head.root.base64), "entries": .string(summary.form.rawValue),
                "bundles": .integer(Int64(summary.bundles)), "tiles": .integer(Int64(summary.tiles)),
            ]
            result["witnessed"] = witnessed.map { LogTrust.json($0) }
            if case .grew(let size) = summary.afterwards { result["grewTo"] = .integer(Int64(size)) }
            if case .older(let size) = summary.afterwards { result["servedAfterwards"] = .integer(Int64(size)) }
            return terminal.print(JSON.object(result).canonicalString)
        }
        terminal.print(terminal.styled("The log holds.", .good))
        terminal.print("  origin    \(checkpoint.origin)")
        switch summary.form {
        case .punctual: terminal.print("  entries   \(head.size), each hashed again, each naming the one before")
        case .unknown: terminal.print("  entries   \(head.size), each hashed again; of a form not known here")
        }
        terminal.print("  root      \(head.root.base64), as signed")
        if let witnessed { terminal.print("  witnesses \(LogTrust.words(witnessed))") }
        terminal.print("  read      \(summary.bundles) bundles, \(summary.tiles) tiles")
        switch summary.afterwards {
        case .unchanged: break
        case .grew(let size): terminal.print("  since     it grew to \(size) entries, and continues what was verified")
        case .older(let size):
            terminal.print("  since     an older checkpoint was served, of \(size) entries, which is the beginning")
        }
    }

    private static func report(
        _ summary: LogExport.Summary, _ folder: String, _ arguments: Arguments, _ terminal: Terminal
    ) {
        if arguments.has("json") {
            var result: JSONObject = [
                "size": .integer(Int64(summary.head.size)), "root": .string(summary.head.root.base64),
                "written": .integer(Int64(summary.written)),
            ]
            result["before"] = summary.before.map { .integer(Int64($0.size)) }
            return terminal.print(JSON.object(result).canonicalString)
        }
        let start = summary.before.map { "continues \($0.size) entries" } ?? "new"
        terminal.print("Wrote \(folder): \(summary.head.size) entries (\(start)), \(summary.written) files.")
        terminal.note("Verify it with: punctual audit verify --from \(folder) --log-key KEY")
    }
}
