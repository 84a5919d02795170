import CanonicalJSON
import Console
import Hosting
import TransparencyLog

extension Command {
    static let backup = Command(
        syntax: CommandSyntax(
            "backup", "Copy a service into a new folder, whether it runs or not, and read the copy again.",
            options: [
                .data,
                .init("out", "FOLDER", "Where to; must not be there.", isRequired: true),
                .init("with-keys", nil, "Copy the private keys too, as they are. Without it keep them elsewhere."),
                .json,
            ],
            example: "punctual backup --data ./issuer --out /backup/2026-11-22"),
        run: { arguments, terminal in
            let directory = DataDirectory(arguments.required("data"))
            guard !Machine.names(in: directory.path).isEmpty else {
                throw UsageError("\(directory.path) is not a folder with a service in it.")
            }
            let folder = arguments.required("out")
            defer { terminal.endProgress() }
            let machine = try Machine.forService(passphraseFile: nil)
            let made = try directory.backUp(to: folder, withKeys: arguments.has("with-keys"), on: machine) {
                terminal.progress($0)
            }
            terminal.endProgress()
            if arguments.has("json") {
                let result: JSON = [
                    "folder": .string(folder), "size": .integer(Int64(made.head.size)), "keys": .bool(made.holdsKeys),
                ]
                terminal.print(result.canonicalString)
            } else {
                terminal.print("\(folder) holds the service with \(made.head.size) entries, and was read again.")
                terminal.note(
                    made.holdsKeys
                        ? "The private keys are in it: whoever has it can sign in your name."
                        : "The private keys are not in it: keep a copy of them apart, or nobody can go on.")
            }
            return .done
        })

    static let restore = Command(
        syntax: CommandSyntax(
            "restore", "Make a service again from a backup, without forking its log.",
            options: [
                .data,
                .init("from", "FOLDER", "What punctual backup made. Without it: show that what is there is newest."),
                .init("keys", "FOLDER", "Where the private keys are; in the backup if not given."),
                .init("checkpoint", "FILE", "The newest signed checkpoint that others kept. Without it: only reading."),
                .passphraseFile,
            ],
            example: "punctual restore --data ./issuer --from /backup/2026-11-22 --checkpoint kept.note"),
        run: { arguments, terminal in
            let directory = DataDirectory(arguments.required("data"))
            let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
            let checkpoints = try [arguments.value("checkpoint")].compactMap(\.self).map {
                try readFile($0, maximumBytes: 1 << 16)
            }
            defer { terminal.endProgress() }
            let progress = { (seq: Int64) in terminal.progress("reading entry \(seq) again") }
            let done: [String]
            do {
                done =
                    if let backup = arguments.value("from") {
                        try directory.restore(
                            from: backup, keys: arguments.value("keys"), checkpoints: checkpoints, on: machine,
                            progress: progress)
                    } else {
                        try directory.prove(with: checkpoints, on: machine, progress: progress)
                    }
            } catch let refusal as RecoveryRefusal {
                terminal.endProgress()
                throw Failure(wrapped("\(refusal) Nothing was changed.", behind: "\(Program.name): "))
            }
            terminal.endProgress()
            for line in done { terminal.print(wrapped(line)) }
            return .done
        })
}
