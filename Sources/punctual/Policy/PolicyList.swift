import CanonicalJSON
import Console
import ServiceLevels

extension Command {
    static let listPolicies = Command(
        syntax: CommandSyntax(
            "policy list", "Every policy that was published, in order.",
            options: [.data, .passphraseFile, .json], example: "punctual policy list --data ./issuer"),
        run: { arguments, terminal in
            let list = try operate("/policies", nil, arguments)
            if arguments.has("json") {
                terminal.print(list.canonicalString)
                return .done
            }
            for policy in list["policies"]?.arrayValue ?? [] {
                func text(_ key: String) -> String { policy[key]?.stringValue ?? "" }
                let version = policy["version"]?.integerValue ?? 0
                terminal.print("\(text("hash"))  \(text("kind")) \(text("tenant"))/\(text("id")) v\(version)")
                terminal.print("  \(text("title")), from \(text("effectiveAt"))")
            }
            return .done
        })

    static let showPolicy = Command(
        syntax: CommandSyntax(
            "policy show", "Print a published policy, byte for byte.",
            positionals: [.init("HASH", "Its hash, as policy list shows it.")],
            options: [.data, .passphraseFile],
            example: "punctual policy show --data ./issuer sha256:0f9b…"),
        run: { arguments, terminal in
            let hash = arguments.positionals[0]
            guard PolicyHash(hash) != nil else { throw UsageError("a hash is sha256: and 64 hexadecimal digits.") }
            terminal.print(try operate("/policies/\(hash)", nil, arguments).canonicalString)
            return .done
        })
}
