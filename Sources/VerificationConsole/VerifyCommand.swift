import CanonicalJSON
package import Console
import Proofs
package import Temporal
import TransparencyLog
import Verification

/// The command that verifies files offline, as `vcverify` and as `punctual verify`: what may be typed, what it does.
package enum VerifyCommand {
    /// - Parameters:
    ///   - words: the words that choose it; none when the program is this command.
    ///   - program: the name of the program, for the example.
    package static func syntax(words: String = "", program: String) -> CommandSyntax {
        CommandSyntax(
            words, "Verify credentials, presentations and audit bundles offline, trusting no server.",
            positionals: [
                .init(
                    "FILE",
                    """
                    A credential or presentation (JSON with embedded proofs, a token, or a badge in a PNG or SVG), an \
                    intake receipt, an audit bundle, a coverage proof or a status list. With an audit bundle among \
                    them, the others must be what its log speaks of.
                    """, isRepeated: true)
            ],
            options: [
                .init(
                    "issuer", "ID",
                    "An issuer that you mean: a did:key or did:jwk, or whom a --did-document is of. Repeatable.",
                    isRepeated: true),
                .init(
                    "did-document", "FILE",
                    """
                    Keys that you know: a did.json, an issuer's metadata or JSON Web Keys, from a source that you \
                    trust. Repeatable.
                    """, isRepeated: true),
                .init(
                    "status-list", "FILE", "A status list that a credential names, as you fetched it. Repeatable.",
                    isRepeated: true),
                .init("ignore-status", nil, "Do without a status list that is not at hand."),
                .init("max-status-age", "PT24H", "Do not rely on a status list older than this; by default, on any."),
                .init("context", "URL=FILE", "A JSON-LD context, by its URL. Repeatable.", isRepeated: true),
                .init("schema", "URL=FILE", "A JSON Schema, by its URL. Repeatable.", isRepeated: true),
                .init("ignore-schema", nil, "Do without a schema that is not at hand, or of an unknown kind."),
                .init(
                    "resource", "URL=FILE", "What a credential refers to with a digest. Repeatable.", isRepeated: true),
                .init("challenge", "TEXT", "What a presentation must answer: its challenge, or the nonce of a token."),
                .init(
                    "domain", "TEXT", "For whom a presentation must be: its domain, or the audience of a token.",
                    isRepeated: true),
                .init(
                    "log-key", "VKEY|FILE",
                    "The log's verifier key, or a file of such keys, one a line; not from the bundle."),
                .init(
                    "policy", "FILE",
                    """
                    A C2SP tlog-policy: the logs that you believe, and the quorum of witnesses that must have \
                    cosigned; not from the bundle.
                    """),
                .init("tsa-roots", "FILE", "PEM certificates of the timestamp authorities that you believe."),
                .init(
                    "block-headers", "FILE",
                    "Block headers that you believe, a line each: height, space, 160 hexadecimal digits."),
                .init("at", "RFC3339", "Judge as of this instant; by default, now."),
                .init("explain", nil, "Show every step: the question, the answer, how it was reached, and the facts."),
                .init("json", nil, "Print the verdict as JSON."),
            ],
            example: ([program, words, "--log-key log.vkey --status-list 1.json bundle.json a.json"])
                .filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// Verifies what the arguments name, and prints the verdict.
    ///
    /// - Parameters:
    ///   - now: the instant of verification unless another was asked for.
    ///   - read: the bytes of a file, or an error when it has more than so many.
    /// - Throws: `UsageError`, and what `read` throws.
    package static func run(
        _ arguments: Arguments, now: Instant, reading read: (_ path: String, _ maximumBytes: Int) throws -> [UInt8],
        on terminal: Terminal
    ) throws -> ExitCode {
        if arguments.has("json"), arguments.has("explain") {
            throw UsageError("--json has everything that --explain shows; give one of them.")
        }
        let trust = try TrustOptions.trust(from: arguments, now: now, reading: read)
        let lists = try arguments.values("status-list").map { try statusList($0, reading: read) }
        let files = try arguments.positionals.map { path in
            (path, Self.evidence(try read(path, Evidence.maximumBytes)))
        }
        let verifier = Verifier(trust: trust, statusLists: lists)
        let report = Report(at: trust.instant, verdicts(on: files, by: verifier))
        if arguments.has("json") {
            terminal.print(report.json.canonicalString)
        } else {
            report.print(on: terminal, explaining: arguments.has("explain"))
        }
        return report.conclusion.exitCode
    }

    private static func evidence(_ bytes: [UInt8]) -> Result<Evidence, EvidenceError> {
        Result { () throws(EvidenceError) in try Evidence(parsing: bytes) }
    }

    private static func statusList(
        _ path: String, reading read: (String, Int) throws -> [UInt8]
    ) throws -> Evidence {
        switch evidence(try read(path, Evidence.maximumBytes)) {
        case .success(let evidence) where evidence.kind == .statusList: return evidence
        case .success(let evidence):
            throw UsageError("--status-list \(path) is \(evidence.kind.words), not a status list.")
        case .failure(let error): throw UsageError("--status-list \(path): \(error)")
        }
    }

    private static func verdicts(
        on files: [(path: String, evidence: Result<Evidence, EvidenceError>)], by verifier: Verifier
    ) -> [(file: String, verdict: Verdict)] {
        var verdicts = verifier.verify(files.compactMap { try? $0.evidence.get() })[...]
        return files.map { path, evidence in
            switch evidence {
            case .failure(let error): (path, Verdict(error))
            case .success: (path, verdicts.removeFirst())
            }
        }
    }
}

extension Conclusion {
    fileprivate var exitCode: ExitCode {
        switch self {
        case .valid: .done
        case .invalid: .negative
        case .cannotTell: .cannotTell
        }
    }
}
