import CanonicalJSON
import Console
import Multiformats
import Temporal

extension Command {
    static let suspend = Command(
        syntax: CommandSyntax(
            "suspend", "Suspend the credential of a request for now, or lift that.",
            positionals: [.init("REQUEST-ID", "The request whose credential it is.")],
            options: [
                .data, .init("lift", nil, "The credential counts again."),
                .init("note", "TEXT", "Why; kept beside the log, not in it."), .passphraseFile, .json,
            ],
            example: "punctual suspend --data ./issuer 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"),
        run: { arguments, terminal in
            let id = arguments.positionals[0]
            var body: JSONObject = ["purpose": "suspension", "value": arguments.has("lift") ? 0 : 1]
            body["note"] = arguments.value("note").map(JSON.string)
            let answer = try operate(
                "/operator/requests/\(id)/status", JSON.object(body).canonicalBytes,
                idempotencyKey: "suspend-" + Hex.encode(Machine.randomBytes(16)), arguments)
            let done = arguments.has("lift") ? "Lifted the suspension of" : "Suspended"
            terminal.print(arguments.has("json") ? answer.canonicalString : "\(done) the credential of \(id).")
            return .done
        })

    static let statusList = Command(
        syntax: CommandSyntax(
            "status-list", "Why a status list was as it was: each change until then, with its log entry.",
            positionals: [.init("LIST", "The end of the list's address, such as 1 or 1-suspension.")],
            options: [.data, .init("at", "INSTANT", "When; now if not given."), .passphraseFile, .json],
            example: "punctual status-list --data ./issuer 1 --at 2026-11-21T12:00:00Z"),
        run: { arguments, terminal in
            let instant = arguments.value("at") ?? Machine.now().rfc3339
            let list = try operate("/operator/status-lists/\(arguments.positionals[0])?at=\(instant)", nil, arguments)
            if arguments.has("json") {
                terminal.print(list.canonicalString)
                return .done
            }
            let changes = list["changes"]?.arrayValue ?? []
            let (purpose, issuer) = (list["purpose"]?.stringValue ?? "", list["issuer"]?.stringValue ?? "")
            terminal.print("\(purpose) list \(arguments.positionals[0]) of \(issuer)")
            terminal.print("as published \(list["asOf"]?.stringValue ?? ""): \(changes.count) changes until then")
            for change in changes {
                let (index, value) = (change["index"]?.integerValue ?? 0, change["value"]?.integerValue ?? 0)
                let (instant, entry) = (change["at"]?.stringValue ?? "", change["entry"]?.integerValue ?? 0)
                terminal.print("  \(instant)  place \(index) = \(value)  (entry \(entry))")
            }
            return .done
        })
}
