import CanonicalJSON
import Console

/// The people who act for the service.
extension Command {
    static let addStaff = Command(
        syntax: CommandSyntax(
            "staff add", "Let somebody act for the service; prints their id and key, once.",
            options: [
                .data, .init("name", "NAME", "Who it is; beside the log, not in it.", isRequired: true), .roles,
                .accessUntil, .passphraseFile, .json,
            ],
            example: "punctual staff add --data ./issuer --name \"Ina Berg\" --roles agent,finance"),
        run: { arguments, terminal in
            var body = access(arguments)
            body["name"] = .string(arguments.required("name"))
            let added = try operate("/operator/staff", JSON.object(body).canonicalBytes, arguments)
            if arguments.has("json") {
                terminal.print(added.canonicalString)
            } else {
                terminal.print("id:  \(added["id"]?.stringValue ?? "")")
                terminal.print("key: \(added["apiKey"]?.stringValue ?? "")")
                terminal.note("The key is shown this once. Commands take it from a file: --key-file FILE.")
            }
            return .done
        })

    static let listStaff = Command(
        syntax: CommandSyntax(
            "staff list", "Everybody who acts for the service, or did: id, roles, state.",
            options: [.data, .passphraseFile, .json], example: "punctual staff list --data ./issuer"),
        run: { arguments, terminal in
            let list = try operate("/operator/staff", nil, arguments)
            if arguments.has("json") {
                terminal.print(list.canonicalString)
            } else {
                for person in list["staff"]?.arrayValue ?? [] { show(person, terminal) }
            }
            return .done
        })

    static let changeStaff = Command(
        syntax: CommandSyntax(
            "staff roles", "Let somebody do other things from now on.",
            positionals: [.init("ID", "Who, as staff list shows it.")],
            options: [.data, .roles, .accessUntil, .passphraseFile, .json],
            example: "punctual staff roles --data ./issuer --roles auditor 0f3c9a1b2d4e5f60"),
        run: { arguments, terminal in
            let id = arguments.positionals[0]
            let changed = try operate(
                "/operator/staff/\(id)/roles", JSON.object(access(arguments)).canonicalBytes, arguments)
            terminal.print(
                arguments.has("json") ? changed.canonicalString : "\(id) is \(roles(changed)) from now on.")
            return .done
        })

    static let removeStaff = Command(
        syntax: CommandSyntax(
            "staff remove", "Let somebody do nothing any more: their key fails at once.",
            positionals: [.init("ID", "Who, as staff list shows it.")],
            options: [.data, .passphraseFile, .json],
            example: "punctual staff remove --data ./issuer 0f3c9a1b2d4e5f60"),
        run: { arguments, terminal in
            let id = arguments.positionals[0]
            let removed = try operate("/operator/staff/\(id)/remove", JSON.object([:]).canonicalBytes, arguments)
            terminal.print(
                arguments.has("json") ? removed.canonicalString : "Removed \(id). What they did stays done.")
            return .done
        })

    private static func access(_ arguments: Arguments) -> JSONObject {
        let roles = arguments.required("roles").split(separator: ",").map { JSON.string(String($0)) }
        var body: JSONObject = ["roles": .array(roles)]
        body["until"] = arguments.value("until").map(JSON.string)
        return body
    }

    private static func roles(_ person: JSON) -> String {
        (person["roles"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
    }

    private static func show(_ person: JSON, _ terminal: Terminal) {
        let until = person["until"]?.stringValue.map { ", until \($0)" } ?? ""
        terminal.print("\(person["id"]?.stringValue ?? "")  \(person["name"]?.stringValue ?? "")")
        terminal.print("  \(person["state"]?.stringValue ?? ""): \(roles(person))\(until)")
    }
}

extension CommandSyntax.Option {
    fileprivate static let roles = CommandSyntax.Option(
        "roles", "LIST",
        "What they may do, with commas: operator, agent, customer-experience, finance, independent-assessor, "
            + "incident-manager, policy-approver, auditor.", isRequired: true)
    fileprivate static let accessUntil = CommandSyntax.Option(
        "until", "INSTANT", "From when on they may not any more; needed for an independent-assessor.")
}
