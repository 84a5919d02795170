import CanonicalJSON
import Console
import Hosting
import Issuance
import Mirroring
import TransparencyLog

extension Command {
    static let auditVerify = Command(
        syntax: CommandSyntax(
            "audit verify", "Hash a whole log again; for --data also make every table again from it.",
            options: [
                .init("data", "DIR", "The data directory of the service."),
                .init("from", "DIR-OR-URL", "Instead of --data: any C2SP log, in a folder or on the web."),
                .logKey, .logPolicy, .kept, .json,
            ],
            example: "punctual audit verify --data ./issuer"),
        run: { arguments, terminal in
            if arguments.value("data") == nil { return try verifyMirror(arguments, terminal) }
            guard arguments.value("from") == nil else { throw UsageError("Name one log: --data or --from.") }
            let directory = DataDirectory(arguments.required("data"))
            let (source, anchored) = try directory.openReader()
            let trust = try LogTrust(arguments, or: directory)
            let kept = try trust.keptCheckpoints(arguments)
            defer { terminal.endProgress() }
            do {
                let (summary, witnessed) = try source.read { reader in
                    let log = LogSource.stored(reader, name: directory.path)
                    let summary = try checkLog(reader, keys: trust.log.logKeys, anchored: anchored, terminal)
                    return (summary, try trust.requireContained(kept, in: log))
                }
                terminal.endProgress()
                report(summary, witnessed, arguments, terminal)
                return .done
            } catch let failure as AuditFailure {
                terminal.endProgress()
                return report(failure, arguments, terminal)
            } catch let error as MirrorError {
                return report(error, arguments, terminal)
            }
        })

    static let auditProve = Command(
        syntax: CommandSyntax(
            "audit prove", "Write what happened to one request as a file that proves itself offline.",
            positionals: [.init("REQUEST-ID", "The request.")],
            options: [
                .data, .init("out", "FILE", "Where to write; standard output if not given."),
                .init("policy", "FILE", "Take the newest checkpoint that this C2SP tlog-policy is satisfied with."),
                .init("tlog-proofs", "DIR", "Also write each entry with its C2SP tlog-proof into this folder."),
                .init("open-all", nil, "Open everything, also address and notes; for the parties themselves."),
            ],
            example: "punctual audit prove --data ./issuer 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10 --out story.json"),
        run: { arguments, terminal in
            guard let id = RequestID(arguments.positionals[0]) else {
                throw UsageError("\"\(arguments.positionals[0])\" is not an identifier of a request.")
            }
            let policy = try arguments.value("policy").map { try logPolicy($0) }
            let (source, _) = try DataDirectory(arguments.required("data")).openReader()
            let bundle: JSONObject
            do {
                bundle = try source.read { reader in
                    if let folder = arguments.value("tlog-proofs") {
                        try writeProofs(try AuditBundle.proofs(for: id, satisfying: policy, in: reader), to: folder)
                    }
                    return try AuditBundle.make(
                        for: id, showingAll: arguments.has("open-all"), satisfying: policy, in: reader)
                }
            } catch let refusal as Refusal {
                throw Failure(refusal.detail)
            }
            if bundle["index"]?["request"] == nil {
                terminal.note(
                    "No index covers this request yet, so nothing shows that its story ends here: punctual audit index."
                )
            }
            let text = JSON.object(bundle).canonicalString
            guard let path = arguments.value("out") else {
                terminal.print(text)
                return .done
            }
            try Machine.writeFile(Array((text + "\n").utf8), to: path)
            terminal.note("Wrote \(path). Verify it with: vcverify --log-key KEY \(path)")
            return .done
        })

    /// The policy in a file.
    static func logPolicy(_ path: String) throws -> LogPolicy {
        let file = try readFile(path, maximumBytes: LogPolicy.maximumBytes)
        do throws(TransparencyLogError) {
            return try LogPolicy(parsing: file)
        } catch {
            throw UsageError("--policy \(path): \(error).")
        }
    }

    /// Each entry as `SEQ.json`, and what proves it as `SEQ.tlog-proof`.
    private static func writeProofs(
        _ proofs: [(seq: Int64, entry: [UInt8], proof: [UInt8])], to folder: String
    ) throws {
        for (seq, entry, proof) in proofs {
            try Machine.writeFile(entry, to: "\(folder)/\(seq).json")
            try Machine.writeFile(proof, to: "\(folder)/\(seq).tlog-proof")
        }
    }

    /// The whole audit: entries, tree, checkpoint, anchor, then the tables.
    ///
    /// - Throws: `AuditFailure`.
    static func checkLog(
        _ reader: any StoreReader, keys: [VerifierKey], anchored: TreeHead?, _ terminal: Terminal
    ) throws -> LogCheck.Summary {
        let summary = try LogCheck.verify(reader, keys: keys, anchored: anchored) {
            terminal.progress("hashing entry \($0)")
        }
        if let failure = try compareTables(reader, terminal) { throw failure }
        return summary
    }

    /// Makes the projections again in a store of their own, and compares them with the stored ones.
    private static func compareTables(_ reader: any StoreReader, _ terminal: Terminal) throws -> AuditFailure? {
        try Machine.withTemporaryFolder { folder in
            try DataDirectory.withScratchStore(in: folder) { copy in
                try copy.write { writer in
                    try Replay.rebuild(from: reader, into: writer) { terminal.progress("replaying entry \($0)") }
                }
                return try copy.read { try Replay.firstDifference(between: reader, and: $0) }
            }
        }
    }

    private static func report(
        _ summary: LogCheck.Summary, _ witnessed: VerifiedCheckpoint?, _ arguments: Arguments, _ terminal: Terminal
    ) {
        if arguments.has("json") {
            var result: JSONObject = [
                "verdict": "valid", "size": .integer(Int64(summary.head.size)),
                "root": .string(summary.head.root.base64),
            ]
            result["witnessed"] = witnessed.map(LogTrust.json)
            return terminal.print(JSON.object(result).canonicalString)
        }
        terminal.print(terminal.styled("The log holds.", .good))
        terminal.print("  entries   \(summary.head.size), each hashed again, each naming the one before")
        terminal.print("  root      \(summary.head.root.base64), as signed and as anchored")
        if let witnessed { terminal.print("  witnesses \(LogTrust.words(witnessed))") }
        terminal.print("  tables    made again from the log; every row is the one that is stored")
    }

    private static func report(_ failure: AuditFailure, _ arguments: Arguments, _ terminal: Terminal) -> ExitCode {
        if arguments.has("json") {
            let result: JSON = [
                "verdict": "invalid", "firstWrong": .integer(failure.seq), "problem": .string(failure.problem),
            ]
            terminal.print(result.canonicalString)
        } else {
            terminal.print(terminal.styled("The log does not hold.", .bad))
            terminal.print("  first wrong: entry \(failure.seq)")
            terminal.print("  \(failure.problem)")
        }
        return .negative
    }
}
