import CanonicalJSON
import Console
import Multiformats

extension Command {
    static let update = Command(
        syntax: CommandSyntax(
            "update", "Tell the requester how it stands: this is what a promise of news is kept by.",
            positionals: [.init("REQUEST-ID", "The request that the news is about.")],
            options: [
                .data, .init("note", "TEXT", "What they are told; kept beside the log, not in it."), .passphraseFile,
                .json,
            ],
            example: "punctual update --data ./issuer 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10 --note Tomorrow"),
        run: { arguments, terminal in
            let id = arguments.positionals[0]
            var body: JSONObject = [:]
            body["note"] = arguments.value("note").map(JSON.string)
            let answer = try operate(
                "/operator/requests/\(id)/updates", JSON.object(body).canonicalBytes,
                idempotencyKey: "update-" + Hex.encode(Machine.randomBytes(16)), arguments)
            let done = "Told the requester of \(id) how it stands."
            terminal.print(arguments.has("json") ? answer.canonicalString : done)
            return .done
        })
}
