import CanonicalJSON
import Console
import ServiceLevels

/// What ends a policy, or lets a suspension begin.
extension Command {
    static let withdrawPolicy = Command(
        syntax: CommandSyntax(
            "policy withdraw", "End a policy: from then on it binds nobody who comes.",
            positionals: [.init("HASH", "Its hash, as policy list shows it.")],
            options: [
                .data, .init("from", "INSTANT", "From when on, like 2026-12-31T00:00:00Z; else from now on."),
                .passphraseFile, .json,
            ],
            example: "punctual policy withdraw --data ./issuer --from 2027-01-01T00:00:00Z HASH"),
        run: { arguments, terminal in
            let hash = try hash(arguments)
            var body: JSONObject = [:]
            body["from"] = arguments.value("from").map(JSON.string)
            let done = try operate(
                "/operator/policies/\(hash)/withdraw", JSON.object(body).canonicalBytes, arguments)
            terminal.print(arguments.has("json") ? done.canonicalString : "Withdrawn: \(hash).")
            return .done
        })

    static let approvePolicy = Command(
        syntax: CommandSyntax(
            "policy approve", "Agree to a suspension that names you; it holds when all whom it names have.",
            positionals: [.init("HASH", "The hash of the suspension.")],
            options: [.data, .actorKey, .passphraseFile, .json],
            example: "punctual policy approve --data ./issuer --key-file ina.key HASH"),
        run: { arguments, terminal in
            let hash = try hash(arguments)
            let done = try act("/v1/policies/\(hash)/approve", [:], arguments)
            terminal.print(
                arguments.has("json") ? done.canonicalString : "\(done["by"]?.stringValue ?? "") approved \(hash).")
            return .done
        })

    private static func hash(_ arguments: Arguments) throws -> String {
        let hash = arguments.positionals[0]
        guard PolicyHash(hash) != nil else { throw UsageError("a hash is sha256: and 64 hexadecimal digits.") }
        return hash
    }
}
