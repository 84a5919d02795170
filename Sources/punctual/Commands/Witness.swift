import CanonicalJSON
import Console
import Hosting
import Temporal
import TransparencyLog
import Witnessing

extension Command {
    static let witnessInitialise = Command(
        syntax: CommandSyntax(
            "witness init", "Make a new witness for other people's logs: a key and a database.",
            options: [
                .data,
                .init(
                    "name", "NAME", "Its name for ever: a host name you control, perhaps with a path.", isRequired: true
                ),
                .passphraseFile, .json,
            ],
            example: "punctual witness init --data ./witness --name witness.example/w1"),
        run: { arguments, terminal in
            let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
            let directory = WitnessDirectory(arguments.required("data"))
            let key = try directory.create(name: arguments.required("name"), on: machine)
            if arguments.has("json") {
                let result: JSON = ["data": .string(directory.path), "witnessKey": .string(key)]
                terminal.print(result.canonicalString)
            } else {
                terminal.print("Made a new witness in \(directory.path).")
                terminal.print("Its key, for logs and for everybody who verifies (also in \(directory.verifierKey)):")
                terminal.print("  " + key)
                terminal.note("Never put an older copy of this folder back: a witness that forgets helps a log to lie.")
            }
            return .done
        })

    static let witnessServe = Command(
        syntax: CommandSyntax(
            "witness serve", "Cosign the checkpoints of other people's logs (C2SP tlog-witness) until told to stop.",
            options: [
                .data,
                .init("policy", "FILE", "Whose logs: the log lines of a C2SP tlog-policy file.", isRequired: true),
            ] + CommandSyntax.Option.listening + [.passphraseFile],
            example: "punctual witness serve --data ./witness --policy logs.policy --listen 127.0.0.1:8090"),
        run: { arguments, terminal in
            TerminationSignals.block()
            let (address, tls) = try listening(arguments)
            let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
            let (witness, logs) = try WitnessDirectory(arguments.required("data"))
                .open(logs: arguments.required("policy"), on: machine)
            let host = try WitnessHost(
                witness, address: address, tls: tls, report: { terminal.note($0) }, halt: machine.halt)
            terminal.print("Witnessing on \(tls == nil ? "http" : "https")://\(host.address)")
            terminal.print("  " + witness.verifierKey.vkey)
            for log in logs.logs { terminal.note("Knows the log \(log.key.name)") }
            TerminationSignals.wait()
            host.stop(graceMilliseconds: graceMilliseconds)
            return .done
        })

    static let witnessEvidence = Command(
        syntax: CommandSyntax(
            "witness evidence", "Print what a witness keeps against logs: one JSON object a line.",
            options: [.data],
            example: "punctual witness evidence --data ./witness"),
        run: { arguments, terminal in
            let conflicts = try WitnessDirectory(arguments.required("data")).conflicts()
            for conflict in conflicts {
                let line: JSON = [
                    "origin": .string(conflict.origin), "kind": .string(conflict.kind.rawValue),
                    "seenAt": .string(Instant(milliseconds: conflict.seenAt).rfc3339), "note": .string(conflict.note),
                    "cosigned": .string(conflict.cosigned),
                ]
                terminal.print(line.canonicalString)
            }
            terminal.note(conflicts.isEmpty ? "Nothing is kept against any log." : "\(conflicts.count) conflicts.")
            return conflicts.isEmpty ? .done : .negative
        })
}
