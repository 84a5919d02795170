import CanonicalJSON
import Console
import Glibc
import Hosting
import Issuance
import Mirroring
import TransparencyLog

extension Command {
    static let auditCompare = Command(
        syntax: CommandSyntax(
            "audit compare", "Say whether two views of a log are of one history, and prove it if they are not.",
            positionals: [
                .init("A", "A checkpoint file, a folder, a web address or a data directory.", isOptional: true),
                .init("B", "What to compare it with.", isOptional: true),
            ],
            options: [
                .logKey, .logPolicy,
                .init("out", "FILE", "Where to write the proof of a fork; standard output if not given."),
                .init("proof", "FILE", "Instead of A and B: verify such a proof."), .json,
            ],
            example: "punctual audit compare kept.checkpoint https://issuer.example/log --log-key issuer.vkey"),
        run: { arguments, terminal in
            if let file = arguments.value("proof") {
                guard arguments.positionals.isEmpty else { throw UsageError("--proof stands alone, without A and B.") }
                return try verifyFork(file, arguments, terminal)
            }
            guard arguments.positionals.count == 2 else { throw UsageError("Name two views of the log, A and B.") }
            let directory = arguments.positionals.first(where: isDataDirectory).map(DataDirectory.init)
            let trust = try LogTrust(arguments, or: directory)
            return try withView(arguments.positionals[0], trust) { first in
                try withView(arguments.positionals[1], trust) { second in
                    try compare(first, second, arguments, terminal)
                }
            }
        })

    private static func isDataDirectory(_ path: String) -> Bool {
        DataDirectory(path).holdsService
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Opens one of the two.
    private static func withView<Result>(
        _ name: String, _ trust: LogTrust, _ body: (LogComparison.View) throws -> Result
    ) throws -> Result {
        func view(_ source: LogSource) throws -> LogComparison.View {
            do throws(MirrorError) {
                return LogComparison.View(name: name, checkpoint: try trust.log.newest(of: source), source: source)
            } catch {
                throw Failure("\(name): \(error)", .cannotTell)
            }
        }
        if !LogSource.isAddress(name), isDataDirectory(name) {
            return try DataDirectory(name).openReader().reader.read { try body(try view(.stored($0, name: name))) }
        }
        if LogSource.isAddress(name) || isFolder(name) { return try body(try view(.named(name))) }
        let bytes = try readFile(name, maximumBytes: SignedNote.maximumBytes)
        let checkpoint: VerifiedCheckpoint
        do throws(TransparencyLogError) {
            checkpoint = try trust.log.verify(try SignedNote(parsing: bytes))
        } catch {
            throw Failure("\(name): \(error)", .cannotTell)
        }
        return try body(LogComparison.View(name: name, checkpoint: checkpoint, source: nil))
    }

    private static func compare(
        _ first: LogComparison.View, _ second: LogComparison.View, _ arguments: Arguments, _ terminal: Terminal
    ) throws -> ExitCode {
        let verdict: LogComparison.Verdict
        do throws(MirrorError) {
            verdict = try LogComparison.compare(first, second)
        } catch {
            verdict = .cannotTell("\(error)")
        }
        var result: JSONObject = [
            "a": .integer(Int64(first.checkpoint.head.size)), "b": .integer(Int64(second.checkpoint.head.size)),
        ]
        let (a, b) = (first.checkpoint.head.size, second.checkpoint.head.size)
        func answer(_ word: String, _ sentence: String, _ style: Terminal.Style) {
            result["verdict"] = .string(word)
            if arguments.has("json") {
                terminal.print(JSON.object(result).canonicalString)
            } else {
                terminal.print(terminal.styled(sentence, style))
            }
        }
        switch verdict {
        case .same:
            answer("same", "Both say the same: \(a) entries, one root.", .good)
        case .secondContinuesFirst:
            answer("continues", "B continues A: its \(b) entries begin with the \(a) of A.", .good)
        case .firstContinuesSecond:
            answer("continued", "A continues B: its \(a) entries begin with the \(b) of B.", .good)
        case .cannotTell(let reason):
            result["problem"] = .string(reason)
            answer("cannotTell", "It cannot be told: \(reason).", .warning)
            return .cannotTell
        case .forked(let proof):
            result["fork"] = proof.json
            answer(
                "fork", "FORK: the log signed both, \(a) and \(b) entries, and they are not of one history.", .bad)
            try write(proof, arguments, terminal)
            return .negative
        }
        return .done
    }

    private static func write(_ proof: ForkProof, _ arguments: Arguments, _ terminal: Terminal) throws {
        if let path = arguments.value("out") {
            try Machine.writeFile(proof.json.canonicalBytes + Array("\n".utf8), to: path)
            terminal.note("Wrote \(path): anybody who has the key of the log can verify it, offline, with")
            terminal.note("  punctual audit compare --proof \(path) --log-key KEY")
        } else if !arguments.has("json") {
            terminal.print(proof.json.canonicalString)
        }
    }

    /// Says whether a proof of a fork holds.
    private static func verifyFork(_ file: String, _ arguments: Arguments, _ terminal: Terminal) throws -> ExitCode {
        let trust = try LogTrust(arguments, or: nil)
        let bytes = try readFile(file, maximumBytes: ForkProof.maximumBytes)
        do throws(TransparencyLogError) {
            let fork = try ForkProof(parsing: bytes).verify(logKeys: trust.log.logKeys)
            report(fork, arguments, terminal)
            return .done
        } catch {
            if arguments.has("json") {
                let result: JSON = ["verdict": "invalid", "problem": .string(error.description)]
                terminal.print(result.canonicalString)
            } else {
                terminal.print(terminal.styled("The proof does not hold.", .bad))
                terminal.print("  \(error)")
            }
            return .negative
        }
    }

    private static func report(_ fork: ProvenFork, _ arguments: Arguments, _ terminal: Terminal) {
        if arguments.has("json") {
            let result: JSON = [
                "verdict": "fork", "origin": .string(fork.origin),
                "smaller": .integer(Int64(fork.smaller.size)), "larger": .integer(Int64(fork.larger.size)),
                "root": .string(fork.smaller.root.base64), "impliedRoot": .string(fork.impliedRoot.base64),
            ]
            return terminal.print(result.canonicalString)
        }
        terminal.print(terminal.styled("FORK, proven: the log \(fork.origin) signed two histories.", .bad))
        terminal.print("  it signed      \(fork.smaller.size) entries with the root \(fork.smaller.root.base64)")
        terminal.print("  and signed     \(fork.larger.size) entries with the root \(fork.larger.root.base64)")
        terminal.print("  whose first \(fork.smaller.size) have the root \(fork.impliedRoot.base64)")
    }
}
