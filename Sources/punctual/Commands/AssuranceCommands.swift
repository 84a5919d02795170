import CanonicalJSON
import Console
import Cryptography

/// Further checks of credentials that were late.
extension Command {
    static let assuranceCommands = [listChecks, recordCheck]

    private static let listChecks = Command(
        syntax: CommandSyntax(
            "assurance list", "The further checks that are owed, the oldest first.",
            options: [.data, .passphraseFile, .json], example: "punctual assurance list --data ./issuer"),
        run: { arguments, terminal in
            let list = try operate("/operator/upgrades", nil, arguments)
            if arguments.has("json") {
                terminal.print(list.canonicalString)
                return .done
            }
            let open = list["upgrades"]?.arrayValue ?? []
            if open.isEmpty { terminal.print("No further check is owed.") }
            for item in open {
                func text(_ member: String) -> String { item[member]?.stringValue ?? "" }
                terminal.print("\(text("request"))  to \(text("level")), owed since \(text("owedAt"))")
                if text("waitsFor") == "credential" { terminal.print("  waits for the credential") }
            }
            return .done
        })

    /// More than any scan or recording of a check.
    private static let maximumEvidence = 256 << 20

    private static let recordCheck = Command(
        syntax: CommandSyntax(
            "assurance check", "Record a further check; passed, the credential is signed again with it.",
            positionals: [.init("REQUEST-ID", "The request, as assurance list shows it.")],
            options: [
                .data,
                .init(
                    "kind", "KIND", "identity-document, in-person, video-call, register-lookup or issuer-record.",
                    isRequired: true),
                .init("evidence", "FILE", "What was seen; needed. Only its hash leaves this machine."),
                .init(
                    "failed", "REASON",
                    "It was not passed: not-confirmed, insufficient-evidence, holder-absent or holder-declined."),
                .init("note", "TEXT", "Kept beside the log, not in it."), .actorKey, .passphraseFile, .json,
            ],
            example: "punctual assurance check --data ./issuer --key-file agent.key --kind identity-document "
                + "--evidence passport.jpg 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"),
        run: { arguments, terminal in
            let id = arguments.positionals[0]
            let seen = try readFile(needed("evidence", arguments), maximumBytes: maximumEvidence)
            var body: JSONObject = [
                "check": .string(arguments.required("kind")), "evidence": .string(SHA256.hash(seen).description),
                "result": arguments.has("failed") ? "failed" : "passed",
            ]
            body["reason"] = arguments.value("failed").map(JSON.string)
            body["note"] = arguments.value("note").map(JSON.string)
            let answer = try act("/v1/requests/\(id)/check", .object(body), arguments)
            let level = answer["level"]?.stringValue ?? ""
            let done =
                arguments.has("failed")
                ? "Not passed: the credential of \(id) stays as it is, and its holder is told."
                : "The credential of \(id) was signed again with assurance \(level); the one before it is revoked."
            terminal.print(arguments.has("json") ? answer.canonicalString : done)
            return .done
        })
}
