import CanonicalJSON
import Console
import Hosting
import TransparencyLog

/// The keys that sign the log. Not those of issuers, which `key` is about.
extension Command {
    static let listLogKeys = Command(
        syntax: CommandSyntax(
            "log-key list", "The keys that sign the log's checkpoints now, and those that once did.",
            options: [.data, .passphraseFile, .json], example: "punctual log-key list --data ./issuer"),
        run: { arguments, terminal in
            let list = try operate("/operator/log-keys", nil, arguments)
            if arguments.has("json") {
                terminal.print(list.canonicalString)
            } else {
                for key in list["logKeys"]?.arrayValue ?? [] {
                    terminal.print("\(key["state"]?.stringValue ?? ""): \(key["id"]?.stringValue ?? "")")
                    terminal.print("  \(key["key"]?.stringValue ?? "")")
                }
            }
            return .done
        })

    static let addLogKey = Command(
        syntax: CommandSyntax(
            "log-key add", "Let a new key sign the log beside the old one, until that is retired.",
            options: [.data, .passphraseFile, .json], example: "punctual log-key add --data ./issuer"),
        run: { arguments, terminal in
            let directory = DataDirectory(arguments.required("data"))
            let origin = try operate("/operator/log-keys", nil, arguments)["origin"]?.stringValue ?? ""
            let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
            let key = try directory.makeLogKey(origin: origin, on: machine)
            let added: JSON
            do {
                added = try operate(
                    "/operator/log-keys", JSON.object(["key": .string(key.vkey)]).canonicalBytes, arguments)
            } catch let failure as Failure where failure.isRefusal {
                try directory.removeLogKey(key)
                throw failure
            }
            try publishLogKeys(directory, arguments)
            if arguments.has("json") {
                terminal.print(added.canonicalString)
            } else {
                terminal.print("Checkpoints are signed from now on with the old key and with this one:")
                terminal.print("  " + key.vkey)
                terminal.note("Hand out \(directory.verifierKey), which has both. When everybody who verifies has the")
                terminal.note("new key, retire the old one: punctual log-key retire ID")
            }
            return .done
        })

    static let retireLogKey = Command(
        syntax: CommandSyntax(
            "log-key retire", "Let a key sign the log no more. What it signed stays signed.",
            positionals: [.init("ID", "The key's id, eight digits, as log-key list shows it; or the whole key.")],
            options: [.data, .passphraseFile, .json],
            example: "punctual log-key retire --data ./issuer 99d20902"),
        run: { arguments, terminal in
            let directory = DataDirectory(arguments.required("data"))
            let body: JSON = ["key": .string(arguments.positionals[0])]
            let retired = try operate("/operator/log-keys/retire", body.canonicalBytes, arguments)
            try publishLogKeys(directory, arguments)
            if arguments.has("json") {
                terminal.print(retired.canonicalString)
            } else {
                terminal.print("Checkpoints are signed from now on without\n  \(retired["key"]?.stringValue ?? "")")
                terminal.note("Its private key is still in the data directory, and is needed for nothing: destroy it.")
            }
            return .done
        })

    /// Writes the file to hand out: one line for each key that signs.
    private static func publishLogKeys(_ directory: DataDirectory, _ arguments: Arguments) throws {
        let list = try operate("/operator/log-keys", nil, arguments)["logKeys"]?.arrayValue ?? []
        let active = list.filter { $0["state"] == "active" }.compactMap { $0["key"]?.stringValue }
        try directory.publish(try active.map { try VerifierKey(vkey: $0) })
    }
}
