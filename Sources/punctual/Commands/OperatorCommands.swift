import CanonicalJSON
import Console
import Multiformats

extension Command {
    static let addInstitution = Command(
        syntax: CommandSyntax(
            "institution add", "Let an institution request credentials; prints its id and API key, once.",
            options: [
                .data, .init("name", "NAME", "The institution's name.", isRequired: true),
                .init("region", "CC", "By which country's law it stands, such as DE; stated in the log, for good."),
                .passphraseFile, .json,
            ],
            example: "punctual institution add --data ./issuer --name \"Nordhafen University\""),
        run: { arguments, terminal in
            var members: JSONObject = ["name": .string(arguments.required("name"))]
            members["region"] = arguments.value("region").map(JSON.string)
            let body = JSON.object(members)
            let added = try operate("/operator/institutions", body.canonicalBytes, arguments)
            if arguments.has("json") {
                terminal.print(added.canonicalString)
            } else {
                terminal.print("id:  \(added["id"]?.stringValue ?? "")")
                terminal.print("key: \(added["apiKey"]?.stringValue ?? "")")
                terminal.note("The key is shown this once. It is sent as: Authorization: Bearer KEY")
            }
            return .done
        })

    static let publishPolicy = Command(
        syntax: CommandSyntax(
            "policy publish", "Publish a policy document: from then on it is a promise.",
            positionals: [.init("FILE", "The policy, JSON by schemas/policy.schema.json.")],
            options: [.data, .passphraseFile, .json],
            example: "punctual policy publish --data ./issuer my-service-level.json"),
        run: { arguments, terminal in
            let bytes = try readFile(arguments.positionals[0], maximumBytes: 1 << 16)
            let published = try operate("/operator/policies", bytes, arguments)
            if arguments.has("json") {
                terminal.print(published.canonicalString)
            } else {
                terminal.print("Published \(published["hash"]?.stringValue ?? "").")
                terminal.print("In force from \(published["effectiveAt"]?.stringValue ?? "").")
            }
            return .done
        })

    static let revoke = Command(
        syntax: CommandSyntax(
            "revoke", "Revoke the credential of a request: its bit in the status list is set.",
            positionals: [.init("REQUEST-ID", "The request whose credential it is.")],
            options: [
                .data, .init("note", "TEXT", "Why; kept beside the log, not in it."),
                .passphraseFile, .json,
            ],
            example: "punctual revoke --data ./issuer 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"),
        run: { arguments, terminal in
            let id = arguments.positionals[0]
            var body: JSONObject = [:]
            body["note"] = arguments.value("note").map(JSON.string)
            let key = "revoke-" + Hex.encode(Machine.randomBytes(16))
            let answer = try operate(
                "/operator/requests/\(id)/revoke", JSON.object(body).canonicalBytes, idempotencyKey: key, arguments)
            terminal.print(arguments.has("json") ? answer.canonicalString : "Revoked the credential of \(id).")
            return .done
        })
}
