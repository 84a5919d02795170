import CanonicalJSON
import Compensation
import Console
import Hosting

extension Command {
    static let initialise = Command(
        syntax: CommandSyntax(
            "init", "Make a new service: keys, database, log, and the default policies.",
            options: [
                .data,
                .init("origin", "NAME", "The name of the log: a host name without https://.", isRequired: true),
                .init("url", "URL", "Where the service will be found; https://NAME if not given."),
                .store, .passphraseFile, .json,
            ],
            example: "punctual init --data ./issuer --origin issuer.example"),
        run: { arguments, terminal in
            let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
            let directory = try arguments.dataDirectory()
            let key = try directory.create(
                DataDirectory.Identity(
                    origin: arguments.required("origin"), url: arguments.value("url"),
                    policies: DefaultPolicies.documents), on: machine)
            if arguments.has("json") {
                let result: JSON = ["data": .string(directory.path), "logKey": .string(key)]
                terminal.print(result.canonicalString)
            } else {
                terminal.print("Made a new service in \(directory.path).")
                terminal.print("The key of its log, for everybody who verifies (also in \(directory.verifierKey)):")
                terminal.print("  " + key)
                terminal.note("Next: punctual institution add --data \(directory.path) --name NAME")
            }
            return .done
        })
}
